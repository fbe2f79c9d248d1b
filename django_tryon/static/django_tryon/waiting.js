/**
 * The wait, for those who have JavaScript: ask as often as the page says, show how far it is, and
 * go on to the result once there is one. Without it the page reloads itself.
 */

const shown = document.getElementById("tryon-outlook");
const pause = (seconds) => new Promise((done) => setTimeout(done, 1000 * seconds));

for (let wait = Number(shown.dataset.wait); ; ) {
  await pause(wait);
  let reply;
  try {
    reply = await fetch(location.href, { headers: { Accept: "text/html" } });
  } catch {
    continue; // the line is down for a moment
  }
  const page = new DOMParser().parseFromString(await reply.text(), "text/html");
  const next = page.getElementById("tryon-outlook");
  if (!next) {
    location.reload();
    break;
  }
  shown.querySelector("progress").value = next.querySelector("progress").value;
  const [words, news] = [shown, next].map((part) => part.querySelector(".tryon-left"));
  if (words.textContent.trim() !== news.textContent.trim()) words.textContent = news.textContent;
  wait = Number(next.dataset.wait);
}
