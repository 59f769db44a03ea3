// The map that the server drew: painted from a value sheet at once, then made like the drawing of the new view.
import { morphing } from "./morph.js";

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

/** What has been seen already. @type {WeakMap<Element, string>} */
const known = new WeakMap();

/** @param {string} name */
export const remember = (name) => {
  const held = seen.get(name) ?? new Map();
  for (const path of drawing()?.querySelectorAll(SHAPES) ?? []) {
    if (known.get(path) === name) continue;
    held.set(place(path), path.getAttribute("d") ?? "");
    known.set(path, name);
  }
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
 * Make the drawing like another on the same borders, a piece after each territory; what comes in gets the outlines that
 * were seen.
 * @param {Element} next @param {string} name
 * @returns {Generator<void>}
 */
export function* redressing(next, name) {
  const map = drawing();
  if (!map) return;
  map.querySelector(".over")?.remove(); // the outline of what is pointed at is not of the server
  yield* morphing(map, next, (element) => fill(element, name));
  before = [];
  map.classList.remove("between");
}

/** Put a drawing on other borders in the place of this one. @param {Element} next @param {string} name */
export const redraw = (next, name) => {
  fill(next, name);
  before = [];
  drawing()?.replaceWith(document.adoptNode(next));
};

/** What shapes were before: each with a name and value of an attribute. @type {[Element, string, string | null][]} */
let before = [];

/** @param {Element} shape @param {string} name @param {string | null} value */
const put = (shape, name, value) => {
  const held = shape.getAttribute(name);
  if (held === value) return;
  before.push([shape, name, held]);
  set(shape, name, value);
};

/** @param {Element} shape @param {string} name @param {string | null} value */
const set = (shape, name, value) => (value === null ? shape.removeAttribute(name) : shape.setAttribute(name, value));

/** Give the territories back the colours, and circles the sizes, that the words of the page belong to. */
export const unpaint = () => {
  for (const [shape, name, value] of before.reverse()) set(shape, name, value);
  before = [];
  drawing()?.classList.remove("between");
};

/**
 * Colour the territories from the sheet, or size the circles on them, before the words of the page arrive; where circles
 * take the place of colours, or colours that of circles, the drawing waits for its words.
 * @param {import("./signals.js").Sheet} sheet
 */
export const paint = (sheet) => {
  const map = drawing();
  const circles = map?.querySelectorAll("circle.sum") ?? [];
  if (!map || sheet.is_circles !== circles.length > 0) return;
  map.classList.add("between"); // the numbers on it are still the old ones: they are not shown
  if (sheet.is_circles) {
    for (const circle of circles) put(circle, "r", String(sheet.radii?.[Number(circle.getAttribute("data-u"))] ?? 0));
    return;
  }
  const lacking = new Map(Object.entries(sheet.state).flatMap(([state, ids]) => ids.map((id) => [id, PATTERNS[state] ?? "void"])));
  const tones = sheet.ids.map((id, unit) => lacking.get(id) ?? sheet.tones[sheet.classes[unit] - 1]);
  for (const shape of map.querySelectorAll("a[data-u]>.u,a[data-u]>.dot,.inset .u")) {
    const tone = tones[Number(shape.closest("[data-u]")?.getAttribute("data-u"))];
    const [kind] = (shape.getAttribute("class") ?? "").split(" ");
    put(shape, "class", `${kind} ${tone}`);
    put(shape, "fill", tone in { none: 0, part: 0, void: 0 } ? `url(#h-${tone})` : null);
  }
};
