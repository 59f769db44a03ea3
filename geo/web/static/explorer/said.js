// Words on the moving map: values as the server wrote them, names as the drawing has them that the map lies over.

/**
 * The names that the drawing says now, by the number of the unit.
 * @param {Element | null} drawing
 * @returns {Map<number, string>}
 */
export const namesOn = (drawing) => {
  const found = new Map();
  for (const link of drawing?.querySelectorAll(":scope > a[data-u]") ?? []) {
    const said = link.getAttribute("aria-label") ?? "";
    found.set(Number(link.getAttribute("data-u")), said.slice(0, said.lastIndexOf(": ")));
  }
  return found;
};

const OVERHANG = 1.15; // as on the drawing: a value may reach this much over its place
const FEW = 40; // so few values are all written
const EARTH_M = 40_075_017;

/**
 * The labels of the units: values where there is room, names too where there is more.
 * @param {{
 *   points: import("./borders.js").Point[], tones: string[], radii: number[], values: string[], isCircles: boolean, isPlaces: boolean, zoom: number,
 *   names: Map<number, string>, insets: Map<number, {x: number, y: number, r: number}>, areValues: boolean,
 * }} given
 * @param {(at: [number, number]) => {x: number, y: number}} project
 * @returns {import("./labels.js").Label[]}
 */
export const unitLabels = ({ points, tones, radii, values, isCircles, isPlaces, zoom, names, insets, areValues }, project) => {
  const perMetre = (512 * 2 ** zoom) / EARTH_M;
  return points.map(([lon, lat, side], unit) => {
    const inset = insets.get(unit);
    const across = (side * 1000 * perMetre) / Math.cos((lat * Math.PI) / 180);
    const room = inset ? inset.r : isCircles ? 2 * radii[unit] : across;
    const [name, value] = [names.get(unit) ?? "", values[unit]];
    const isBeside = isPlaces && !isCircles;
    return {
      key: `unit/${unit}`, ...(inset ?? project([lon, lat])),
      lines: [
        ...(name && !inset ? [{ text: name, kind: /** @type {const} */ ("n") }] : []),
        ...(value && areValues ? [{ text: value, kind: /** @type {const} */ ("v") }] : []),
      ],
      tone: isBeside ? "none" : isCircles ? "sum" : tones[unit] ?? "none",
      weight: inset ? 1e6 : room,
      room: isBeside ? undefined : room * OVERHANG,
      must: areValues && points.length <= FEW,
      below: isBeside ? 8 : undefined,
    };
  });
};
