// The unit whose panel is open stands out on the drawn map and in the table.

import { say } from "./signals.js";

/** @typedef {import("./spot.js").Spot} Spot */

const outline = document.createElementNS("http://www.w3.org/2000/svg", "path");
outline.setAttribute("class", "picked");

/** @type {string | null} */
let picked = null;

/** The unit whose panel is open; `picked` is said when it is another one. */
export const pickedUnit = () => picked;

/** @param {Spot | null} spot */
export const mark = (spot) => {
  const before = picked;
  picked = spot?.key === "unit" ? spot.id : null;
  if (picked !== before) say("picked", { id: picked });
  outline.remove();
  for (const held of document.querySelectorAll(".is-picked")) held.classList.remove("is-picked");
  if (spot?.key !== "unit") return;
  const row = [...document.querySelectorAll(".twin tbody tr[data-u]")].find((tr) =>
    (tr.querySelector("a[href]")?.getAttribute("href") ?? "").split("/").includes(encodeURIComponent(spot.id)),
  );
  const map = document.querySelector(".mapbox .map");
  const unit = row?.getAttribute("data-u");
  if (!row || !map) return;
  row.classList.add("is-picked");
  for (const circle of map.querySelectorAll(`circle[data-u="${unit}"],a[data-u="${unit}"]>circle`)) circle.classList.add("is-picked");
  const shape = map.querySelector(`:scope > a[data-u="${unit}"] > path`);
  if (!shape) return;
  outline.setAttribute("d", shape.getAttribute("d") ?? "");
  map.append(outline);
};
