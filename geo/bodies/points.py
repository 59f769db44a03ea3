"""Points of bodies: what can be one, and whether it lies where the body's code says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from geo.bodies.ground import Places
from geo.core.errors import Fault

_DEGREES = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,15})?", re.ASCII)


def disagreements(
    bodies: pd.DataFrame, points_units: Mapping[str, str], places: Places, place: tuple[str, str]
) -> list[Fault]:
    """Return a warning for each body whose point lies in another unit than its code does.

    `points_units` is what joining the points to the borders gave: body_id → unit of any level, of the same edition.
    """
    found = []
    for row in bodies.itertuples(index=False):
        unit = points_units.get(row.body_id, "")
        if unit and row.unit_code and not (places.is_in(row.unit_code, unit) or places.is_in(unit, row.unit_code)):
            values = {"unit": unit, "code": row.unit_code}
            found.append(Fault(place[0], row.row, "lon", "W-BODY-06", row.body_id, values, sheet=place[1]))
    return sorted(found)


def point_of(
    cells: Mapping[str, Any], bounds: tuple[float, float, float, float], place: tuple[str, str], notes: list[Fault]
) -> tuple[float, float]:
    """Return longitude and latitude, NaN where there is no point that can be true."""
    texts = cells["lon"], cells["lat"]
    nowhere = float("nan"), float("nan")
    if texts == ("", ""):
        return nowhere
    written = f"{texts[0]} {texts[1]}"
    if not all(_DEGREES.fullmatch(text) for text in texts):
        notes.append(Fault(place[0], cells["row"], "lon", "E-BODY-06", written, sheet=place[1]))
        return nowhere
    lon, lat = map(float, texts)
    if _is_inside(lon, lat, bounds):
        return lon, lat
    code = "E-BODY-07" if _is_inside(lat, lon, bounds) else "E-BODY-08"
    notes.append(Fault(place[0], cells["row"], "lon", code, written, sheet=place[1]))
    return nowhere


def _is_inside(lon: float, lat: float, bounds: tuple[float, float, float, float]) -> bool:
    west, south, east, north = bounds
    return west <= lon <= east and south <= lat <= north
