// What the drawing has beside its territories, kept over the moving map: cities too small to see, sizes of circles, the
// mark of what is made up. Copies of the server's own nodes, in the same place.
import { SVG } from "./labels.js";
import { say } from "./signals.js";

const HELD = ":scope > .inset, :scope > .sizes, :scope > .mark";
const SEEN = 0.9; // zoom levels beyond the whole map, from which cities are seen by themselves

/** @param {Element} map @returns {SVGSVGElement} */
const copied = (map) => {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "moving-insets");
  svg.setAttribute("viewBox", map.getAttribute("viewBox") ?? "0 0 1 1");
  svg.setAttribute("aria-hidden", "true"); // every unit is met in the walk and in the table
  for (const part of map.querySelectorAll(HELD)) svg.append(part.cloneNode(true));
  for (const clip of svg.querySelectorAll("clipPath")) {
    const user = svg.querySelector(`[clip-path="url(#${clip.id})"]`);
    clip.id = `moving-${clip.id}`; // the drawing keeps its own
    user?.setAttribute("clip-path", `url(#${clip.id})`);
  }
  return svg;
};

/** @param {EventTarget | null} target */
const unitOf = (target) => {
  const unit = target instanceof SVGElement ? target.dataset.u : undefined;
  return unit === undefined ? null : Number(unit);
};

/**
 * Return the insets over a map; `open` is called with the unit that was clicked.
 * @param {Element} host
 * @param {{wide: number}} size of it in pixels
 * @param {(unit: number) => void} open
 */
export const insetsOn = (host, size, open) => {
  let svg = /** @type {SVGSVGElement} */ (host.appendChild(document.createElementNS(SVG, "svg")));
  /** The insets by the unit that they enlarge. @type {Map<number, {group: Element, tie: Element, x: number, y: number, r: number}>} */
  const held = new Map();
  let areCities = true;
  let said = ""; // what was copied

  /** @param {Element | null} map */
  const renew = (map) => {
    if (!map) return;
    const now = [...map.querySelectorAll(HELD)].map((part) => part.outerHTML).join();
    if (now === said) return;
    said = now;
    const made = copied(map);
    svg.replaceWith(made);
    svg = made;
    held.clear();
    for (const group of svg.querySelectorAll(".inset")) {
      const ring = group.querySelector(".ring");
      const unit = Number(/\d+/.exec(group.querySelector("clipPath")?.id ?? "")?.[0]);
      const [x, y, r] = ["cx", "cy", "r"].map((name) => Number(ring?.getAttribute(name)));
      const tie = group.querySelector(".tie");
      if (tie) held.set(unit, { group, tie, x, y, r });
    }
    svg.addEventListener("pointerover", ({ target }) => unitOf(target) !== null && say("pointed", { unit: unitOf(target), by: "map" }));
    svg.addEventListener("pointerout", () => say("pointed", { unit: null, by: "map" }));
    svg.addEventListener("click", ({ target }) => {
      const unit = unitOf(target);
      if (unit !== null) open(unit);
    });
  };

  /** @param {string[]} tones @param {boolean} isCircles */
  const paint = (tones, isCircles) => {
    for (const path of svg.querySelectorAll("path[data-u]")) {
      const tone = tones[Number(unitOf(path))];
      path.setAttribute("class", `u ${tone}`);
      if (["none", "part", "void"].includes(tone)) path.setAttribute("fill", `url(#h-${tone})`);
      else path.removeAttribute("fill");
    }
    // Circles stand for the cities themselves; without them their sizes mean nothing.
    for (const [kind, isShown] of /** @type {const} */ ([[".sizes", isCircles], [".inset", !isCircles]])) {
      for (const group of svg.querySelectorAll(kind)) group.setAttribute("display", isShown ? "inline" : "none");
    }
    areCities = !isCircles;
  };

  /**
   * Follow the map; returns for each unit that is enlarged now the middle of its inset in pixels.
   * @param {(unit: number) => {x: number, y: number}} project
   * @param {number} beyond zoom levels beyond the whole map
   * @returns {Map<number, {x: number, y: number, r: number}>}
   */
  const follow = (project, beyond) => {
    const scale = svg.viewBox.baseVal.width / size.wide;
    const seen = new Map();
    svg.classList.toggle("is-away", beyond > SEEN);
    if (beyond > SEEN || !areCities) return seen;
    for (const [unit, { tie, x, y, r }] of held) {
      const place = project(unit);
      const [toX, toY] = [place.x * scale, place.y * scale];
      const away = Math.hypot(toX - x, toY - y) || 1;
      const from = [x + ((toX - x) * r) / away, y + ((toY - y) * r) / away].map(Math.round);
      tie.setAttribute("d", `M${from.join(" ")}L${Math.round(toX)} ${Math.round(toY)}`);
      seen.set(unit, { x: x / scale, y: y / scale, r: r / scale });
    }
    return seen;
  };

  /** @param {number | null} unit */
  const mark = (unit) => {
    for (const path of svg.querySelectorAll("path[data-u]")) path.classList.toggle("on", unitOf(path) === unit);
  };

  return { renew, paint, follow, mark };
};
