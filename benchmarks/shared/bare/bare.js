// The least that recolours polygons by a value sheet: one source, a fill, a line, states of features.
import * as gl from "./maplibre-gl.mjs";

gl.setWorkerUrl(new URL("./maplibre-gl-worker.mjs", location.href).href);
const { features } = await (await fetch("polygons.geojson")).json();
const number = new Map(features.map(({ properties }, k) => [properties.unit_id, k + 1]));
for (const feature of features) feature.id = number.get(feature.properties.unit_id);
const fill = ["coalesce", ["feature-state", "fill"], "#eee"];
const map = new gl.Map({
  container: "map",
  attributionControl: false,
  bounds: [46.5, 40.5, 87.3, 55.5],
  style: {
    version: 8,
    sources: { units: { type: "geojson", data: { type: "FeatureCollection", features } } },
    layers: [
      { id: "fill", type: "fill", source: "units", paint: { "fill-color": fill } },
      { id: "line", type: "line", source: "units", paint: { "line-color": "#fff", "line-width": 0.5 } },
    ],
  },
});
const TONES = ["#eff3ff", "#bdd7e7", "#6baed6", "#3182bd", "#08519c"];
const paint = ({ ids, classes }) => ids.forEach((id, k) => {
  map.setFeatureState({ source: "units", id: number.get(id) }, { fill: TONES[classes[k] - 1] ?? "#ddd" });
});
const sheets = await (await fetch("sheets.json")).json(); // the names of the sheets, to be fetched one by one
const kept = await Promise.all(sheets.map(async (name) => (await fetch(name)).json()));
let turn = 0;
const next = async (isFetched) => {
  const name = sheets[++turn % sheets.length];
  const sheet = isFetched ? await (await fetch(name, { cache: "no-store" })).json() : kept[turn % sheets.length];
  const at = performance.now();
  paint(sheet);
  window.probe.took = (await window.probe.drawnAfter(at)) - window.probe.acted;
};
let isFetched = false;
window.fetching = (is) => { isFetched = is; };
document.getElementById("next").addEventListener("click", () => next(isFetched));
map.once("idle", () => { window.isReady = true; });
