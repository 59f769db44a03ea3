// Moving in time: a slider over all periods of the figure, made from the strip of links that stands without scripts.
import { go } from "./change.js";
import { prefetch } from "./fetching.js";
import { hear } from "./signals.js";
import { page, word } from "./words.js";

/** @typedef {{path: string, name: string, year: string, isCurrent: boolean, drawing?: string}} Moment */

const PLAY_MS = 1400;
const YEAR_PX = 44;
const DRAG_MS = 90; // a hand that moves on asks for nothing
const ICONS = { play: "M7 4v16l13-8z", pause: "M6 4h4v16H6zm8 0h4v16h-4z" };
const place = document.getElementById("time");
const range = document.createElement("input");
const output = document.createElement("output");
const years = document.createElement("ol");
const button = document.createElement("button");
const icon = document.createElementNS("http://www.w3.org/2000/svg", "path");

/** @type {Moment[]} */
let moments = [];
let reached = ""; // the view that the slider led to last: steps in a row are one step of the history
let playing = false;
let timer = 0;

/** @returns {Moment[]} in the order of time, as the strip has them */
const listed = () => {
  let year = "";
  const found = [];
  for (const item of document.querySelectorAll(".strip>*")) {
    const { title, dataset } = /** @type {HTMLElement} */ (item);
    if (item.matches(".year")) year = item.textContent ?? "";
    else found.push({ year, name: title, path: dataset.to ?? "", drawing: dataset.redrawn, isCurrent: item.hasAttribute("aria-current") });
  }
  return found;
};

const renew = () => {
  const before = moments.length;
  moments = listed();
  const now = moments.findIndex((moment) => moment.isCurrent);
  place?.toggleAttribute("hidden", moments.length < 2);
  if (moments.length < 2 || !place) return;
  range.max = String(moments.length - 1);
  range.value = String(now);
  range.setAttribute("aria-label", document.querySelector(".strip")?.getAttribute("aria-label") ?? "");
  if (before !== moments.length) marks();
  read();
};

/** A mark for each period, the year at its first as far as there is room. */
const marks = () => {
  const last = moments.length - 1;
  let free = 0;
  years.replaceChildren(...moments.map(({ year }, index) => {
    const mark = document.createElement("li");
    const at = index / last;
    if (year !== moments[index - 1]?.year && at >= free) {
      mark.textContent = year;
      free = at + YEAR_PX / (years.clientWidth || 320);
    }
    mark.className = at > 0.9 ? "end" : "";
    mark.style.setProperty("--at", String(at));
    return mark;
  }));
};

const read = () => {
  const { name } = moments[Number(range.value)];
  output.textContent = name;
  range.setAttribute("aria-valuetext", name);
};

/** @param {number} at */
const to = async (at) => {
  const { path, drawing, isCurrent } = moments[at];
  range.value = String(at);
  read();
  if (isCurrent) return true;
  const isShown = await go(path, { drawing, step: reached === page.view ? "replace" : "push" });
  if (isShown) reached = page.view;
  return isShown;
};

const isStill = () => matchMedia("(prefers-reduced-motion:reduce)").matches;

/** @param {boolean} on */
const label = (on) => {
  icon.setAttribute("d", on ? ICONS.pause : ICONS.play);
  button.setAttribute("aria-label", word(on ? "pause" : isStill() ? "step" : "play"));
  button.title = button.getAttribute("aria-label") ?? "";
};

const stop = () => {
  playing = false;
  label(false);
};

/** Show one period after the other to the last; for who wants no motion, one step at a time. */
const play = async () => {
  if (playing) return stop();
  let at = Number(range.value) + 1;
  if (at >= moments.length) at = 0;
  if (isStill()) return void to(at);
  playing = true;
  label(true);
  while (playing && at < moments.length && (await to(at)) && ++at < moments.length) {
    if (moments[at].path) prefetch(moments[at].path);
    await new Promise((done) => setTimeout(done, PLAY_MS));
  }
  stop();
};

if (place && page.view) {
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  picture.setAttribute("viewBox", "0 0 24 24");
  picture.setAttribute("aria-hidden", "true");
  picture.append(icon);
  button.type = "button";
  button.append(picture);
  years.setAttribute("aria-hidden", "true");
  range.type = "range";
  range.min = "0";
  output.setAttribute("aria-live", "off"); // the slider itself says its value
  const line = document.createElement("div");
  line.append(range, years);
  place.append(button, line, output);
  button.addEventListener("click", play);
  range.addEventListener("input", () => {
    read();
    playing = false;
    clearTimeout(timer);
    timer = setTimeout(to, DRAG_MS, Number(range.value));
  });
  label(false);
  renew();
  hear("settled", () => {
    renew();
    label(playing);
  });
}
