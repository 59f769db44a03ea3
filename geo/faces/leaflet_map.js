"use strict";
/* Draws the layers of a map that stands alone. Every text becomes a text node or an attribute, never HTML. */
function openBudgetMap(map, about) {
  const patterned = new Set(["none", "part", "void"]);
  const box = map.getContainer();
  box.parentElement.hidden = false; // without scripts the drawing stands in its place
  map.invalidateSize();
  const scale = Math.min(1, box.clientWidth / 900); // of circles
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", about.label);
  L.control.zoom({ zoomInTitle: about.words.zoom_in, zoomOutTitle: about.words.zoom_out }).addTo(map);
  map.createPane("circles").style.zIndex = "410";
  map.createPane("lines").style.zIndex = "420";
  map.getPane("lines").style.pointerEvents = "none";

  const drawn = (shape, className, options) =>
    L.geoJSON(shape, { style: { className, fillOpacity: 1 }, ...options });
  const context = L.featureGroup(about.ground.map((shape) => drawn(shape, "ground", { interactive: false }))).addTo(map);

  /* A line around what is pointed at lies above its neighbours. */
  const around = L.featureGroup().addTo(map);
  const options = { pane: "lines", interactive: false };
  function outline(shape, layer) {
    around.clearLayers();
    if (!shape) return;
    const style = { className: "on" };
    const line = layer instanceof L.CircleMarker
      ? L.circleMarker(layer.getLatLng(), { ...style, ...options, radius: layer.getRadius() + 1 })
      : L.geoJSON(shape, { style, ...options });
    around.addLayer(line);
  }

  /** Let a layer tell what it shows, to the pointer, to the keyboard and to who listens. */
  function telling(layer, said, shape) {
    const text = document.createElement("span");
    text.textContent = said;
    layer.bindTooltip(text, { sticky: !(layer instanceof L.CircleMarker), direction: "top", className: "told" });
    layer.on("add", () => {
      const element = layer.getElement();
      element.setAttribute("tabindex", "0");
      element.setAttribute("role", "img");
      element.setAttribute("aria-label", said);
      element.addEventListener("focus", () => outline(shape, layer));
      element.addEventListener("blur", () => outline(null));
    });
    layer.on("mouseover", () => outline(shape, layer)).on("mouseout remove", () => outline(null));
    return layer;
  }

  function style(tone, base) {
    return {
      className: `u ${tone}${base}`,
      fillOpacity: 1,
      ...(patterned.has(tone) ? { fillColor: `url(#h-${tone})` } : {}),
    };
  }

  function units(choice) {
    const circles = choice.radii.length > 0;
    const made = [], later = [];
    about.shapes.forEach((shape, number) => {
      const tone = choice.tones[number], said = choice.said[number];
      const radius = circles ? scale * choice.radii[number] : 0;
      if (shape.type === "Point") {
        const [lon, lat] = shape.coordinates;
        const kind = radius && !patterned.has(tone) && tone === "sum" ? { className: "sum" } : style(tone, " dot");
        later.push([radius || 6, telling(L.circleMarker([lat, lon], { ...kind, radius: radius || 6 }), said, shape)]);
        return;
      }
      const under = circles && !patterned.has(tone) ? "base" : tone;
      drawn(shape, "", { style: style(under, "") }).eachLayer((layer) => made.push(telling(layer, said, shape)));
      if (radius) {
        const [lon, lat] = about.spots[number];
        const marker = L.circleMarker([lat, lon], { className: "sum", radius, pane: "circles", interactive: false });
        later.push([radius, marker]);
      }
    });
    later.sort((one, other) => other[0] - one[0]);
    const lined = about.highlight < 0 ? [] : outstanding(about.shapes[about.highlight]);
    return [...made, ...later.map((pair) => pair[1]), ...lined];
  }

  function outstanding(shape) {
    if (shape.type === "Point") {
      const [lon, lat] = shape.coordinates;
      return [L.circleMarker([lat, lon], { className: "hi", radius: 10, ...options })];
    }
    return drawn(shape, "hi", options).getLayers();
  }

  /* What nobody has chosen yet is not drawn. */
  const Choice = L.FeatureGroup.extend({
    onAdd(on) {
      if (!this.getLayers().length) units(this.options.choice).forEach((layer) => this.addLayer(layer));
      L.FeatureGroup.prototype.onAdd.call(this, on);
    },
  });

  function fit() {
    const all = L.featureGroup(about.shapes.map((shape) => drawn(shape, "", {})));
    const bounds = all.getBounds().extend(context.getLayers().length ? context.getBounds() : all.getBounds());
    map.fitBounds(bounds, { padding: [12, 12], animate: false });
    map.setMinZoom(map.getZoom() - 1).setMaxBounds(bounds.pad(0.5));
  }

  function shown(number) {
    document.querySelectorAll("[data-choice]").forEach((part) => {
      part.hidden = part.dataset.choice !== String(number);
    });
  }

  fit();
  shown(0);
  return {
    layer: (choice) => new Choice([], { choice }),
    choose(control) {
      const list = control.getContainer().querySelector(".leaflet-control-layers-list");
      document.getElementById("choices").append(list);
      control.getContainer().hidden = true;
      list.addEventListener("change", () => {
        shown([...list.querySelectorAll("input")].findIndex((input) => input.checked));
      });
    },
  };
}
