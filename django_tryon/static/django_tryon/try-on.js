/** <try-on>: see docs/howto/button.md */

const LONG_SIDE = 1600;
const DARK = 70; // of 255
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

const press = (content, onclick, name = "", more) => h("button", { class: name, part: `button ${name}`, onclick, ...more }, content);
const round = (name, title, onclick, more) => press("", onclick, `round ${name}`, { title, ...more });

/** Turn upright, shrink and encode anew, without EXIF. */
async function prepare(file, { min_side, types }) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null);
  if (!picture) {
    const head = await file.slice(0, 16).text();
    // the server may know HEIC
    if (/ftyp(he|mi|ms)/.test(head) && types.includes("image/heic")) return { blob: file, notes: ["unseen"] };
    return { notes: /PNG|JFIF|Exif|WEBP|ftypavi/.test(head) ? "broken" : "no_picture" };
  }
  const { width, height } = picture;
  const scale = Math.min(1, LONG_SIDE / Math.max(width, height));
  const canvas = paint(picture, Math.round(width * scale), Math.round(height * scale));
  const pixels = paint(canvas, 16, 16).getContext("2d").getImageData(0, 0, 16, 16).data;
  const light = (pixels.reduce((sum, value) => sum + value) / 256 - 255) / 3; // alpha is 255
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.9));
  const refused = Math.min(width, height) < min_side;
  const notes = refused ? ["small"] : [light < DARK && "dark", width > height && "wide"].filter(Boolean);
  return { blob, canvas, refused, notes: notes.length ? notes : ["fine"] };
}

function paint(picture, width, height) {
  const canvas = h("canvas", { width, height });
  const pen = canvas.getContext("2d");
  pen.imageSmoothingQuality = "high";
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, width, height);
  pen.drawImage(picture, 0, 0, width, height);
  return canvas;
}

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
  #wearing = [];
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
      this.#wearing = data.garments.slice(0, Math.min(data.max_garments, several));
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
      ? press([h("span.about"), this.#bar()], open, "busy")
      : press(this.#result ? [this.#image(this.#result.poster), seen ? words.see : words.ready] : words.failed, open, "seen"));
    const label = this.querySelector("a")?.textContent.trim() || words?.label;
    const isOpen = !config || (config.open && config.garments.length);
    const main = !this.#isPill && !this.#isBusy && (isOpen
      ? label && press(label, () => this.open(), "main")
      : config.message && h("p.quiet", { part: "closed" }, config.message));
    const dismiss = () => {
      this.#shop.note(this.product, { seen: true });
      this.#recall();
    };
    put(this.#place, main, job, job && this.#isPill && round("shut", words.close, dismiss));
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
    this.#draw(percent, seconds ? fill(this.words.left, seconds) : this.words.longer);
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
    this.#mine = list ? list.data.results.filter((person) => !person.is_house_model) : [];
  }

  #showStart(problem) {
    const { words, config } = this;
    if (!config.open) return this.#tell(words.label, config.message);
    const { consent, people, upload } = config;
    const hand = touch();
    const onpick = () => this.#took(file.files[0]);
    const file = h("input", { type: "file", accept: upload.types, hidden: true, title: words.choose, onchange: onpick });
    const pick = (isShot) => {
      file.toggleAttribute("capture", isShot);
      file.click();
    };
    const choose = press(words.choose, () => pick(false), hand ? "" : "first");
    const take = (hand || navigator.mediaDevices) && press(words.take, () => (hand ? pick(true) : this.#showCamera()), hand ? "first" : "");
    const ways = h("fieldset.row", hand ? [take, choose] : [choose, take], file);
    const why = h("p.quiet");
    const agree = (checked) => {
      this.#agreed = checked && consent.text;
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
    this.#show(people.length ? "start" : "only", words.label, this.#garments(words.wear, config.garments),
      h("section",
        h("h3", words.photo),
        this.#mine.length > 0 && h("ul.people", this.#mine.map((person) => h("li", this.#person(person, words.last),
          round("shut", words.erase, () => erase(person))))),
        h("div.advice", h("span.good"), h("p", words.advice)),
        h("label", { part: "consent" }, h("input", { type: "checkbox", checked, onchange }), h("span", consent.text, " ", more)),
        ways,
        why),
      people.length > 0 && h("section",
        h("h3", words.model),
        h("p.quiet", words.tap),
        h("ul.people", people.map((person) => h("li", this.#person(person, person.name))))));
    this.#say(problem);
  }

  #person(person, name) {
    return press([this.#image(person.photo, "", { loading: "lazy" }), h("span", name)], () => this.#launch(person), "person");
  }

  #garments(title, offered, tap) {
    if (offered.length < (tap ? 1 : 2)) return null;
    const list = h("ul.garments");
    const toggle = (garment) => {
      const others = this.#wearing.filter((one) => one !== garment);
      const isOff = others.length && others.length < this.#wearing.length;
      this.#wearing = isOff ? others : [...others, garment].slice(-this.config.max_garments);
      draw();
      list.children[offered.indexOf(garment)].firstChild.focus();
    };
    const draw = () => put(list, offered.map((garment) => h("li", press(
      this.#image(garment.image, garment.name), () => (tap ?? toggle)(garment), "garment",
      { title: garment.name, "aria-pressed": !tap && `${this.#wearing.includes(garment)}` }))));
    draw();
    return h("div.wear", h("p.quiet", title), list);
  }

  #given(event, { files }) {
    if (!files.length || !this.#view.querySelector("[type=checkbox]")) return;
    event.preventDefault();
    this.#took(files[0]);
  }

  async #took(file) {
    const { words, config } = this;
    this.#held = this.#agreed ? null : file;
    if (!file) return;
    if (this.#held) {
      this.#say(words.tick);
      return this.#view.querySelector("[type=checkbox]").focus();
    }
    this.#say(words.looking);
    const photo = await prepare(file, config.upload);
    if (!photo.blob) return this.#say(words[photo.notes]);
    this.#emit("photo", { bytes: photo.blob.size, notes: photo.notes });
    this.#showCheck(photo);
  }

  #sure(title, path, act, back) {
    const { words } = this;
    const remove = () => this.#try(path, { method: "DELETE" }, act);
    this.#show("only", title, h("p", words.forever), h("div.row", press(words.remove, remove, "first"), press(words.spare, back)));
  }

  async #showCamera() {
    const { words } = this;
    const side = { ideal: LONG_SIDE };
    const video = h("video.mirror", { autoplay: true, playsinline: true });
    const count = h("span.count");
    let stream;
    try {
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
    this.#show("pair", words.take, h("div.frame", video, count), h("div.side",
      h("p", words.stand),
      press(words.shoot, () => shoot(0), "first"),
      press(words.timer, () => shoot(5)),
      press(words.back, () => this.#showStart(), "link")));
    this.#leave = () => stream.getTracks().forEach((track) => track.stop());
  }

  #showCheck(photo) {
    const { words } = this;
    this.#show("pair", words.check,
      h("div.frame", { role: "img", title: words.chosen }, photo.canvas ?? h("span.good")),
      h("div.side",
        photo.notes.map((note) => h("p", words[note])),
        !photo.refused && press(words.use, () => this.#send(photo), "first"),
        press(words.another, () => this.#showStart())));
  }

  #send(photo) {
    const { blob, canvas } = photo;
    const body = new FormData();
    body.append("photo", blob, blob.name ?? "photo.jpg");
    const { version, text_hash } = this.config.consent;
    body.append("consent", version);
    body.append("text_hash", text_hash);
    this.#job = null;
    this.#portrait = canvas;
    this.#showWaiting();
    const watch = (request) => {
      const tell = ({ loaded, total }) => this.#draw(Math.round((100 * loaded) / total), this.words.sending);
      request.upload.onprogress = tell;
      if (this.#step) this.#showWaiting(() => {
        request.abort();
        this.#showStart();
      });
      tell({ loaded: 0, total: 1 });
    };
    return this.#try("people/", { method: "POST", body, watch }, ({ data }) => this.#launch(data, canvas), () => this.#send(photo));
  }

  #launch({ id, photo }, portrait = this.#image(photo)) {
    this.#shop.remember({ person: id });
    this.#portrait = portrait;
    return this.#start("jobs/", this.#wish(this.#wearing.map((garment) => garment.id), id, this.config.engine));
  }

  #wish(garments, person, engine, more) {
    const key = crypto.getRandomValues(new Uint32Array(4)).join("-");
    return { method: "POST", body: { garments, person, engine, ...more }, headers: { "Idempotency-Key": key } };
  }

  /** The same key again is the same job, paid once. */
  #start(path, options) {
    this.#job = null;
    this.#shown = 0;
    if (this.#step) this.#showWaiting();
    return this.#try(path, options, ({ data }) => {
      this.#shop.note(this.product, null);
      this.#shop.note(this.product, { id: data.id });
      this.#hear(data);
      this.#emit("launched", { garments: data.garments });
      this.#follow();
    }, () => this.#start(path, options));
  }

  #showWaiting(stop) {
    const { words } = this;
    const job = this.#job;
    const worn = this.#wearing.length === 1 ? this.#wearing[0].category : "all";
    const photo = this.#people.find(({ id }) => id === job?.person)?.photo ?? this.#wearing[0]?.image;
    const email = h("input", { type: "email", id: "email", required: true, autocomplete: "email" });
    const onsubmit = (event) => {
      event.preventDefault();
      const wish = this.#wish(job.garments, job.person, job.engine, { notify: email.value });
      this.#try("jobs/", wish, () => {
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
      h("div.frame", this.#portrait ?? this.#image(photo), h(`span.veil.${worn}`)),
      h("div.side",
        this.#bar({ role: "progressbar", title: words.waiting }),
        h("p.left"),
        (stop || job) && [h("p.quiet", stop ? words.stay : words.keep), job && form, press(words.cancel, stop ?? cancel, "link")]));
    this.#tick();
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
      while (document.hidden) await pause(1);
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
    } else if (this.#result) this.#showResult();
    else if (this.#job) this.#showFailure(this.#job.error);
    else this.#showStart();
  }

  async #showResult() {
    const { words } = this;
    const result = this.#result;
    const frame = this.#look(result);
    const step = this.#step;
    // the photo stays
    if (step === "pair wait") await frame.querySelector("img")?.decode().catch(() => null);
    if (step !== this.#step) return;
    this.#shop.note(this.product, { seen: true });
    this.#paint();
    const likes = [true, false].map((liked) => round("thumb", liked ? words.like : words.dislike,
      () => this.#like(result, liked, likes), { "aria-pressed": `${result.liked === liked}` }));
    const zoom = round("zoom", words.zoom, () => {
      const pan = frame.querySelector(".pan");
      const isNear = pan.parentNode.classList.toggle("near");
      zoom.ariaPressed = isNear;
      pan.tabIndex = isNear ? 0 : -1;
      pan.scrollTo(pan.clientWidth / 2, 0);
    });
    const others = this.config.garments.filter(({ id }) => !this.#job.garments.includes(id));
    const wear = (garment) => {
      this.#wearing = [garment];
      const { person } = this.#job;
      return person && result.before ? this.#launch({ id: person, photo: result.before }) : this.#restart();
    };
    const remove = () => this.#sure(words.sure, `results/${result.id}/`, () => {
      this.#forget();
      return this.#restart(words.removed);
    }, () => this.#showResult());
    const shared = h("p.shared");
    const save = { part: "button save", href: this.#shop.link(result.published_at ? `results/${result.id}/file/?save` : `${result.url}?save`) };
    this.#show("pair", words.ready, frame, h("div.side",
      h("p.quiet", { part: "note" }, words.note),
      !this.hasAttribute("no-cart") && press(words.basket, () => this.#emit("addtocart", { result: result.id }) && this.close(), "first"),
      h("div.row", press(words.share, () => this.#share(result, shared)), h("a", save, words.save)),
      shared,
      h("div.row", likes, zoom),
      this.#garments(words.others, others, wear),
      press(words.other, () => this.#restart()),
      h("p.quiet", result.delete_at && fill(words.until, this.#date(result.delete_at)), " ", press(words.remove, remove, "link"))));
  }

  #look(result) {
    const { words } = this;
    const isClip = result.kind === "video";
    const worn = this.config.garments.filter(({ id }) => this.#job.garments.includes(id)).map(({ name }) => name);
    const alt = fill(words.worn, worn.join(", "));
    const onerror = () => this.#renewLinks(node);
    const node = h(isClip ? "video" : "img", { src: this.#shop.link(result.url), alt, "aria-label": alt, onerror, controls: isClip, loop: isClip });
    const look = h("div.look", h("div.pan", h("div.both", node)), h("span.mark.end", words.mark));
    look.style.setProperty("--ratio", result.width / result.height || 0.75);
    if (result.before && !isClip) {
      const oninput = () => {
        look.style.setProperty("--at", `${range.value}%`);
        range.ariaValueText = fill(words.percent, range.value);
      };
      const range = h("input", { type: "range", "aria-label": words.compare, oninput });
      const onerror = () => {
        result.before = null;
        for (const node of nodes) node.remove();
      };
      const nodes = [this.#image(result.before, words.before, { class: "before", onerror }), h("span.line"), h("span.mark", words.before), range];
      look.append(...nodes);
      node.after(...nodes.slice(0, 2));
      oninput();
    }
    return h("div.frame", look);
  }

  async #renewLinks(node) {
    const { data } = await this.#shop.ask(`jobs/${this.#job?.id}/`).catch(() => ({}));
    if (node.isConnected && data?.results[0] && data.results[0].url !== this.#result.url) {
      this.#job = data;
      this.#showResult();
    }
  }

  #date(text) {
    return new Date(text).toLocaleDateString(this.#shop.lang, { dateStyle: "long" });
  }

  #like(result, wanted, likes) {
    const liked = result.liked === wanted ? null : wanted;
    return this.#try(`results/${result.id}/`, { method: "PATCH", body: { liked } }, () => {
      result.liked = liked;
      likes.forEach((one, at) => (one.ariaPressed = liked === !at));
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
      const words = fill(this.words[isCopied ? "copied" : "copy"], this.#date(data.expires_at));
      put(place, h("input", { readonly: true, value: url, "aria-label": this.words.share }));
      return this.#say(words);
    });
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

  #showFailure({ message, next, free }, again = () => this.#start(`jobs/${this.#job.id}/retry/`, { method: "POST" })) {
    const { words } = this;
    if (this.#job) this.#shop.note(this.product, { seen: true });
    const isOver = /photo|other/.test(next);
    this.#tell(words.failed, message, free !== false && h("p.quiet", words.free),
      h("div.row", !isOver && press(words.retry, again, "first"), press(words.other, () => this.#restart(), isOver ? "first" : "")));
  }
}

if (!customElements.get("try-on")) customElements.define("try-on", TryOn);
