// What the parts of the explorer say to each other: each part hears what it draws, none calls another.

/**
 * A value sheet: `values.json` of a view; columns run in unit order (the numbers of data-u).
 * @typedef {{
 *   view: string, country: string, version: string, edition: string, level: string, period: string, status: string,
 *   title: string, unit: string, overall: number | null, is_circles: boolean, is_synthetic: boolean,
 *   bounds: number[], counts: number[], tones: string[], legend: string[],
 *   ids: string[], values: (number | null)[], classes: number[], amounts: (string | null)[],
 *   labels: string[], width?: number, radii?: number[],
 *   denominators: (number | null)[], state: Record<string, string[]>,
 * }} Sheet
 */

/**
 * `shown`: a view's values are here, the map wears them; `settled`: all words of the page follow, and where it
 * is whole, they are of another language or borders; `picked`: the unit whose panel is open is another one, or none.
 * @typedef {{
 *   shown: {sheet: Sheet, view: string},
 *   settled: {view: string, isWhole: boolean},
 *   pointed: {unit: number | null, by: "map" | "table" | "keys" | "svg"},
 *   open: {kind: "unit" | "body" | "page", id: string, address: string},
 *   closed: {},
 *   picked: {id: string | null},
 *   failed: {what: string, retry: () => void},
 *   moving: {on: boolean},
 * }} Signals
 */

const air = new EventTarget();

/**
 * Say that something happened; whoever hears it is called at once, in the order of hearing.
 * @template {keyof Signals} Name
 * @param {Name} name
 * @param {Signals[Name]} detail
 */
export const say = (name, detail) => {
  air.dispatchEvent(new CustomEvent(name, { detail }));
};

/**
 * Call a function whenever something happens; returns what ends that.
 * @template {keyof Signals} Name
 * @param {Name} name
 * @param {(detail: Signals[Name]) => void} fn
 * @returns {() => void}
 */
export const hear = (name, fn) => {
  const heard = (/** @type {Event} */ event) => fn(/** @type {CustomEvent} */ (event).detail);
  air.addEventListener(name, heard);
  return () => air.removeEventListener(name, heard);
};
