"""The bodies nearest to a point, and the unit that it lies in; distances are great circles on a sphere."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.core.offer import edition_of
from geo.layers.holdings import BUDGET, holdings, owners, points, spent
from geo.layers.offer import offer_of
from geo.versions.opened import Unit, Version

EARTH_KM = 6371.0088  # mean radius
MOST = 20
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Near:
    """What lies near a point.

    `bodies` are (number, kilometres) of those with a point of their own, the nearest first; `unit` is that of the top
    level around the point, by borders as they are exported; `elsewhere` are (number, amount) of the bodies of that
    unit whose place is not known any better, the largest first, and `others` counts those left out.
    """

    bodies: tuple[tuple[int, float], ...]
    unit: Unit | None
    elsewhere: tuple[tuple[int, int], ...]
    others: int


def near(version: Version, lon: float, lat: float, month: str) -> Near:
    """Return what lies near a point of degrees, with the amounts and borders of a month."""
    found = points(version)
    known = np.full((len(holdings(version).bodies), 2), np.nan) if found is None else found
    unit = unit_at(version, edition_of(offer_of(version), month), lon, lat)
    elsewhere = _elsewhere(version, unit, month, np.isnan(known[:, 0])) if unit else []
    return Near(
        bodies=nearest(known, lon, lat, MOST),
        unit=unit,
        elsewhere=tuple(elsewhere[:MOST]),
        others=max(0, len(elsewhere) - MOST),
    )


def nearest(known: Floats, lon: float, lat: float, most: int) -> tuple[tuple[int, float], ...]:
    """Return (number, kilometres) of the nearest points [lon, lat]; equals in their order, nan is no point."""
    km = great_circle_km(known[:, 0], known[:, 1], lon, lat)
    count = int((~np.isnan(km)).sum())
    order = np.argsort(km, kind="stable")[: min(most, count)]  # what is not known stands last
    return tuple(zip(order.tolist(), km[order].tolist(), strict=True))


def great_circle_km(lons: Floats, lats: Floats, lon: float, lat: float) -> Floats:
    """Return how far points are from one, in kilometres."""
    phi, other = np.radians(lats), np.radians(lat)
    half = np.sin((phi - other) / 2) ** 2 + np.cos(phi) * np.cos(other) * np.sin(np.radians(lons - lon) / 2) ** 2
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0))))


def unit_at(version: Version, edition: str, lon: float, lat: float) -> Unit | None:
    """Return the unit of the top level that a point lies in; None outside of all. Borders are generalised."""
    top = version.country.top_level.id
    rings = version.once(f"rings/{edition}", lambda: _rings(version, f"{edition}/{top}/geometry.json"))
    units = version.level(edition, top).units
    return next((unit for unit, own in zip(units, rings, strict=True) if _is_inside(own, lon, lat)), None)


def _elsewhere(version: Version, unit: Unit, month: str, is_vague: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return (number, executed amount) of the bodies of a unit without a point; whole budgets are no bodies."""
    edition, top = edition_of(offer_of(version), month), version.country.top_level.id
    own = owners(version, edition, top) == version.level(edition, top).numbers[unit.unit_id]
    seen, bodies = spent(version, month), holdings(version).bodies
    numbers = [k for k in np.flatnonzero(own & is_vague & seen.is_known).tolist() if bodies[k]["kind"] != BUDGET]
    return sorted(((k, int(seen.totals[k])) for k in numbers), key=lambda pair: (-pair[1], pair[0]))


def _rings(version: Version, name: str) -> list[list[Floats]]:
    shapes = version.json(name)["geometries"]
    polygons = [s["coordinates"] if s["type"] == "MultiPolygon" else [s["coordinates"]] for s in shapes]
    return [[np.array(ring, dtype="float64") for polygon in parts for ring in polygon] for parts in polygons]


def _is_inside(rings: list[Floats], lon: float, lat: float) -> bool:
    """Tell whether a ray to the east crosses the rings an odd number of times; holes are rings like others."""
    crossed = 0
    for ring in rings:
        (x, y), (to_x, to_y) = ring[:-1].T, ring[1:].T
        cuts = (y > lat) != (to_y > lat)
        crossed += int((x[cuts] + (lat - y[cuts]) * (to_x[cuts] - x[cuts]) / (to_y[cuts] - y[cuts]) > lon).sum())
    return crossed % 2 == 1
