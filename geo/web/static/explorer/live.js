// New figures under an open page: asks which publication is in force, repaints in place, says what changed.
import { go } from "./change.js";
import { Refused, renew } from "./fetching.js";
import { newsOn } from "./news.js";
import { hear } from "./signals.js";
import { address, page, word } from "./words.js";

/** @typedef {{at: string, every_s: number, sequence: number, version: string}} State */

const LONGEST_S = 300;
const PATIENCE_MS = 10_000;
const SOON_S = 0.5; // what the reader does comes first
const SPREAD = 0.25; // so that pages opened together do not ask together

const isWatched = page.view !== "" && !page.is_pinned && !page.is_plain;
const news = isWatched ? newsOn() : () => {};
const content = document.getElementById("content");
let every_s = page.watch_s;
let failures = 0;
let timer = 0;
let asked = 0; // when, by the clock of the page
let isAsking = false;
let isWished = false; // by the reader, who is answered in any case
let isOver = false;
/** The version that the reader has been told of. */
let told = page.version;
/** What was answered last, and its tag. @type {{state: State, tag: string} | null} */
let last = null;
/** The publication whose version did not come though it is in force: others are waited for. */
let inVain = 0;

const isSaving = () => {
  const { saveData = false } = /** @type {any} */ (navigator).connection ?? {};
  return saveData || matchMedia("(prefers-reduced-data:reduce)").matches;
};

/** The publication in force, as the page has it already or as the server says it. @returns {Promise<State>} */
const state = async () => {
  asked = performance.now();
  const headers = last ? { "If-None-Match": last.tag } : undefined;
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const answer = await fetch(address(`api/current/${page.country}.json`), { headers, signal, cache: "no-store" });
  if (answer.status === 304 && last) return last.state;
  if (!answer.ok) throw Object.assign(new Error(String(answer.status)), { wait_s: Number(answer.headers.get("Retry-After")) || 0 });
  const found = /** @type {State} */ (await answer.json());
  last = { state: found, tag: answer.headers.get("ETag") ?? "" };
  every_s = found.every_s;
  return found;
};

/** Ask, and follow where something else is in force; tells whether it is. */
const look = async () => {
  const { version, sequence } = await state();
  if (version === page.version || sequence === inVain) return false;
  if (content?.getAttribute("aria-busy") === "true") throw Object.assign(new Error("busy"), { wait_s: SOON_S });
  renew(version);
  try {
    const isShown = await go(page.view, { step: "none", isQuiet: true });
    if (isShown && page.version !== version) inVain = sequence;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    isOver = true; // the server does not know this view any more
    await tell(sequence);
  }
  return true;
};

/** Say what a publication changed for who has read another version. @param {number} sequence @param {boolean} [isDrawn] as it is now */
const tell = async (sequence, isDrawn = isOver) => {
  const before = told;
  told = page.version;
  try {
    const answer = await fetch(address(`api/news/${page.country}/${before}/${sequence}.${page.lang}.json`), { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (!answer.ok) throw new Error(String(answer.status));
    const { lines, more, link, is_redrawn: isRedrawn } = await answer.json();
    if (isRedrawn && !isDrawn) return anew(before); // the outlines of the page are not those of its figures
    const start = { text: word("watching.start"), href: address(`${page.lang}/${page.country}/`) };
    news(isOver ? [...lines, word("watching.gone")] : lines, isOver ? start : { text: more, href: address(link) });
  } catch {
    told = before; // said with the next one
  }
};

/** Load the page again, where the reader is, and say then what changed. @param {string} before */
const anew = (before) => {
  history.replaceState({ ...history.state, before }, "");
  location.reload();
};

/** Whoever is not asked for may still wish to ask. */
const offer = () => {
  const button = document.getElementById("watch");
  if (button) button.hidden = false;
};

hear("settled", async () => {
  offer();
  if (!isWatched || page.version === told) return;
  const known = last?.state.version === page.version ? last.state : await state().catch(() => null);
  if (known?.version === page.version) tell(known.sequence);
});

/** Ask now, and again after a while. @param {boolean} [isByReader] */
const ask = async (isByReader = false) => {
  clearTimeout(timer);
  isWished ||= isByReader;
  if (isAsking || isOver) return;
  isAsking = true;
  let wait_s = 0;
  try {
    const isOther = await look();
    if (isWished && !isOther) news([word("watching.none")]);
    failures = 0;
  } catch (error) {
    wait_s = /** @type {any} */ (error).wait_s ?? 0;
    if (wait_s !== SOON_S) failures++;
    if (isWished) news([word("watching.failed")]);
  }
  isAsking = isWished = false;
  later(wait_s);
};

/** @param {number} wait_s at least, or soon where something is to be done first */
const later = (wait_s = 0) => {
  clearTimeout(timer);
  if (isOver || !every_s || isSaving() || document.hidden) return;
  const backed_s = Math.min(LONGEST_S, every_s * 2 ** failures);
  const next_s = wait_s === SOON_S ? SOON_S : Math.max(wait_s, backed_s);
  timer = window.setTimeout(ask, 1000 * next_s * (1 - SPREAD + 2 * SPREAD * Math.random()));
};

/** The page is looked at again, or the network is back. */
const back = () => {
  if (document.hidden) return clearTimeout(timer);
  const isDue = performance.now() - asked > 1000 * every_s;
  if (isDue && every_s && !isSaving()) ask();
  else later();
};

const watch = () => {
  later();
  document.addEventListener("visibilitychange", back);
  addEventListener("online", back);
  document.addEventListener("click", ({ target }) => {
    if (target instanceof Element && target.closest("#watch")) ask(true);
  });
  offer();
  const { before, ...rest } = history.state ?? {};
  if (typeof before !== "string") return;
  history.replaceState(rest, "");
  told = before;
  state().then(({ sequence }) => tell(sequence, true)).catch(() => {});
};

if (isWatched) watch();
