// Starts and stops the moving map: on the reader's wish, or by itself where nobody pays for it. Until it is drawn, and
// whenever it cannot be, the page keeps the picture that the server made.
import { read } from "./fragment.js";
import { hear, say } from "./signals.js";
import { page, word } from "./words.js";

/** @typedef {{stop: () => void, zoom: (by: number) => void, focus: () => void}} Running */

// Modules stand two folders below the root, wherever the page stands.
const root = new URL("../../", import.meta.url).href;
const [engine, worker] = [page.engine, page.worker].map((path) => new URL(path, location.href).href);
const button = /** @type {HTMLButtonElement | null} */ (document.getElementById("moving"));
/** @type {Running | null} */
let running = null;
let spoken = page.lang;
let turn = 0; // of starting: what was stopped meanwhile is not shown

/** @returns {boolean} */
const canDraw = () => {
  const context = document.createElement("canvas").getContext("webgl2");
  context?.getExtension("WEBGL_lose_context")?.loseContext();
  return context !== null;
};

/**
 * Put the moving map over the drawing; resolves when it is drawn, or is known not to come.
 * @param {HTMLElement | null} [container] the element that holds the drawing
 * @param {{focus?: boolean, zoom?: number}} [then]
 */
export const start = async (container = document.querySelector(".mapbox"), then = {}) => {
  if (running || !container || button?.ariaBusy === "true") return;
  if (!page.engine || !canDraw()) return say_why(container);
  const own = ++turn;
  label(word("map.loading"), true);
  const { lang } = page;
  try {
    const [{ open }, gl] = await Promise.all([import("./map.js"), import(engine)]);
    const opened = await open({ gl, worker, root, container, onLost: stop });
    if (own !== turn) return opened.stop();
    running = opened;
    spoken = lang;
    container.classList.add("is-moving");
    label(word("map.back"), false);
    say("moving", { on: true });
    if (then.zoom) running.zoom(then.zoom);
    if (then.focus) running.focus();
    if (spoken !== page.lang) again();
  } catch (error) {
    if (own !== turn) return;
    stop();
    console.info(error); // for whoever looks: the reader is told below
    const retry = () => start(container, then);
    say("failed", { what: word("map.engine"), retry });
  }
};

/** Take the moving map away; the drawing is there at once. */
export const stop = () => {
  turn++;
  label(word("moving"), false);
  if (!running) return;
  const ended = running;
  running = null;
  document.querySelector(".mapbox")?.classList.remove("is-moving");
  ended.stop();
  say("moving", { on: false });
};

/** Another language: names, numbers and buttons of the map are made anew. */
const again = () => {
  stop();
  start();
};

/** @param {string} text @param {boolean} busy */
const label = (text, busy) => {
  if (!button) return;
  button.textContent = text;
  button.ariaBusy = String(busy);
};

/** @param {HTMLElement} container */
const say_why = (container) => {
  if (!button || button.hidden) return;
  const why = document.createElement("p");
  why.className = "why";
  why.textContent = word("map.none");
  button.hidden = true;
  button.replaceWith(why);
};

/** Whether loading half a megabyte that nobody asked for harms nobody. */
const isFree = () => {
  const { saveData = false, effectiveType = "4g" } = /** @type {any} */ (navigator).connection ?? {};
  const isMeant = (/** @type {string} */ query) => matchMedia(query).matches;
  return !saveData && effectiveType === "4g" && isMeant("(min-width:1024px)") && !isMeant("(prefers-reduced-data:reduce)");
};

/** @param {EventTarget | null} target */
const isOnDrawing = (target) => target instanceof Element && target.closest(".mapbox .map") !== null;

/** @type {{x: number, y: number} | null} */
let held = null;

/** A drag that cannot be a scroll of the page: two fingers, or sideways; with a mouse any.
 * @param {TouchEvent} event */
const onTouch = ({ target, touches: [first, second], type }) => {
  if (!isOnDrawing(target)) return;
  if (type === "touchstart") held = { x: first.clientX, y: first.clientY };
  const [x, y] = held ? [Math.abs(first.clientX - held.x), Math.abs(first.clientY - held.y)] : [0, 0];
  if (second || (x > 24 && x > 2 * y)) start();
};

const watch = () => {
  if (!page.engine || !button) return button?.remove();
  button.hidden = false;
  button.addEventListener("click", () => (running ? stop() : start(undefined, { focus: true })));
  document.addEventListener("touchstart", onTouch, { passive: true });
  document.addEventListener("touchmove", onTouch, { passive: true });
  document.addEventListener("dragstart", (event) => {
    if (!isOnDrawing(event.target)) return;
    event.preventDefault(); // a link of the drawing is not carried away
    start();
  });
  document.querySelector(".mapbox")?.addEventListener("wheel", (event) => {
    if (!/** @type {WheelEvent} */ (event).ctrlKey || !isOnDrawing(event.target)) return;
    event.preventDefault();
    start(undefined, { zoom: 1 });
  }, { passive: false });
  document.addEventListener("keydown", ({ key, target }) => {
    if ((key === "+" || key === "=") && isOnDrawing(target)) start(undefined, { zoom: 1, focus: true });
  });
  if (isFree() || read().has("map")) (window.requestIdleCallback ?? setTimeout)(() => start(), { timeout: 4000 });
};

hear("settled", ({ isWhole }) => {
  if (!isWhole) return;
  const isOther = running && spoken !== page.lang;
  label(word(running ? "map.back" : "moving"), false);
  if (!isOther) return;
  again();
});
watch();
