/** <try-on>: see docs/howto/button.md */

const FRESH = { jobs: {}, person: null };

const touch = () => matchMedia("(pointer: coarse)").matches;
const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));
const fill = (text, value) => text.replace(/{\w+}/, () => value);

/** h("p.quiet", { attributes, on…: listeners }, ...children) */
function h(tag, ...children) {
  const [name, ...classes] = tag.split(".");
  const node = document.createElement(name);
  node.classList.add(...classes);
  for (const [key, value] of Object.entries(children[0]?.constructor === Object ? children.shift() : {})) {
    if (typeof value === "function") node[key] = value;
    else if (value != null && value !== false) node.setAttribute(key, value);
  }
  put(node, children);
  return node;
}

const put = (node, ...children) => node.replaceChildren(...children.flat(3).filter(Boolean));

/** Exchange only what is another: a button that goes away between down and up was never pressed. */
function renew(place, nodes) {
  const { children } = place;
  const isSame = (old, node) => old && (old.isEqualNode(node) || (old.title && old.title === node.title));
  nodes.forEach((node, at) => isSame(children[at], node) || (children[at] ? children[at].replaceWith(node) : place.append(node)));
  while (children[nodes.length]) children[nodes.length].remove();
}

const press = (content, onclick, name = "", more) => h("button", { class: name, part: `button ${name}`, onclick, ...more }, content);
const round = (name, title, onclick, more) => press("", onclick, `round ${name}`, { title, ...more });

/** try-on-NAME.js: what few shoppers need, of the same version as this. To ask again takes another address. */
const stamp = import.meta.url.match(/\.\w+(?=\.js)|\?.*/) ?? "";
const modules = {};
let failures = "";
const load = (name) => {
  const url = new URL(`try-on-${name}.js`, import.meta.url);
  url.search = stamp + failures;
  return (modules[name] ??= import(url).catch(() => {
    failures += "-";
    modules[name] = null;
  }));
};

/** The API and the memory. */
class Shop {
  static all = {};
  held = FRESH;

  static of(element) {
    const root = new URL(element.getAttribute("api") ?? "/tryon/api/", document.baseURI).href;
    const { lang } = element.closest("[lang]") ?? {};
    return Object.assign((Shop.all[root] ??= new Shop()), { root, lang, key: `try-on ${root}` });
  }

  get memory() {
    try {
      this.held = JSON.parse(localStorage.getItem(this.key)) ?? FRESH;
    } catch {}
    return this.held;
  }

  remember(change) {
    this.held = { ...this.memory, ...change };
    try {
      localStorage.setItem(this.key, JSON.stringify(this.held));
    } catch {}
  }

  note(product, change) {
    const { [product]: old, ...jobs } = this.memory.jobs;
    this.remember({ jobs: change ? { ...jobs, [product]: { ...old, ...change } } : jobs });
  }

  link(path) {
    return path && new URL(path, this.root).href;
  }

  async ask(path, { token = true, method = "GET", body, headers, watch } = {}) {
    if (token) await this.enter();
    const isForm = body instanceof FormData;
    const request = new XMLHttpRequest();
    request.open(method, this.link(path));
    for (const header of Object.entries({
      ...(this.lang && { "Accept-Language": this.lang }),
      ...(token && { Authorization: `Shopper ${this.memory.token}` }),
      ...(body && !isForm && { "Content-Type": "application/json" }),
      ...headers,
    })) request.setRequestHeader(...header);
    watch?.(request);
    request.responseType = "json";
    await new Promise((done) => {
      request.onload = request.onerror = done;
      request.send(isForm ? body : JSON.stringify(body));
    });
    const { status, response: data } = request;
    if (status === 401 && token === true) {
      this.entering = null;
      this.remember({ at: 0 });
      return this.ask(path, { method, body, headers, watch, token: "new" });
    }
    const wait = +request.getResponseHeader("Retry-After");
    const { code = "offline", message } = data?.error ?? {};
    if (!status || status >= 400) throw { code, message, status, wait };
    return { data, wait, etag: request.getResponseHeader("ETag") };
  }

  /** It may be another shopper by now. */
  enter() {
    const { token, id, at } = this.memory;
    const headers = token && { Authorization: `Shopper ${token}` };
    const options = { method: "POST", body: {}, headers, token: false };
    this.entering ??= Date.now() - at < 6e5 ? Promise.resolve() : this.ask("shoppers/", options).then(
      ({ data }) => this.remember({ ...(id && id !== data.id && FRESH), id: data.id, token: data.token, at: Date.now() }),
      (problem) => {
        this.entering = null;
        if (!token) throw problem;
      },
    );
    return this.entering;
  }
}

class TryOn extends HTMLElement {
  static observedAttributes = ["product", "api", "lang"];

  #isOn = false;
  #loading = null;
  #job = null;
  #heard = 0;
  #shown = 0; // a bar never goes back
  #step = "";
  #agreed = null; // to these words
  #held = null;
  #leave = null;
  #mine = [];
  #portrait = null;
  #usual = [];
  #wearing = [];
  #look = null; // of which all is worn
  #root = this.attachShadow({ mode: "open" });
  #place = h("div.place");
  #title = h("h2", { id: "title", tabindex: -1 });
  #shut = round("shut", "", () => this.close());
  #view = h("div");
  #live = h("p.live", { role: "status" });
  #news = h("p.news", { role: "status" });
  #dialog = h("dialog", {
    part: "dialog",
    "aria-labelledby": "title",
    onclick: ({ target }) => void (target === this.#dialog && this.close()),
    onclose: () => this.#closed(),
    ondragover: (event) => event.preventDefault(),
    ondrop: (event) => this.#given(event, event.dataTransfer),
    onpaste: (event) => this.#given(event, event.clipboardData),
  }, h("header", this.#title, this.#shut, this.#live), this.#view);

  /** The seam: all that a module may use, since importing this file back would load it twice. */
  #kit = {
    element: this, h, put, press, round, fill, pause, touch,
    get words() { return this.element.words; },
    get config() { return this.element.config; },
    get shop() { return this.element.#shop; },
    get result() { return this.element.#result; },
    get step() { return this.element.#step; },
    get job() { return this.element.#job; },
    set job(job) { this.element.#job = job; },
    get wearing() { return this.element.#wearing; },
    set wearing(garments) { this.element.#wearing = garments; },
    set look(look) { this.element.#look = look; },
    get engine() { return (this.element.#look ?? this.config).engine; },
    set portrait(node) { this.element.#portrait = node; },
    set leave(act) { this.element.#leave = act; },
    use: (...all) => this.#use(...all),
    emit: (...all) => this.#emit(...all),
    show: (...all) => this.#show(...all),
    say: (...all) => this.#say(...all),
    draw: (...all) => this.#draw(...all),
    try: (...all) => this.#try(...all),
    took: (...all) => this.#took(...all),
    note: (...all) => this.#shop.note(this.product, ...all),
    paint: () => this.#paint(),
    image: (...all) => this.#image(...all),
    garments: (...all) => this.#garments(...all),
    join: (...all) => this.#join(...all),
    sure: (...all) => this.#sure(...all),
    get known() { return this.element.#known; },
    begun: (...all) => this.#begun(...all),
    forget: () => this.#forget(),
    restart: (...all) => this.#restart(...all),
    launch: (...all) => this.#launch(...all),
    showStart: (...all) => this.#showStart(...all),
    showWaiting: (...all) => this.#showWaiting(...all),
    showJob: () => this.#showJob(),
  };

  constructor() {
    super();
    const show = () => this.#root.lastChild.replaceWith(this.#place, this.#dialog, this.#news);
    const href = new URL("try-on.css", import.meta.url).href;
    this.#root.append(h("link", { rel: "stylesheet", href, onload: show, onerror: show }), h("slot"));
  }

  get product() {
    return this.getAttribute("product") ?? "";
  }

  get #shop() {
    return Shop.of(this);
  }

  get #known() {
    return this.#shop.memory.jobs[this.product];
  }

  /** What is to be kept of a clip when a step of it is tried again. */
  get #film() {
    const { clip, film, tell } = this.#known ?? {};
    return { clip, film, tell };
  }

  get #isPill() {
    return this.hasAttribute("pill");
  }

  get #isBusy() {
    return this.#job?.eta_at; // null once it has ended
  }

  get #result() {
    return this.#job?.results?.[0];
  }

  connectedCallback() {
    this.#isOn = true;
    addEventListener("storage", this.#recall);
    this.#begin();
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
    new IntersectionObserver(([{ isIntersecting }], watch) => {
      if (!isIntersecting) return;
      watch.disconnect();
      this.#load().catch(() => null).then(() => this.#paint());
    }).observe(this);
  }

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

  #load(fresh = "") {
    const path = `config/?product=${encodeURIComponent(this.product)}${fresh}`;
    this.#loading ??= this.#shop.ask(path, { token: false }).then(({ data }) => {
      // the first of each product come first
      const several = new Set(data.garments.map(({ product }) => product)).size;
      this.#wearing = this.#usual = data.garments.slice(0, Math.min(data.max_garments, several));
      this.#look = null;
      this.config = data;
      this.words = data.strings;
      this.#shut.title = this.words.close;
    }, (problem) => {
      this.#loading = null;
      throw problem;
    });
    return this.#loading;
  }

  #emit(name, more) {
    const detail = { product: this.product, job: this.#job?.id ?? null, ...more };
    return this.dispatchEvent(new CustomEvent(`tryon:${name}`, { detail, bubbles: true, composed: true, cancelable: true }));
  }

  #image(path, alt = "", more) {
    return h("img", { src: this.#shop.link(path), alt, ...more });
  }

  #paint(takesFocus = this.#place.contains(this.#root.activeElement)) {
    const { words, config } = this;
    const seen = this.#known?.seen;
    const open = () => this.open(true);
    const job = words && this.#job?.status && !(this.#isPill && seen) && (this.#isBusy
      ? press([h("span.about"), this.#bar()], open, "busy", { title: words.waiting })
      : press(this.#result ? [this.#image(this.#result.poster), this.#known?.clip && config?.clips ? config.clips.strings.waits : seen ? words.see : words.ready] : words.failed, open, "seen"));
    const label = this.querySelector("a")?.textContent.trim() || words?.label;
    const isOpen = !config || (config.open && config.garments.length);
    const main = !this.#isPill && !this.#isBusy && (isOpen
      ? label && press(label, () => this.open(), "main")
      : config.message && h("p.quiet", { part: "closed" }, config.message));
    const dismiss = () => {
      this.#shop.note(this.product, { seen: true });
      this.#recall();
    };
    const shut = job && this.#isPill && round("shut", words.close, dismiss);
    renew(this.#place, [main, job, shut].filter(Boolean));
    if (takesFocus) this.#place.querySelector("button")?.focus();
    this.#tick();
  }

  #bar(more) {
    return h("span.bar", { part: "bar", ...more });
  }

  #tick = () => {
    clearTimeout(this.timer);
    if (!this.#isBusy || !this.words || !this.#isOn) return;
    const { created_at, eta_at, progress } = this.#job;
    const whole = (Date.parse(eta_at) - Date.parse(created_at)) / 1000;
    const part = progress + (Date.now() - this.#heard) / 1000 / whole;
    const percent = (this.#shown = Math.max(this.#shown, Math.min(97, Math.round(part * 100))));
    const seconds = part < 0.95 && Math.ceil(whole * (1 - part));
    const { words } = this;
    this.#draw(percent, seconds > 120 ? fill(words.minutes, Math.floor(seconds / 60)) : seconds ? fill(words.left, seconds) : words.longer);
    this.timer = setTimeout(this.#tick, 400);
  };

  #draw(percent, left) {
    for (const node of this.#root.querySelectorAll(".bar, .about, .left")) {
      node.style.setProperty("--at", `${percent}%`);
      if (node.role) node.ariaValueNow = percent;
      if (node.matches(".about")) node.textContent = fill(this.words.progress, percent);
      if (node.matches(".left")) node.textContent = fill(left, percent);
    }
  }

  async open(again) {
    if (!this.#emit("open")) return;
    try {
      await this.#load();
    } catch ({ code, message }) {
      this.#emit("error", { code, message });
      return this.querySelector("a")?.click();
    }
    if (this.#isBusy || (again && this.#job)) return this.#showJob();
    await this.#loadMine();
    const { person } = this.#shop.memory;
    const last = this.#people.find(({ id }) => id === person);
    const asks = this.hasAttribute("ask") || this.#wearing.length > 1;
    if (!last || this.#job || !this.config.open || asks) return this.#showStart();
    this.#step = "tap";
    return this.#launch(last);
  }

  close() {
    this.#dialog.close();
  }

  #closed() {
    this.#leave?.();
    this.#step = "";
    this.#agreed = this.#held = null;
    put(this.#view);
    this.#paint(true);
    this.#emit("close");
    if (this.#isPill) this.#recall();
  }

  #show(step, title, ...nodes) {
    this.#leave?.();
    this.#leave = null;
    this.#step = step;
    this.#title.textContent = title;
    this.#view.className = `view ${step}`;
    put(this.#view, nodes);
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#say();
    this.#dialog.scrollTop = 0;
    this.#title.focus();
  }

  #tell(title, message, ...nodes) {
    this.#show("only", title, nodes);
    this.#say(message);
  }

  #say(words = "") {
    (this.#dialog.open ? this.#live : this.#news).textContent = words;
  }

  get #people() {
    return [...this.#mine, ...this.config.people];
  }

  async #loadMine() {
    const list = this.#shop.memory.token && (await this.#shop.ask("people/").catch(() => null));
    this.#mine = list ? list.data.results.filter(({ is_house_model, kind }) => !is_house_model && kind === "photo") : [];
  }

  #showStart(problem) {
    const { words, config } = this;
    if (!config.open) return this.#tell(words.label, config.message);
    const { consent, people, upload } = config;
    const hand = touch();
    const onpick = () => this.#took(file.files[0]);
    const file = h("input", { type: "file", accept: upload.types, hidden: true, title: words.choose, onchange: onpick });
    const pick = (isShot) => {
      file.value = ""; // the same again is news
      file.toggleAttribute("capture", isShot);
      file.click();
    };
    const choose = press(words.choose, () => pick(false), hand ? "" : "first");
    const take = (hand || navigator.mediaDevices) && press(words.take, () => (hand ? pick(true) : this.#use("photo", "camera")), hand ? "first" : "");
    const ways = h("fieldset.row", hand ? [take, choose] : [choose, take], file);
    const why = h("p.quiet");
    const agree = (checked) => {
      this.#agreed = checked && consent.text;
      if (checked) load("photo");
      ways.disabled = !checked;
      why.textContent = checked ? (hand ? "" : words.drop) : words.tick;
      return checked;
    };
    const checked = agree(this.#agreed === consent.text);
    const erase = ({ id }) => this.#sure(words.sure_photo, `people/${id}/`,
      () => this.#restart(words.erased), () => this.#showStart());
    const onchange = ({ target }) => {
      this.#say();
      if (agree(target.checked)) this.#took(this.#held);
    };
    const more = consent.privacy_url && h("a", { href: this.#shop.link(consent.privacy_url), target: "_blank" }, words.privacy);
    this.#show(people.length ? "start" : "only", words.label, this.#garments(words.wear, config.garments, config.looks),
      h("section",
        h("h3", words.photo),
        this.#mine.length > 0 && h("ul.people", this.#mine.map((person) => h("li", this.#person(person, words.last),
          round("shut", words.erase, () => erase(person))))),
        h("div.advice", h("span.good"), h("p", words.advice)),
        h("label", { part: "consent" }, h("input", { type: "checkbox", checked, onchange }), h("span", consent.text, " ", more)),
        ways,
        why,
        config.clips && [
          press(config.clips.strings.clip, () => this.#use("clip", "choose"), "clip"),
          h("p.quiet", fill(config.clips.strings.about, config.clips.minutes)),
        ]),
      people.length > 0 && h("section",
        h("h3", words.model),
        h("p.quiet", words.tap),
        h("ul.people", people.map((person) => h("li", this.#person(person, person.name))))));
    this.#say(problem);
  }

  #person(person, name) {
    return press([this.#image(person.photo, "", { loading: "lazy" }), h("span", name)], () => this.#launch(person), "person");
  }

  /** What there is to wear, and looks that complete it; with tap(garments, look) one press is enough. */
  #garments(title, offered, looks, tap) {
    const { words, config } = this;
    const buttons = [];
    const pick = (garments, look) => {
      this.#wearing = garments;
      this.#look = look;
      this.#say();
      mark();
    };
    const toggle = (garment) => {
      const worn = this.#look ? [] : this.#wearing;
      const others = worn.filter((one) => one !== garment);
      if (others.length && others.length < worn.length) return pick(others, null);
      const kept = this.#join(others, garment);
      pick(kept, null);
      const off = others.filter((one) => !kept.includes(one)).map(({ name }) => name);
      if (config.max_garments > 1 && off[0]) this.#say(fill(words.clash, off.join(", ")));
    };
    const button = (content, name, title, isOn, act) => {
      const node = press(content, act, name, { title });
      buttons.push(() => (node.ariaPressed = tap ? null : isOn()));
      return h("li", node);
    };
    const mark = () => buttons.forEach((each) => each());
    const nodes = [
      offered.length > (tap ? 0 : 1) && [h("p.quiet", title), h("ul.garments", offered.map((garment) => button(
        this.#image(garment.image, garment.name), "garment", garment.name,
        () => !this.#look && this.#wearing.includes(garment),
        () => (tap ? tap([garment], null) : toggle(garment)))))],
      !tap && config.notes.map((note) => h("p.quiet", note)),
      looks.length > 0 && [h("p.quiet", words.look), h("ul.looks", looks.map((look) => button(
        [(look.picture ? [{ image: look.picture.url }] : look.garments).map(({ image }) => this.#image(image)),
          h("span", look.name), look.picture && h("span.quiet", words.mark)],
        "set", look.note,
        () => this.#look === look,
        () => (tap ? tap(look.garments, look) : this.#look === look ? pick(this.#usual, null) : pick(look.garments, look)))))],
    ];
    mark();
    return nodes.flat().some(Boolean) && h("div.wear", nodes);
  }

  /** What is worn when this comes to it: what clashes goes, and the same in another colour. */
  #join(worn, garment) {
    const { clashes, max_garments } = this.config;
    const fits = worn.filter(({ category, product }) => !clashes[garment.category].includes(category)
      && (category !== garment.category || product !== garment.product));
    return [...fits, garment].slice(-max_garments);
  }

  #given(event, { files }) {
    if (!files.length || !this.#view.querySelector("[type=checkbox]")) return;
    event.preventDefault();
    this.#took(files[0]);
  }

  async #took(file) {
    const { words } = this;
    this.#held = this.#agreed ? null : file;
    if (!file) return;
    if (this.#held) {
      this.#say(words.tick);
      return this.#view.querySelector("[type=checkbox]").focus();
    }
    return this.#use("photo", "check", file);
  }

  /** Call what a module exports, with the kit, if the shopper is still where it was asked for. */
  async #use(name, verb, ...given) {
    const step = this.#step;
    const module = await load(name);
    if (step !== this.#step) return;
    if (module) return module[verb](this.#kit, ...given);
    const message = this.words.offline;
    this.#emit("error", { code: "offline", message });
    if (step && step !== "pair wait") this.#say(message);
    else this.#showFailure({ message, free: false }, () => this.#use(name, verb, ...given));
  }

  #sure(title, path, act, back) {
    const { words } = this;
    const remove = () => this.#try(path, { method: "DELETE" }, act);
    this.#show("only", title, h("p", words.forever), h("div.row", press(words.remove, remove, "first"), press(words.spare, back)));
  }

  #launch({ id, photo }, portrait = this.#image(photo)) {
    this.#shop.remember({ person: id });
    this.#portrait = portrait;
    return this.#start("jobs/", this.#wish(this.#wearing.map((garment) => garment.id), id, this.#kit.engine));
  }

  #wish(garments, person, engine, more) {
    const key = crypto.getRandomValues(new Uint32Array(4)).join("-");
    return { method: "POST", body: { garments, person, engine, ...more }, headers: { "Idempotency-Key": key } };
  }

  /** The same key again is the same job, paid once. */
  #start(path, options, more) {
    this.#job = null;
    if (this.#step) this.#showWaiting();
    return this.#try(path, options, ({ data }) => this.#begun(data, more), () => this.#start(path, options, more));
  }

  /** Follow a job from now on. `more` says of a clip at which of its two steps it is. */
  #begun(job, more) {
    this.#shown = 0;
    this.#shop.note(this.product, null);
    this.#shop.note(this.product, { id: job.id, ...more });
    this.#hear(job);
    this.#emit("launched", { garments: job.garments, look: this.#look?.id ?? null });
    this.#follow();
  }

  #showWaiting(stop) {
    const { words } = this;
    const job = this.#job;
    const worn = this.#wearing.length === 1 ? this.#wearing[0].category : "all";
    const photo = this.#people.find(({ id }) => id === job?.person)?.photo ?? this.#wearing[0]?.image;
    const email = h("input", { type: "email", id: "email", required: true, autocomplete: "email" });
    const onsubmit = (event) => {
      event.preventDefault();
      const more = { notify: email.value };
      const { film } = this.#known ?? {};
      const wish = film ? { method: "POST", body: more } : this.#wish(job.garments, job.person, job.engine, more);
      this.#try(film ? `clips/${film}/approve/` : "jobs/", wish, () => {
        put(form);
        this.#say(fill(words.notified, email.value));
      });
    };
    const cancel = () => this.#try(`jobs/${job.id}/cancel/`, { method: "POST" }, () => {
      this.#forget();
      return this.#restart();
    });
    const form = h("form", { onsubmit }, h("label", { for: "email" }, words.email), h("div.row", email, press(words.notify)));
    this.#show("pair wait", words.waiting,
      h("div.frame", this.#portrait ?? this.#image(photo), !this.#known?.film && h(`span.veil.${worn}`)),
      h("div.side",
        this.#bar({ role: "progressbar", title: words.waiting }),
        h("p.left"),
        (stop || job) && [h("p.quiet", stop ? words.stay : words.keep), job && form, press(words.cancel, stop ?? cancel, "link")]));
    this.#tick();
    load("result");
  }

  #forget() {
    this.#shop.note(this.product, null);
    this.#job = null;
    this.#paint();
  }

  /** As often as the server says, never unseen. */
  async #follow() {
    const job = this.#job?.id;
    let etag, wait = 0;
    while (this.#isOn && job && this.#job?.id === job && this.#job.eta_at !== null) {
      await pause(wait);
      while (document.hidden && !this.#known?.tell) await pause(1);
      try {
        const reply = await this.#shop.ask(`jobs/${job}/`, { headers: etag && { "If-None-Match": etag } });
        if (this.#job?.id !== job) return;
        await this.#load();
        wait = Math.min(15, reply.wait || 1);
        etag = reply.etag;
        if (reply.data && this.#job?.id === job) this.#hear(reply.data);
      } catch (problem) {
        if (problem.status === 404) this.#forget();
        wait = problem.wait || Math.min(30, 2 * wait + 1);
      }
    }
  }

  #hear(job) {
    this.#job = job;
    this.#heard = Date.now();
    const isNews = !this.#isBusy && !this.#known?.done;
    const { error } = job;
    if (isNews) {
      this.#shop.note(this.product, { done: true });
      if (this.#known?.tell) load("clip").then((clip) => clip?.tell(this.#kit));
      if (this.#result) this.#emit("ready", { result: this.#result.id, url: this.#shop.link(this.#result.url) });
      else if (error) this.#emit("error", error);
    }
    if (!this.#isBusy && !this.#result && !error) this.#forget();
    if (this.#step === "pair wait") this.#showJob();
    else if (isNews) this.#say(this.#result ? this.words.ready : this.words.failed);
    this.#paint();
  }

  #showJob() {
    if (this.#isBusy) {
      if (!this.#view.querySelector("form")) this.#showWaiting();
    } else if (this.#result) this.#use(...(this.#known?.clip ? ["clip", "approve"] : ["result", "show"]));
    else if (this.#job) this.#showFailure(this.#job.error);
    else this.#showStart();
  }

  async #restart(said) {
    await Promise.all([this.#load(), this.#loadMine()]).catch(() => null);
    if (this.#dialog.open) this.#showStart(said);
  }

  async #try(path, options, act, again) {
    let reply;
    try {
      reply = await this.#shop.ask(path, options);
    } catch (problem) {
      const { code, status } = problem;
      const message = problem.message || this.words.offline;
      this.#emit("error", { code, message });
      if (status === 404 && this.#job) {
        this.#forget();
        return this.#restart(this.words.gone);
      }
      if (!this.#dialog.open) return;
      if (this.#step !== "pair wait" || this.#job) return this.#say(message);
      if (!status || status >= 500 || code === "throttled") return this.#showFailure({ message }, again);
      if (status === 429) return this.#tell(this.words.failed, message);
      this.#loading = null;
      await this.#load(`&at=${Date.now()}`).catch(() => null); // perhaps other words to agree to
      return this.#restart(message);
    }
    return act(reply);
  }

  #showFailure({ message, next, free, others = [] }, again = (body) => this.#start(`jobs/${this.#job.id}/retry/`, { method: "POST", body }, this.#film)) {
    const { words } = this;
    const [way] = others;
    if (this.#job) this.#shop.note(this.product, { seen: true });
    const steps = [
      !/photo|other|engine|wait/.test(next) && [words.retry, () => again()],
      way && [words.way, () => again({ engine: way.engine })],
      [words.other, () => this.#restart()],
    ].filter(Boolean);
    if (/photo|other/.test(next)) steps.reverse();
    this.#tell(words.failed, message, free !== false && h("p.quiet", words.free),
      h("div.row", steps.map(([word, act], at) => press(word, act, at ? "" : "first"))));
  }
}

if (!customElements.get("try-on")) customElements.define("try-on", TryOn);
