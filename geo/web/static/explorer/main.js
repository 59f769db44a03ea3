// The one script of a page: it brings the light parts; the moving map comes when a reader asks for it.
import "./readout.js";
import "./keys.js";
import "./engine.js";
import "./change.js";
import "./time.js";
import "./live.js";
import { hear, say } from "./signals.js";

// What a tap on a territory opens is asked for with the first sign of a reader; what is tapped meanwhile waits for it.
/** @type {Promise<unknown> | null} */
let asked = null;
let isThere = false;
const ask = () => (asked ??= import("./panel.js").then(() => (isThere = true)));
for (const kind of ["pointermove", "touchstart", "keydown", "focusin"]) addEventListener(kind, () => ask().catch(() => {}), { once: true, passive: true });
addEventListener("hashchange", () => ask().catch(() => {}), { once: true });
if (location.hash.length > 1) ask();
hear("moving", ({ on }) => void (on && ask().catch(() => {}))); // who has the map has the bytes for this too
hear("open", (detail) => {
  if (!isThere) ask().then(() => say("open", detail));
});

addEventListener("click", (event) => {
  const { target } = event;
  const place = target instanceof Element ? target.closest(".map [data-u],.twin tbody tr,main a[href*='/unit/'],main a[href*='/body/']") : null;
  if (isThere || !place || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  event.stopPropagation();
  const again = () => target?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
  const leave = () => {
    const address = place.closest("a")?.getAttribute("href");
    if (address) location.assign(new URL(address, location.href));
  };
  ask().then(again, leave);
}, true);
