// Words on the moving map: names and values as the server wrote them on the drawing that the map lies over.

/** @typedef {{name: string, value: string}} Row */

/**
 * What the drawing says of each unit now, by its number.
 * @param {Element | null} drawing
 * @returns {Map<number, Row>}
 */
export const saidOn = (drawing) => {
  const found = new Map();
  for (const link of drawing?.querySelectorAll(":scope > a[data-u]") ?? []) {
    const said = link.getAttribute("aria-label") ?? "";
    const at = said.lastIndexOf(": ");
    found.set(Number(link.getAttribute("data-u")), { name: said.slice(0, at), value: said.slice(at + 2) });
  }
  return found;
};

const OVERHANG = 1.15; // as on the drawing: a value may reach this much over its place
const FEW = 40; // so few values are all written
const EARTH_M = 40_075_017;

/**
 * The labels of the units: values where there is room, names too where there is more.
 * @param {{
 *   points: [number, number, number][], tones: string[], radii: number[], isCircles: boolean, isPlaces: boolean, zoom: number,
 *   rows: Map<number, Row>, has: boolean[], insets: Map<number, {x: number, y: number, r: number}>, areValues: boolean,
 * }} given
 * @param {(at: [number, number]) => {x: number, y: number}} project
 * @returns {import("./labels.js").Label[]}
 */
export const unitLabels = ({ points, tones, radii, isCircles, isPlaces, zoom, rows, has, insets, areValues }, project) => {
  const perMetre = (512 * 2 ** zoom) / EARTH_M;
  return points.map(([lon, lat, side], unit) => {
    const inset = insets.get(unit);
    const across = (side * 1000 * perMetre) / Math.cos((lat * Math.PI) / 180);
    const room = inset ? inset.r : isCircles ? 2 * radii[unit] : across;
    const { name = "", value = "" } = rows.get(unit) ?? {};
    const isBeside = isPlaces && !isCircles;
    return {
      key: `unit/${unit}`, ...(inset ?? project([lon, lat])),
      lines: [
        ...(name && !inset ? [{ text: name, kind: /** @type {const} */ ("n") }] : []),
        ...(value && has[unit] && areValues ? [{ text: value, kind: /** @type {const} */ ("v") }] : []),
      ],
      tone: isBeside ? "none" : isCircles ? "sum" : tones[unit] ?? "none",
      weight: inset ? 1e6 : room,
      room: isBeside ? undefined : room * OVERHANG,
      must: areValues && points.length <= FEW,
      below: isBeside ? 8 : undefined,
    };
  });
};
