// The words of the page become those of another view, in pieces so small that the page answers in between.
import { alike, morph } from "./morph.js";

const PIECE_MS = 8;
const ROWS = 24;
const AROUND = [".skip", ".top", ".synthetic", ".foot", "#moving", "#readout"]; // what changes with the language

/** Let the page answer its reader before the next piece of work. @type {() => Promise<void>} */
export const rest = () => /** @type {any} */ (globalThis).scheduler?.yield?.() ?? new Promise((done) => setTimeout(done));

/** @param {ParentNode} root @param {string} part */
const find = (root, part) => root.querySelector(`[data-part="${part}"]`);

/**
 * Take over every part of a page that was fetched; ends early, saying so, when something else is wanted meanwhile.
 * @param {Document} next
 * @param {boolean} isWhole
 * @param {() => boolean} isWanted
 */
export const swap = async (next, isWhole, isWanted) => {
  let begun = performance.now();
  for (const step of steps(next, isWhole)) {
    step();
    if (performance.now() - begun < PIECE_MS) continue;
    await rest();
    begun = performance.now();
    if (!isWanted()) return false;
  }
  return true;
};

/** @param {Document} next @param {boolean} isWhole @returns {Generator<() => void>} */
function* steps(next, isWhole) {
  yield () => head(next, isWhole);
  if (isWhole) yield () => around(next);
  const parts = [...next.querySelectorAll("[data-part]")].filter((part) => !isWhole || !part.closest(AROUND.join()));
  const names = parts.map((part) => part.getAttribute("data-part") ?? "");
  for (const name of names) {
    const [was, now] = [find(document, name), find(next, name)];
    if (!was || !now) continue;
    yield* rows(was, now);
    yield () => morph(was, now);
  }
}

/** The rows of a long table, some at a time. @param {Element} was @param {Element} now @returns {Generator<() => void>} */
function* rows(was, now) {
  const [held, coming] = [was.querySelector("tbody"), now.querySelector(".many tbody") ?? (now.matches(".many") ? now.querySelector("tbody") : null)];
  if (!held || !coming) return;
  const of = new Map([...held.children].map((row) => [row.getAttribute("data-u"), row]));
  const left = [...coming.children];
  while (left.length) {
    const some = left.splice(0, ROWS);
    yield () => {
      for (const row of some) {
        const same = of.get(row.getAttribute("data-u"));
        if (!same) continue;
        morph(same, row);
        alike(row);
      }
    };
  }
}

/** @param {Document} next @param {boolean} isWhole */
const head = (next, isWhole) => {
  document.title = next.title;
  document.body.className = next.body.className; // the palette
  for (const query of ['meta[name="description"]', 'link[rel="canonical"]']) {
    const [was, now] = [document.head.querySelector(query), next.head.querySelector(query)];
    if (was && now) morph(was, now);
  }
  for (const was of document.head.querySelectorAll("link[hreflang]")) {
    const now = next.head.querySelector(`link[hreflang="${was.getAttribute("hreflang")}"]`);
    if (now) morph(was, now);
  }
  if (isWhole) document.documentElement.lang = next.documentElement.lang;
};

/** @param {Document} next */
const around = (next) => {
  for (const query of AROUND) {
    const [was, now] = [document.querySelector(query), next.querySelector(query)];
    if (was && now) morph(was, now);
  }
  for (const query of ["[data-map]", "#panel"]) {
    const label = next.querySelector(query)?.getAttribute("aria-label");
    if (label) document.querySelector(query)?.setAttribute("aria-label", label);
  }
  fix();
};

/** Addresses around the view hold wherever the page comes to stand. */
export const fix = () => {
  for (const [query, name] of [[".top>a,.foot nav a,link[rel=icon]", "href"], [".top img", "src"], [".top form", "action"], ["#panel", "data-style"]]) {
    for (const element of document.querySelectorAll(query)) {
      const address = element.getAttribute(name);
      if (address !== null) element.setAttribute(name, new URL(address, location.href).href);
    }
  }
};
