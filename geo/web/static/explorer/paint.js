// Values → tones → colours → states of features: what is drawn changes, what it is drawn from does not.

/** @typedef {import("./signals.js").Sheet} Sheet */
/** @typedef {Record<string, string>} Colours */

const HUES = ["s0", "s1", "s2", "s3", "s4", "m0", "m1", "m2", "m3", "m4"];
const OTHERS = ["water", "land", "line", "ink", "soft", "hatch", "accent"];
/** Reasons for having no value, and the pattern of each: the same as on the drawing. @type {Record<string, string>} */
const PATTERNS = { not_reported: "none", partly_reported: "part", no_denominator: "void", not_comparable: "void" };
export const HATCHES = ["none", "part", "void"];

/**
 * The colours that the page has now, by tone: those of its style sheet, scheme and palette.
 * @param {Element} element
 * @returns {Colours}
 */
export const coloursOf = (element) => {
  const style = getComputedStyle(element);
  /** @type {Colours} */
  const found = {};
  for (const name of [...HUES, ...OTHERS]) found[name] = style.getPropertyValue(`--${name}`).trim();
  for (let k = 0; k < 5; k++) found[`p${k}`] = style.getPropertyValue(`--p${k}`).trim() || found[`s${k}`];
  return { ...found, base: found.s0, around: found.land, ...Object.fromEntries(HATCHES.map((name) => [name, found.water])) };
};

/**
 * The tone of each unit, in unit order.
 * @param {Sheet} sheet
 */
export const tonesOf = (sheet) => {
  const lacking = new Map(Object.entries(sheet.state).flatMap(([state, ids]) => ids.map((id) => [id, PATTERNS[state] ?? "void"])));
  return sheet.ids.map((id, k) => lacking.get(id) ?? (sheet.is_circles ? "base" : (sheet.tones[sheet.classes[k] - 1] ?? "base")));
};

/**
 * Radii of circles in pixels, as on the drawing, areas in proportion to the values.
 * @param {Sheet} sheet
 * @param {number} width of the map in pixels
 */
export const radiiOf = ({ radii = [], width: drawn = 1 }, width) => radii.map((radius) => (radius * width) / drawn);

/**
 * Returns what gives a layer of tiles its states, touching only features whose state is another one.
 * @param {import("maplibre-gl").Map} map
 * @param {{source: string, sourceLayer?: string}} place
 */
export const painter = (map, place) => {
  /** @type {Map<number, string>} */
  const known = new Map();
  return (/** @type {number} */ id, /** @type {Record<string, unknown>} */ state) => {
    const key = JSON.stringify(state);
    if (known.get(id) === key) return;
    known.set(id, key);
    map.setFeatureState({ ...place, id }, state);
  };
};

/**
 * The picture of a pattern, that joins itself on all sides: stripes, crossed stripes, dots.
 * @param {string} name
 * @param {Colours} colours
 * @param {number} ratio pixels of the screen to one of the page
 */
export const hatchImage = (name, colours, ratio) => {
  const side = Math.round(8 * ratio);
  const canvas = new OffscreenCanvas(side, side);
  const pen = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
  pen.fillStyle = colours.water;
  pen.fillRect(0, 0, side, side);
  pen.fillStyle = pen.strokeStyle = colours.hatch;
  pen.lineWidth = side / 4;
  if (name === "void") pen.fillRect(side / 3, side / 3, side / 3, side / 3);
  else for (const turn of name === "part" ? [1, -1] : [1]) {
    for (const shift of [-side, 0, side]) {
      pen.beginPath();
      pen.moveTo(turn > 0 ? shift : -shift + side, side);
      pen.lineTo(turn > 0 ? shift + side : -shift, 0);
      pen.stroke();
    }
  }
  return pen.getImageData(0, 0, side, side);
};
