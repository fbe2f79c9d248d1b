/* The launch page: shows what fits the chosen engine, and keeps the sum of the bar up to date.
   Without this script everything is shown, and the Check button says the same. */

const page = document.querySelector("[data-tryon-launch]");
const sum = page.querySelector("[data-sum]");
const all = (selector) => [...page.querySelectorAll(selector)];
const plurals = new Intl.PluralRules(sum.dataset.language);
/* Of more products than are shown: how many garments there are of each category. */
const many = (page.querySelector("[data-many]")?.dataset.many.trim().split(" ") ?? [])
  .map((each) => each.split(":"))
  .map(([category, count]) => [category, Number(count)]);
const number = new Intl.NumberFormat(sum.dataset.language);

function show(element, visible) {
  if (element) element.hidden = !visible;
}

/* Shows what any of the chosen engines can do something with. */
function fitTo(engines) {
  const chosen = engines.map((engine) => engine.value);
  const some = (able) => engines.some(({ dataset }) => able(dataset));
  for (const garment of all("input[name=garments]")) {
    const card = garment.closest(".tryon-pick");
    const able = garment.dataset.engines.split(" ").some((slug) => chosen.includes(slug));
    card.classList.toggle("tryon-pick--off", !able);
    show(card.querySelector("[data-ready]"), able);
  }
  for (const mark of all("[data-for-engine]")) {
    show(mark, chosen.includes(mark.dataset.forEngine));
  }
  const people = all("li[data-kind]");
  for (const person of people) {
    const fits = some(({ personKind }) => personKind === person.dataset.kind);
    show(person, fits);
    person.querySelector("input").disabled = !fits;
  }
  show(page.querySelector("[data-nobody]"), !people.some((person) => !person.hidden));
  show(page.querySelector("[data-frames]"), some((data) => "needsFrame" in data));
  for (const params of all("[data-for-dresser]")) {
    show(params, params.dataset.forDresser === page.elements.dresser?.value);
  }
  show(page.querySelector("[data-together]"), some(({ maxGarments }) => Number(maxGarments) > 1));
  const variations = page.querySelector("[data-variations]");
  show(variations, some((data) => "hasSeed" in data));
  variations.querySelector("input").disabled = variations.hidden;
  variations.querySelector("input").value ||= 1;
}

function seconds(count) {
  const whole = Math.round(count);
  if (whole < 100) return sum.dataset.seconds.replace("%s", whole);
  const minutes = Math.round(whole / 60);
  if (minutes < 100) return sum.dataset.minutes.replace("%s", minutes);
  return sum.dataset.hours.replace("%s", Math.round(minutes / 60));
}

function dollars(amount) {
  const digits = amount >= 1 ? 2 : 3;
  return `$${amount.toLocaleString(sum.dataset.language, { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
}

function categoryOf(make) {
  return make.closest(".tryon-make").querySelector("select").value;
}

/* Every garment that is ticked, or is to be made: true if this engine can put it on. Of one that is
   pinned for a category only the garments of that count. */
function garmentsFor(engine, frame) {
  const shown = frame?.dataset.garments?.split(" ");
  const able = engine.dataset.categories.split(" ");
  const counts = (category) => !engine.category || engine.category === category;
  const ticked = all("input[name=garments]:checked");
  const made = all("input[data-make]:checked").map(categoryOf);
  return [
    ...ticked
      .filter((box) => counts(box.dataset.category))
      .map(
        (box) =>
          box.dataset.engines.split(" ").includes(engine.value) &&
          !("leftOut" in box.dataset) &&
          (!shown || shown.includes(box.value)),
      ),
    ...made.filter(counts).map((category) => !shown && able.includes(category)),
    ...many.filter(([category]) => counts(category)).flatMap(([category, count]) => Array(count).fill(!shown && able.includes(category))),
  ];
}

/* The engine that dresses a clip's first frame, which costs now; the clip costs later. */
function dresserOf({ dataset }) {
  const slug = "needsFrame" in dataset && page.elements.dresser?.value;
  return slug && page.querySelector(`input[name=engine][value="${slug}"]`);
}

function hasFrame(engine, frame) {
  const { needsFrame } = engine.dataset;
  if (needsFrame === undefined) return true;
  const link = page.elements[`params-${engine.value}-${needsFrame}`];
  return Boolean(dresserOf(engine) || frame?.value || page.elements.reference.files.length || link?.value);
}

function whyNone(framed) {
  const { none, noFrame, noCategory } = sum.dataset;
  if (!framed) return noFrame;
  return all("input[data-make]:checked").some((make) => !categoryOf(make)) ? noCategory : none;
}

/* How many try-ons one engine makes of all that is ticked, and what each of them costs. */
function share(engine, kinds) {
  const { maxGarments, personKind } = engine.dataset;
  const dresser = dresserOf(engine);
  const first = (dresser || engine).dataset;
  const frame =
    "needsFrame" in engine.dataset &&
    page.querySelector("[data-frames]:not([hidden]) input[name=previous]:checked");
  const wanted = garmentsFor(engine, frame || null);
  const people = all("input[name=people]:checked:not(:disabled):not([data-left-out])").filter(
    ({ dataset }) => dataset.kind === personKind || !kinds.includes(dataset.kind),
  ).length;
  const sets = !engine.category && page.querySelector(`[data-second="${engine.value}"]:checked`) ? 2 : 1;
  const times = sets * ("hasSeed" in engine.dataset ? Number(page.elements.variations.value) || 1 : 1);
  const outfits = page.elements.together.checked && Number(maxGarments) > 1 && !engine.category;
  const together = outfits && wanted.length > 0;
  // All together is one wish: it is granted as a whole or not at all.
  const outfit = wanted.every(Boolean) && wanted.length <= Number(maxGarments) ? 1 : 0;
  const framed = hasFrame(engine, frame || null);
  const able = framed && !("stopped" in sum.dataset);
  const jobs = able ? (together ? outfit : wanted.filter(Boolean).length) * people * times : 0;
  const more = together ? wanted.length - 1 : 0;
  const perJob = ({ price, morePrice }) => Number(price) + more * Number(morePrice);
  const perRun = Number(first.seconds) + more * Number(first.moreSeconds);
  const later = dresser ? jobs * perJob(engine.dataset) : 0;
  const turns = Number(first.moreSeconds) ? 1 + more : 1;
  return { jobs, framed, later, cost: jobs * perJob(first), time: jobs * perRun, runs: jobs * turns, perSecond: Number(first.perSecond) };
}

/* How long all of it takes, as the server reckons it: by what was seen before, or by a guess. */
function span(shares, jobs) {
  const total = (what) => shares.reduce((whole, each) => whole + each[what], 0);
  const { about, most, atOnce, turns } = sum.dataset;
  const usual = total("time") / jobs;
  const guess = Math.ceil(jobs / Number(atOnce)) * usual;
  const works = shares.filter((each) => each.jobs);
  const seen = Math.max(...works.map((each) => (each.perSecond ? each.time / each.jobs + (each.runs - 1) / each.perSecond : Infinity)));
  const least = turns ? Math.floor((total("runs") - 1) / Number(turns)) * 60 + usual : 0;
  const isGuess = jobs > Number(atOnce) && guess <= seen && guess > least;
  return (isGuess ? most : about).replace("%s", seconds(Math.max(Math.min(guess, seen), least)));
}

/* The engines that are ticked; for what is pinned, the engine of each category. */
function chosenEngines() {
  return all("input[name=engine]:checked").flatMap((box) => {
    if (!("pins" in box.dataset)) return [box];
    return box.dataset.pins.split(" ").map((each) => {
      const [category, slug] = each.split(":");
      const { dataset } = page.querySelector(`input[name=engine][value="${slug}"]`);
      return { value: slug, dataset, category };
    });
  });
}

function add() {
  const engines = chosenEngines();
  fitTo(engines);
  // The server knows what was tried on already, this page does not.
  if ("checked" in sum.dataset) return;
  const kinds = engines.map(({ dataset }) => dataset.personKind);
  const shares = engines.map((engine) => share(engine, kinds));
  const total = (what) => shares.reduce((whole, each) => whole + each[what], 0);
  const jobs = total("jobs");
  const { about } = sum.dataset;
  if (!jobs) {
    sum.textContent = whyNone(shares.every(({ framed }) => framed));
    return;
  }
  const said = sum.dataset[plurals.select(jobs)] ?? sum.dataset.other;
  sum.textContent = [
    said.replace("%s", number.format(jobs)),
    span(shares, jobs),
    about.replace("%s", dollars(total("cost"))),
    ...(total("later") ? [sum.dataset.later.replace("%s", dollars(total("later")))] : []),
  ].join(" · ");
}

/* What a check refused stays refused, until something changes that may matter to it. */
function forgetCheck({ target }) {
  if ((target.type === "checkbox" && target.name !== "engine") || ["variations", "name"].includes(target.name)) return;
  for (const box of all("[data-left-out]")) delete box.dataset.leftOut;
  delete sum.dataset.stopped;
}

/* One engine at a time, unless several are asked for: of radio buttons only the first stays. */
function letSeveral() {
  const box = page.querySelector("[data-several]");
  show(box.closest("p"), true);
  for (const engine of all("input[name=engine]")) engine.type = box.checked ? "checkbox" : "radio";
}

function keepFromSendingTwice(event) {
  if (event.submitter?.name !== "launch") return;
  // The server launches a form only once anyway; this says so at once.
  setTimeout(() => (event.submitter.disabled = true));
}

page.addEventListener("input", (event) => {
  delete sum.dataset.checked;
  forgetCheck(event);
  letSeveral();
  add();
});
page.addEventListener("submit", keepFromSendingTwice);
window.addEventListener("pageshow", () => {
  page.querySelector("[data-launch]").disabled = false;
  letSeveral();
  add();
});
