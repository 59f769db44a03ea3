// The density of spending as a picture over the territories, with what its colours mean.
import { UNDER_LINES } from "./style.js";
import { page } from "./words.js";

/** @typedef {{bounds: [number, number, number, number], minzoom: number, maxzoom: number, legend: Record<string, {title: string, classes: [string, string][]}>}} About */

/**
 * Put the surface on a map and its legend behind an element; returns what takes both away.
 * @param {import("maplibre-gl").Map} map
 * @param {string} base of the version's tiles
 * @param {About} about
 * @param {Element} host
 */
export const surfaceOn = (map, base, { bounds, minzoom, maxzoom, legend }, host) => {
  map.addSource("surface", { type: "raster", tiles: [`${base}surface/{z}/{x}/{y}.png`], tileSize: 256, bounds, minzoom, maxzoom });
  map.addLayer({ id: "surface", type: "raster", source: "surface", paint: { "raster-opacity": 0.92, "raster-fade-duration": 0 } }, UNDER_LINES);
  const box = document.createElement("div");
  box.className = "surface-legend";
  const title = box.appendChild(document.createElement("p"));
  title.textContent = legend[page.lang]?.title ?? "";
  const list = box.appendChild(document.createElement("ul"));
  for (const [colour, label] of legend[page.lang]?.classes ?? []) {
    const row = list.appendChild(document.createElement("li"));
    row.appendChild(document.createElement("i")).style.setProperty("background-color", colour);
    row.append(label);
  }
  host.after(box);
  return () => {
    box.remove();
    map.removeLayer("surface");
    map.removeSource("surface");
  };
};
