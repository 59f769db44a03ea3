// The map that the server drew: painted from a value sheet at once, then made like the drawing of the new view.
import { morph } from "./morph.js";

const PATTERNS = /** @type {Record<string, string>} */ ({ not_reported: "none", partly_reported: "part" });

export const drawing = () => /** @type {SVGSVGElement | null} */ (document.querySelector("[data-map]>.map"));

/** Outlines that were seen, by the drawing that they belong to. @type {Map<string, Map<string, string>>} */
const seen = new Map();

/** @param {Element} path */
const place = (path) => {
  const inset = path.closest(".inset")?.querySelector("clipPath")?.id ?? "";
  return `${inset}/${path.getAttribute("class")?.split(" ")[0]}/${path.closest("[data-u]")?.getAttribute("data-u") ?? ""}`;
};

const SHAPES = "path.u,path.around,path.ground";

/** @param {string} name */
export const remember = (name) => {
  const held = seen.get(name) ?? new Map();
  for (const path of drawing()?.querySelectorAll(SHAPES) ?? []) held.set(place(path), path.getAttribute("d") ?? "");
  seen.set(name, held);
};

/** @param {string} name */
export const hasSeen = (name) => seen.has(name);

/**
 * Tell whether every outline that a drawing needs has been seen.
 * @param {Element} map @param {string} name
 */
export const isKnown = (map, name) =>
  [...map.querySelectorAll(SHAPES)].every((path) => path.hasAttribute("d") || seen.get(name)?.has(place(path)));

/** @param {Element} root @param {string} name */
const fill = (root, name) => {
  for (const path of root.matches(SHAPES) ? [root] : root.querySelectorAll(SHAPES)) {
    if (!path.hasAttribute("d")) path.setAttribute("d", seen.get(name)?.get(place(path)) ?? "");
  }
};

/**
 * Make the drawing like another on the same borders; what comes in gets the outlines that were seen.
 * @param {Element} next @param {string} name
 */
export const redress = (next, name) => {
  const map = drawing();
  if (!map) return;
  map.querySelector(".over")?.remove(); // the outline of what is pointed at is not of the server
  morph(map, next, (element) => fill(element, name));
  before = [];
  map.classList.remove("between");
};

/** Put a drawing on other borders in the place of this one. @param {Element} next @param {string} name */
export const redraw = (next, name) => {
  fill(next, name);
  before = [];
  drawing()?.replaceWith(document.adoptNode(next));
};

/** The colours of before. @type {[Element, string, string | null][]} */
let before = [];

/** Give the territories back the colours that the words of the page belong to. */
export const unpaint = () => {
  for (const [shape, tone, fill] of before) {
    shape.setAttribute("class", tone);
    if (fill === null) shape.removeAttribute("fill");
    else shape.setAttribute("fill", fill);
  }
  before = [];
  drawing()?.classList.remove("between");
};

/**
 * Colour the territories from the sheet, before the words of the page arrive; circles wait for theirs.
 * @param {import("./signals.js").Sheet} sheet
 */
export const paint = (sheet) => {
  const map = drawing();
  if (!map || sheet.is_circles || map.querySelector("circle.sum")) return;
  const lacking = new Map(Object.entries(sheet.state).flatMap(([state, ids]) => ids.map((id) => [id, PATTERNS[state] ?? "void"])));
  const tones = sheet.ids.map((id, unit) => lacking.get(id) ?? sheet.tones[sheet.classes[unit] - 1]);
  const shapes = [...map.querySelectorAll("a[data-u]>.u,a[data-u]>.dot,.inset .u")];
  if (!before.length) before = shapes.map((shape) => [shape, shape.getAttribute("class") ?? "", shape.getAttribute("fill")]);
  map.classList.add("between"); // the numbers on it are still the old ones: they are not shown
  for (const shape of shapes) {
    const tone = tones[Number(shape.closest("[data-u]")?.getAttribute("data-u"))];
    const [kind] = (shape.getAttribute("class") ?? "").split(" ");
    shape.setAttribute("class", `${kind} ${tone}`);
    if (tone in { none: 0, part: 0, void: 0 }) shape.setAttribute("fill", `url(#h-${tone})`);
    else shape.removeAttribute("fill");
  }
};
