/**
 * Tells the shop what happens to its buttons, and nothing of whose hands they are in:
 * see docs/explanation/analytics.md. Nothing is stored here, and nothing is read.
 */

const PATIENCE = 2000; // milliseconds for which events wait for one another
const MOST = 20; // that the shop takes at once
const HALF = 0.5; // of a button has to be in view for it to be seen
const EVENTS = ["open", "photo", "launched", "ready", "addtocart"];
const KINDS = { open: "opened" };

const share = Number(document.querySelector("script[data-tryon-events]")?.dataset.tryonEvents);
const told = new Set();
const waiting = new Map(); // by the address of the API
let timer;

/** Whoever asks not to be tracked is not counted. */
const isCounted = !navigator.globalPrivacyControl && navigator.doNotTrack !== "1" && Math.random() < share;

function note(kind, element, products) {
  const api = new URL(element.getAttribute("api") ?? "/tryon/api/", document.baseURI).href;
  for (const product of products.split(",").filter(Boolean)) {
    const once = `${kind} ${product} ${api}`;
    if (told.has(once)) continue;
    told.add(once);
    waiting.set(api, [...(waiting.get(api) ?? []), { kind, product }]);
  }
  clearTimeout(timer);
  timer = setTimeout(send, PATIENCE);
}

function send() {
  for (const [api, events] of waiting) {
    // A text needs no leave of another origin; what comes back is nobody's concern.
    while (events.length) {
      navigator.sendBeacon(new URL("events/", api).href, JSON.stringify({ events: events.splice(0, MOST) }));
    }
  }
  waiting.clear();
}

function watch() {
  const seen = new IntersectionObserver((entries) => {
    for (const { isIntersecting, intersectionRatio, target } of entries) {
      if (isIntersecting && intersectionRatio >= HALF) note("seen", target, target.getAttribute("product") ?? "");
    }
  }, { threshold: HALF });
  const look = () => {
    for (const button of document.querySelectorAll("try-on:not([pill])")) {
      seen.unobserve(button); // one whose product has changed is seen anew
      seen.observe(button);
    }
  };
  look();
  const isOurs = ({ target, addedNodes }) => target.matches?.("try-on") ||
    [...addedNodes].some((node) => node.matches?.("try-on") || node.querySelector?.("try-on"));
  new MutationObserver((changes) => changes.some(isOurs) && look()).observe(document, {
    subtree: true, childList: true, attributeFilter: ["product"],
  });
  for (const name of EVENTS) {
    addEventListener(`tryon:${name}`, (event) => {
      if (name === "open" && event.defaultPrevented) return; // the dialog stays shut
      note(KINDS[name] ?? name, event.composedPath()[0], event.detail.product ?? "");
    });
  }
  addEventListener("pagehide", send);
  document.addEventListener("visibilitychange", () => document.hidden && send());
}

if (isCounted) watch();
