/** The shop's REST API: https://…/tryon/api/, for a page of another origin. */

const SHOP = import.meta.env.VITE_SHOP ?? "http://127.0.0.1:8000";
const API = `${SHOP}/tryon/api/`;
const KEPT = `harbour ${API}`;

/** What the API refused, with its code and its sentence for people. */
export class Refused extends Error {
  constructor(status, { code, message }) {
    super(message);
    this.name = "Refused";
    this.status = status;
    this.code = code;
  }
}

let token = localStorage.getItem(KEPT);
let asking = null; // two requests at once get one token, not two

function newToken() {
  asking ??= (async () => {
    // With the old token the new one is for the same shopper.
    const old = token ? { Authorization: `Shopper ${token}` } : {};
    const reply = await fetch(`${API}shoppers/`, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...old },
      body: "{}",
    });
    if (reply.status === 401 && token) {
      token = null; // forged, or its shopper was erased
      asking = null;
      return newToken();
    }
    token = (await read(reply)).token;
    localStorage.setItem(KEPT, token);
    return token;
  })().finally(() => {
    asking = null;
  });
  return asking;
}

async function read(reply) {
  if (reply.ok) return reply.status === 204 ? null : reply.json();
  let error = { code: "no_answer", message: "The shop does not answer as it should. Try again later." };
  try {
    error = (await reply.json()).error ?? error;
  } catch {
    // a proxy's page, say
  }
  throw new Refused(reply.status, error);
}

/** Send a request as this shopper; once more with a new token if the old one is over. */
async function send(path, { headers, ...options } = {}) {
  for (let attempt = 0; ; attempt += 1) {
    const Authorization = `Shopper ${token ?? (await newToken())}`;
    const reply = await fetch(API + path, { ...options, headers: { ...headers, Authorization } });
    if (reply.status !== 401 || attempt) return reply;
    await newToken();
  }
}

export const garmentsOf = async (products) =>
  (await read(await fetch(`${API}garments/?product=${products.join()}`))).results;

export const configOf = async (product) => read(await fetch(`${API}config/?product=${product}`));

/** Send a photo, after the box with these very words was ticked. */
export async function sendPhoto(file, consent) {
  const body = new FormData();
  body.append("photo", file);
  body.append("consent", consent.version);
  body.append("text_hash", consent.text_hash);
  return read(await send("people/", { method: "POST", body }));
}

/** Ask for a try-on. `key` makes a repeat harmless. Returns the job and the seconds to wait. */
export async function launch(garment, person, key) {
  const reply = await send("jobs/", {
    method: "POST",
    headers: { "Content-Type": "application/json", "Idempotency-Key": key },
    body: JSON.stringify({ garments: [garment], person }),
  });
  return { job: await read(reply), wait: Number(reply.headers.get("Retry-After")) || 2 };
}

/** Ask how a job stands until it has ended; `tell` hears of each change. `signal` ends the asking. */
export async function watch({ job, wait }, tell, signal) {
  let etag = "";
  while (!job.finished_at && !job.error) {
    await pause(wait * 1000, signal);
    const reply = await send(`jobs/${job.id}/`, { headers: { "If-None-Match": etag }, signal });
    wait = Number(reply.headers.get("Retry-After")) || 2;
    if (reply.status === 304 || reply.status === 429) continue;
    job = await read(reply);
    etag = reply.headers.get("ETag") ?? "";
    tell(job);
  }
  return job;
}

export const erase = async (result) => read(await send(`results/${result}/`, { method: "DELETE" }));

function pause(milliseconds, signal) {
  return new Promise((done, fail) => {
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      fail(signal.reason);
    });
  });
}
