/* The page of a batch: asks for news every two seconds while it is looked at, and draws what changed. */

const EVERY = 2000;
const SLOWER = 10000;

const batch = document.querySelector("[data-tryon-batch]");
const summary = batch.querySelector("[data-summary]");
const note = batch.querySelector("[data-lost-note]");
let etag = "";
let timer = 0;

async function ask() {
  clearTimeout(timer);
  if (document.hidden || "over" in batch.dataset) return;
  let wait = EVERY;
  try {
    const response = await fetch(batch.dataset.url, {
      headers: { Accept: "application/json", ...(etag && { "If-None-Match": etag }) },
    });
    if (response.status === 200) {
      etag = response.headers.get("ETag") ?? "";
      draw(await response.json());
    } else if (response.status !== 304) {
      throw new Error(`HTTP ${response.status}`);
    }
    note.textContent = "";
  } catch {
    note.textContent = batch.dataset.lost;
    wait = SLOWER;
  }
  timer = setTimeout(ask, wait);
}

function draw(news) {
  summary.innerHTML = news.summary;
  for (const { key, version, html } of news.cards) {
    const card = batch.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (card && card.dataset.version !== version) {
      card.dataset.version = version;
      card.innerHTML = html;
    }
  }
  if (news.over) batch.dataset.over = "";
}

document.addEventListener("visibilitychange", ask);
timer = setTimeout(ask, EVERY);
