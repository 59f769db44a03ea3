// Where the moving map looks, kept in the address: `map=zoom/latitude/longitude`.
import { read, write } from "./fragment.js";

/** @typedef {{zoom: number, center: [number, number]}} Place longitude, latitude */

/** @returns {Place | null} */
export const placeAsked = () => {
  const [zoom, lat, lon] = (read().get("map") ?? "").split("/").map(Number);
  return [zoom, lat, lon].every(Number.isFinite) && Math.abs(lat) <= 85 && Math.abs(lon) <= 180 ? { zoom, center: [lon, lat] } : null;
};

/**
 * Keep the place of a map in the address; the whole map needs no words. Returns what ends that.
 * @param {import("maplibre-gl").Map} map
 * @param {Place} whole
 */
export const placeKept = (map, whole) => {
  let timer = 0;
  const keep = () => {
    const [zoom, { lng, lat }] = [map.getZoom(), map.getCenter()];
    const isWhole = Math.abs(zoom - whole.zoom) < 0.02 && Math.abs(lng - whole.center[0]) + Math.abs(lat - whole.center[1]) < 0.05;
    write("map", isWhole ? null : `${zoom.toFixed(2)}/${lat.toFixed(4)}/${lng.toFixed(4)}`);
  };
  const soon = () => {
    clearTimeout(timer);
    timer = window.setTimeout(keep, 300); // browsers refuse many changes of the address at once
  };
  const again = () => {
    const place = placeAsked();
    if (place) map.jumpTo(place);
  };
  map.on("moveend", soon);
  addEventListener("hashchange", again);
  return () => {
    clearTimeout(timer);
    removeEventListener("hashchange", again);
  };
};
