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

/** What a part is: no form becomes one that does something else. */
const kind = ({ nodeName, className, action, elements }) => [nodeName, className, action, elements?.reason?.value].join();

/** Write only what is another: a button that goes away under a finger, or with the focus on it, is lost. */
function renew(old, fresh) {
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  let rest = [...old.childNodes];
  for (const part of [...fresh.childNodes]) {
    const at = rest.findIndex((one, place) => kind(one) === kind(part) && (part.nodeType !== Node.TEXT_NODE || !place));
    if (at < 0) {
      old.insertBefore(part, rest[0] ?? null);
    } else {
      for (const gone of rest.slice(0, at)) gone.remove();
      renew(rest[at], part);
      rest = rest.slice(at + 1);
    }
  }
  for (const gone of rest) gone.remove();
}

function draw(news) {
  renew(summary, Object.assign(summary.cloneNode(), { innerHTML: news.summary }));
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
