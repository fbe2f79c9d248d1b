/** A module of try-on.js: a clip of oneself. Its first picture is dressed and shown, then the clip. */

/** Choose a clip that was sent before, or another one. */
export async function choose(kit, problem) {
  const { h, press, words, config, shop, fill, touch } = kit;
  const { consent, strings: texts, types, max_seconds } = config.clips;
  const onchange = () => file.files[0] && kit.use("cut", "trim", file.files[0]);
  const file = h("input", { type: "file", accept: types, hidden: true, title: texts.choose, onchange });
  const pick = (isShot) => {
    file.value = "";
    file.toggleAttribute("capture", isShot);
    file.click();
  };
  const ways = h("fieldset.row",
    press(texts.choose, () => pick(false), "first"),
    touch() && press(texts.film, () => pick(true)),
    file);
  const why = h("p.quiet", words.tick);
  const agree = ({ target }) => {
    ways.disabled = !target.checked;
    why.hidden = target.checked;
  };
  ways.disabled = true;
  const more = consent.privacy_url && h("a", { href: shop.link(consent.privacy_url), target: "_blank" }, texts.privacy);
  const own = h("ul.people");
  kit.show("only", texts.title,
    own,
    h("div.advice", h("span.good"), h("p", fill(texts.advice, Math.floor(max_seconds)))),
    h("label", { part: "consent" }, h("input", { type: "checkbox", onchange: agree }), h("span", consent.text, " ", more)),
    ways,
    why,
    press(words.back, () => kit.showStart(), "link"));
  kit.say(problem);
  const mine = shop.memory.token ? await shop.ask("people/").catch(() => null) : null;
  kit.put(own, (mine?.data.results ?? []).filter((one) => !one.is_house_model && one.kind === "video").map((one) =>
    h("li", press(h("video", { src: shop.link(one.photo), muted: true, preload: "metadata" }), () => dress(kit, one), "person", { title: texts.title }))));
}

/** Show a bar, and a way to stop it. A dialog that was closed stays so. */
export function waiting(kit, portrait) {
  const { h, press, words, config } = kit;
  const texts = config.clips.strings;
  const stop = { isStopped: false, act: null };
  const cancel = () => {
    stop.isStopped = true;
    stop.act?.();
    choose(kit);
  };
  kit.job = null;
  kit.portrait = portrait;
  if (!kit.step) return stop;
  kit.show("pair clip", texts.making,
    h("div.frame", portrait ?? h("span.good")),
    h("div.side",
      h("span.bar", { part: "bar", role: "progressbar", title: texts.making }),
      h("p.left"),
      h("p.quiet", texts.stay),
      press(words.cancel, cancel, "link")));
  return stop;
}

export async function send(kit, file, { begin, end } = {}, portrait) {
  const { clips } = kit.config;
  const texts = clips.strings;
  if (file.size > clips.max_bytes) return choose(kit, kit.fill(texts.large, Math.floor(clips.max_bytes / 2 ** 20)));
  const { version, text_hash } = clips.consent;
  const body = new FormData();
  const fields = { clip: file, consent: version, text_hash, begin, end };
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) body.append(name, value);
  const stop = waiting(kit, portrait);
  const watch = (request) => {
    const tell = ({ loaded, total }) => kit.draw(Math.round((100 * loaded) / total), loaded < total ? texts.sending : texts.preparing);
    request.upload.onprogress = tell;
    stop.act = () => request.abort();
    tell({ loaded: 0, total: 1 });
  };
  try {
    const sent = await kit.shop.ask("clips/uploads/", { method: "POST", body, watch });
    const path = `clips/uploads/${sent.data.id}/`;
    stop.act = () => kit.shop.ask(path, { method: "DELETE" }).catch(() => null);
    let upload = sent;
    while (upload.data.state === "waiting" && !stop.isStopped) {
      kit.draw(100, texts.preparing);
      await kit.pause(upload.wait || 2);
      upload = await kit.shop.ask(path);
    }
    if (stop.isStopped) return;
    const { person, notes, error } = upload.data;
    if (error) return failed(kit, error);
    if (notes.length && kit.step) return doubt(kit, person, file);
    return dress(kit, person);
  } catch (problem) {
    if (!stop.isStopped) failed(kit, problem);
  }
}

async function failed(kit, { code, message = kit.words.offline }) {
  kit.emit("error", { code, message });
  const { step, shop, config, element } = kit;
  if (code === "consent_outdated") { // what is agreed to is to be read before
    const path = `config/?product=${encodeURIComponent(element.product)}&at=${Date.now()}`;
    const { data } = await shop.ask(path, { token: false }).catch(() => ({}));
    config.clips = data?.clips ?? config.clips;
  }
  if (step && step === kit.step) choose(kit, message);
}

function doubt(kit, person, file) {
  const { h, press } = kit;
  const texts = kit.config.clips.strings;
  kit.show("pair", texts.first, h("div.frame", kit.image(person.frame, texts.first)), h("div.side",
    h("p", texts.nobody),
    press(texts.trim, () => kit.use("cut", "trim", file), "first"),
    press(texts.onward, () => dress(kit, person))));
}

/** Have the first picture dressed. The same key again is the same, paid once. */
export async function dress(kit, person, key = crypto.getRandomValues(new Uint32Array(4)).join("-")) {
  const { wearing, engine, shop } = kit;
  const body = { garments: wearing.map(({ id }) => id), person: person.id, engine };
  kit.job = null;
  kit.portrait = person.frame && kit.image(person.frame);
  if (kit.step) kit.showWaiting();
  try {
    const { data } = await shop.ask("clips/", { method: "POST", body, headers: { "Idempotency-Key": key } });
    if (data.clip) kit.begun(data.clip, { film: data.id });
    else kit.begun(data.frame, { clip: 1 });
  } catch (problem) {
    failed(kit, problem);
  }
}

/** The first picture is there: shall the clip be made? */
export async function approve(kit) {
  const { h, press, words, config, shop, job, fill } = kit;
  const { step, result } = kit;
  const { data } = await shop.ask("clips/?limit=50").catch(() => ({}));
  if (step !== kit.step) return;
  const waits = data?.results.find(({ frame }) => frame.id === job.id);
  if (data && (!waits?.clip && waits?.state !== "waits_for_you")) {
    kit.note({ clip: 0 });
    return kit.use("result", "show");
  }
  const go = (clip) => {
    kit.begun(clip, { film: waits.id, tell: kit.known?.tell });
    return kit.showJob();
  };
  if (waits?.clip) return go(waits.clip); // of a yes that was said elsewhere
  const texts = config.clips?.strings;
  if (!waits) return kit.say(words.offline);
  if (!texts) return kit.use("result", "show"); // no clip can be made now
  const picture = kit.image(result.url, texts.look);
  const look = h("div.look", h("div.both", picture), h("span.mark.end", words.mark));
  look.style.setProperty("--ratio", result.width / result.height || 0.75);
  const answer = async (path, body, then) => {
    try {
      const reply = await shop.ask(`clips/${waits.id}/${path}/`, { method: "POST", body });
      then(reply.data);
    } catch ({ code, message = words.offline, status }) {
      kit.emit("error", { code, message });
      if (status === 404 && kit.step) return approve(kit); // it was deleted elsewhere
      kit.say(message);
    }
  };
  const yes = () => answer("approve", {}, ({ clip }) => {
    kit.portrait = look;
    return kit.step ? go(clip) : kit.begun(clip, { film: waits.id, tell: kit.known?.tell });
  });
  const no = () => answer("reject", undefined, () => {
    kit.note({ clip: 0 });
    if (kit.step) kit.use("result", "show");
  });
  const ask = async () => {
    if ((await Notification.requestPermission()) !== "granted") return kit.say(texts.denied);
    kit.note({ tell: 1 });
    return kit.say(texts.told);
  };
  const canTell = "Notification" in window && Notification.permission !== "denied" && !kit.touch();
  const doubt = h("p.doubt", { role: "status", part: "doubt" }, result.note);
  kit.show("pair", texts.look,
    h("div.frame", look),
    h("div.side",
      doubt,
      h("p", fill(texts.ask, waits.minutes)),
      press(texts.yes, yes, "first"),
      press(texts.no, no),
      canTell && press(texts.tell, ask, "link"),
      h("p.quiet", { part: "note" }, words.note)));
  if (result.is_checked === false) kit.use("result", "hear", doubt);
}

/** Tell outside of the page that something has come of it, once for all its tabs. */
export function tell(kit) {
  const { strings: texts } = kit.config.clips ?? {};
  if (!texts || Notification.permission !== "granted" || !document.hidden) return;
  const there = kit.known?.film ? texts.ready : texts.look;
  const note = new Notification(kit.result ? there : kit.words.failed, { tag: kit.job.id });
  note.onclick = () => {
    window.focus();
    kit.element.open(true);
  };
}
