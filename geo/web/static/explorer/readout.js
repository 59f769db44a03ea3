// Reading by hover and focus: what the table says of the territory under the pointer or the focus.
import { hear, say } from "./signals.js";

const readout = document.getElementById("readout");
const rest = readout ? [...readout.childNodes] : [];
const table = () => document.querySelector(".twin tbody");
const map = () => document.querySelector(".mapbox .map");
// Drawn last, so that no neighbour hides half of the outline.
const outline = document.createElementNS("http://www.w3.org/2000/svg", "path");
outline.setAttribute("class", "over");
/** @type {Element[]} */
let marked = [];

/** @param {number | null} unit */
const show = (unit) => {
  for (const element of marked) element.classList.remove("on");
  const row = unit === null ? null : table()?.querySelector(`tr[data-u="${unit}"]`);
  const drawing = map();
  const seen = drawing?.querySelectorAll(`.inset path[data-u="${unit}"],circle[data-u="${unit}"],a[data-u="${unit}"]>circle`);
  marked = row ? [row, ...(seen ?? [])] : [];
  for (const element of marked) element.classList.add("on");
  const shape = row ? drawing?.querySelector(`:scope > a[data-u="${unit}"] > path`) : null;
  outline.setAttribute("d", shape?.getAttribute("d") ?? "");
  if (outline.parentNode !== drawing) drawing?.append(outline);
  readout?.replaceChildren(...(row ? said(/** @type {HTMLTableRowElement} */ (row)) : rest));
};

/** @param {HTMLTableRowElement} row @returns {Node[]} */
const said = (row) => {
  const heads = [...document.querySelectorAll(".twin thead th")].map((th) => (th.textContent ?? "").replace(/[▾▴]/g, "").trim());
  const name = document.createElement("b");
  name.textContent = (row.cells[0].textContent ?? "").trim();
  const values = [...row.cells].slice(1).map((cell, i) => ` · ${heads[i + 1]}: ${(cell.textContent ?? "").trim()}`);
  return [name, document.createTextNode(values.join(""))];
};

/** @param {Event} event @param {string} within */
const unitOf = (event, within) => {
  const held = event.target instanceof Element && event.target.closest(within) ? event.target.closest("[data-u]") : null;
  return held?.getAttribute("data-u");
};

// One listener on the document: maps and tables are swapped, it stays.
for (const [begins, ends] of [["pointerover", "pointerout"], ["focusin", "focusout"]]) {
  for (const [by, within] of /** @type {const} */ ([["svg", ".mapbox .map"], ["table", ".twin tbody"]])) {
    document.addEventListener(begins, (event) => {
      const unit = unitOf(event, within);
      if (unit) say("pointed", { unit: Number(unit), by });
    });
    document.addEventListener(ends, (event) => {
      if (unitOf(event, within)) say("pointed", { unit: null, by });
    });
  }
}
hear("pointed", ({ unit }) => show(unit));
