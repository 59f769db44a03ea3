// The words of the page become those of another view, in pieces so small that the page answers in between.
import { morph, morphing } from "./morph.js";

const PIECE_MS = 8;
const AROUND = [".skip", ".top", ".synthetic", ".foot", "#moving", "#readout"]; // what changes with the language

/** Let the page answer its reader before the next piece of work. @type {() => Promise<void>} */
export const rest = () => /** @type {any} */ (globalThis).scheduler?.yield?.() ?? new Promise((done) => setTimeout(done));

/** @param {string} html */
const parse = (html) => new DOMParser().parseFromString(html, "text/html");

/** A page from its text; the rows of its table, which may be hundreds, are parsed apart. @param {string} html */
export const parsed = async (html) => {
  const [rows = ""] = /<tbody>.*?<\/tbody>/s.exec(html) ?? [];
  const next = parse(html.replace(rows, () => "<tbody></tbody>"));
  await rest();
  const held = parse(`<table>${rows}</table>`).querySelector("tbody");
  if (held) next.querySelector("tbody")?.replaceWith(held);
  await rest();
  return next;
};

/** @param {ParentNode} root @param {string} part */
const find = (root, part) => root.querySelector(`[data-part="${part}"]`);

/**
 * Do some work piece by piece; ends early, saying so, when something else is wanted meanwhile.
 * @param {Iterable<void>} work
 * @param {() => boolean} isWanted
 */
export const piecewise = async (work, isWanted) => {
  let begun = performance.now();
  for (const _ of work) {
    if (performance.now() - begun < PIECE_MS) continue;
    await rest();
    begun = performance.now();
    if (!isWanted()) return false;
  }
  return true;
};

/**
 * Take over every part of a page that was fetched, after each territory and each part a piece.
 * @param {Document} next
 * @param {boolean} isWhole
 * @returns {Generator<void>}
 */
export function* swapping(next, isWhole) {
  yield head(next, isWhole);
  if (isWhole) yield around(next);
  const parts = [...next.querySelectorAll("[data-part]")].filter((part) => !isWhole || !part.closest(AROUND.join()));
  for (const part of parts) {
    const was = find(document, part.getAttribute("data-part") ?? "");
    if (was) yield* morphing(was, part);
    yield;
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
  for (const [query, name] of [[".top>a,.foot nav a,link[rel=icon]", "href"], [".top img", "src"], [".top form", "action"], ["#panel", "data-style"], ["#panel", "data-sheet"]]) {
    for (const element of document.querySelectorAll(query)) {
      const address = element.getAttribute(name);
      if (address !== null) element.setAttribute(name, new URL(address, location.href).href);
    }
  }
};
