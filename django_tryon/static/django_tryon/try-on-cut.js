/** A module of try-on.js: which part of a clip, and the cutting of what is too large to be sent whole. */

const LONG_SIDE = 1280; // of what is cut here
const UNCUT = 2e7; // bytes that are sent whole, for the shop to cut
const BITS = 6e6; // a second
const SHORTEST = 1;

/** Which part of it? */
export async function trim(kit, file) {
  const { h, press, fill, config, step } = kit;
  const { strings: texts, max_seconds, longest, max_bytes } = config.clips;
  const src = URL.createObjectURL(file);
  const video = h("video", { src, playsinline: true, "aria-label": texts.title });
  video.muted = true;
  if (kit.touch()) video.style.maxBlockSize = "42dvh"; // the buttons are to be seen, too
  const seen = await new Promise((done) => {
    video.onloadeddata = () => done(true);
    video.onerror = () => done(false);
  });
  if (seen && video.duration === Infinity) { // what a browser has recorded tells it at its end
    await seek(video, 1e9);
    video.lengthInSeconds = video.currentTime;
    await seek(video, 0);
  }
  if (step !== kit.step) return;
  const whole = video.lengthInSeconds ?? video.duration;
  const send = (...all) => kit.use("clip", "send", ...all);
  const other = press(texts.other, () => kit.use("clip", "choose"));
  if (!seen) {
    return kit.show("only", texts.cut, h("p", texts.unplayable), h("div.row", press(texts.onward, () => send(file), "first"), other));
  }
  const part = { begin: 0, end: Math.min(whole, max_seconds) };
  const length = h("p.left", { role: "status" });
  const use = press(texts.use, () => {
    video.pause();
    const isAll = part.begin === 0 && part.end === whole;
    const cuts = !isAll && (file.size > UNCUT || whole > longest) && window.MediaRecorder;
    return cuts ? cut(kit, video, file, part) : send(file, isAll ? {} : part, video);
  }, "first");
  const told = (seconds) => seconds.toLocaleString(kit.shop.lang, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const judge = () => {
    const seconds = part.end - part.begin;
    const isLarge = !window.MediaRecorder && file.size > max_bytes;
    const fault = (seconds > max_seconds && fill(texts.long, Math.floor(max_seconds))) || (seconds < SHORTEST && texts.short)
      || (isLarge && fill(texts.large, Math.floor(max_bytes / 2 ** 20)));
    length.textContent = fault || fill(texts.length, told(seconds));
    use.disabled = Boolean(fault);
  };
  const range = (name) => {
    const oninput = ({ target }) => {
      part[name] = +target.value;
      target.ariaValueText = `${told(part[name])} s`;
      video.currentTime = part[name];
      judge();
    };
    return h("label.side", texts[name], h("input", { type: "range", min: 0, max: whole, step: "any", value: part[name], "aria-valuetext": `${told(part[name])} s`, oninput }));
  };
  const play = async () => {
    await seek(video, part.begin);
    video.ontimeupdate = () => video.currentTime >= part.end && video.pause();
    return video.play();
  };
  kit.show("pair", texts.cut, h("div.frame", video), h("div.side", range("begin"), range("end"), length, press(texts.play, play), use, other));
  kit.leave = () => {
    video.pause();
    video.ontimeupdate = null;
  };
  judge();
}

const seek = (video, moment) => new Promise((done) => {
  video.onseeked = done;
  video.currentTime = moment;
});

/** Play the part, and record what is played. A page that is put aside plays nothing: then the shop cuts. */
async function cut(kit, video, file, part) {
  const { width, height } = sized(video);
  const texts = kit.config.clips.strings;
  const canvas = kit.h("canvas", { width, height });
  const pen = canvas.getContext("2d");
  const stop = await kit.use("clip", "waiting", canvas);
  await seek(video, part.begin);
  const paint = () => pen.drawImage(video, 0, 0, width, height);
  paint();
  const mimeType = ["video/mp4;codecs=avc1", "video/webm;codecs=vp9", "video/webm"].find((one) => MediaRecorder.isTypeSupported(one));
  const chunks = [];
  const recorder = new MediaRecorder(canvas.captureStream(30), { mimeType, videoBitsPerSecond: BITS });
  recorder.ondataavailable = ({ data }) => chunks.push(data);
  const ended = new Promise((done) => (recorder.onstop = done));
  let isWhole = false;
  const step = () => {
    if (recorder.state === "inactive") return;
    paint();
    const done = (video.currentTime - part.begin) / (part.end - part.begin);
    kit.draw(Math.min(99, Math.round(100 * done)), texts.cutting);
    isWhole = done >= 1 || video.ended;
    if (isWhole || document.hidden || stop.isStopped) recorder.stop();
    else setTimeout(step, 16);
  };
  recorder.start();
  await video.play().catch(() => recorder.stop());
  step();
  await ended;
  video.pause();
  if (stop.isStopped) return;
  const send = (...all) => kit.use("clip", "send", ...all);
  if (isWhole) return send(new File(chunks, "clip", { type: mimeType }), {}, canvas);
  return file.size > kit.config.clips.max_bytes ? trim(kit, file) : send(file, part, canvas);
}

function sized({ videoWidth, videoHeight }) {
  const scale = Math.min(1, LONG_SIDE / Math.max(videoWidth, videoHeight));
  const [width, height] = [videoWidth, videoHeight].map((side) => 2 * Math.round((side * scale) / 2));
  return { width, height };
}
