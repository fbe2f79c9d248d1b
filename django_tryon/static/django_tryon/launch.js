/* The launch page: shows what fits the chosen engine, and keeps the sum of the bar up to date.
   Without this script everything is shown, and the Check button says the same. */

const page = document.querySelector("[data-tryon-launch]");
const sum = page.querySelector("[data-sum]");
const all = (selector) => [...page.querySelectorAll(selector)];
const plurals = new Intl.PluralRules(sum.dataset.language);
const number = new Intl.NumberFormat(sum.dataset.language);

function show(element, visible) {
  if (element) element.hidden = !visible;
}

function fitToEngine(engine) {
  const { personKind, maxGarments } = engine.dataset;
  for (const mark of all(".tryon-mark[data-for-engine]")) {
    show(mark, mark.dataset.forEngine === engine.value);
  }
  for (const garment of all("input[name=garments]")) {
    const card = garment.closest(".tryon-pick");
    const able = garment.dataset.engines.split(" ").includes(engine.value);
    card.classList.toggle("tryon-pick--off", !able);
    show(card.querySelector("[data-ready]"), able);
  }
  for (const more of all("details[data-for-engine]")) {
    show(more, more.dataset.forEngine === engine.value);
  }
  const people = all("li[data-kind]");
  for (const person of people) {
    const fits = person.dataset.kind === personKind;
    show(person, fits);
    person.querySelector("input").disabled = !fits;
  }
  show(page.querySelector("[data-nobody]"), !people.some((person) => !person.hidden));
  show(page.querySelector("[data-frames]"), "needsFrame" in engine.dataset);
  show(page.querySelector("[data-together]"), Number(maxGarments) > 1);
  const variations = page.querySelector("[data-variations]");
  show(variations, "hasSeed" in engine.dataset);
  variations.querySelector("input").disabled = variations.hidden;
  variations.querySelector("input").value ||= 1;
}

function seconds(count) {
  const whole = Math.round(count);
  const { seconds: few, minutes: many } = sum.dataset;
  return whole < 100 ? few.replace("%s", whole) : many.replace("%s", Math.round(whole / 60));
}

function dollars(amount) {
  const digits = amount >= 1 ? 2 : 3;
  return `$${amount.toLocaleString(sum.dataset.language, { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
}

function categoryOf(make) {
  return make.closest(".tryon-make").querySelector("select").value;
}

/* Every garment that is ticked, or is to be made: true if this engine can put it on. */
function garmentsFor(engine, frame) {
  const shown = frame?.dataset.garments?.split(" ");
  const able = engine.dataset.categories.split(" ");
  return [
    ...all("input[name=garments]:checked").map(
      (box) =>
        box.dataset.engines.split(" ").includes(engine.value) &&
        !("leftOut" in box.dataset) &&
        (!shown || shown.includes(box.value)),
    ),
    ...all("input[data-make]:checked").map((make) => !shown && able.includes(categoryOf(make))),
  ];
}

function hasFrame(engine, frame) {
  const { needsFrame } = engine.dataset;
  if (needsFrame === undefined) return true;
  const link = page.elements[`params-${engine.value}-${needsFrame}`];
  return Boolean(frame?.value || page.elements.reference.files.length || link?.value);
}

function whyNone(framed) {
  const { none, noFrame, noCategory } = sum.dataset;
  if (!framed) return noFrame;
  return all("input[data-make]:checked").some((make) => !categoryOf(make)) ? noCategory : none;
}

function add() {
  const engine = page.querySelector("input[name=engine]:checked");
  if (!engine) return;
  fitToEngine(engine);
  const frame = page.querySelector("[data-frames]:not([hidden]) input[name=previous]:checked");
  const framed = hasFrame(engine, frame);
  const wanted = garmentsFor(engine, frame);
  const people = all("input[name=people]:checked:not(:disabled):not([data-left-out])").length;
  const times = "hasSeed" in engine.dataset ? Number(page.elements.variations.value) || 1 : 1;
  const { price, morePrice, maxGarments, seconds: each } = engine.dataset;
  const together = page.elements.together.checked && Number(maxGarments) > 1 && wanted.length > 0;
  // All together is one wish: it is granted as a whole or not at all.
  const outfit = wanted.every(Boolean) && wanted.length <= Number(maxGarments) ? 1 : 0;
  const able = framed && !("stopped" in sum.dataset);
  const jobs = able ? (together ? outfit : wanted.filter(Boolean).length) * people * times : 0;
  const perJob = Number(price) + (together ? (wanted.length - 1) * Number(morePrice) : 0);
  const { about, atOnce } = sum.dataset;
  if (!jobs) {
    sum.textContent = whyNone(framed);
    return;
  }
  const said = sum.dataset[plurals.select(jobs)] ?? sum.dataset.other;
  sum.textContent = [
    said.replace("%s", number.format(jobs)),
    about.replace("%s", seconds(Math.ceil(jobs / Number(atOnce)) * Number(each))),
    about.replace("%s", dollars(jobs * perJob)),
  ].join(" · ");
}

/* What a check refused stays refused, until something changes that may matter to it. */
function forgetCheck({ target }) {
  if (target.type === "checkbox" || ["variations", "name"].includes(target.name)) return;
  for (const box of all("[data-left-out]")) delete box.dataset.leftOut;
  delete sum.dataset.stopped;
}

function keepFromSendingTwice(event) {
  if (event.submitter?.name !== "launch") return;
  // The server launches a form only once anyway; this says so at once.
  setTimeout(() => (event.submitter.disabled = true));
}

page.addEventListener("input", (event) => {
  forgetCheck(event);
  add();
});
page.addEventListener("submit", keepFromSendingTwice);
window.addEventListener("pageshow", () => {
  page.querySelector("[data-launch]").disabled = false;
  add();
});
