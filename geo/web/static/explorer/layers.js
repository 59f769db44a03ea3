// Which layers the moving map shows: territories, organisations, the surface of density; kept in the address.
import { bodiesOn } from "./bodies.js";
import { controlsOn, LAYERS } from "./controls.js";
import { read, write } from "./fragment.js";
import { say } from "./signals.js";
import { surfaceOn } from "./surface.js";
import { page, word } from "./words.js";

/** @typedef {import("./controls.js").Layer} Layer */

/** Territories are shown unless `show` says otherwise: `show=bodies`, `show=surface,no-units`. */
const asked = () => {
  const words = (read().get("show") ?? "").split(",");
  return { units: !words.includes("no-units"), bodies: words.includes("bodies"), surface: words.includes("surface") };
};

/**
 * @param {import("maplibre-gl").Map} map
 * @param {Element} host
 * @param {{
 *   base: () => string, json: (url: string) => Promise<any>, colours: () => import("./paint.js").Colours,
 *   see: (is: boolean) => void, changed: () => void, zoom: (by: number) => void, whole: () => void,
 * }} given
 */
export const layersOn = (map, host, { base, json, colours, see, changed, zoom, whole }) => {
  /** @type {Record<Layer, boolean>} */
  const shown = { units: true, bodies: false, surface: false };
  /** @type {ReturnType<typeof bodiesOn> | null} */
  let bodies = null;
  /** @type {(() => void) | null} */
  let endSurface = null;

  /** @type {Record<Layer, (is: boolean) => unknown>} */
  const turn = {
    units: see,
    bodies: async (is) => {
      if (!is) {
        bodies?.off();
        bodies = null;
        return;
      }
      const from = base();
      const about = await json(`${from}bodies.json`);
      if (shown.bodies && !bodies) bodies = bodiesOn(map, from, about, colours(), changed);
    },
    surface: async (is) => {
      if (!is) {
        endSurface?.();
        endSurface = null;
        return;
      }
      const from = base();
      const about = await json(`${from}surface.json`);
      if (shown.surface && !endSurface) endSurface = surfaceOn(map, from, about, host);
    },
  };

  /** @param {Layer} layer @param {boolean} is */
  const choose = async (layer, is) => {
    shown[layer] = is;
    controls.tick(layer, is);
    const words = LAYERS.filter((name) => name !== "units" && shown[name]);
    write("show", [...words, ...(shown.units ? [] : ["no-units"])].join(",") || null);
    try {
      await turn[layer](is);
    } catch (error) {
      shown[layer] = false;
      controls.tick(layer, false);
      if (/** @type {any} */ (error).status === 404) controls.lacks(layer);
      else say("failed", { what: word("map.tiles"), retry: () => choose(layer, is) });
    }
    changed();
  };

  /** The tiles are of a version that is not in force any more: those of the other take their place. */
  const renew = async () => {
    for (const layer of /** @type {const} */ (["bodies", "surface"])) {
      if (!shown[layer]) continue;
      turn[layer](false);
      await choose(layer, true);
    }
  };

  const controls = controlsOn(host, { zoom, whole, choose });
  const follow = () => {
    for (const [layer, is] of /** @type {[Layer, boolean][]} */ (Object.entries(asked()))) if (is !== shown[layer]) choose(layer, is);
  };
  controls.tick("units", true);
  follow();
  addEventListener("hashchange", follow);
  return {
    shown,
    renew,
    get bodies() { return bodies; },
    off: () => {
      removeEventListener("hashchange", follow);
      endSurface?.();
      controls.off();
    },
  };
};
