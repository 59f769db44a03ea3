// The table beside the map, read for the words on it: names and values as the server wrote them.

/** @typedef {{name: string, value: string}} Row */

/** @returns {Map<number, Row>} what the table says now, by the number of the unit */
export const tableRead = () => {
  const found = new Map();
  for (const row of /** @type {NodeListOf<HTMLTableRowElement>} */ (document.querySelectorAll(".twin tbody tr[data-u]"))) {
    const value = row.querySelector("td.value");
    const isMissing = value?.classList.contains("missing") ?? true;
    found.set(Number(row.dataset.u), { name: (row.cells[0].textContent ?? "").trim(), value: isMissing ? "" : (value?.textContent ?? "").trim() });
  }
  return found;
};

/**
 * Call a function whenever the table, or the drawing, is another one; returns what ends that.
 * @param {() => void} changed
 */
export const tableFollowed = (changed) => {
  const seen = new MutationObserver(changed);
  for (const place of document.querySelectorAll(".layout, .tablebox, .tablebox .scroll, .twin, .twin tbody, .mapbox")) {
    seen.observe(place, { childList: true });
  }
  return () => seen.disconnect();
};

const OVERHANG = 1.15; // as on the drawing: a value may reach this much over its place
const FEW = 40; // so few values are all written
const EARTH_M = 40_075_017;

/**
 * The labels of the units: values where there is room, names too where there is more.
 * @param {{
 *   points: [number, number, number][], tones: string[], radii: number[], isCircles: boolean, isPlaces: boolean, zoom: number,
 *   rows: Map<number, Row>, insets: Map<number, {x: number, y: number, r: number}>, areValues: boolean,
 * }} given
 * @param {(at: [number, number]) => {x: number, y: number}} project
 * @returns {import("./labels.js").Label[]}
 */
export const unitLabels = ({ points, tones, radii, isCircles, isPlaces, zoom, rows, insets, areValues }, project) => {
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
        ...(value && areValues ? [{ text: value, kind: /** @type {const} */ ("v") }] : []),
      ],
      tone: isBeside ? "none" : isCircles ? "sum" : tones[unit] ?? "none",
      weight: inset ? 1e6 : room,
      room: isBeside ? undefined : Math.max(room, isCircles ? across : 0) * OVERHANG,
      must: areValues && points.length <= FEW,
      below: isBeside ? 8 : undefined,
    };
  });
};
