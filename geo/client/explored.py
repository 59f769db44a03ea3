"""A layer as a `folium.Map`: the same colours, classes and words as on the site, from the layer's own files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from geo.core.text import text_of
from geo.faces.layered import Layered, Page, Shown
from geo.faces.leaflet import leaflet_map
from geo.faces.legend import PATTERNS
from geo.faces.mark import marked, watermark
from geo.faces.patterns import legend_swatch, patterns
from geo.web.palettes import worn

if TYPE_CHECKING:
    import folium

    from geo.client.maplayer import MapLayer

_WIDTH = 900  # pixels that a drawing is taken to be wide


def explored(layer: MapLayer) -> folium.Map:
    """Return the map of a layer, in a page with its title, legend, sources and version."""
    values, text = layer.values, text_of(layer.lang)
    title = f"{marked(values.get('mark', ''), values['title'])}, {values['period']}"
    page = Page(
        lang=layer.lang,
        title=title,
        styles=worn(values["palette"]),
        before=Markup(
            '<main>\n<svg class="aside" aria-hidden="true">%s</svg>\n<h1>%s</h1>\n<p>%s. %s</p>\n<div class="stage">'
        )
        % (patterns(960, set(PATTERNS.values())), title, values["unit"], layer.metadata["scope"]),
        after=Markup("").join([_across(values.get("mark", "")), Markup("</div>\n"), *_below(layer)]),
        is_sealed=False,  # who adds to the map says what it may load
    )
    return leaflet_map(_layered(layer, text("leaflet.zoom_in"), text("leaflet.zoom_out")), page)


def _layered(layer: MapLayer, zoom_in: str, zoom_out: str) -> Layered:
    values, features = layer.values, layer.plain["features"]
    names = [str(feature["properties"][f"name_{layer.lang}"]) for feature in features]
    reasons = {unit_id: state for state, ids in values["state"].items() for unit_id in ids}
    words = text_of(layer.lang)
    said = [
        f"{name}: {label or words(f'state.{reasons[unit_id]}')}"
        for name, label, unit_id in zip(names, values["labels"], values["ids"], strict=True)
    ]
    radii = [radius / values["width"] * _WIDTH for radius in values.get("radii", ())]
    shapes = [feature["geometry"] for feature in features]
    return Layered(
        label=f"{values['title']}, {values['period']}",
        shapes=shapes,
        shown=[Shown(values["title"], [_tone(number, layer, reasons) for number in range(len(names))], said, radii)],
        spots=[_spot(shape) for shape in shapes] if radii else (),
        words={"zoom_in": zoom_in, "zoom_out": zoom_out},
    )


def _tone(number: int, layer: MapLayer, reasons: dict[str, str]) -> str:
    values = layer.values
    if (reason := reasons.get(values["ids"][number])) is not None:
        return PATTERNS[reason]
    return "sum" if values["is_circles"] else str(values["tones"][values["classes"][number] - 1])


def _spot(shape: dict[str, Any]) -> tuple[float, float]:
    """Return a point inside of a shape, as lon and lat."""
    from shapely.geometry import shape as shape_of

    point = shape_of(shape).representative_point()
    return (round(point.x, 5), round(point.y, 5))


def _below(layer: MapLayer) -> Iterator[Markup]:
    """Yield legend, sources, version and address."""
    values, text = layer.values, text_of(layer.lang)
    classes = (
        [] if values["is_circles"] else list(zip(values["tones"], values["legend"], values["counts"], strict=True))
    )
    states = [(PATTERNS[state], text(f"state.{state}"), len(ids)) for state, ids in values["state"].items()]
    rows = [
        Markup("<li>%s %s <small>(%s)</small></li>") % (legend_swatch(tone), label, count)
        for tone, label, count in [*reversed(classes), *states]
    ]
    yield Markup('<ul class="legend" aria-label="%s">%s</ul>\n') % (text("map.legend"), Markup("").join(rows))
    for source in layer.metadata["sources"]:
        licence = f" – {text('version.licence', licence=source['licence'])}" if source["licence"] else ""
        yield Markup("<p><small>%s%s</small></p>\n") % (source["name"], licence)
    yield Markup("<p><small>%s <code>%s</code> · <code>%s</code></small></p>\n</main>") % (
        text("version.title"), values["version"], layer.path,
    )  # fmt: skip


def _across(mark: str) -> Markup:
    over = Markup('<svg class="across" viewBox="0 0 900 520" preserveAspectRatio="xMidYMid slice">%s</svg>')
    return over % watermark(mark, 900, 520) if mark else Markup("")
