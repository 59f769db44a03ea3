// The style of the moving map: its own ground, borders and fills. No label is in it: those are text of the page.

/** @typedef {import("./paint.js").Colours} Colours */
/** @typedef {import("maplibre-gl").AddLayerObject} Layer */

/** Layers that only mark a height: what is added later goes under one of them. */
export const UNDER_SURFACE = "under-surface"; // fills
export const UNDER_LINES = "under-lines"; // the surface
export const UNDER_CIRCLES = "under-circles"; // borders

/** @param {string} id @returns {any} */
const height = (id) => ({ id, type: "background", layout: { visibility: "none" } });

/** @param {Colours} colours @returns {any} */
export const emptyStyle = (colours) => ({
  version: 8,
  sources: {},
  layers: [
    { id: "water", type: "background", paint: { "background-color": colours.water } },
    height(UNDER_SURFACE),
    height(UNDER_LINES),
    height(UNDER_CIRCLES),
  ],
});

/** @param {string} name @returns {any} */
const isSo = (name) => ["boolean", ["feature-state", name], false];

/**
 * The layers of one level, each with the layer that it goes under.
 * @param {string} source
 * @param {string} level
 * @param {Colours} colours
 * @returns {[any, string][]}
 */
export const unitLayers = (source, level, colours) => {
  const of = { source, "source-layer": level };
  const borders = { type: "line", source, "source-layer": "borders", layout: { "line-join": "round", "line-cap": "round" } };
  /** @param {boolean} inner @returns {any} */
  const side = (inner) => ["all", ["==", ["get", "level"], level], [inner ? "==" : "!=", ["get", "is_inner"], true]];
  const wide = ["interpolate", ["linear"], ["zoom"], 3, 1.1, 8, 2];
  return [
    [{ id: `${source}/context`, type: "fill", source, "source-layer": "context", paint: { "fill-color": colours.land, "fill-antialias": false } }, UNDER_SURFACE],
    [{ id: `${source}/fill`, type: "fill", ...of, paint: { "fill-color": ["to-color", ["feature-state", "fill"], colours.land], "fill-antialias": false } }, UNDER_SURFACE],
    [{ ...borders, id: `${source}/inner`, filter: side(true), paint: { "line-color": colours.line, "line-width": wide } }, UNDER_CIRCLES],
    [{ ...borders, id: `${source}/outer`, filter: side(false), paint: { "line-color": colours.soft, "line-width": wide } }, UNDER_CIRCLES],
    [{
      id: `${source}/outline`, type: "line", ...of, layout: { "line-join": "round" },
      paint: {
        "line-color": ["case", isSo("on"), colours.ink, colours.accent],
        "line-width": ["case", ["any", isSo("on"), isSo("hi")], 3, 0],
      },
    }, UNDER_CIRCLES],
  ];
};

/**
 * Stripes over the units of one reason for having no value.
 * @param {string} source
 * @param {string} level
 * @param {string} name
 * @returns {any}
 */
export const hatchLayer = (source, level, name) => ({
  id: `${source}/${name}`, type: "fill", source, "source-layer": level,
  paint: { "fill-pattern": name, "fill-opacity": ["case", ["==", ["feature-state", "hatch"], name], 1, 0] },
});

/**
 * Circles of points: their radius, colour and outline are states.
 * @param {string} id
 * @param {{source: string, "source-layer"?: string}} of
 * @param {Colours} colours
 * @param {string} colour
 * @returns {any}
 */
export const circleLayer = (id, of, colours, colour) => ({
  id, type: "circle", ...of,
  paint: {
    "circle-radius": ["number", ["feature-state", "r"], 0],
    "circle-color": ["to-color", ["feature-state", "fill"], colour],
    "circle-opacity": ["case", [">", ["number", ["feature-state", "r"], 0], 0], 0.9, 0],
    "circle-stroke-width": ["case", isSo("on"), 2.5, isSo("hi"), 2.5, [">", ["number", ["feature-state", "r"], 0], 0], 1, 0],
    "circle-stroke-color": ["case", isSo("on"), colours.ink, isSo("hi"), colours.accent, colours.line],
  },
});
