"""A map's colours as a QGIS style (QML): the layer of a GeoPackage opens as the map that it was taken from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from xml.etree import ElementTree

from geo.faces.legend import PATTERNS, tones_of
from geo.faces.reading import Reading

_LARGEST_MM = 14  # across the largest circle
_HATCHES = {"none": "b_diagonal", "part": "f_diagonal", "void": "dense6"}


def qgis_style(reading: Reading, colours: Mapping[str, str], *, is_places: bool) -> str:
    """Return the style; `colours` are those of a palette by name (`s0` … `s4`, `m0` …, `land`, `line`, `hatch`)."""
    style = ElementTree.Element("qgis", version="3.22", styleCategories="Symbology")
    renderer = ElementTree.SubElement(style, "renderer-v2", type="RuleRenderer", symbollevels="0", forceraster="0")
    rules = ElementTree.SubElement(renderer, "rules", key="root")
    symbols = ElementTree.SubElement(renderer, "symbols")
    circles = _circles(reading) if reading.layer.shows_circles else ""
    for number, (condition, label, fill) in enumerate(_rules(reading, colours)):
        ElementTree.SubElement(rules, "rule", key=f"rule-{number}", filter=condition, symbol=str(number), label=label)
        look = _look(fill, colours)
        kind = "marker" if is_places else "fill"
        symbol = ElementTree.SubElement(symbols, "symbol", type=kind, name=str(number), alpha="1", force_rhr="0")
        if is_places:
            _marker(symbol, look["color"], colours, circles)
        else:
            _layer(symbol, "SimpleFill", look)
            if circles and condition == _VALUED:
                centre = _layer(symbol, "CentroidFill", {"point_on_surface": "1", "point_on_all_parts": "0"})
                inner = ElementTree.SubElement(centre, "symbol", type="marker", name=f"@{number}@1", alpha="0.9")
                _marker(inner, _rgba(colours["s2"]), colours, circles)
    return ElementTree.tostring(style, encoding="unicode")


_VALUED = "\"state\" = 'value'"


def _rules(reading: Reading, colours: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield (condition, label, fill) of what the legend shows, in its order; a fill is a colour or a pattern."""
    layer = reading.layer
    if layer.shows_circles:
        yield _VALUED, reading.unit, colours["s0"]
    else:
        tones = tones_of(layer)
        for k, swatch in zip(reversed(range(len(tones))), reading.legend, strict=True):
            yield f'"class" = {k + 1}', swatch.label, colours[tones[k].replace("p", "s")]
    for state in dict.fromkeys(row.state for row in layer.rows if row.state != "value"):
        yield f"\"state\" = '{state}'", reading.text(f"state.{state}"), PATTERNS[state]


def _circles(reading: Reading) -> str:
    """Return the expression of a circle's width: its area is in proportion to the value."""
    layer = reading.layer
    largest = max(layer.bounds, default=0.0) / layer.minor_units
    return f'{_LARGEST_MM} * sqrt(max(0, coalesce("value", 0)) / {largest!r})' if largest > 0 else "0"


def _look(fill: str, colours: Mapping[str, str]) -> dict[str, str]:
    pattern = _HATCHES.get(fill, "")
    return {
        "color": _rgba(colours["hatch"] if pattern else fill),
        "style": pattern or "solid",
        "outline_color": _rgba(colours["line"]),
        "outline_style": "solid",
        "outline_width": "0.2",
        "outline_width_unit": "MM",
    }


def _marker(symbol: ElementTree.Element, colour: str, colours: Mapping[str, str], size: str) -> None:
    look = {"name": "circle", "color": colour, "outline_color": _rgba(colours["line"]), "outline_width": "0.2"}
    layer = _layer(symbol, "SimpleMarker", {**look, "size": "3", "size_unit": "MM"})
    if size:
        defined = ElementTree.SubElement(layer, "data_defined_properties")
        whole = ElementTree.SubElement(defined, "Option", type="Map")
        ElementTree.SubElement(whole, "Option", name="name", type="QString", value="")
        properties = ElementTree.SubElement(whole, "Option", name="properties", type="Map")
        one = ElementTree.SubElement(properties, "Option", name="size", type="Map")
        ElementTree.SubElement(one, "Option", name="active", type="bool", value="true")
        ElementTree.SubElement(one, "Option", name="expression", type="QString", value=size)
        ElementTree.SubElement(one, "Option", name="type", type="int", value="3")
        ElementTree.SubElement(whole, "Option", name="type", type="QString", value="collection")


def _layer(symbol: ElementTree.Element, name: str, options: Mapping[str, str]) -> ElementTree.Element:
    layer = ElementTree.SubElement(symbol, "layer", {"class": name, "enabled": "1", "locked": "0", "pass": "0"})
    values = ElementTree.SubElement(layer, "Option", type="Map")
    for key, value in options.items():
        ElementTree.SubElement(values, "Option", name=key, type="QString", value=value)
    return layer


def _rgba(colour: str) -> str:
    """Return a colour of a style sheet, #rgb or #rrggbb, as QGIS writes it."""
    digits = colour.removeprefix("#")
    digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
    return ",".join(str(int(digits[at : at + 2], 16)) for at in (0, 2, 4)) + ",255"
