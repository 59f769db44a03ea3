// Reading by hover and focus: what the table says of the territory under the pointer or the focus. Nothing else.
const readout = document.getElementById("readout");
const map = document.querySelector(".mapbox .map");

if (readout && map) {
  const rest = [...readout.childNodes];
  // Drawn last, so that no neighbour hides half of the outline.
  const outline = document.createElementNS("http://www.w3.org/2000/svg", "path");
  outline.setAttribute("class", "over");
  map.append(outline);
  /** @type {Element[]} */
  let marked = [];

  /** @param {string | undefined} unit */
  const show = (unit) => {
    for (const element of marked) element.classList.remove("on");
    const row = unit === undefined ? null : document.querySelector(`.twin tbody tr[data-u="${unit}"]`);
    marked = row ? [row, ...map.querySelectorAll(`.inset path[data-u="${unit}"],circle[data-u="${unit}"],a[data-u="${unit}"]>circle`)] : [];
    for (const element of marked) element.classList.add("on");
    const shape = row ? map.querySelector(`:scope > a[data-u="${unit}"] > path`) : null;
    outline.setAttribute("d", shape?.getAttribute("d") ?? "");
    readout.replaceChildren(...(row ? said(/** @type {HTMLTableRowElement} */ (row)) : rest));
  };

  /** @param {HTMLTableRowElement} row @returns {Node[]} */
  const said = (row) => {
    const heads = [...document.querySelectorAll(".twin thead th")].map((th) => (th.textContent ?? "").replace(/[▾▴]/g, "").trim());
    const name = document.createElement("b");
    name.textContent = (row.cells[0].textContent ?? "").trim();
    const values = [...row.cells].slice(1).map((cell, i) => ` · ${heads[i + 1]}: ${(cell.textContent ?? "").trim()}`);
    return [name, document.createTextNode(values.join(""))];
  };

  /** @param {EventTarget | null} target */
  const unitOf = (target) => {
    const held = target instanceof Element ? target.closest("[data-u]") : null;
    return held instanceof SVGElement || held instanceof HTMLElement ? held.dataset.u : undefined;
  };

  for (const place of [map, document.querySelector(".twin tbody")]) {
    place?.addEventListener("pointerover", (event) => show(unitOf(event.target)));
    place?.addEventListener("pointerleave", () => show(undefined));
    place?.addEventListener("focusin", (event) => show(unitOf(event.target)));
    place?.addEventListener("focusout", () => show(undefined));
  }
}
