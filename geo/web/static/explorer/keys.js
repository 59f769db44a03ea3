// The drawn map by keyboard: one stop for Tab; arrows walk the units in the order of reading.
import { hear } from "./signals.js";

const drawing = () => /** @type {SVGSVGElement | null} */ (document.querySelector(".mapbox .map"));

/** @param {ParentNode | null} map @returns {SVGAElement[]} */
const linksOf = (map) => [...(map?.querySelectorAll(":scope > a[data-u]") ?? [])].map((link) => /** @type {SVGAElement} */ (link));

/**
 * Put units in the order of reading: rows from north to south, west to east within a row.
 * @param {{unit: number, x: number, y: number}[]} places y down
 * @returns {number[]} the numbers of the units
 */
export const inReadingOrder = (places) => {
  const left = [...places].sort((a, b) => a.y - b.y || a.x - b.x || a.unit - b.unit);
  if (!left.length) return [];
  const row = (left[left.length - 1].y - left[0].y) / Math.sqrt(left.length);
  const found = [];
  while (left.length) {
    const end = left[0].y + row;
    const count = left.findIndex((place) => place.y > end);
    found.push(...left.splice(0, count < 0 ? left.length : count).sort((a, b) => a.x - b.x || a.unit - b.unit));
  }
  return found.map((place) => place.unit);
};

/** @type {{map: Element | null, order: number[]}} */
let known = { map: null, order: [] };

/** The order of the drawing that the page shows now; the moving map walks in the same. */
export const readingOrder = () => {
  const map = drawing();
  if (known.map !== map) {
    const places = linksOf(map).map((link) => {
      const box = link.getBBox();
      return { unit: Number(link.dataset.u), x: box.x + box.width / 2, y: box.y + box.height / 2 };
    });
    known = { map, order: inReadingOrder(places) };
  }
  return known.order;
};

/**
 * The unit that a key leads to: undefined for a key that leads nowhere. The walk ends at both ends.
 * @param {string} key
 * @param {number | null} unit
 */
export const after = (key, unit) => {
  const order = readingOrder();
  const at = unit === null ? -1 : order.indexOf(unit);
  const last = order.length - 1;
  /** @type {Record<string, number>} */
  const steps = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: last };
  return key in steps ? order[Math.max(0, Math.min(last, steps[key]))] : undefined;
};

/** @param {SVGAElement[]} links @param {number} unit */
const rove = (links, unit) => {
  for (const link of links) link.setAttribute("tabindex", Number(link.dataset.u) === unit ? "0" : "-1");
};

const settle = () => {
  const links = linksOf(drawing());
  const unit = Number(links.find((link) => link === document.activeElement)?.dataset.u ?? readingOrder()[0]);
  rove(links, unit);
};

document.addEventListener("focusin", ({ target }) => {
  if (target instanceof SVGAElement && target.parentElement === /** @type {unknown} */ (drawing())) rove(linksOf(drawing()), Number(target.dataset.u));
});

document.addEventListener("keydown", (event) => {
  const link = event.target;
  if (!(link instanceof SVGAElement) || !link.dataset.u || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "Escape") return link.blur();
  const unit = after(event.key, Number(link.dataset.u));
  if (unit === undefined) return;
  event.preventDefault();
  drawing()?.querySelector(/** @type {"a"} */ (`a[data-u="${unit}"]`))?.focus();
});

const soon = window.requestIdleCallback ?? setTimeout;
soon(settle);
hear("shown", () => soon(() => known.map !== drawing() && settle()));
