// Buttons over the moving map: its scale, and which layers are shown.
import { word } from "./words.js";

export const LAYERS = /** @type {const} */ (["units", "bodies", "surface"]);
/** @typedef {typeof LAYERS[number]} Layer */

/** @param {string} sign @param {string} name @param {() => void} act */
const button = (sign, name, act) => {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = sign;
  made.ariaLabel = made.title = word(`map.${name}`);
  made.addEventListener("click", act);
  return made;
};

/**
 * Lay the controls over the map, on small screens under it; `choose` is called with a layer and whether it is to be seen.
 * @param {Element} host
 * @param {{zoom: (by: number) => void, whole: () => void, choose: (layer: Layer, is: boolean) => void}} acts
 */
export const controlsOn = (host, { zoom, whole, choose }) => {
  const scale = document.createElement("div");
  scale.className = "moving-scale";
  scale.append(button("+", "larger", () => zoom(1)), button("−", "smaller", () => zoom(-1)), button("⤢", "whole", whole));
  const layers = document.createElement("details");
  layers.className = "moving-layers";
  layers.appendChild(document.createElement("summary")).textContent = word("map.layers");
  const group = layers.appendChild(document.createElement("fieldset"));
  const legend = group.appendChild(document.createElement("legend"));
  legend.textContent = word("map.layers");
  const boxes = Object.fromEntries(LAYERS.map((layer) => {
    const label = group.appendChild(document.createElement("label"));
    const box = label.appendChild(document.createElement("input"));
    box.type = "checkbox";
    label.append(word(`map.${layer}`));
    box.addEventListener("change", () => choose(layer, box.checked));
    return [layer, box];
  }));
  layers.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    layers.open = false;
    layers.querySelector("summary")?.focus();
  });
  const bar = document.createElement("div");
  bar.className = "moving-controls";
  bar.append(layers, scale);
  host.after(bar);
  return {
    off: () => bar.remove(),
    /** @param {Layer} layer @param {boolean} is */
    tick: (layer, is) => (boxes[layer].checked = is),
    /** Take out a layer that the version does not have. @param {Layer} layer */
    lacks: (layer) => boxes[layer].parentElement?.remove(),
  };
};
