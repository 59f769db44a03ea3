// Tiles that fail: said as long as they do, asked for again with growing patience, and at once when the network is back.
import { say } from "./signals.js";
import { word } from "./words.js";

const SHORTEST = 2000;
const LONGEST = 60_000;

/**
 * Watch over the tiles of a map; returns what ends that.
 * @param {import("maplibre-gl").Map} map
 */
export const recoveryOn = (map) => {
  // By source. Tile by tile: told to refresh a whole source, MapLibre waits for ever for one that has failed.
  /** @type {Map<string, {x: number, y: number, z: number}[]>} */
  const broken = new Map();
  let wait = SHORTEST;
  let timer = 0;

  const retry = () => {
    clearTimeout(timer);
    timer = 0;
    const again = [...broken];
    broken.clear();
    for (const [source, tiles] of again) if (map.getSource(source)) map.refreshTiles(source, tiles);
  };

  const onError = (/** @type {any} */ { error, sourceId, tile }) => {
    if (!tile || error?.name === "AbortError") return;
    broken.set(sourceId, [...(broken.get(sourceId) ?? []), tile.tileID.canonical]);
    if (timer) return;
    say("failed", { what: word("map.tiles"), retry });
    timer = window.setTimeout(retry, wait);
    wait = Math.min(2 * wait, LONGEST);
  };

  const onIdle = () => {
    if (!broken.size) wait = SHORTEST;
  };

  map.on("error", onError);
  map.on("idle", onIdle);
  addEventListener("online", retry);
  return () => {
    clearTimeout(timer);
    removeEventListener("online", retry);
  };
};
