/** A module of try-on.js: the result, and what a shopper does with it. */

/** Show what has come of the job. */
export async function show(kit) {
  const { h, press, round, words, result, step } = kit;
  const frame = look(kit);
  // the photo stays
  if (step === "pair wait") await frame.querySelector("img")?.decode().catch(() => null);
  if (step !== kit.step) return;
  kit.note({ seen: true });
  kit.paint();
  const likes = [true, false].map((liked) => round("thumb", liked ? words.like : words.dislike,
    () => like(kit, liked, likes), { "aria-pressed": `${result.liked === liked}` }));
  const zoom = round("zoom", words.zoom, () => {
    const pan = frame.querySelector(".pan");
    const isNear = pan.parentNode.classList.toggle("near");
    zoom.ariaPressed = isNear;
    pan.tabIndex = isNear ? 0 : -1;
    pan.scrollTo(pan.clientWidth / 2, 0);
  });
  const isWorn = ({ id }) => kit.job.garments.includes(id);
  const others = kit.config.garments.filter((one) => !isWorn(one));
  const looks = kit.config.looks.filter(({ garments }) => !garments.every(isWorn));
  const wear = (garments, look) => {
    kit.wearing = look ? garments : kit.join(worn(kit), garments[0]);
    kit.look = look;
    const { person } = kit.job;
    const { clip, film } = kit.known ?? {};
    const isFilmed = film || clip !== undefined;
    if (isFilmed && person && kit.config.clips) return kit.use("clip", "dress", { id: person, frame: result.before });
    return person && result.before && !isFilmed ? kit.launch({ id: person, photo: result.before }) : kit.restart();
  };
  const remove = () => kit.sure(words.sure, `results/${result.id}/`, () => {
    kit.forget();
    return kit.restart(words.removed);
  }, () => show(kit));
  const shared = h("p.shared");
  const path = result.published_at ? `results/${result.id}/file/?save` : `${result.url}?save`;
  const save = { part: "button save", href: kit.shop.link(path) };
  const products = [...new Set(worn(kit).map(({ product }) => product))];
  const basket = () => kit.emit("addtocart", { result: result.id, products }) && kit.element.close();
  const doubt = h("p.doubt", { role: "status", part: "doubt" }, result.note);
  kit.show("pair", words.ready, frame, h("div.side",
    doubt,
    h("p.quiet", { part: "note" }, words.note),
    !kit.element.hasAttribute("no-cart") && press(words.basket, basket, "first"),
    h("div.row", press(words.share, () => share(kit, shared)), h("a", save, words.save)),
    shared,
    h("div.row", likes, zoom),
    kit.garments(words.others, others, looks, wear),
    press(words.other, () => kit.restart()),
    h("p.quiet", result.delete_at && kit.fill(words.until, date(kit, result.delete_at)), " ", press(words.remove, remove, "link"))));
  if (result.is_checked === false) hear(kit, doubt);
}

/** The shop still looks at the result: say so if something may not be right in it. */
export async function hear(kit, doubt) {
  const { id } = kit.job;
  for (const seconds of [2, 4, 8]) {
    await kit.pause(seconds);
    if (!doubt.isConnected) return;
    const { data } = await kit.shop.ask(`jobs/${id}/`).catch(() => ({}));
    const [found] = data?.results ?? [];
    if (found?.is_checked !== false) return doubt.append(found?.note ?? "");
  }
}

/** The garments of the job that are known here: those of the page, and of its looks. */
function worn({ config, job }) {
  const known = new Map([...config.looks.flatMap(({ garments }) => garments), ...config.garments].map((one) => [one.id, one]));
  return job.garments.map((id) => known.get(id)).filter(Boolean);
}

function look(kit) {
  const { h, fill, words, result } = kit;
  const isClip = result.kind === "video";
  const alt = fill(words.worn, worn(kit).map(({ name }) => name).join(", "));
  const onerror = () => renewLinks(kit, node);
  const node = h(isClip ? "video" : "img", { src: kit.shop.link(result.url), alt, "aria-label": alt, onerror, controls: isClip, loop: isClip });
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
    const nodes = [kit.image(result.before, words.before, { class: "before", onerror }), h("span.line"), h("span.mark", words.before), range];
    look.append(...nodes);
    node.after(...nodes.slice(0, 2));
    oninput();
  }
  return h("div.frame", look);
}

async function renewLinks(kit, node) {
  const { data } = await kit.shop.ask(`jobs/${kit.job?.id}/`).catch(() => ({}));
  if (node.isConnected && data?.results[0] && data.results[0].url !== kit.result.url) {
    kit.job = data;
    show(kit);
  }
}

function date({ shop }, text) {
  return new Date(text).toLocaleDateString(shop.lang, { dateStyle: "long" });
}

function like(kit, wanted, likes) {
  const { result } = kit;
  const liked = result.liked === wanted ? null : wanted;
  return kit.try(`results/${result.id}/`, { method: "PATCH", body: { liked } }, () => {
    result.liked = liked;
    likes.forEach((one, at) => (one.ariaPressed = liked === !at));
    kit.say(kit.words.thanks);
    kit.emit("liked", { result: result.id, liked });
  });
}

function share(kit, place) {
  const { h, put, fill, words, result, shop } = kit;
  return kit.try(`results/${result.id}/share/`, { method: "POST" }, async ({ data }) => {
    const url = shop.link(data.url);
    kit.emit("shared", { result: result.id, url });
    if (kit.touch() && navigator.share) return navigator.share({ url }).catch(() => null);
    const isCopied = await navigator.clipboard?.writeText(url).then(() => true, () => false);
    const said = fill(words[isCopied ? "copied" : "copy"], date(kit, data.expires_at));
    put(place, h("input", { readonly: true, value: url, "aria-label": words.share }));
    return kit.say(said);
  });
}
