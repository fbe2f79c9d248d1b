/** A module of try-on.js: a photo by file or camera, made ready and sent. */

const LONG_SIDE = 1600;
const DARK = 70; // of 255

/** Look at a photo, and ask whether it is the right one. */
export async function check(kit, file) {
  const { words, step } = kit;
  kit.say(words.looking);
  const photo = await prepare(file, kit.config.upload);
  if (step !== kit.step) return;
  const { blob, refused, notes } = photo;
  if (!blob) return kit.say(words[notes]);
  kit.emit("photo", { bytes: blob.size, notes });
  ask(kit, photo, notes.map((note) => words[note]), !refused && (() => send(kit, photo)), () => kit.showStart());
}

/** Show the photo with what there is to say of it. */
function ask({ h, press, words, show }, { canvas }, notes, use, another) {
  show("pair", words.check,
    h("div.frame", { role: "img", title: words.chosen }, canvas ?? h("span.good")),
    h("div.side",
      notes.map((note) => h("p", note)),
      use && press(words.use, use, "first"),
      press(words.another, another)));
}

/** Turn upright, shrink and encode anew, without EXIF. */
export async function prepare(file, { min_side, types }) {
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
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const pen = canvas.getContext("2d");
  pen.imageSmoothingQuality = "high";
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, width, height);
  pen.drawImage(picture, 0, 0, width, height);
  return canvas;
}

/** Send what was agreed to, with a bar and a way to stop it; then dress whoever is in it. */
function send(kit, photo) {
  const { blob, canvas } = photo;
  const { version, text_hash } = kit.config.consent;
  const body = new FormData();
  body.append("photo", blob, blob.name ?? "photo.jpg");
  body.append("consent", version);
  body.append("text_hash", text_hash);
  kit.job = null;
  kit.portrait = canvas;
  kit.showWaiting();
  const watch = (request) => {
    const tell = ({ loaded, total }) => kit.draw(Math.round((100 * loaded) / total), kit.words.sending);
    request.upload.onprogress = tell;
    if (kit.step) kit.showWaiting(() => {
      request.abort();
      kit.showStart();
    });
    tell({ loaded: 0, total: 1 });
  };
  const sent = ({ data }) => {
    const launch = () => kit.launch(data, canvas);
    // the shop has looked, too: nothing is launched before they have read what it saw
    if (!data.notes?.length || !kit.step) return launch();
    return ask(kit, photo, data.notes, launch, () => kit.restart());
  };
  return kit.try("people/", { method: "POST", body, watch }, sent, () => send(kit, photo));
}

/** The camera of a machine that is no phone. */
export async function camera(kit) {
  const { h, press, words, step } = kit;
  const side = { ideal: LONG_SIDE };
  const video = h("video.mirror", { autoplay: true, playsinline: true });
  const count = h("span.count");
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "user", width: side, height: side } });
  } catch {
    return step === kit.step && kit.showStart(words.no_camera);
  }
  const stop = () => stream.getTracks().forEach((track) => track.stop());
  if (step !== kit.step) return stop();
  video.srcObject = stream;
  const shoot = async (seconds) => {
    for (let left = seconds; left && stream.active; left -= 1) {
      count.textContent = left;
      await kit.pause(1);
    }
    if (stream.active) paint(video, video.videoWidth, video.videoHeight).toBlob((blob) => kit.took(blob));
  };
  kit.show("pair", words.take, h("div.frame", video, count), h("div.side",
    h("p", words.stand),
    press(words.shoot, () => shoot(0), "first"),
    press(words.timer, () => shoot(5)),
    press(words.back, () => kit.showStart(), "link")));
  kit.leave = stop;
}
