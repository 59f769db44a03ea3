"""What a moving map needs beside the tiles, said in a description: where units stand, what colours of a raster mean."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from typing import Any

from geo.core.text import Scale, Text, text_of
from geo.versions import Version
from geo.versions.opened import Unit


def unit_points(version: Version, edition: str) -> dict[str, list[list[float | str]]]:
    """Return for each level [longitude, latitude, side in km, unit_id] of its units in unit_id order.

    The point is the label point. The side is that of a square of the unit's area; 0 for a place without one. So a map
    finds every unit, the smallest too, before its tiles are there.
    """
    levels = [level.id for level in version.country.levels]
    drawn = [level for level in levels if f"{edition}/{level}/units.json" in version.manifest["files"]]
    return {level: [_point(unit) for unit in version.level(edition, level).units] for level in drawn}


def _point(unit: Unit) -> list[float | str]:
    side_km = round(sqrt(max(unit.area_m2, 0)) / 1000, 1)
    return [round(unit.label_lon, 4), round(unit.label_lat, 4), side_km, unit.unit_id]


def raster_legend(version: Version, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return for each language what a surface shows and its classes [colour, words], the densest first."""
    return {lang: _legend(version, facts, text_of(lang)) for lang in version.country.languages}


def _legend(version: Version, facts: Mapping[str, Any], text: Text) -> dict[str, Any]:
    period, symbol = text.period(facts["period"]), version.country.symbol
    classes = [
        [row["colour"], f"{_amount(row['above'], text)} – {_amount(row['up_to'], text)}"] for row in facts["classes"]
    ]
    return {
        "title": text("explorer.map.density", symbol=symbol, period=period),
        "classes": [*reversed(classes), [facts["nothing"]["colour"], text("explorer.map.nothing")]],
    }


def _amount(value: float, text: Text) -> str:
    """Return an amount of the currency with two digits at most before its own word of scale."""
    if not value:
        return "0"
    scale = Scale.of(value * 10)  # 3 million, not 3,000 thousand
    shown = value / 10**scale.exponent
    number = text.number(shown, 0 if shown >= 10 or shown == int(shown) else 1)
    return f"{number} {text(f'scale.{scale.exponent}')}".strip()
