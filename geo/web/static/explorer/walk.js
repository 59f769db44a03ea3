// The moving map by keyboard: its canvas is one stop for Tab; arrows walk the units in the order of the drawing.
import { after } from "./keys.js";
import { say } from "./signals.js";
import { word } from "./words.js";

/** @typedef {{see: (at: [number, number]) => void, zoom: (by: number) => void, whole: () => void, open: (unit: number) => void, at: (unit: number) => [number, number] | undefined}} Acts */
/** @typedef {{next: (step: number) => boolean, open: () => void, leave: () => void, has: () => boolean}} Others */

/**
 * Let a canvas be walked; `others` are the organisations, walked by PageDown and PageUp.
 * @param {HTMLElement} canvas
 * @param {string} name of the map
 * @param {Acts} acts
 * @param {Others} others
 */
export const walkOn = (canvas, name, acts, others) => {
  /** @type {number | null} */
  let unit = null;
  canvas.setAttribute("role", "application"); // arrows are for the map, not for reading the page
  canvas.ariaLabel = name;
  canvas.setAttribute("aria-description", word("map.about"));

  /** @param {number | null} next */
  const go = (next) => {
    others.leave();
    unit = next;
    say("pointed", { unit, by: "keys" });
    const at = unit === null ? undefined : acts.at(unit);
    if (at) acts.see(at);
  };

  const leave = () => {
    go(null);
    canvas.blur();
  };

  const enter = () => (others.has() ? others.open() : unit !== null && acts.open(unit));

  /** @type {Record<string, () => void>} */
  const keys = {
    Enter: enter, " ": enter, Escape: leave,
    "+": () => acts.zoom(1), "=": () => acts.zoom(1), "-": () => acts.zoom(-1), "−": () => acts.zoom(-1), 0: acts.whole,
    PageDown: () => others.next(1), PageUp: () => others.next(-1),
  };

  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const next = after(event.key, unit);
    if (next === undefined && !(event.key in keys)) return;
    event.preventDefault();
    event.stopPropagation();
    if (next !== undefined) go(next);
    else keys[event.key]();
  });
  canvas.addEventListener("blur", () => {
    others.leave();
    say("pointed", { unit: null, by: "keys" });
  });
};
