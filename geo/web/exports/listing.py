"""What the page of a view offers beside its files: those of organisations, and the borders in every detail."""

from __future__ import annotations

from geo.core.offer import edition_of
from geo.core.text import Text
from geo.faces.exports.table import BODIES
from geo.layers import Layer, offer_of
from geo.versions import Version

_FORMATS = {
    "data.csv": "CSV",
    "data.xlsx": "XLSX",
    "data.json": "JSON",
    "data.geojson": "GeoJSON",
    "data.gpkg": "GeoPackage",
    "data.parquet": "GeoParquet",
}
_WITH_SHAPES = ("data.geojson", "data.gpkg", "data.parquet")


def more_files(layer: Layer, version: Version, text: Text) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return (heading, (end of the address, name of the format) of each file); only what the view has."""
    view, found = layer.view, []
    is_of_groups = not view.function or view.function in version.functions
    if is_of_groups and layer.edition == edition_of(offer_of(version), view.month):
        files = [(f"of={BODIES}/{name}", label) for name, label in _FORMATS.items()]
        found.append((text("export.title_bodies"), files))
    if f"{layer.edition}/{view.level}/source.json" in version.manifest["files"]:
        files = [(f"geometry=source/{name}", _FORMATS[name]) for name in _WITH_SHAPES]
        found.append((text("export.title_source"), files))
    return found


def stem_of(layer: Layer, options: str) -> str:
    """Return what a file is called before its ending: country, level, measure, period, then what else was asked for."""
    view = layer.view
    place = f"{view.lang}/{view.country}/{view.level}/{view.measure}/{view.period}/"
    asked = f"{view.path.removeprefix(place)}{options}"
    words = [f"{view.country}-{view.level}-{view.measure}-{view.period}", *asked.split("/")]
    plain = "-".join(word for word in words if word)
    return "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-.") else "-" for letter in plain)
