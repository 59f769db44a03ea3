"""A tileset described for other programs: TileJSON 3.0.0, in the country's own language."""

from __future__ import annotations

from typing import Any

from markupsafe import escape

from geo.core.text import text_of
from geo.web.tiles.addresses import Address
from geo.web.tiles.legends import raster_legend, unit_points
from geo.web.tiles.tilesets import Tileset

SPECIFICATION = "3.0.0"
# What an archive says of its figures: what they are, and by which shift value tiles are joined to body tiles.
FIGURES = (
    *("period", "function", "phases", "currency", "minor_units", "off_map"),
    *("cells", "bodies_from_zoom", "value_shifts"),
)


def tilejson(tileset: Tileset, address: Address, root: str, sequence: int) -> dict[str, Any]:
    """Return the description; `root` is the site's absolute address with a slash behind.

    `sequence` is that of the publication: programs drop what they keep when the middle number of `version` grows.
    Programs may show the attribution as HTML, so nothing in it is markup.
    """
    head, about, country = tileset.archive.header, tileset.archive.metadata, tileset.version.country
    text = text_of(country.default_language)
    invented = text("note.synthetic") if country.is_synthetic else ""
    attributed = [
        f"{source.name[text.lang]} ({source.licence})" if source.licence else source.name[text.lang]
        for source in country.sources
    ]
    described = {
        "tilejson": SPECIFICATION,
        "tiles": [f"{root}{address.path}/{{z}}/{{x}}/{{y}}.{address.format}"],
        "scheme": "xyz",
        "name": " – ".join([country.name[text.lang], address.tileset]),
        "description": " ".join(part for part in (invented, country.scope[text.lang]) if part),
        "version": f"1.{sequence}.0",
        "attribution": str(escape(" ".join(part for part in (invented, "; ".join(attributed)) if part))),
        "minzoom": head.min_zoom,
        "maxzoom": head.max_zoom,
        "bounds": [head.min_lon, head.min_lat, head.max_lon, head.max_lat],
        "center": [head.center_lon, head.center_lat, min(max(head.center_zoom, head.min_zoom), head.max_zoom)],
        "is_synthetic": country.is_synthetic,
        "country": country.id,
        "publication": tileset.version.id,
    }
    if address.format != "png":
        described["vector_layers"] = about.get("vector_layers", [])
        described |= {name: about[name] for name in FIGURES if name in about}
    return {**described, **_more(tileset, address)}


def _more(tileset: Tileset, address: Address) -> dict[str, Any]:
    """Return where units stand; or what the version says of its raster: legend, method, error."""
    version, name = tileset.version, f"{address.stem}.json"
    if address.is_of_borders:
        return {"points": unit_points(version, address.name)}
    if name not in version.manifest["files"]:
        return {}
    facts = version.json(name)
    return {"facts": facts, **({"legend": raster_legend(version, facts)} if "classes" in facts else {})}
