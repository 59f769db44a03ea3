"""Which unit of the level above each unit lies in: decided by code, measured by area."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import geopandas as gpd
import shapely

from geo.boundaries.coverage import area_m2, polygons_of
from geo.core.errors import BadData, Fault

MOST_OUTSIDE = 0.5  # of a unit's area: borders drawn twice differ by some kilometres, not by half of a unit
_SPECK_KM2 = 0.01  # less is the thickness of the line
_SAID = 3  # units named in the warning; the report holds them all


@dataclass(frozen=True)
class Nesting:
    """How far units reach beyond their parents."""

    outside_km2: float = 0.0
    units: Mapping[str, float] = field(default_factory=dict)  # unit_id → km² outside of its parent, above a speck
    warnings: tuple[Fault, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


@dataclass(frozen=True)
class Origin:
    """Where units come from, for faults to name: the file, and the number of each unit's feature."""

    file: str = ""
    rows: Mapping[str, int] = field(default_factory=dict)


def nested(
    units: gpd.GeoDataFrame, parents: gpd.GeoDataFrame, digits_of_parent: int, origin: Origin | None = None
) -> tuple[dict[str, str], Nesting]:
    """Return unit_id → unit_id of its parent, and by how much units lie outside of theirs.

    The parent is the one whose code has the same first digits. Raises BadData with every unit whose code leads to no
    parent or to several, and every unit that lies for the greater part somewhere else.
    """
    origin = origin or Origin()
    by_digits = defaultdict(list)
    for number, code in enumerate(parents["unit_id"]):
        by_digits[code[:digits_of_parent]].append(number)
    found = {code: by_digits.get(code[:digits_of_parent], []) for code in units["unit_id"]}
    if faults := [
        Fault(origin.file, origin.rows.get(code, 0), "unit_id", "E-GEO-37", code, {"digits": code[:digits_of_parent]})
        for code, several in found.items()
        if len(several) != 1
    ]:
        raise BadData(faults)
    chosen = {code: numbers[0] for code, numbers in found.items()}
    outside = _outside_km2(units, parents, chosen)
    if faults := [*_misplaced(units, parents, outside, chosen, origin)]:
        raise BadData(faults)
    codes = list(parents["unit_id"])
    return {code: codes[number] for code, number in chosen.items()}, _nesting(outside, origin)


def _outside_km2(units: gpd.GeoDataFrame, parents: gpd.GeoDataFrame, chosen: Mapping[str, int]) -> dict[str, float]:
    shapes = parents.geometry.to_numpy()
    for shape in shapes:
        shapely.prepare(shape)
    return {
        code: area_m2(polygons_of(shapely.difference(shape, shapes[chosen[code]]))) / 1e6
        for code, shape in zip(units["unit_id"], units.geometry, strict=True)
        if not shapes[chosen[code]].covers(shape)
    }


def _misplaced(
    units: gpd.GeoDataFrame,
    parents: gpd.GeoDataFrame,
    outside: Mapping[str, float],
    chosen: Mapping[str, int],
    origin: Origin,
) -> list[Fault]:
    sizes = dict(zip(units["unit_id"], units["area_m2"] / 1e6, strict=True))
    return [
        Fault(
            origin.file,
            origin.rows.get(code, 0),
            "geometry",
            "E-GEO-34",
            code,
            {"outside": f"{km2:,.1f}", "parent": str(parents["unit_id"].iloc[chosen[code]])},
        )
        for code, km2 in outside.items()
        if km2 > MOST_OUTSIDE * sizes[code]
    ]


def _nesting(outside: Mapping[str, float], origin: Origin) -> Nesting:
    kept = {code: km2 for code, km2 in sorted(outside.items(), key=lambda pair: -pair[1]) if km2 > _SPECK_KM2}
    total = sum(outside.values())
    if not kept:
        return Nesting(total)
    most = ", ".join(f"{code} ({km2:.1f})" for code, km2 in list(kept.items())[:_SAID])
    said = {"units": str(len(kept)), "most": most}
    return Nesting(total, kept, (Fault(origin.file, 0, "geometry", "W-GEO-06", f"{total:,.1f}", said),))
