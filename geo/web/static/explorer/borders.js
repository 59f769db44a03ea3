// Borders as tiles: what the server says of an edition, and its layers on the map.
import { tilesOf } from "./held.js";
import { unitLayers } from "./style.js";
import { page } from "./words.js";

/** A unit: longitude, latitude, side in km, unit_id. @typedef {[number, number, number, string]} Point */
/** What TileJSON says of an edition: `points` of each level in unit order.
 * @typedef {{
 *   points: Record<string, Point[]>, bounds: [number, number, number, number], minzoom: number, maxzoom: number,
 *   vector_layers: {id: string}[], held?: import("./held.js").Held,
 * }} About
 */
/** The borders of a level on the map; of a level of places the `ground` is another level.
 * @typedef {{key: string, source: string, ground: string, points: Point[], isPlaces: boolean}} Borders
 */

/** @param {string} url @returns {Promise<any>} */
export const json = async (url) => {
  const answer = await fetch(url);
  if (!answer.ok) throw Object.assign(new Error(`${answer.status} ${url}`), { status: answer.status });
  return answer.json();
};

/** Descriptions of borders, each fetched once. @param {string} root */
export const describedBy = (root) => {
  /** @type {Map<string, Promise<About>>} */
  const held = new Map();
  return (/** @type {string} */ edition) => {
    const known = held.get(edition) ?? json(`${root}tiles/${page.country}/${edition}/units.json`);
    held.set(edition, known);
    known.catch(() => held.delete(edition));
    return known;
  };
};

/**
 * @param {import("maplibre-gl").Map} map
 * @param {string} root
 * @param {{edition: string, level: string}} sheet
 * @param {About} about
 * @param {import("./paint.js").Colours} colours
 * @returns {Borders}
 */
export const addBorders = (map, root, { edition, level }, { points, bounds, minzoom, maxzoom, vector_layers, held }, colours) => {
  const key = `${edition}/${level}`;
  const source = `units/${key}`;
  const names = vector_layers.map(({ id }) => id);
  const isPlaces = !names.includes(level);
  const ground = isPlaces ? (names.find((name) => !/^(context|borders)$|_labels$/.test(name)) ?? level) : level;
  const tiles = [tilesOf(`${root}tiles/${page.country}/${edition}/units`, held)];
  if (map.getSource(source)) dropBorders(map, source); // those of before have not left yet
  map.addSource(source, { type: "vector", tiles, bounds, minzoom, maxzoom });
  for (const [layer, under] of unitLayers(source, ground, colours)) map.addLayer(layer, under);
  return { key, source, ground, points: points[level] ?? [], isPlaces };
};

/** @param {import("maplibre-gl").Map} map @param {string} source */
export const dropBorders = (map, source) => {
  for (const { id } of map.getStyle().layers) if (id.startsWith(`${source}/`)) map.removeLayer(id);
  for (const name of [source, `${source}/points`]) if (map.getSource(name)) map.removeSource(name);
};

/**
 * Return what lets borders go when those that follow them are drawn; until then they stay under them.
 * @param {import("maplibre-gl").Map} map
 */
export const leavingOn = (map) => {
  /** @type {Set<string>} */
  const leaving = new Set();
  let next = "";
  map.on("sourcedata", () => {
    if (!leaving.size || !map.isSourceLoaded(next)) return;
    for (const source of leaving) dropBorders(map, source);
    leaving.clear();
  });
  return (/** @type {string} */ old, /** @type {string} */ following) => {
    next = following;
    leaving.add(old).delete(next);
  };
};

/** What units span with some room around, as far as their points and sizes say. @param {Point[]} points @returns {About["bounds"]} */
export const spanOf = (points) => {
  const boxes = points.map(([lon, lat, side]) => {
    const [high, wide] = [(side * 0.7) / 111, (side * 0.7) / 111 / Math.cos((lat * Math.PI) / 180)];
    return [lon - wide, lat - high, lon + wide, lat + high];
  });
  const [west, south, east, north] = [0, 1, 2, 3].map((k) => Math[k < 2 ? "min" : "max"](...boxes.map((box) => box[k])));
  return [west, south, east, north];
};
