// A view as the server answers it: its value sheet and the parts of its page, both of one version, kept for a while.
import { address, page } from "./words.js";

/** @typedef {import("./signals.js").Sheet} Sheet */
/** @typedef {{sheet: Sheet, html: string}} Answer */
/** @typedef {{early: Promise<Sheet | null>, answer: Promise<Answer>, give: () => void, at: number}} Asked */

const KEPT = 24; // views
const KEPT_MS = 600_000;
const TRIES = 3; // of two answers that name the same version
const PATIENCE_MS = 30_000;

/** @type {Map<string, Asked>} */
const kept = new Map();
let version = page.version;

/** The server says no, in a sentence for readers. */
export class Refused extends Error {}

/** @param {string} path @param {AbortSignal} signal */
const get = async (path, signal) => {
  const response = await fetch(address(path), { signal, headers: { Accept: "application/json" } });
  if (response.ok) return response;
  const isOurs = response.headers.get("Content-Type")?.startsWith("application/problem+json");
  if (isOurs && response.status < 500) throw new Refused((await response.json()).detail);
  throw new Error(String(response.status));
};

/** @param {string} path @param {AbortSignal} signal @returns {Promise<Sheet>} */
const sheetOf = async (path, signal) => (await get(`${path.replace(/sort=[a-z-]+\/$/, "")}values.json`, signal)).json();

/** What a page says to its scripts, read from its text. @param {string} html */
const about = (html) => JSON.parse(/<script type="application\/json" id="explorer">(.*?)<\/script>/s.exec(html)?.[1] ?? "{}");

/** A site of plain files has whole pages alone. @param {string} folder @param {string} query @param {boolean} isWhole @param {AbortSignal} signal */
const pageOf = async (folder, query, isWhole, signal) => {
  const html = await (await get(`${folder}${isWhole || page.is_plain ? "" : "parts.html"}${query}`, signal)).text();
  return { html, ...about(html) };
};

/** @param {string} path @param {boolean} isWhole @param {AbortSignal} signal */
const ask = (path, isWhole, signal) => {
  const [folder, query = ""] = path.split("?");
  const html = pageOf(folder, query && `?${query}`, isWhole, signal);
  // Where a form leads is known when its answer is here; else both are on their way at once.
  const sheet = query ? html.then(({ view }) => sheetOf(view, signal)) : sheetOf(folder, signal);
  return { html, sheet };
};

/** @param {string} path @param {boolean} isWhole @param {AbortSignal} signal @param {ReturnType<typeof ask>} first */
const agreed = async (path, isWhole, signal, first) => {
  for (let asked = first, left = TRIES; left; left--, asked = ask(path, isWhole, signal)) {
    const [found, sheet] = await Promise.all([asked.html, asked.sheet]);
    if (found.version !== sheet.version) continue;
    if (found.version !== version) forget(found.version);
    return { html: found.html, sheet };
  }
  throw new Error("two versions");
};

/** Keep nothing of what was asked for before a version came into force. @param {string} next */
export const renew = (next) => {
  version = next;
  kept.clear();
};

/** Figures of a version that is not in force any more are not shown again. @param {string} next */
const forget = (next) => {
  version = next;
  const now = performance.now();
  for (const [key, { at }] of kept) if (now - at > PATIENCE_MS) kept.delete(key);
};

/**
 * Ask for a view, or take it from what is kept. `early` is its sheet alone, null where it comes with the rest.
 * @param {string} path its canonical path, or that of the page that a form stands on and what the form sends
 * @param {boolean} [isWhole] with the outlines of the map and everything around it
 * @returns {Asked}
 */
export const fetched = (path, isWhole = false) => {
  const key = `${path} ${isWhole}`;
  const held = kept.get(`${path} true`) ?? kept.get(key);
  if (held && performance.now() - held.at < KEPT_MS) return held;
  const gives = new AbortController();
  const signal = AbortSignal.any([gives.signal, AbortSignal.timeout(PATIENCE_MS)]);
  const first = ask(path, isWhole, signal);
  const answer = agreed(path, isWhole, signal, first);
  const drop = () => kept.get(key) === asked && kept.delete(key);
  const give = () => {
    drop();
    gives.abort();
  };
  const asked = { early: first.sheet.catch(() => null), answer, give, at: performance.now() };
  answer.catch(drop);
  kept.set(key, asked);
  for (const [oldest] of kept) if (kept.size > KEPT) kept.delete(oldest);
  return asked;
};

/** Ask for a view that may be chosen next, unless the reader saves data. @param {string} path @param {boolean} [isWhole] */
export const prefetch = (path, isWhole = false) => {
  const { saveData = false } = /** @type {any} */ (navigator).connection ?? {};
  if (!saveData && navigator.onLine) fetched(path, isWhole);
};
