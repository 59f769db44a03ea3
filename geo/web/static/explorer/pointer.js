// The moving map under the pointer: what it stands on is told, what is clicked is opened.
import { say } from "./signals.js";
import { listOf } from "./spot.js";
import { address, page } from "./words.js";

/** @typedef {ReturnType<typeof import("./bodies.js").bodiesOn>} Bodies */
/** @typedef {import("./bodies.js").Item} Item */

/**
 * @param {import("maplibre-gl").Map} map
 * @param {{under: (point: {x: number, y: number}) => number | null, bodies: () => Bodies | null, open: (unit: number) => void, levelOf: (id: string) => Promise<string | null>, see: (at: [number, number], zoom?: number) => void}} given
 */
export const pointerOn = (map, { under, bodies, open, levelOf, see }) => {
  /** @type {number | null} */
  let unit = null;
  /** @type {Item | null} */
  let item = null;
  let frame = 0;
  const readout = document.getElementById("readout");

  /** @param {Item | null} next */
  const tell = (next) => {
    item = next;
    bodies()?.point(next);
    if (!next) return;
    const [name, rest] = /** @type {Bodies} */ (bodies()).told(next);
    const bold = document.createElement("b");
    bold.textContent = name;
    readout?.replaceChildren(bold, rest);
  };

  /** @param {number | null} next */
  const point = (next) => {
    unit = next;
    say("pointed", { unit, by: "map" });
  };

  map.on("mousemove", ({ point: at }) => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      const held = bodies()?.under(at)[0] ?? null;
      const next = held ? null : under(at);
      map.getCanvas().classList.toggle("is-over", held !== null || next !== null);
      if (next !== unit || (!held && item)) point(next);
      if (held !== item) tell(held);
    });
  });
  map.on("mouseout", () => {
    cancelAnimationFrame(frame);
    if (item) tell(null);
    point(null);
  });

  /** Open an organisation, or look into a cell. @param {Item} held */
  const enter = (held) => {
    if (held.layer === "cells") return see(held.at, Math.min(map.getMaxZoom(), Math.floor(map.getZoom()) + 2));
    if (held.others) return list(held);
    one(held);
  };

  /** @param {Item} held */
  const one = ({ said: { body_id: id } }) => say("open", { kind: "body", id, address: address(`${page.lang}/${page.country}/body/${id}/`) });

  /** Open the list of a territory whose organisations stand on one spot. @param {Item} held */
  const list = async (held) => {
    const level = await levelOf(held.said.unit_id);
    if (level === null) return one(held); // its unit is none of the borders that are shown
    const { key, ...spot } = listOf(level, held.said.unit_id, bodies()?.func ?? "all");
    say("open", { kind: key, ...spot });
  };

  /** @type {Item | null} */
  let entered = null;
  map.on("click", ({ point: at }) => {
    const stack = bodies()?.under(at) ?? [];
    if (!stack.length) {
      const found = under(at);
      if (found !== null) open(found);
      return;
    }
    // Where circles lie on each other, each click opens the next.
    const next = stack[(stack.findIndex((held) => held.id === entered?.id) + 1) % stack.length];
    entered = next;
    tell(next);
    enter(next);
  });

  return {
    /** Organisations for the keyboard. */
    others: {
      next: (/** @type {number} */ step) => {
        const next = bodies()?.next(step) ?? null;
        if (next) {
          point(null);
          tell(next);
          see(next.at);
        }
        return next !== null;
      },
      open: () => item && enter(item),
      leave: () => item && tell(null),
      has: () => item !== null,
    },
  };
};
