// Words over the moving map, as text of the page: new values need no new layout of tiles, and colours are those of the
// style sheet. A word is left out where it would stand on another.

/**
 * One label: where it stands in pixels, its lines, and how much it matters. `tone` is the class of what it stands on, `room` the
 * pixels that its place is wide; a label that `must` stand is drawn whatever it covers.
 * @typedef {{
 *   key: string, x: number, y: number, lines: {text: string, kind: "v" | "n"}[], tone: string, weight: number,
 *   room?: number, must?: boolean, below?: number,
 * }} Label
 */

export const SVG = "http://www.w3.org/2000/svg";
const HEIGHTS = { v: 16, n: 15 };
const pen = /** @type {OffscreenCanvasRenderingContext2D} */ (new OffscreenCanvas(1, 1).getContext("2d"));
/** @type {Map<string, number>} */
const widths = new Map();

/** @param {{text: string, kind: "v" | "n"}} line */
const widthOf = ({ text, kind }) => {
  const key = kind + text;
  let width = widths.get(key);
  if (width === undefined) {
    pen.font = kind === "v" ? "600 14px system-ui,sans-serif" : "500 12.5px system-ui,sans-serif";
    if (widths.size > 4000) widths.clear();
    widths.set(key, (width = pen.measureText(text).width));
  }
  return width;
};

/**
 * Return labels that fit, each with the middle of its first line; the weightier first, ties by key.
 * @param {Label[]} labels
 * @param {number} wide
 * @param {number} high
 */
const fitting = (labels, wide, high) => {
  /** @type {[number, number, number, number][]} */
  const taken = [];
  const found = [];
  for (const label of [...labels].sort((a, b) => b.weight - a.weight || (a.key < b.key ? -1 : 1))) {
    const { x, y } = label;
    if (x < -60 || y < -30 || x > wide + 60 || y > high + 30) continue;
    const brief = label.lines.filter(({ kind }) => kind === "v");
    for (const lines of brief.length && brief.length < label.lines.length ? [label.lines, brief] : [label.lines]) {
      const isForced = label.must && lines.length === brief.length;
      const width = Math.max(...lines.map(widthOf));
      const height = lines.reduce((sum, { kind }) => sum + HEIGHTS[kind], 0);
      const top = label.below === undefined ? y - height / 2 : y + label.below;
      const box = /** @type {[number, number, number, number]} */ ([x - width / 2 - 3, top, x + width / 2 + 3, top + height]);
      const isFree = taken.every(([left, up, right, down]) => box[0] >= right || box[2] <= left || box[1] >= down || box[3] <= up);
      const isWithin = label.room !== undefined || (box[0] >= 0 && box[2] <= wide && box[3] <= high);
      if (!isForced && (!isFree || !isWithin || width > (label.room ?? Infinity))) continue;
      taken.push(box);
      found.push({ label, lines, x, top });
      break;
    }
  }
  return found;
};

/**
 * Return what draws labels over a map; each call replaces those of the call before.
 * @param {Element} host
 * @param {{wide: number, high: number}} size
 */
export const labelsOn = (host, size) => {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "moving-labels");
  svg.setAttribute("aria-hidden", "true");
  host.append(svg);
  /** @type {Map<string, SVGTextElement>} */
  let shown = new Map();
  return (/** @type {Label[]} */ labels) => {
    const kept = new Map();
    for (const { label, lines, x, top } of fitting(labels, size.wide, size.high)) {
      const text = shown.get(label.key) ?? svg.appendChild(document.createElementNS(SVG, "text"));
      shown.delete(label.key);
      kept.set(label.key, text);
      text.dataset.key = label.key;
      write(text, lines, label.tone);
      const place = `translate(${x.toFixed(1)} ${top.toFixed(1)})`;
      if (text.getAttribute("transform") !== place) text.setAttribute("transform", place);
    }
    for (const text of shown.values()) text.remove();
    shown = kept;
  };
};

/** @param {SVGTextElement} text @param {Label["lines"]} lines @param {string} tone */
const write = (text, lines, tone) => {
  const said = `on-${tone}\n${lines.map((line) => line.kind + line.text).join("\n")}`;
  if (text.dataset.said === said) return;
  text.dataset.said = said;
  text.setAttribute("class", `v on-${tone}`);
  let y = 0;
  text.replaceChildren(...lines.map((line) => {
    const span = document.createElementNS(SVG, "tspan");
    span.setAttribute("class", line.kind === "n" ? "n" : "");
    span.setAttribute("x", "0");
    span.setAttribute("y", String((y += HEIGHTS[line.kind]) - 4));
    span.textContent = line.text;
    return span;
  }));
};
