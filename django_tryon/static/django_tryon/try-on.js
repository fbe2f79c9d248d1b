/**
 * <try-on product="shop.product:42" api="/tryon/api/">: see yourself in a garment.
 *
 * All words come from the API. No photo leaves before the consent box is ticked. A job belongs to
 * the shopper, not to the dialog: localStorage keeps it, and every page with this module shows it.
 */

const LONG_SIDE = 1600; // pixels; a larger photo is made smaller before it leaves
const DARK = 70; // mean luminance, of 255
const FRESH = { jobs: {}, person: null };
const CLOSE = "M6 6l12 12M18 6L6 18";
const ZOOM = "M10 4a6 6 0 1 0 0 12a6 6 0 1 0 0-12M15 15l6 6M10 7v6M7 10h6";
const THUMB = "M7 11v9H3v-9zl4-8c2 0 3 1 3 3l-1 4h6c1 0 2 1 2 2l-2 7c0 1-1 1-2 1H7";
const FIGURE =
  "M24 5a5 5 0 1 0 0 10a5 5 0 1 0 0-10M16 20q8-3 16 0l4 17-3 1-3-10v31h-4l-2-20-2 20h-4V28l-3 10-3-1z";

const touch = () => matchMedia("(pointer: coarse)").matches;
const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));
const fill = (words, values) => words.replace(/\{(\w+)\}/g, (all, key) => values[key] ?? all);
const newKey = () => crypto.randomUUID?.() ?? `${Math.random()}${Date.now()}`;

/** Make an element. Attributes in "on" are listeners; those that are false are left out. */
function h(tag, attributes, ...children) {
  const isDrawn = tag === "svg" || tag === "path";
  const node = isDrawn ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value != null && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter(Boolean));
  return node;
}

const icon = (path, viewBox = "0 0 24 24", name = "icon") =>
  h("svg", { viewBox, class: name, "aria-hidden": "true" }, h("path", { d: path }));
const press = (content, onclick, name = "", more = {}) =>
  h("button", { type: "button", class: name, part: `button ${name}`, onclick, ...more }, content);
const round = (path, title, onclick, more) => press(icon(path), onclick, "round", { title, "aria-label": title, ...more });
const quiet = (...words) => h("p", { class: "quiet" }, ...words);
const row = (...nodes) => h("div", { class: "row" }, ...nodes);

/** Decode, turn upright, shrink and encode anew: EXIF and the place it was taken at are gone. */
async function prepare(file, least) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null);
  if (!picture) {
    // HEIC, as a rule. The server can read it; not every browser knows the type of such a file.
    const may = /^image\/(?!jpe?g|png|webp|gif|svg)/.test(file.type) || /\.hei[cf]$/i.test(file.name);
    return may && { blob: file, notes: ["unseen"] };
  }
  const { width, height } = picture;
  const scale = Math.min(1, LONG_SIDE / Math.max(width, height));
  const canvas = paint(picture, Math.round(width * scale), Math.round(height * scale));
  const pixels = paint(canvas, 16, 16).getContext("2d").getImageData(0, 0, 16, 16).data;
  const light = pixels.reduce((sum, value, at) => sum + value * [0.3, 0.59, 0.11, 0][at % 4], 0) / 256;
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.9));
  const refused = Math.min(width, height) < least && "small";
  const notes = [refused || [light < DARK && "dark", width > height && "wide"]].flat().filter(Boolean);
  return { blob, canvas, refused, notes: notes.length ? notes : ["fine"] };
}

function paint(picture, width, height) {
  const canvas = h("canvas", { width, height });
  const pen = canvas.getContext("2d");
  pen.imageSmoothingQuality = "high";
  pen.fillStyle = "#fff"; // behind what is transparent
  pen.fillRect(0, 0, width, height);
  pen.drawImage(picture, 0, 0, width, height);
  return canvas;
}

/** The REST API, and what this browser remembers of its shopper: token, last person, jobs. */
class Shop {
  static #all = {};
  #held = FRESH;

  static at(api) {
    const root = new URL(api ?? "/tryon/api/", document.baseURI).href;
    return (Shop.#all[root] ??= new Shop(root));
  }

  constructor(root) {
    this.root = root;
    this.key = `try-on ${root}`;
  }

  get memory() {
    try {
      this.#held = JSON.parse(localStorage.getItem(this.key)) ?? FRESH;
    } catch {} // storage may be forbidden: then this page alone remembers
    return this.#held;
  }

  remember(change) {
    this.#held = { ...this.memory, ...change };
    try {
      localStorage.setItem(this.key, JSON.stringify(this.#held));
    } catch {}
  }

  /** Remember this of a product's job; null forgets it. The newest stands last. */
  note(product, change) {
    const { [product]: old, ...jobs } = this.memory.jobs;
    if (change) jobs[product] = { ...old, ...change };
    this.remember({ jobs });
  }

  link(path) {
    return path && new URL(path, this.root).href;
  }

  /** Return { data, status, wait, etag }; throw an Error with code, status and wait. */
  async ask(path, { token = true, ...options } = {}) {
    if (token) await this.enter(options.lang);
    const { lang, body, ...rest } = options;
    const headers = { Accept: "application/json", ...options.headers };
    if (lang) headers["Accept-Language"] = lang;
    if (token) headers.Authorization = `Shopper ${this.memory.token}`;
    const isForm = body instanceof FormData;
    if (body && !isForm) headers["Content-Type"] = "application/json";
    const reply = await fetch(this.link(path), { ...rest, headers, body: isForm ? body : JSON.stringify(body) }).catch(() => {
      throw Object.assign(new Error(), { code: "offline", wait: 0 });
    });
    if (reply.status === 401 && token === true) {
      this.entering = null;
      return this.ask(path, { ...options, token: "new" });
    }
    const data = await reply.json().catch(() => null);
    const { status } = reply;
    const wait = Number(reply.headers.get("Retry-After")) || 0;
    if (!reply.ok && status !== 304) throw Object.assign(new Error(data?.error?.message ?? ""), { code: data?.error?.code, status, wait });
    return { data, status, wait, etag: reply.headers.get("ETag") };
  }

  /** Get or renew the token, once a page. Whoever logs out is another shopper from then on. */
  enter(lang) {
    const { token, id } = this.memory;
    const headers = token && { Authorization: `Shopper ${token}` };
    this.entering ??= this.ask("shoppers/", { method: "POST", body: {}, headers, lang, token: false }).then(({ data }) => {
      this.remember({ id: data.id, token: data.token, ...(id !== data.id && FRESH) });
    }).catch((problem) => {
      this.entering = null;
      throw problem;
    });
    return this.entering;
  }
}

class TryOn extends HTMLElement {
  static observedAttributes = ["product", "api", "lang", "garments"];

  #isOn = false;
  #job = null;
  #heard = 0; // when the job was last heard of
  #shown = 0; // how far the bar has come; it never goes back
  #step = "";
  #leave = null; // ends what a step keeps open: the camera
  #loading = null;
  #mine = []; // the shopper's own photos
  #portrait = null; // the picture that the waiting step shows
  #wearing = []; // the garments that are chosen
  #root = this.attachShadow({ mode: "open" });
  #place = h("div", { class: "place" });
  #title = h("h2", { id: "title", tabindex: -1 });
  #shut = round(CLOSE, "", () => this.close());
  #view = h("div");
  #live = h("p", { class: "live", role: "status" });
  #dialog = h("dialog", {
    part: "dialog",
    "aria-labelledby": "title",
    onclick: ({ target }) => target === this.#dialog && this.close(),
    onclose: () => this.#closed(),
    ondragover: (event) => event.preventDefault(),
    ondrop: (event) => this.#given(event, event.dataTransfer),
    onpaste: (event) => this.#given(event, event.clipboardData),
  }, h("header", {}, this.#title, this.#shut), this.#view);

  constructor() {
    super();
    // The link inside stays until there is something better.
    const show = () => this.#root.lastChild.replaceWith(this.#place, this.#dialog, this.#live);
    const href = new URL("try-on.css", import.meta.url).href;
    this.#root.append(h("link", { rel: "stylesheet", href, onload: show, onerror: show }), h("slot"));
  }

  get product() {
    return this.getAttribute("product") ?? "";
  }

  get #shop() {
    return Shop.at(this.getAttribute("api"));
  }

  get #known() {
    return this.#shop.memory.jobs[this.product];
  }

  get #isPill() {
    return this.hasAttribute("pill");
  }

  get #isBusy() {
    return /^(queued|submitting|running|fetching)$/.test(this.#job?.status);
  }

  get #result() {
    return this.#job?.results?.[0];
  }

  connectedCallback() {
    this.#isOn = true;
    addEventListener("storage", this.#recall);
    this.#begin();
    if (!this.#isPill) queueMicrotask(() => raisePill(this));
  }

  disconnectedCallback() {
    this.#isOn = false;
    removeEventListener("storage", this.#recall);
    this.#leave?.();
    this.#job = null;
  }

  attributeChangedCallback() {
    if (this.#isOn) this.#begin();
  }

  #begin() {
    this.#loading = this.#job = this.config = null;
    this.#recall();
    if (this.#isPill) return;
    // A list of many products asks only for those that come into view.
    new IntersectionObserver(([{ isIntersecting }], watch) => {
      if (!isIntersecting) return;
      watch.disconnect();
      this.#load().catch(() => null).then(() => this.#paint());
    }).observe(this);
  }

  /** Take up the job that is known for this product, from whatever page. */
  #recall = () => {
    if (this.#isPill && !this.#dialog.open) {
      const { jobs } = this.#shop.memory;
      const here = [...document.querySelectorAll("try-on:not([pill])")].map(({ product }) => product);
      const product = Object.keys(jobs).findLast((key) => !jobs[key].seen && !here.includes(key)) ?? "";
      if (product !== this.product) return this.setAttribute("product", product);
    }
    const id = this.#known?.id;
    if (id && id !== this.#job?.id) {
      this.#job = { id };
      this.#follow();
    }
    this.#paint();
  };

  /** Ask what this product offers, once. */
  #load(cache = "default") {
    const query = new URLSearchParams({ product: this.product });
    this.#loading ??= this.#shop.ask(`config/?${query}`, { lang: this.#lang, token: false, cache }).then(({ data }) => {
      const only = this.getAttribute("garments")?.split(",");
      const garments = data.garments.filter(({ id }) => !only || only.includes(`${id}`));
      const firstOfEach = garments.filter((one, at) => at === garments.findIndex(({ product }) => product === one.product));
      this.#wearing = firstOfEach.slice(0, data.max_garments);
      this.words = data.strings;
      this.#shut.title = this.#shut.ariaLabel = this.words.close;
      this.config = { ...data, garments };
    }).catch((problem) => {
      this.#loading = null;
      throw problem;
    });
    return this.#loading;
  }

  get #lang() {
    return this.closest("[lang]")?.lang;
  }

  #ask(path, options) {
    return this.#shop.ask(path, { lang: this.#lang, ...options });
  }

  #emit(name, more) {
    const detail = { product: this.product, job: this.#job?.id ?? null, ...more };
    return this.dispatchEvent(new CustomEvent(`tryon:${name}`, { detail, bubbles: true, composed: true, cancelable: true }));
  }

  /* The page: a button, the progress, the thumbnail of a result */

  #paint() {
    const { words, config } = this;
    const job = words && this.#job?.status && !(this.#isPill && this.#known?.seen) && (this.#result
      ? press([h("img", { src: this.#shop.link(this.#result.poster), alt: "" }), this.#known?.seen ? words.see : words.ready], () => this.open(true), "seen")
      : press([h("span", { class: "about" }, words.failed), this.#isBusy && this.#bar()], () => this.open(true), this.#isBusy ? "busy" : "seen"));
    const label = this.querySelector("a")?.textContent.trim() || words?.label;
    const isOpen = !config || (config.open && config.garments.length);
    const main = !this.#isPill && !this.#isBusy && (isOpen
      ? label && press(label, () => this.open(), "main")
      : config.message && h("p", { class: "quiet", part: "closed" }, config.message));
    const focused = this.#place.contains(this.#root.activeElement);
    this.#place.replaceChildren(...[main, job].filter(Boolean));
    if (focused) this.#place.querySelector("button")?.focus();
    this.#tick();
  }

  #bar(more) {
    return h("span", { class: "bar", part: "bar", ...more });
  }

  /** Move every bar to where the job stands, by the server's own estimate. */
  #tick = () => {
    clearTimeout(this.timer);
    if (!this.#isBusy || !this.words || !this.isConnected) return;
    const { created_at, eta_at, progress } = this.#job;
    const whole = (Date.parse(eta_at) - Date.parse(created_at)) / 1000 || this.config.typical_seconds;
    const part = progress + (performance.now() - this.#heard) / 1000 / whole;
    this.#shown = Math.max(this.#shown, Math.min(0.97, part));
    const percent = Math.round(this.#shown * 100);
    const seconds = Math.ceil(whole * (1 - part));
    const all = (name, act) => this.#root.querySelectorAll(name).forEach(act);
    all(".bar", (bar) => {
      bar.style.setProperty("--at", `${percent}%`);
      if (bar.role) bar.ariaValueNow = percent;
    });
    all(".about", (node) => (node.textContent = fill(this.words.progress, { percent })));
    all(".left", (node) => (node.textContent = seconds > 0 ? fill(this.words.left, { seconds }) : this.words.longer));
    this.timer = setTimeout(this.#tick, 400);
  };

  /* The dialog */

  /** Open the dialog where the shopper is: the result, the waiting, or the choice. */
  async open(again = false) {
    if (!this.#emit("open")) return;
    try {
      await this.#load();
    } catch (problem) {
      this.#emit("error", { code: problem.code, message: problem.message });
      return this.querySelector("a")?.click(); // the pages without JavaScript may be there
    }
    if (this.#isBusy) return this.#showWaiting();
    if (again && this.#result) return this.#showResult();
    if (again && this.#job?.error) return this.#showFailure(this.#job.error);
    await this.#loadMine();
    const { person } = this.#shop.memory;
    const last = [...this.#mine, ...this.config.people].find(({ id }) => id === person);
    // The next product takes one tap.
    if (last && !this.#job && this.config.open && !this.hasAttribute("ask")) return this.#launch(last);
    return this.#showStart();
  }

  /** Close the dialog; a job goes on. */
  close() {
    this.#dialog.close();
  }

  #closed() {
    this.#leave?.();
    this.#leave = null;
    this.#step = "";
    this.#view.replaceChildren();
    this.#root.append(this.#live);
    this.#paint();
    this.#emit("close");
    if (this.#isPill) this.#recall();
  }

  #show(step, title, ...nodes) {
    this.#leave?.();
    this.#leave = null;
    this.#step = step;
    this.#title.textContent = title;
    this.#view.className = `view ${step}`;
    this.#view.replaceChildren(...nodes.filter(Boolean));
    this.#dialog.append(this.#live);
    this.#say("");
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#dialog.scrollTop = 0;
    this.#title.focus();
  }

  #say(words) {
    this.#live.textContent = words;
  }

  /* Step: the choice */

  async #loadMine() {
    const list = this.#shop.memory.token && (await this.#ask("people/").catch(() => null));
    this.#mine = list ? list.data.results.filter((person) => !person.is_house_model) : [];
  }

  #showStart(problem) {
    const { words, config } = this;
    const alert = h("p", { class: "alert", role: "alert" }, problem ?? (!config.open && config.message));
    if (!config.open) return this.#show("only", words.label, alert);
    const { consent, people } = config;
    const hand = touch();
    const file = (more) => h("input", { type: "file", accept: "image/*,.heic,.heif", disabled: true, hidden: true, "aria-label": words.choose,
      onchange: ({ target }) => this.#took(target.files[0]), ...more });
    const [chosen, shot] = [file(), file({ capture: "user", "aria-label": words.take })];
    const ways = [press(words.choose, () => chosen.click(), hand ? "" : "first", { disabled: true })];
    if (hand || navigator.mediaDevices) {
      const take = press(words.take, () => (hand ? shot.click() : this.#showCamera()), hand ? "first" : "", { disabled: true });
      ways[hand ? "unshift" : "push"](take);
    }
    const allow = ({ target }) => {
      [...ways, chosen, shot].forEach((node) => (node.disabled = !target.checked));
      alert.textContent = "";
    };
    const photo = (person, at) => h("li", {}, this.#person(person, words.last, at > 0),
      round(CLOSE, words.erase, () => this.#erase(person)));
    return this.#show("start", words.label, alert, this.#garments(words.wear, config.garments),
      h("section", {},
        h("h3", {}, words.photo),
        this.#mine.length > 0 && h("ul", { class: "people mine" }, this.#mine.map(photo)),
        h("div", { class: "advice" },
          h("span", { class: "good" }, icon(FIGURE, "0 0 48 66", "")), h("span", { class: "bad" }, icon(FIGURE, "12 0 24 33", "")),
          h("p", {}, words.advice)),
        h("label", { part: "consent" }, h("input", { type: "checkbox", onchange: allow }),
          h("span", {}, consent.text, " ", consent.privacy_url && h("a", { href: this.#shop.link(consent.privacy_url), target: "_blank" }, words.privacy))),
        row(ways, chosen, shot),
        !hand && quiet(words.drop)),
      people.length > 0 && h("section", {},
        h("h3", {}, words.model),
        quiet(words.tap),
        h("ul", { class: "people" }, people.map((person) => h("li", {}, this.#person(person, person.name))))));
  }

  #person(person, name, isBare) {
    const photo = h("img", { src: this.#shop.link(person.photo), alt: "", loading: "lazy" });
    return press([photo, !isBare && h("span", {}, name)], () => this.#launch(person), "person", { "aria-label": name });
  }

  /** A row of garments to choose from, as many as the engine takes at once; or to tap one. */
  #garments(title, offered, tap) {
    if (offered.length < (tap ? 1 : 2)) return null;
    const list = h("ul", { class: "garments" });
    const toggle = (garment) => {
      const others = this.#wearing.filter((one) => one !== garment);
      const added = [...this.#wearing, garment].slice(-this.config.max_garments);
      this.#wearing = others.length < this.#wearing.length && others.length ? others : added;
      draw();
      list.children[offered.indexOf(garment)].firstChild.focus();
    };
    const draw = () => list.replaceChildren(...offered.map((garment) => h("li", {}, press(
      h("img", { src: this.#shop.link(garment.image), alt: garment.name }), () => (tap ?? toggle)(garment), "garment",
      { title: garment.name, "aria-pressed": !tap && `${this.#wearing.includes(garment)}` }))));
    draw();
    return h("div", { class: "wear" }, quiet(title), list);
  }

  #given(event, { files }) {
    if (this.#step !== "start" || !files.length) return;
    event.preventDefault();
    this.#took(files[0]);
  }

  /** A photo was given: by file, camera, drop or paste. */
  async #took(file) {
    if (!file) return;
    const box = this.#view.querySelector("label input");
    const refuse = (words) => (this.#view.querySelector(".alert").textContent = words);
    if (box && !box.checked) {
      refuse(this.words.tick);
      return box.focus();
    }
    const photo = await prepare(file, this.config.upload.min_side);
    if (!photo) return refuse(this.words.no_picture);
    this.#emit("photo", { bytes: photo.blob.size, notes: photo.notes });
    this.#showCheck(photo);
  }

  async #erase(person) {
    await this.#try(`people/${person.id}/`, { method: "DELETE" }, async () => {
      await this.#restart();
      this.#say(this.words.erased);
    });
  }

  /* Step: the camera */

  async #showCamera() {
    const { words } = this;
    const video = h("video", { class: "mirror", autoplay: true, playsinline: true });
    const count = h("span", { class: "count" });
    let stream;
    try {
      const side = { ideal: LONG_SIDE };
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "user", width: side, height: side } });
    } catch {
      return this.#showStart(words.no_camera);
    }
    video.srcObject = stream;
    const shoot = async (seconds) => {
      for (let left = seconds; left && stream.active; left -= 1) {
        count.textContent = left;
        await pause(1);
      }
      if (stream.active) paint(video, video.videoWidth, video.videoHeight).toBlob((blob) => this.#took(blob));
    };
    this.#show("pair", words.take, h("div", { class: "frame" }, video, count), h("div", { class: "side" },
      h("p", {}, words.stand),
      press(words.shoot, () => shoot(0), "first"),
      press(words.timer, () => shoot(5)),
      press(words.back, () => this.#showStart(), "link")));
    this.#leave = () => stream.getTracks().forEach((track) => track.stop());
  }

  /* Step: the check */

  #showCheck(photo) {
    const { words } = this;
    const { canvas, notes, refused } = photo;
    this.#show("pair", words.check,
      h("div", { class: "frame", role: "img", "aria-label": words.chosen }, canvas ?? icon(FIGURE, "0 0 48 66", "")),
      h("div", { class: "side" },
        notes.map((note) => h("p", {}, words[note])),
        !refused && press(words.use, () => this.#send(photo), "first"),
        press(words.another, () => this.#showStart())));
  }

  async #send(photo) {
    const body = new FormData();
    body.append("photo", photo.blob, photo.blob.name ?? "photo.jpg");
    body.append("consent", this.config.consent.version);
    this.#job = null;
    this.#portrait = photo.canvas;
    this.#showWaiting();
    await this.#try("people/", { method: "POST", body }, ({ data }) => this.#launch(data, photo.canvas));
  }

  /* Step: waiting */

  /** Try the chosen garments on this person. */
  #launch({ id: person, photo }, portrait = h("img", { src: this.#shop.link(photo), alt: "" })) {
    this.#shop.remember({ person });
    this.#portrait = portrait;
    return this.#start("jobs/", this.#wish(this.#wearing.map(({ id }) => id), person, this.config.engine));
  }

  #wish(garments, person, engine, more) {
    return { method: "POST", body: { garments, person, engine, ...more }, headers: { "Idempotency-Key": newKey() } };
  }

  /** Launch or retry. However often it is sent: the same key is the same job, paid once. */
  async #start(path, options) {
    this.#job = null;
    this.#shown = 0;
    this.#showWaiting();
    await this.#try(path, options, ({ data }) => {
      this.#shop.note(this.product, null);
      this.#shop.note(this.product, { id: data.id });
      this.#hear(data);
      this.#emit("launched", { garments: data.garments });
      this.#follow();
    });
  }

  #showWaiting() {
    const { words } = this;
    const job = this.#job;
    const worn = this.#wearing.length === 1 ? this.#wearing[0].category : "";
    const photo = [...this.#mine, ...this.config.people].find(({ id }) => id === job?.person)?.photo;
    const portrait = this.#portrait ?? h("img", { src: this.#shop.link(photo ?? this.#wearing[0]?.image), alt: "" });
    const email = h("input", { type: "email", id: "email", required: true, autocomplete: "email", placeholder: words.address });
    const notify = (event) => {
      event.preventDefault();
      const wish = this.#wish(job.garments, job.person, job.engine, { notify: email.value });
      this.#try("jobs/", wish, () => {
        form.replaceWith(fill(words.notified, { email: email.value }));
        this.#say(fill(words.notified, { email: email.value }));
      });
    };
    const form = h("form", { onsubmit: notify }, h("label", { for: "email" }, words.email), row(email, press(words.notify, null, "", { type: "submit" })));
    this.#show("pair waiting", words.waiting,
      h("div", { class: "frame" }, portrait, h("span", { class: `veil ${worn}` })),
      h("div", { class: "side" },
        this.#bar({ role: "progressbar", "aria-label": words.waiting }),
        h("p", { class: job ? "left" : "" }, words.sending),
        job && [quiet(words.keep), form, press(words.cancel, () => this.#cancel(), "link")]));
    this.#tick();
  }

  #cancel() {
    return this.#try(`jobs/${this.#job.id}/cancel/`, { method: "POST" }, () => {
      this.#forget();
      return this.#restart();
    });
  }

  #forget() {
    this.#shop.note(this.product, null);
    this.#job = null;
  }

  /** Ask how the job is doing until it has ended: as often as the server says, never unseen. */
  async #follow() {
    const job = this.#job?.id;
    let etag, failures = 0, wait = 0;
    while (this.isConnected && job && this.#job?.id === job && (this.#isBusy || !this.#job.status)) {
      await pause(wait);
      if (document.hidden) await new Promise((seen) => document.addEventListener("visibilitychange", seen, { once: true }));
      try {
        const reply = await this.#ask(`jobs/${job}/`, { cache: "no-store", headers: etag && { "If-None-Match": etag } });
        await this.#load();
        failures = 0;
        wait = Math.min(15, reply.wait || 1);
        etag = reply.etag;
        if (reply.data && this.#job?.id === job) this.#hear(reply.data);
      } catch (problem) {
        if (problem.status === 404) return this.#forget();
        wait = Math.max(problem.wait ?? 0, Math.min(30, 2 ** ++failures));
      }
    }
  }

  #hear(job) {
    this.#job = job;
    this.#heard = performance.now();
    const isNews = !this.#isBusy && !this.#known?.done;
    const { error } = job;
    if (isNews) {
      this.#shop.note(this.product, { done: true });
      if (this.#result) this.#emit("ready", { result: this.#result.id, url: this.#shop.link(this.#result.url) });
      else if (error) this.#emit("error", error);
    }
    if (!this.#isBusy && !this.#result && !error) this.#forget(); // it was cancelled, or deleted
    if (this.#step === "pair waiting") this.#showJob();
    else if (isNews) this.#say(this.#result ? this.words.ready : this.words.failed);
    this.#paint();
  }

  #showJob() {
    if (this.#isBusy) {
      if (!this.#view.querySelector(".left")) this.#showWaiting();
    } else if (this.#result) this.#showResult();
    else if (this.#job) this.#showFailure(this.#job.error);
    else this.#showStart();
  }

  /* Step: the result */

  #showResult() {
    const { words } = this;
    const result = this.#result;
    const frame = this.#look(result);
    this.#shop.note(this.product, { seen: true });
    const like = (liked) => round(THUMB, liked ? words.like : words.dislike, () => this.#like(result, liked, likes),
      { "aria-pressed": `${result.liked === liked}`, "data-down": !liked });
    const likes = [like(true), like(false)];
    const zoom = round(ZOOM, words.zoom, () => {
      const isNear = frame.classList.toggle("near");
      zoom.title = zoom.ariaLabel = isNear ? words.unzoom : words.zoom;
      frame.tabIndex = isNear ? 0 : -1;
      frame.scrollTo((frame.scrollWidth - frame.clientWidth) / 2, 0);
    });
    const others = this.config.garments.filter(({ id }) => !this.#job.garments.includes(id));
    const wear = (garment) => {
      this.#wearing = [garment];
      const { person } = this.#job;
      return person && result.before ? this.#launch({ id: person, photo: result.before }) : this.#restart();
    };
    const remove = () => this.#try(`results/${result.id}/`, { method: "DELETE" }, async () => {
      this.#forget();
      await this.#restart();
      this.#say(words.removed);
    });
    const shared = h("p", { class: "shared" });
    this.#show("pair result", words.ready, frame, h("div", { class: "side" },
      h("p", { class: "note", part: "note" }, words.note),
      !this.hasAttribute("no-cart") && press(words.basket, () => this.#emit("addtocart", { result: result.id }) && this.close(), "first"),
      row(press(words.share, () => this.#share(result, shared)),
        h("a", { class: "save", part: "button save", href: this.#shop.link(result.url), download: "try-on.jpg", target: "_blank" }, words.save)),
      shared,
      row(likes, zoom),
      this.#garments(words.others, others, wear),
      press(words.other, () => this.#restart()),
      quiet(result.delete_at && `${fill(words.until, { date: this.#date(result.delete_at) })} `, press(words.remove, remove, "link"))));
    this.#say(words.note);
  }

  /** The picture, with the photo it was made from to slide over it. */
  #look(result) {
    const { words } = this;
    const isClip = result.kind === "video";
    const after = h(isClip ? "video" : "img", { src: this.#shop.link(result.url), alt: words.mark, width: result.width, height: result.height,
      "aria-label": isClip && words.mark, controls: isClip, loop: isClip, playsinline: isClip, onerror: () => this.#refresh() });
    const look = h("div", { class: "look" }, after, h("span", { class: "mark end" }, words.mark));
    if (result.before && !isClip) {
      const slide = () => {
        look.style.setProperty("--at", `${range.value}%`);
        range.ariaValueText = fill(words.percent, { percent: range.value });
      };
      const range = h("input", { type: "range", "aria-label": words.compare, oninput: slide });
      const drop = () => extra.forEach((node) => node.remove());
      const extra = [h("img", { class: "before", src: this.#shop.link(result.before), alt: words.before, onerror: drop }),
        h("span", { class: "mark" }, words.before), range, h("span", { class: "line" })];
      look.append(...extra);
      slide();
    }
    return h("div", { class: "frame" }, look);
  }

  /** Links to pictures live for minutes only: ask for new ones. */
  async #refresh() {
    const { data } = await this.#ask(`jobs/${this.#job.id}/`).catch(() => ({}));
    if (data?.results[0] && data.results[0].url !== this.#result.url) {
      this.#job = data;
      this.#showResult();
    }
  }

  #date(text) {
    return new Date(text).toLocaleString(this.#lang, { dateStyle: "medium", timeStyle: "short" });
  }

  #like(result, wanted, likes) {
    const liked = result.liked === wanted ? null : wanted;
    return this.#try(`results/${result.id}/`, { method: "PATCH", body: { liked } }, () => {
      result.liked = liked;
      likes.forEach((one, at) => (one.ariaPressed = `${liked === !at}`));
      this.#say(this.words.thanks);
      this.#emit("liked", { result: result.id, liked });
    });
  }

  #share(result, place) {
    return this.#try(`results/${result.id}/share/`, { method: "POST" }, async ({ data }) => {
      const url = this.#shop.link(data.url);
      this.#emit("shared", { result: result.id, url });
      if (touch() && navigator.share) return navigator.share({ url }).catch(() => null);
      const isCopied = await navigator.clipboard?.writeText(url).then(() => true, () => false);
      const words = fill(this.words[isCopied ? "copied" : "copy"], { date: this.#date(data.expires_at) });
      place.replaceChildren(words, h("input", { readonly: true, value: url, "aria-label": this.words.share }));
      return this.#say(words);
    });
  }

  /* What goes wrong */

  async #restart(problem) {
    await Promise.all([this.#load(), this.#loadMine()]).catch(() => null);
    this.#showStart(problem);
  }

  /** Ask, and do this with the answer; say it where the answer is no. */
  async #try(path, options, act) {
    try {
      await act(await this.#ask(path, options));
    } catch (problem) {
      if (!("wait" in problem)) throw problem; // a fault of ours
      const { code, status, wait, message = this.words.offline } = { ...problem, message: problem.message || undefined };
      this.#emit("error", { code, message });
      if (!this.#dialog.open) return;
      if (this.#step !== "pair waiting" || this.#job) this.#say(message);
      else if (code === "offline" || status >= 500) this.#showFailure({ code, message }, () => this.#try(path, options, act));
      else if (status === 429) this.#show("only", this.words.failed, h("p", { role: "alert" }, message));
      else {
        this.#loading = null;
        await this.#load("reload").catch(() => null); // other words to agree to, perhaps
        await this.#restart(message);
      }
    }
  }

  /** Say what failed; the step that is most likely to help comes first. */
  #showFailure({ message, next, free }, again = () => this.#start(`jobs/${this.#job.id}/retry/`, { method: "POST" })) {
    const { words } = this;
    if (this.#job) this.#shop.note(this.product, { seen: true });
    const isOver = ["photo", "other"].includes(next); // the same again would end the same
    const steps = [press(words.other, () => this.#restart(), isOver ? "first" : ""), !isOver && press(words.retry, again, "first")];
    this.#show("only", words.failed, h("p", { role: "alert" }, message), free !== false && quiet(words.free), row(steps.reverse()));
  }
}

/** Show a job of another page in a corner of this one, unless the shop has put a pill somewhere. */
function raisePill(beside) {
  const api = beside.getAttribute("api");
  if (!document.querySelector("try-on[pill]") && Object.keys(Shop.at(api).memory.jobs).length) {
    document.body.append(h("try-on", { pill: true, api, lang: beside.closest("[lang]")?.lang, product: "" }));
  }
}

if (!customElements.get("try-on")) customElements.define("try-on", TryOn);
