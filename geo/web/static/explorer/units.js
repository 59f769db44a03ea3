// The territories on the moving map: tiles of an edition of the borders, coloured by the value sheet.
import { HATCHES, hatchImage, painter, radiiOf, tonesOf } from "./paint.js";
import { page } from "./words.js";
import { UNDER_SURFACE, circleLayer, hatchLayer, unitLayers } from "./style.js";

/** @typedef {import("./signals.js").Sheet} Sheet */
/** @typedef {import("./paint.js").Colours} Colours */
/** What TileJSON says of the borders. @typedef {{points: Record<string, [number, number, number][]>, bounds: [number, number, number, number], minzoom: number, maxzoom: number, vector_layers: {id: string}[]}} About */
/** @typedef {{key: string, source: string, ground: string, points: [number, number, number][], isPlaces: boolean, fill: (id: number, state: any) => void, dot: ((id: number, state: any) => void) | null}} Shown */

/**
 * @param {import("maplibre-gl").Map} map
 * @param {{root: string, about: (edition: string) => Promise<About>}} given
 * @param {Colours} colours
 */
export const unitsOn = (map, given, colours) => {
  /** @type {Shown | null} */
  let shown = null;
  /** @type {{sheet: Sheet, tones: string[], radii: number[], has: boolean[]} | null} */
  let painted = null;
  let [pointed, highlighted, picked] = [-1, -1, -1];
  let isSeen = true;
  const ratio = devicePixelRatio || 1;

  /** @param {Sheet} sheet @param {About} about @returns {Shown} */
  const added = ({ edition, level }, about) => {
    const source = `units/${edition}/${level}`;
    const points = about.points[level] ?? [];
    const isPlaces = !about.vector_layers.some(({ id }) => id === level);
    const ground = isPlaces ? (about.vector_layers.find(({ id }) => !/^(context|borders)$|_labels$/.test(id))?.id ?? level) : level;
    map.addSource(source, {
      type: "vector", bounds: about.bounds, minzoom: about.minzoom, maxzoom: about.maxzoom,
      tiles: [`${given.root}tiles/${page.country}/${edition}/units/{z}/{x}/{y}.mvt`],
    });
    for (const [layer, under] of unitLayers(source, ground, colours)) map.addLayer(layer, under);
    const fill = isPlaces ? () => {} : painter(map, { source, sourceLayer: ground });
    return { key: `${edition}/${level}`, source, ground, points, isPlaces, fill, dot: null };
  };

  /** @param {Shown} old */
  const dropped = (old) => {
    for (const { id } of map.getStyle().layers) if (id.startsWith(`${old.source}/`)) map.removeLayer(id);
    map.removeSource(old.source);
    if (old.dot) map.removeSource(`${old.source}/points`);
  };

  /** Paint one unit: its colour or pattern, its circle, its outline. @param {number} unit */
  const touch = (unit) => {
    if (!shown || !painted || unit < 0 || unit >= painted.tones.length) return;
    const tone = painted.tones[unit];
    const marks = { on: unit === pointed, hi: unit === highlighted || unit === picked };
    const fill = isSeen ? colours[tone] : colours.land;
    const hatch = isSeen && HATCHES.includes(tone) ? tone : "";
    shown.fill(unit + 1, { fill, hatch, ...marks });
    const circle = painted.sheet.is_circles ? colours.s2 : fill;
    shown.dot?.(unit + 1, { fill: circle, r: isSeen ? painted.radii[unit] : 0, ...marks });
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
    const radii = sheet.is_circles ? radiiOf(sheet, map.getContainer().clientWidth) : sheet.ids.map(() => (isDots ? few : 0));
    painted = { sheet, tones: tonesOf(sheet), radii, has: sheet.values.map((value) => value !== null) };
    const wanted = /\/highlight=([^/]+)/.exec(sheet.view)?.[1];
    highlighted = wanted ? sheet.ids.indexOf(wanted) : -1;
    if (shown && !shown.dot && radii.some(Boolean)) dotted(shown);
    sheet.ids.forEach((_, unit) => touch(unit));
    hatched();
  };

  /** Show a sheet: at once where its borders are there, else when they have come. @param {Sheet} sheet */
  const show = (sheet) => {
    if (shown?.key === `${sheet.edition}/${sheet.level}`) return paint(sheet);
    return given.about(sheet.edition).then((about) => {
      const old = shown;
      shown = added(sheet, about);
      paint(sheet);
      if (!old) return;
      const { source } = shown; // the old borders stay until the new ones are drawn
      const swap = () => map.isSourceLoaded(source) && (map.off("sourcedata", swap), dropped(old));
      map.on("sourcedata", swap);
    });
  };

  /** @param {number | null} unit */
  const point = (unit) => {
    const before = pointed;
    pointed = unit ?? -1;
    touch(before);
    touch(pointed);
  };

  /** Mark the unit whose panel is open. @param {string | null} id */
  const pick = (id) => {
    const before = picked;
    picked = id === null ? -1 : (painted?.sheet.ids.indexOf(id) ?? -1);
    touch(before);
    touch(picked);
  };

  /** @param {Colours} fresh */
  const recolour = (fresh) => {
    colours = fresh;
    if (!shown) return;
    const circles = circleLayer(`${shown.source}/dots`, { source: "" }, colours, colours.s2);
    for (const { id, paint: rules } of [...unitLayers(shown.source, shown.ground, colours).map(([layer]) => layer), ...(shown.dot ? [circles] : [])]) {
      for (const [name, value] of Object.entries(rules)) map.setPaintProperty(id, /** @type {any} */ (name), value);
    }
    for (const name of HATCHES) if (map.hasImage(name)) map.updateImage(name, hatchImage(name, colours, ratio));
    painted?.tones.forEach((_, unit) => touch(unit));
  };

  /** @param {boolean} is */
  const see = (is) => {
    isSeen = is;
    painted?.tones.forEach((_, unit) => touch(unit));
  };

  /** The unit under a point of the map, or null. @param {{x: number, y: number}} point */
  const under = ({ x, y }) => {
    if (!shown) return null;
    const layers = [...(shown.dot ? [`${shown.source}/dots`] : []), ...(shown.isPlaces ? [] : [`${shown.source}/fill`])];
    const hits = map.queryRenderedFeatures([x, y], { layers });
    const hit = hits.find(({ layer, id }) => layer.type === "fill" || painted?.radii[Number(id) - 1]);
    return hit ? Number(hit.id) - 1 : null;
  };

  return { show, point, pick, recolour, see, under, get points() { return shown?.points ?? []; }, get painted() { return painted; }, get isPlaces() { return shown?.isPlaces ?? false; }, get source() { return shown?.source ?? ""; } };
};
