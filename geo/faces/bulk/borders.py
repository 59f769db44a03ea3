"""The units of a level as GeoJSON (RFC 7946): generalised outlines with names and codes, and no figures."""

from __future__ import annotations

import json
from typing import Any

from geo.core.text import text_of
from geo.faces.mark import marked
from geo.versions import Version


def borders(version: Version, edition: str, level: str) -> bytes:
    """Return the units of a level in unit_id order; the file says how rough it is, whose borders, what licences."""
    held = version.level(edition, level)
    shapes = version.json(f"{edition}/{level}/geometry.json")
    about: dict[str, Any] = {
        "version": version.id,
        "edition_of_borders": edition,
        "level": level,
        "geometry": {"tolerance_deg": shapes["tolerance_deg"], "is_official": False},
        "is_synthetic": version.country.is_synthetic,
        "sources": [{"about": s.about, "name": dict(s.name), "licence": s.licence} for s in version.country.sources],
        "crs": "OGC:CRS84",
    }
    if version.country.is_synthetic:
        about["mark"] = {lang: text_of(lang)("note.synthetic") for lang in version.country.languages}
    features = [
        {
            "type": "Feature",
            "id": unit.unit_id,
            "properties": {
                "unit_id": unit.unit_id,
                **{f"name_{lang}": name for lang, name in unit.names.items()},
                "parent_id": unit.parent_id,
                "iso": unit.iso,
                "kind": unit.kind,
                "area_m2": unit.area_m2,
            },
            "geometry": shape,
        }
        for unit, shape in zip(held.units, shapes["geometries"], strict=True)
    ]
    plain = {"type": "FeatureCollection", "bbox": shapes["bbox"], "metadata": about, "features": features}
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def title(version: Version, lang: str) -> str:
    """Return what the folder is called: the country's figures, and that they are made up where they are."""
    text = text_of(lang)
    mark = text("synthetic.mark") if version.country.is_synthetic else ""
    return marked(mark, text("bulk.name", country=version.country.name[lang]))
