// Tiles of a site of plain files: which there are is known, and nothing else is asked for. A service says that by itself.

/** By zoom: [column, first row, last row]. @typedef {Record<string, [number, number, number][]>} Held */

const PARTS = /^held:\/\/(.+)\/(\d+)\/(\d+)\/(\d+)\.\w+$/;
/** By the address of a set of tiles. @type {Map<string, (z: number, x: number, y: number) => boolean>} */
const known = new Map();

/** Return what tells whether a tile is there; everything may be, where nothing is known. @param {Held | undefined} held */
export const holding = (held) => {
  if (!held) return () => true;
  const places = new Set(Object.entries(held).flatMap(([z, rows]) => rows.flatMap(([x, first, last]) => Array.from({ length: last - first + 1 }, (_, k) => `${z}/${x}/${first + k}`))));
  return (/** @type {number} */ z, /** @type {number} */ x, /** @type {number} */ y) => places.has(`${z}/${x}/${y}`);
};

/** The address of each tile of a set as the map asks for it. @param {string} folder @param {Held | undefined} held */
export const tilesOf = (folder, held) => {
  if (!held) return `${folder}/{z}/{x}/{y}.mvt`;
  known.set(folder, holding(held));
  return `held://${folder}/{z}/{x}/{y}.mvt`;
};

/** Let a map ask for tiles that may be known not to be there: those are empty. @param {typeof import("maplibre-gl")} gl */
export const askingOnlyHeld = (gl) => gl.addProtocol("held", async ({ url }, { signal }) => {
  const [, folder = "", ...place] = PARTS.exec(url) ?? [];
  const [z, x, y] = place.map(Number);
  if (!known.get(folder)?.(z, x, y)) return { data: new ArrayBuffer(0) };
  const answer = await fetch(url.slice("held://".length), { signal });
  if (!answer.ok) throw new Error(`${answer.status} ${url}`);
  return { data: await answer.arrayBuffer() };
});
