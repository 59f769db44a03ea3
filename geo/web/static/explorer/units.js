// The territories on the moving map: tiles of an edition of the borders, coloured by the value sheet.
import { addBorders, leavingOn, spanOf } from "./borders.js";
import { HATCHES, hatchImage, painter, radiiOf, tonesOf } from "./paint.js";
import { UNDER_SURFACE, circleLayer, hatchLayer, unitLayers } from "./style.js";

/** @typedef {import("./signals.js").Sheet} Sheet */
/** @typedef {import("./paint.js").Colours} Colours */
/** @typedef {import("./borders.js").About} About */
/** @typedef {import("./borders.js").Borders & {fill: (id: number, state: any) => void, dot: ((id: number, state: any) => void) | null}} Shown */

/**
 * @param {import("maplibre-gl").Map} map
 * @param {{root: string, about: (edition: string) => Promise<About>, size: {wide: number}}} given
 * @param {Colours} colours
 */
export const unitsOn = (map, given, colours) => {
  /** @type {Shown | null} */
  let shown = null;
  /** What is painted: of each row of the sheet the number of its feature, its tone, its circle.
   * @type {{sheet: Sheet, numbers: number[], tones: string[], radii: number[]} | null} */
  let painted = null;
  let [pointed, highlighted, picked] = [-1, -1, -1];
  /** The unit whose panel is open. @type {string | null} */
  let pickedId = null;
  const leave = leavingOn(map);
  let turn = 0; // of showing: borders that come late do not bring back an older sheet
  let isSeen = true;
  const ratio = devicePixelRatio || 1;

  /** Paint one unit: its colour or pattern, its circle, its outline. @param {number} unit */
  const touch = (unit) => {
    if (!shown || !painted || unit < 0 || unit >= painted.tones.length) return;
    const tone = painted.tones[unit];
    const marks = { on: unit === pointed, hi: unit === highlighted || unit === picked };
    const fill = isSeen ? colours[tone] : colours.land;
    const hatch = isSeen && HATCHES.includes(tone) ? tone : "";
    const id = painted.numbers[unit] + 1;
    shown.fill(id, { fill, hatch, ...marks });
    const circle = painted.sheet.is_circles ? colours.s2 : fill;
    shown.dot?.(id, { fill: circle, r: isSeen ? painted.radii[unit] : 0, ...marks });
  };

  /** A unit that the sheet is not about, beside those within another unit. @param {number} number */
  const blank = (number) => {
    shown?.fill(number + 1, { fill: colours.land });
    shown?.dot?.(number + 1, { r: 0 });
  };

  /** Bring the points, where circles or places are drawn. @param {Shown} shown */
  const dotted = (shown) => {
    const source = `${shown.source}/points`;
    const features = shown.points.map((coordinates, k) => (
      { type: /** @type {const} */ ("Feature"), id: k + 1, properties: {}, geometry: { type: /** @type {const} */ ("Point"), coordinates: coordinates.slice(0, 2) } }
    ));
    map.addSource(source, { type: "geojson", data: { type: "FeatureCollection", features } });
    map.addLayer(circleLayer(`${shown.source}/dots`, { source }, colours, colours.s2));
    shown.dot = painter(map, { source });
  };

  const hatched = () => {
    if (!shown || shown.isPlaces || !painted) return;
    for (const name of HATCHES) {
      if (!painted.tones.includes(name) || map.getLayer(`${shown.source}/${name}`)) continue;
      if (!map.hasImage(name)) map.addImage(name, hatchImage(name, colours, ratio), { pixelRatio: ratio });
      map.addLayer(hatchLayer(shown.source, shown.ground, name), UNDER_SURFACE);
    }
  };

  /** @param {Sheet} sheet */
  const paint = (sheet) => {
    const few = sheet.ids.length <= 40 ? 6 : 4;
    const isDots = shown?.isPlaces && !sheet.is_circles;
    const radii = sheet.is_circles ? radiiOf(sheet, given.size.wide) : sheet.ids.map(() => (isDots ? few : 0));
    const of = new Map(shown?.points.map(([, , , id], number) => [id, number]));
    const numbers = sheet.ids.map((id) => of.get(id) ?? -1);
    painted = { sheet, numbers, tones: tonesOf(sheet), radii };
    const wanted = /\/highlight=([^/]+)/.exec(sheet.view)?.[1];
    highlighted = wanted ? sheet.ids.indexOf(wanted) : -1;
    picked = pickedId === null ? -1 : sheet.ids.indexOf(pickedId);
    if (shown && !shown.dot && radii.some(Boolean)) dotted(shown);
    sheet.ids.forEach((_, unit) => touch(unit));
    const own = new Set(numbers);
    if (own.size < of.size) for (const number of of.values()) if (!own.has(number)) blank(number);
    hatched();
  };

  /**
   * Show a sheet: at once where its borders are there, else when they have come; false where another was asked for since.
   * @param {Sheet} sheet
   * @returns {boolean | Promise<boolean>}
   */
  const show = (sheet) => {
    const own = ++turn;
    if (shown?.key === `${sheet.edition}/${sheet.level}`) return paint(sheet), true;
    return given.about(sheet.edition).then((about) => {
      if (own !== turn) return false;
      const old = shown?.source;
      const borders = addBorders(map, given.root, sheet, about, colours);
      const { source, ground: sourceLayer } = borders;
      shown = { ...borders, fill: borders.isPlaces ? () => {} : painter(map, { source, sourceLayer }), dot: null };
      paint(sheet);
      if (old) leave(old, source);
      return true;
    });
  };

  const point = (/** @type {number | null} */ unit) => {
    const before = pointed;
    pointed = unit ?? -1;
    touch(before);
    touch(pointed);
  };

  /** Mark the unit whose panel is open. @param {string | null} id */
  const pick = (id) => {
    const before = picked;
    pickedId = id;
    picked = id === null ? -1 : (painted?.sheet.ids.indexOf(id) ?? -1);
    touch(before);
    touch(picked);
  };

  const recolour = (/** @type {Colours} */ fresh) => {
    colours = fresh;
    if (!shown) return;
    const circles = circleLayer(`${shown.source}/dots`, { source: "" }, colours, colours.s2);
    for (const { id, paint: rules } of [...unitLayers(shown.source, shown.ground, colours).map(([layer]) => layer), ...(shown.dot ? [circles] : [])]) {
      for (const [name, value] of Object.entries(rules)) map.setPaintProperty(id, /** @type {any} */ (name), value);
    }
    for (const name of HATCHES) if (map.hasImage(name)) map.updateImage(name, hatchImage(name, colours, ratio));
    painted?.tones.forEach((_, unit) => touch(unit));
  };

  /** The map has another size: circles grow with it. */
  const fit = () => {
    if (painted?.sheet.is_circles) paint(painted.sheet);
  };

  const see = (/** @type {boolean} */ is) => {
    isSeen = is;
    painted?.tones.forEach((_, unit) => touch(unit));
  };

  /** The unit under a point, or null. @param {{x: number, y: number}} point */
  const under = ({ x, y }) => {
    if (!shown) return null;
    const layers = [...(shown.dot ? [`${shown.source}/dots`] : []), ...(shown.isPlaces ? [] : [`${shown.source}/fill`])];
    const hits = map.queryRenderedFeatures([x, y], { layers });
    const units = hits.map(({ layer, id }) => {
      const unit = painted?.numbers.indexOf(Number(id) - 1) ?? -1;
      return layer.type === "fill" || painted?.radii[unit] ? unit : -1;
    });
    return units.find((unit) => unit >= 0) ?? null;
  };

  /** What the units of the sheet span; of a whole level that of its tiles. @param {About["bounds"]} all */
  const bounds = (all) => {
    if (!shown || !painted || painted.numbers.length === shown.points.length) return all;
    const { points } = shown;
    return spanOf(painted.numbers.map((number) => points[number]));
  };

  return { show, point, fit, bounds, pick, recolour, see, under, get points() { return (painted?.numbers ?? []).map((number) => /** @type {Shown} */ (shown).points[number]); }, get painted() { return painted; }, get isPlaces() { return shown?.isPlaces ?? false; }, get source() { return shown?.source ?? ""; } };
};
