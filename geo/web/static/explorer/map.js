// The moving map: what lies over the place of the drawing, and how it follows the page.
import { describedBy, json } from "./borders.js";
import { askingOnlyHeld } from "./held.js";
import { insetsOn } from "./insets.js";
import { labelsOn } from "./labels.js";
import { layersOn } from "./layers.js";
import { coloursOf } from "./paint.js";
import { pickedUnit } from "./picked.js";
import { placeAsked, placeKept } from "./place.js";
import { pointerOn } from "./pointer.js";
import { recoveryOn } from "./recovery.js";
import { hear, say } from "./signals.js";
import { drawn, engineOn, stageOver, wholeOf } from "./stage.js";
import { namesOn, unitLabels } from "./said.js";
import { unitsOn } from "./units.js";
import { walkOn } from "./walk.js";
import { address, page, word } from "./words.js";

/** @typedef {import("./signals.js").Sheet} Sheet */

/**
 * Draw the moving map over the drawing of a container, unseen until the container says so; resolves when it is drawn.
 * @param {{gl: typeof import("maplibre-gl"), worker: string, root: string, container: HTMLElement, onLost: () => void}} given
 * @returns {Promise<import("./engine.js").Running>}
 */
export const open = async ({ gl, worker, root, container, onLost }) => {
  gl.setWorkerUrl(worker);
  gl.setWorkerCount(1); // a handful of small tiles: a second worker costs more than it brings
  askingOnlyHeld(gl);
  const about = describedBy(root);
  const { edition, view } = page;
  const [{ bounds }, sheet] = await Promise.all([about(edition), json(address(`${view}values.json`))]);
  const stage = stageOver(container);
  const ends = [stage.off];
  try {
    const colours = coloursOf(container);
    const map = await engineOn(gl, stage.ground, bounds, colours);
    ends.unshift(() => map.remove());
    const running = await scene({ map, stage, bounds, container, about, sheet, root, colours, ends });
    const canvas = map.getCanvas();
    canvas.addEventListener("webglcontextlost", onLost);
    ends.unshift(() => canvas.removeEventListener("webglcontextlost", onLost)); // a map that ends loses its own as well
    return running;
  } catch (error) {
    for (const end of ends) end();
    throw error;
  }
};

/** How far a place on a line lies out of the middle of it. @param {number} x @param {number} length */
const beyond = (x, length) => Math.min(0, x - length * 0.2) + Math.max(0, x - length * 0.8);

/** @param {{
 *   map: import("maplibre-gl").Map, stage: ReturnType<typeof stageOver>, bounds: [number, number, number, number], container: HTMLElement, about: (edition: string) => Promise<import("./borders.js").About>,
 *   sheet: Sheet, root: string, colours: import("./paint.js").Colours, ends: (() => void)[],
 * }} given
 * @returns {Promise<import("./engine.js").Running>}
 */
const scene = async ({ map, stage, bounds, container, about, sheet, root, colours, ends }) => {
  const drawing = () => container.querySelector(":scope > .map");
  const { host, size } = stage;
  const whole = wholeOf(map, bounds, stage.margins());
  map.jumpTo(whole);
  const units = unitsOn(map, { root, about, size }, colours);
  let names = namesOn(drawing());
  /** Places on the screen, until the map moves. @type {Map<number, {x: number, y: number}>} */
  const projected = new Map();
  for (const kind of ["move", "resize"]) map.on(/** @type {any} */ (kind), () => projected.clear()); // before anything draws
  const project = (/** @type {[number, number, ...any]} */ [lon, lat]) => {
    const key = lon * 1e4 + lat;
    const known = projected.get(key) ?? map.project([lon, lat]);
    projected.set(key, known);
    return known;
  };

  const openUnit = (/** @type {number} */ unit) => {
    const id = units.painted?.sheet.ids[unit];
    const path = drawing()?.querySelector(`a[data-u="${unit}"]`)?.getAttribute("href");
    if (id && path) say("open", { kind: "unit", id, address: new URL(path, location.href).href });
  };
  /** The lowest level of the borders shown that has a unit. @param {string} id @returns {Promise<string | null>} */
  const levelOf = async (id) => {
    const { points } = await about(page.edition);
    return Object.entries(points).reverse().find(([, held]) => held.some(([, , , unit]) => unit === id))?.[0] ?? null;
  };
  const placeOf = (/** @type {number} */ unit) => /** @type {[number, number]} */ (units.points[unit]?.slice(0, 2));
  const zoom = (/** @type {number} */ by) => map.easeTo({ zoom: map.getZoom() + by, duration: 250 });
  const back = () => map.easeTo({ ...whole, duration: 400 });
  /** Look at a place: move only as far as is needed. @param {[number, number]} at @param {number} [to] zoom */
  const see = (at, to) => {
    if (to !== undefined) return map.easeTo({ center: at, zoom: to, duration: 350 });
    const { x, y } = map.project(at);
    const [dx, dy] = [beyond(x, size.wide), beyond(y, size.high)];
    if ((dx || dy) && map.getZoom() > whole.zoom + 0.05) map.panBy([dx, dy], { duration: 250 });
  };

  const insets = insetsOn(host, size, openUnit);
  const label = labelsOn(host, size);
  const layers = layersOn(map, host, {
    base: () => `${root}tiles/${page.country}/${page.version}/`, json, colours: () => colours, zoom, whole: back,
    see: (is) => units.see(is), changed: () => draw(),
  });
  const draw = () => {
    const { painted, points, isPlaces } = units;
    if (!painted) return;
    const around = insets.follow((unit) => project(points[unit]), map.getZoom() - whole.zoom);
    const { tones, radii, sheet: { is_circles: isCircles, labels: values } } = painted;
    const areValues = layers.shown.units && !layers.bodies;
    const shown = { points, tones, radii, values, isCircles, isPlaces, zoom: map.getZoom(), names, insets: around, areValues };
    label([...unitLabels(shown, project), ...(layers.bodies?.labels(project) ?? [])]);
  };

  let { version } = sheet;
  const show = async (/** @type {Sheet} */ fresh) => {
    const is = units.show(fresh);
    if (is !== true && !(await is)) return;
    if (fresh.version !== version) layers.renew();
    version = fresh.version;
    layers.bodies?.refresh();
    if (fresh.view === page.view) renew(); // the drawing is that of the sheet, its names are those of the borders
    insets.paint(units.painted?.tones ?? [], fresh.is_circles);
    draw();
  };
  /** @param {Sheet} fresh */
  const follow = (fresh) => {
    show(fresh).catch(() => say("failed", { what: word("map.tiles"), retry: () => follow(fresh) }));
  };
  let place = "";
  const renew = () => {
    names = namesOn(drawing());
    insets.renew(drawing());
    const fresh = [units.painted?.sheet.edition, units.painted?.sheet.level, units.painted?.sheet.ids.length].join("/");
    if (place && fresh !== place) rewhole(true);
    place = fresh;
  };
  const rewhole = (/** @type {boolean} */ isOther) => {
    const isAtWhole = isOther || Math.abs(map.getZoom() - whole.zoom) < 0.01;
    map.setMinZoom(0);
    Object.assign(whole, wholeOf(map, units.bounds(bounds), stage.margins()));
    map.setMinZoom(Math.max(0, whole.zoom - 0.5));
    if (isAtWhole) map.jumpTo(whole);
  };
  units.pick(pickedUnit());
  await show(sheet);
  rewhole(true);
  map.on("resize", () => (rewhole(false), units.fit(), draw()));
  const asked = placeAsked();
  if (asked) map.jumpTo(asked);
  await drawn(map);
  draw();

  const recolour = () => {
    const fresh = coloursOf(container);
    if (JSON.stringify(fresh) === JSON.stringify(colours)) return;
    colours = fresh;
    map.setPaintProperty("water", "background-color", colours.water);
    units.recolour(colours);
    layers.bodies?.recolour(colours);
  };
  const dressed = new MutationObserver(recolour);
  for (const element of [document.documentElement, document.body, container]) dressed.observe(element, { attributes: true });
  const scheme = matchMedia("(prefers-color-scheme:dark)");
  scheme.addEventListener("change", recolour);
  const pointer = pointerOn(map, { under: units.under, bodies: () => layers.bodies, open: openUnit, levelOf, see });
  walkOn(map.getCanvas(), container.ariaLabel ?? "", { see, zoom, whole: back, open: openUnit, at: placeOf }, pointer.others);
  map.on("move", draw);
  ends.unshift(
    () => dressed.disconnect(), () => scheme.removeEventListener("change", recolour),
    recoveryOn(map), placeKept(map, whole), layers.off,
    hear("shown", ({ sheet: fresh }) => follow(fresh)),
    hear("pointed", ({ unit }) => (units.point(unit), insets.mark(unit))),
    hear("picked", ({ id }) => units.pick(id)),
  );
  return { stop: () => { for (const end of ends) end(); }, zoom, focus: () => map.getCanvas().focus() };
};
