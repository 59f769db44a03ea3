// Which figure of an organisation the view asks for, and where it stands: in the tile itself or in a value tile beside.
import { json } from "./borders.js";
import { holding } from "./held.js";
import { page } from "./words.js";

/** What TileJSON says of the bodies.
 * @typedef {{
 *   bounds: [number, number, number, number], minzoom: number, maxzoom: number, currency: string, minor_units: number,
 *   period: string, function: string, phases: string[], value_shifts: number[],
 *   held?: import("./held.js").Held, values?: string[],
 * }} About
 */
/** @typedef {{phase: string, period: string, func: string}} Asked */

/** @param {About} about @returns {Asked} */
export const askedOf = (about) => {
  const [, , , measure = "", word = "", ...keys] = page.view.split("/");
  const func = keys.find((key) => key.startsWith("function="))?.slice(9) ?? "all";
  const period = word.includes("-") ? word : `${word}-12`;
  return { phase: about.phases.includes(measure) ? measure : "executed", period, func };
};

/** The tiles of a zoom that cover what is seen. @param {import("maplibre-gl").LngLatBounds} seen @param {number} z */
const covering = (seen, z) => {
  const count = 2 ** z;
  const column = (/** @type {number} */ lon) => Math.min(count - 1, Math.max(0, Math.floor(((lon + 180) / 360) * count)));
  const row = (/** @type {number} */ lat) => {
    const sine = Math.sin((Math.max(-85, Math.min(85, lat)) * Math.PI) / 180);
    return Math.min(count - 1, Math.max(0, Math.floor((0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * count)));
  };
  const tiles = [];
  for (let x = column(seen.getWest()); x <= column(seen.getEast()); x++) {
    for (let y = row(seen.getNorth()); y <= row(seen.getSouth()); y++) tiles.push([x, y]);
  }
  return tiles;
};

const MOST = 64; // value tiles kept
/** @type {Map<string, Promise<any>>} */
const kept = new Map();

/** @param {string} url */
const tile = (url) => {
  let held = kept.get(url);
  if (!held) {
    held = fetch(url).then((answer) => {
      if (answer.status === 204 || answer.status === 404) return {}; // no figure of that period and function here
      if (!answer.ok) throw new Error(`${answer.status} ${url}`);
      return answer.json();
    });
    held.catch(() => kept.delete(url));
    kept.set(url, held);
    if (kept.size > MOST) kept.delete(/** @type {string} */ (kept.keys().next().value));
  }
  return held;
};

/** @type {Map<string, Promise<ReturnType<typeof holding>>>} */
const described = new Map();

/** What tells whether a value tile is there; a site of plain files names the sets of values that it has.
 * @param {About} about @param {string} set @param {string} folder */
const holder = (about, set, folder) => {
  if (!about.values) return holding(undefined);
  if (!about.values.includes(set)) return holding({});
  const known = described.get(folder) ?? json(`${folder}.json`).then(({ held }) => holding(held));
  described.set(folder, known);
  known.catch(() => described.delete(folder));
  return known;
};

/**
 * The exact amounts of the view for what is seen, by layer and feature id; null where the tiles themselves have them.
 * Raises what fetching raises.
 * @param {About} about
 * @param {Asked} asked
 * @param {string} base of the version's tiles
 * @param {import("maplibre-gl").Map} map
 * @returns {Promise<Map<string, string> | null>}
 */
export const amountsOf = async (about, { phase, period, func }, base, map) => {
  if (period === about.period && func === about.function) return null;
  const z = Math.min(about.maxzoom, Math.max(about.minzoom, Math.floor(map.getZoom())));
  const shift = about.value_shifts[z];
  const folder = `${base}values/${period}/${func}`;
  const isHeld = await holder(about, `${period}/${func}`, folder);
  const places = covering(map.getBounds(), z).map(([x, y]) => [x >> shift, y >> shift]).filter(([x, y]) => isHeld(z, x, y));
  const names = new Set(places.map(([x, y]) => `${z}/${x}/${y}`));
  const tiles = await Promise.all([...names].map((name) => tile(`${folder}/${name}.json`)));
  const found = new Map();
  for (const layers of tiles) {
    for (const [layer, columns] of Object.entries(layers)) {
      columns.ids.forEach((/** @type {number} */ id, /** @type {number} */ k) => {
        const amount = columns[`${phase}_minor`]?.[k];
        if (amount != null) found.set(`${layer}/${id}`, amount);
      });
    }
  }
  return found;
};
