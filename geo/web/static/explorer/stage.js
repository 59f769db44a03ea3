// The place of the moving map: over the drawing, as large as it, with the engine inside.
import { emptyStyle } from "./style.js";
import { word } from "./words.js";

/** Lay an element over the drawing of a container; returns it and what takes it away. @param {HTMLElement} container */
export const stageOver = (container) => {
  const drawing = () => container.querySelector(":scope > .map");
  const host = document.createElement("div");
  host.className = "moving";
  const ground = host.appendChild(document.createElement("div"));
  ground.className = "moving-ground";
  /** As it was measured last: asking the page each time would lay it out anew. */
  const size = { wide: 1, high: 1 };
  const fit = () => {
    const [own, box] = [drawing()?.getBoundingClientRect(), container.getBoundingClientRect()];
    if (!own) return;
    Object.assign(size, { wide: own.width || 1, high: own.height });
    host.style.setProperty("top", `${own.top - box.top}px`);
    host.style.setProperty("height", `${own.height}px`);
  };
  drawing()?.after(host);
  fit();
  const sized = new ResizeObserver(fit);
  sized.observe(container);
  /** Where the drawing has its land: pixels left free on each side. */
  const margins = () => {
    const [own, all] = [drawing()?.getBoundingClientRect(), drawing()?.querySelectorAll(":scope > a > path, :scope > .ground") ?? []];
    const boxes = [...all].map((path) => path.getBoundingClientRect());
    if (!own || !boxes.length) return { left: 0, top: 0, right: 0, bottom: 0 };
    return {
      left: Math.min(...boxes.map(({ left }) => left)) - own.left, right: own.right - Math.max(...boxes.map(({ right }) => right)),
      top: Math.min(...boxes.map(({ top }) => top)) - own.top, bottom: own.bottom - Math.max(...boxes.map(({ bottom }) => bottom)),
    };
  };
  return { host, ground, size, margins, off: () => (sized.disconnect(), host.remove()) };
};

/**
 * Start the engine on an element; resolves when it can be given layers.
 * @param {typeof import("maplibre-gl")} gl
 * @param {HTMLElement} ground
 * @param {[number, number, number, number]} bounds
 * @param {import("./paint.js").Colours} colours
 * @returns {Promise<import("maplibre-gl").Map>}
 */
export const engineOn = async (gl, ground, bounds, colours) => {
  const map = new gl.Map({
    container: ground, style: emptyStyle(colours), bounds, maxZoom: 16, renderWorldCopies: false, validateStyle: false,
    attributionControl: false, cooperativeGestures: true, keyboard: false, dragRotate: false, touchPitch: false, fadeDuration: 0,
    locale: {
      "CooperativeGesturesHandler.WindowsHelpText": word("map.ctrl"),
      "CooperativeGesturesHandler.MacHelpText": word("map.cmd"),
      "CooperativeGesturesHandler.MobileHelpText": word("map.two_fingers"),
    },
  });
  map.touchZoomRotate.disableRotation();
  await map.once("style.load");
  return map;
};

const ROOM = 0.05 / 1.1; // of the tiles' bounds lies around the units on each side

/**
 * The camera for the whole map, with the land where the drawing has it: nothing jumps, and insets stand beside it.
 * @param {import("maplibre-gl").Map} map
 * @param {[number, number, number, number]} bounds
 * @param {{left: number, top: number, right: number, bottom: number}} padding
 * @returns {import("./place.js").Place}
 */
export const wholeOf = (map, [west, south, east, north], padding) => {
  const [wide, high] = [ROOM * (east - west), ROOM * (north - south)];
  const camera = map.cameraForBounds([west + wide, south + high, east - wide, north - high], { padding });
  const { lng, lat } = /** @type {any} */ (camera?.center ?? map.getCenter());
  return { zoom: Number(camera?.zoom ?? map.getZoom()), center: [lng, lat] };
};

const LONGEST = 30_000; // a map that takes longer is given up, and the reader is asked

/** Wait until a map has drawn all that it has; rejects on the first fault. @param {import("maplibre-gl").Map} map */
export const drawn = (map) => new Promise((resolve, reject) => {
  map.once("idle", resolve);
  map.once("error", ({ error }) => reject(error));
  setTimeout(() => reject(new Error("no map in time")), LONGEST);
});
