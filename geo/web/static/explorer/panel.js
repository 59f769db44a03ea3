// The panel: the readable part of a whole page beside the map. The page itself stays one link away.
import { write, read } from "./fragment.js";
import { adopted, styled } from "./adopted.js";
import { addressOf, inView, spotOf } from "./spot.js";
import { morph } from "./morph.js";
import { mark } from "./picked.js";
import { hear, say } from "./signals.js";
import { page, word } from "./words.js";

/** @typedef {import("./spot.js").Spot} Spot */

const SLOW_MS = 3000;
const panel = document.getElementById("panel");
/** What the panel shows now. @type {Spot | null} */
let shown = null;
let version = page.version; // of what it shows
/** Where the focus goes back to. @type {Element | null} */
let opener = null;
let asked = new AbortController();

/** @param {Spot} spot @param {{push?: boolean, focus?: boolean}} [how] */
const open = async (spot, { push = true, focus = true } = {}) => {
  if (!panel) return;
  if (!panel.contains(document.activeElement)) opener = document.activeElement;
  const isNew = spot.key !== shown?.key || spot.id !== shown.id;
  shown = spot;
  if (push) keep(spot);
  panel.hidden = false;
  document.documentElement.classList.add("has-panel");
  mark(spot);
  version = page.version;
  asked.abort();
  asked = new AbortController();
  const { signal } = asked;
  panel.setAttribute("aria-busy", "true");
  if (isNew) panel.replaceChildren(head(spot.address), told(word("detail.loading")));
  const slow = setTimeout(() => panel.querySelector(".told")?.replaceWith(told(word("detail.slow"))), SLOW_MS);
  try {
    const [found] = await Promise.all([adopted(spot.address, signal), dressed()]);
    if (signal.aborted) return;
    const top = isNew ? 0 : panel.scrollTop;
    panel.replaceChildren(head(found.address), found.article);
    panel.scrollTop = top;
    if (focus) settle(found.article);
  } catch (error) {
    if (signal.aborted) return;
    panel.replaceChildren(head(spot.address), told(word(error instanceof RangeError ? "detail.gone" : "detail.failed")), again(spot));
    if (focus) panel.querySelector("button")?.focus();
  } finally {
    clearTimeout(slow);
    if (!signal.aborted) panel.removeAttribute("aria-busy");
  }
};

/** Other figures have come into force: what is read becomes what it says now, where the reader is in it. */
const renew = async () => {
  const [spot, held] = [shown, panel?.querySelector("[data-panel]")];
  version = page.version;
  if (!spot || !held) return;
  try {
    const { article } = await adopted(spot.address, asked.signal);
    if (shown === spot && held.isConnected) morph(held, article);
  } catch (error) {
    if (shown === spot && error instanceof RangeError) open(spot, { push: false, focus: false });
  }
};

/** @param {{push?: boolean}} [how] */
const close = ({ push = true } = {}) => {
  if (!panel || !shown) return;
  const had = panel.contains(document.activeElement);
  asked.abort();
  shown = null;
  if (push) keep(null);
  panel.hidden = true;
  panel.replaceChildren();
  document.documentElement.classList.remove("has-panel");
  mark(null);
  if (had && opener instanceof Element && opener.isConnected) /** @type {HTMLElement} */ (opener).focus();
  say("closed", {});
};

/** The address says what is open, in one step that leads back. @param {Spot | null} spot */
const keep = (spot) => {
  const others = ["unit", "body", "page"].filter((key) => key !== spot?.key && read().has(key));
  others.forEach((key, k) => write(key, null, { push: !spot && k === 0 }));
  if (spot) write(spot.key, spot.id, { push: true });
};

/** @param {string} address */
const head = (address) => {
  const row = element("div", "panel-head");
  const link = element("a", "", word("detail.page"));
  link.setAttribute("href", address);
  link.setAttribute("data-leaves", "");
  const button = element("button", "close", "×");
  button.setAttribute("type", "button");
  button.setAttribute("aria-label", word("detail.close"));
  button.addEventListener("click", () => close());
  row.append(link, button);
  return row;
};

/** @param {string} text */
const told = (text) => {
  const said = element("p", "told", text);
  said.setAttribute("role", "status");
  return said;
};

/** @param {Spot} spot */
const again = (spot) => {
  const button = element("button", "again", word("detail.again"));
  button.setAttribute("type", "button");
  button.addEventListener("click", () => open(spot, { push: false }));
  return button;
};

/** @param {string} tag @param {string} kind @param {string} [text] */
const element = (tag, kind, text = "") => {
  const made = document.createElement(tag);
  if (kind) made.className = kind;
  made.textContent = text;
  return made;
};

/** @param {Element} article */
const settle = (article) => {
  const heading = article.querySelector("h1,h2");
  heading?.setAttribute("tabindex", "-1");
  /** @type {HTMLElement | null} */ (heading)?.focus({ preventScroll: true });
};

/** @type {Promise<unknown> | null} */
let sheets = null;

/** The sheets of the panel and of what it mostly shows come with these lines: later they would style a full page anew. */
const dressed = () => (sheets ??= Promise.all([panel?.dataset.style, panel?.dataset.sheet].map((address) => address && styled(new URL(address, location.href).href))));

const follow = () => {
  const spot = inView();
  if (!spot) return close({ push: false });
  if (spot.key !== shown?.key || spot.id !== shown.id) open(spot, { push: false });
};

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const spot = event.target instanceof Element ? spotOf(event.target) : null;
  if (!spot || !panel) return;
  event.preventDefault();
  say("open", { kind: spot.key, id: spot.id, address: spot.address });
});
document.addEventListener("keydown", (event) => {
  const within = panel?.contains(document.activeElement) || document.activeElement === document.body;
  if (event.key === "Escape" && !event.defaultPrevented && within) close();
});
addEventListener("popstate", follow);
hear("open", ({ kind, id, address }) => open({ key: kind, id, address: addressOf({ key: kind, id, address }) }));
hear("settled", () => mark(shown)); // the rows of the table are new
hear("shown", ({ sheet, view }) => {
  if (!shown) return;
  const address = addressOf(shown, { edition: sheet.edition, view });
  if (address === shown.address) {
    mark(shown);
    if (page.version !== version) renew();
  }
  else open({ ...shown, address }, { push: false, focus: false });
});
follow();
dressed();
