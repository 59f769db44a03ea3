// Organisations on the moving map: from afar cells with the exact sums of those within, from near each by its name.
import { amountsOf, askedOf } from "./amounts.js";
import { tilesOf } from "./held.js";
import { moneyOf } from "./money.js";
import { painter } from "./paint.js";
import { say } from "./signals.js";
import { circleLayer } from "./style.js";
import { page, word } from "./words.js";

/** A cell or an organisation; `others` are those that stand behind it on the same spot.
 * @typedef {{layer: string, id: number, at: [number, number], amount: string, said: any, others?: Item[]}} Item */

const LARGEST = 22; // pixels of the largest circle in sight
const LEAST = 2.5;
const LONGEST = 30; // letters of a name on the map; the whole name is read and opened

/** @param {string} name */
const shortened = (name) => (name.length > LONGEST ? `${name.slice(0, LONGEST - 1).trimEnd()}…` : name);

/** @param {Item} a @param {Item} b */
const largerFirst = (a, b) => Math.abs(Number(b.amount)) - Math.abs(Number(a.amount)) || a.id - b.id;

/**
 * Organisations whose place is known to the territory alone lie on one spot: they become one, with the sum of all.
 * @param {Item[]} items the largest first
 * @returns {Item[]}
 */
const gathered = (items) => {
  /** @type {Map<unknown, Item[]>} */
  const groups = new Map();
  for (const item of items) {
    const isVague = item.layer === "bodies" && item.said.exactness === "region";
    const key = isVague ? item.said.unit_id : item;
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return [...groups.values()].map(([first, ...others]) => {
    if (!others.length) return first;
    const amount = others.reduce((sum, other) => sum + BigInt(other.amount), BigInt(first.amount));
    return { ...first, amount: String(amount), others };
  }).sort(largerFirst);
};

/**
 * @param {import("maplibre-gl").Map} map
 * @param {string} base of the version's tiles
 * @param {import("./amounts.js").About} about
 * @param {import("./paint.js").Colours} colours
 * @param {() => void} changed called when other organisations or amounts are in sight
 */
export const bodiesOn = (map, base, about, colours, changed) => {
  const money = moneyOf(page.lang, about.currency, about.minor_units);
  const layers = ["cells", "bodies"];
  map.addSource("bodies", {
    type: "vector", tiles: [tilesOf(`${base}bodies`, about.held)], bounds: about.bounds, minzoom: about.minzoom, maxzoom: about.maxzoom,
  });
  for (const layer of layers) map.addLayer(circleLayer(`bodies/${layer}`, { source: "bodies", "source-layer": layer }, colours, colours.accent));
  const paint = Object.fromEntries(layers.map((sourceLayer) => [sourceLayer, painter(map, { source: "bodies", sourceLayer })]));
  /** What is in sight, the largest first. @type {Item[]} */
  let items = [];
  let turn = 0;
  /** @type {Item | null} */
  let pointed = null;

  /** @param {Item} item */
  const touch = (item) => {
    const most = Math.abs(Number(items[0]?.amount ?? 1)) || 1;
    const r = Math.max(LEAST, LARGEST * Math.sqrt(Math.abs(Number(item.amount)) / most));
    paint[item.layer](item.id, { r, on: item === pointed });
    for (const { layer, id } of item.others ?? []) paint[layer](id, { r: 0 });
  };

  const refresh = async () => {
    const own = ++turn;
    const asked = askedOf(about);
    try {
      const amounts = await amountsOf(about, asked, base, map);
      if (own !== turn || !map.getSource("bodies")) return;
      /** @type {Map<string, Item>} */
      const found = new Map();
      for (const layer of layers) {
        for (const { id, geometry, properties } of map.querySourceFeatures("bodies", { sourceLayer: layer })) {
          const amount = amounts ? amounts.get(`${layer}/${id}`) : properties[`${asked.phase}_minor`];
          if (amount === undefined) paint[layer](Number(id), { r: 0 });
          else found.set(`${layer}/${id}`, { layer, id: Number(id), at: /** @type {any} */ (geometry).coordinates, amount, said: properties });
        }
      }
      items = gathered([...found.values()].sort(largerFirst));
      pointed = items.find((item) => item.layer === pointed?.layer && item.id === pointed.id) ?? null;
      items.forEach(touch);
      changed();
    } catch {
      say("failed", { what: word("map.values"), retry: refresh });
    }
  };
  map.on("idle", refresh);

  /** How many one stands for; 0 for an organisation by itself. @param {Item} item */
  const countOf = ({ layer, said, others }) => (layer === "cells" ? Number(said.bodies) : others ? others.length + 1 : 0);
  /** @param {Item} item */
  const nameOf = (item) => (countOf(item) ? word("map.cell", { count: money.count(countOf(item)) }) : item.said[`name_${page.lang}`]);

  return {
    /** @param {(at: [number, number]) => {x: number, y: number}} spot @returns {import("./labels.js").Label[]} */
    labels: (spot) => items.slice(0, 150).map((item, k) => ({
      key: `${item.layer}/${item.id}`, ...spot(item.at), tone: "none", weight: item === pointed ? Infinity : 100 - k / 1000,
      below: LEAST + LARGEST * Math.sqrt(Math.abs(Number(item.amount) / (Number(items[0].amount) || 1))),
      lines: [
        { text: money.short(Number(item.amount)), kind: "v" },
        { text: countOf(item) ? word("map.count", { count: money.count(countOf(item)) }) : shortened(nameOf(item)), kind: "n" },
      ],
    })),
    /** The organisations or cells under a point. @param {{x: number, y: number}} point @returns {Item[]} */
    under: ({ x, y }) => {
      const reach = 4; // a finger is not a needle
      const hits = map.queryRenderedFeatures([[x - reach, y - reach], [x + reach, y + reach]], { layers: layers.map((layer) => `bodies/${layer}`) });
      return hits.flatMap(({ id, sourceLayer }) => items.find((item) => item.id === id && item.layer === sourceLayer) ?? []);
    },
    /** @param {Item | null} item */
    point: (item) => {
      const before = pointed;
      pointed = item;
      if (before) touch(before);
      if (item) touch(item);
    },
    /** What is said of one: its name, and the rest. @param {Item} item @returns {[string, string]} */
    told: (item) => {
      const name = item.said[`${item.layer === "cells" ? "largest" : "name"}_${page.lang}`];
      const largest = countOf(item) ? [word("map.largest", { name })] : [];
      const vague = item.said.exactness === "region" ? [word("map.region_only")] : [];
      return [nameOf(item), ["", `${word(`map.${askedOf(about).phase}`)}: ${money.exact(item.amount)}`, ...largest, ...vague].join(" · ")];
    },
    /** The one after another in sight, the largest first. @param {number} step @returns {Item | null} */
    next: (step) => items[Math.max(0, Math.min(items.length - 1, (pointed ? items.indexOf(pointed) : step > 0 ? -1 : items.length) + step))] ?? null,
    get pointed() { return pointed; },
    /** The function that the amounts are of. */
    get func() { return askedOf(about).func; },
    refresh,
    /** @param {import("./paint.js").Colours} fresh */
    recolour: (fresh) => {
      for (const layer of layers) {
        for (const [name, value] of Object.entries(circleLayer("", { source: "" }, fresh, fresh.accent).paint)) map.setPaintProperty(`bodies/${layer}`, /** @type {any} */ (name), value);
      }
    },
    off: () => {
      map.off("idle", refresh);
      turn++;
      for (const layer of layers) map.removeLayer(`bodies/${layer}`);
      map.removeSource("bodies");
    },
  };
};
