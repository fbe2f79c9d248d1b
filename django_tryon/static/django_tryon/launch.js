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
  const unit = count < 100 ? "second" : "minute";
  const value = Math.round(unit === "second" ? count : count / 60);
  const style = { style: "unit", unit, unitDisplay: "short" };
  return new Intl.NumberFormat(sum.dataset.language, style).format(value);
}

function dollars(amount) {
  const digits = amount >= 1 ? 2 : 3;
  return `$${amount.toLocaleString(sum.dataset.language, { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
}

function add() {
  const engine = page.querySelector("input[name=engine]:checked");
  if (!engine) return;
  fitToEngine(engine);
  const frame = page.querySelector("[data-frames]:not([hidden]) input[name=previous]:checked");
  const shown = frame?.dataset.garments?.split(" ");
  const chosen = all("input[name=garments]:checked").filter(
    (box) =>
      box.dataset.engines.split(" ").includes(engine.value) && (!shown || shown.includes(box.value)),
  ).length;
  const garments = chosen + all("input[data-make]:checked").length;
  const people = all("input[name=people]:checked:not(:disabled)").length;
  const times = "hasSeed" in engine.dataset ? Number(page.elements.variations.value) || 1 : 1;
  const { price, morePrice, maxGarments, seconds: each } = engine.dataset;
  const together = page.elements.together.checked && Number(maxGarments) > 1 && garments > 0;
  const jobs = (together ? 1 : garments) * people * times;
  const perJob = Number(price) + (together ? (garments - 1) * Number(morePrice) : 0);
  const { none, about, atOnce } = sum.dataset;
  if (!jobs) {
    sum.textContent = none;
    return;
  }
  const said = sum.dataset[plurals.select(jobs)] ?? sum.dataset.other;
  sum.textContent = [
    said.replace("%s", number.format(jobs)),
    about.replace("%s", seconds(Math.ceil(jobs / Number(atOnce)) * Number(each))),
    about.replace("%s", dollars(jobs * perJob)),
  ].join(" · ");
}

function keepFromSendingTwice(event) {
  if (event.submitter?.name !== "launch") return;
  // The server launches a form only once anyway; this says so at once.
  setTimeout(() => (event.submitter.disabled = true));
}

page.addEventListener("input", add);
page.addEventListener("submit", keepFromSendingTwice);
window.addEventListener("pageshow", () => {
  page.querySelector("[data-launch]").disabled = false;
  add();
});
