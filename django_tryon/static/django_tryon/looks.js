/* The page on which a look is made: what is ticked stands on top, others are found by their names,
   and what cannot be worn together is told at once. Without this script all of it is said on saving. */

const root = document.querySelector("[data-look-picks]");
const part = (name) => root.querySelector(`[data-${name}]`);
const [chosen, rest, says, none, nothing] = ["chosen", "rest", "says", "none", "nothing"].map(part);
const search = root.querySelector("input[type=search]");
const asked = {};

function boxes(list) {
  return [...list.querySelectorAll("input[type=checkbox]")];
}

/* Ask the server; nothing of an answer that was overtaken, or that did not come. */
async function ask(url, query) {
  const mine = (asked[url] = (asked[url] ?? 0) + 1);
  try {
    const response = await fetch(`${url}?${new URLSearchParams(query)}`);
    if (!response.ok || response.redirected) throw new Error(response.status); // to the login, say
    const text = await response.text();
    return mine === asked[url] ? text : null;
  } catch {
    say(root.dataset.lost);
    return null;
  }
}

function say(text) {
  says.textContent = text;
  says.hidden = !text;
}

async function judge() {
  const keys = boxes(chosen).map(({ value }) => value);
  none.hidden = keys.length > 0;
  if (keys.length < 2) return say(""); // the rest is still to come
  const answer = await ask(root.dataset.judge, { garments: keys.join(",") });
  if (answer !== null) say(JSON.parse(answer).says);
}

async function find() {
  const answer = await ask(root.dataset.find, { q: search.value });
  if (answer === null) return;
  rest.innerHTML = answer;
  const there = new Set(boxes(chosen).map(({ value }) => value));
  for (const box of boxes(rest)) if (there.has(box.value)) box.closest("li").remove();
  nothing.hidden = boxes(rest).length > 0;
}

root.addEventListener("change", ({ target }) => {
  if (target.type !== "checkbox") return;
  const card = target.closest("li");
  if (target.checked) chosen.append(card);
  else rest.prepend(card);
  target.focus({ preventScroll: true });
  judge();
});

let pause;
search.addEventListener("input", () => {
  clearTimeout(pause);
  pause = setTimeout(find, 250);
});
search.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault(); // it would save the look
  clearTimeout(pause);
  find();
});

search.parentElement.hidden = false;
judge();
