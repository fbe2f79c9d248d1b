/* The review board: single keys press its buttons, and ← shows the person before the try-on.
   Without this module the same buttons, links and boxes do the same. */

const board = document.querySelector("[data-tryon-board]");
const boxes = [...board.querySelectorAll("[name=ticked]")];
const scope = board.querySelector("[data-ticked]");
const tickAll = board.querySelector("[data-tick-all]");
const cost = board.querySelector("[data-cost]");
const pictures = board.querySelector("[data-before-after]");
let sent = false;

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target.closest("[name=note]")) {
    if (event.key === "Enter") press(event, board.querySelector("[data-enter]"));
    if (event.key === "Escape") board.querySelector("summary").focus();
    return;
  }
  if (event.target.closest("input:not([type=checkbox]), textarea, select, video")) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (key === "ArrowLeft" || key === "ArrowRight") {
    if (pictures) event.preventDefault();
    pictures?.toggleAttribute("data-before", key === "ArrowLeft");
  } else if (key === "t") {
    press(event, tickAll);
  } else {
    press(event, board.querySelector(`[data-key="${CSS.escape(key)}"]`));
  }
}

function press(event, button) {
  if (!button) return;
  event.preventDefault();
  button.click();
  if (button.localName === "summary") button.focus();
}

function dollars(amount) {
  const digits = amount >= 1 ? 2 : 3;
  return `$${amount.toLocaleString(cost.dataset.language, { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
}

/* How many the buttons act on, and what another seed of all of them costs. */
function tell() {
  const ticked = boxes.filter((box) => box.checked);
  const { length } = ticked;
  if (scope) scope.textContent = length ? scope.dataset.ticked.split("|")[length - 1] : "";
  if (!cost) return;
  const sum = ticked.reduce((whole, box) => whole + Number(box.dataset.costOf), 0);
  cost.textContent = length ? cost.dataset.several.replace("%s", dollars(sum)) : cost.dataset.one;
}

document.addEventListener("keydown", onKey);
board.addEventListener("change", tell);
// A second press before the answer is there would decide of what nobody has seen.
board.addEventListener("submit", (event) => (sent ? event.preventDefault() : (sent = true)));
// Whoever comes back by the browser's own way may press again.
window.addEventListener("pageshow", () => ((sent = false), tell()));
if (tickAll) {
  tickAll.hidden = false;
  tickAll.addEventListener("click", () => {
    const all = boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = !all;
    tell();
  });
}
