"""What two editions of borders have in common on the ground, and whether shares agree with it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from geo.core.errors import Fault

# Astana grew by 12.7 % (91 km²) in 2022 and is still Astana: a warning; beyond a fifth two units were exchanged, or a
# share is missing.
BORDERS_MOVED, UNBELIEVABLE = 0.01, 0.20
_SPECK = 0.001  # share of both areas below which two units do not meet: a line drawn twice
_EQUAL_AREA = "+proj=cea +ellps=WGS84"
FILE = "lineage.csv"


def overlaps(from_units: pd.DataFrame, to_units: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs of units that share land: from_unit, to_unit, of_from and of_to (shares of their areas).

    Reads unit_id and geometry (EPSG:4326) of both; measured in an equal-area projection. Rings that cross
    themselves are repaired for the measuring only.
    """
    old, new = _flat(from_units), _flat(to_units)
    tree = shapely.STRtree(new)
    one, other = tree.query(old, predicate="intersects")
    common = shapely.area(shapely.intersection(old[one], new[other]))
    frame = pd.DataFrame(
        {
            "from_unit": from_units["unit_id"].to_numpy()[one],
            "to_unit": to_units["unit_id"].to_numpy()[other],
            "of_from": common / np.maximum(shapely.area(old[one]), 1),
            "of_to": common / np.maximum(shapely.area(new[other]), 1),
        }
    )
    is_real = (frame["of_from"] > _SPECK) | (frame["of_to"] > _SPECK * 10)
    return frame[is_real].sort_values(["from_unit", "to_unit"], ignore_index=True)


def check_areas(shares: pd.DataFrame, units_by_edition: Mapping[str, pd.DataFrame]) -> list[Fault]:
    """Return what the areas say against shares: units that hand on to one another cover as much land before as after.

    Reads unit_id and area_m2 of each edition. Up to 1 % passes, up to 20 % is a warning (W-LIN-01, the border moved),
    beyond it a fault (E-LIN-04). A unit that nobody hands on to stands alone with its area, and is a fault. Shares that
    were derived (they have a column `method`) are only warned about: the land was looked at when they were made.
    """
    found = []
    is_derived = "method" in shares
    for (before, after), pairs in shares.groupby(["from_edition", "to_edition"]):
        old, new = (units_by_edition[e].set_index("unit_id")["area_m2"] for e in (before, after))
        for group_from, group_to in _groups(pairs, list(new.index)):
            had, has = (int(area[group].sum()) for area, group in ((old, group_from), (new, group_to)))
            difference = abs(had / has - 1)
            values = {"before": f"{had / 1e6:,.0f}", "after": f"{has / 1e6:,.0f}", "edition": str(after)}
            if difference > UNBELIEVABLE and not is_derived:
                found.append(Fault(FILE, 0, "to_unit", "E-LIN-04", ", ".join(group_to), values))
            elif difference > BORDERS_MOVED:
                found.append(Fault(FILE, 0, "to_unit", "W-LIN-01", ", ".join(group_to), values))
    return sorted(found)


def _flat(units: pd.DataFrame) -> np.ndarray:
    """Return the polygons in metres, valid."""
    to_metres = Transformer.from_crs("EPSG:4326", _EQUAL_AREA, always_xy=True)
    geometries = shapely.make_valid(np.asarray(units["geometry"], dtype=object))

    def moved(points: np.ndarray) -> np.ndarray:
        return np.column_stack(to_metres.transform(points[:, 0], points[:, 1]))

    return np.asarray(shapely.make_valid(shapely.transform(geometries, moved)))


def _groups(pairs: pd.DataFrame, every_to: list[str]) -> list[tuple[list[str], list[str]]]:
    """Return (from_units, to_units) that are connected by shares, in order; each to_unit stands in one group."""
    group: dict[tuple[str, str], set[tuple[str, str]]] = {("to", unit): {("to", unit)} for unit in every_to}
    for one, other in zip(pairs["from_unit"], pairs["to_unit"], strict=True):
        merged = group.get(("from", one), {("from", one)}) | group.get(("to", other), {("to", other)})
        group.update(dict.fromkeys(merged, merged))
    distinct = {id(members): members for members in group.values()}.values()
    sides = [tuple(sorted(unit for s, unit in members if s == side) for side in ("from", "to")) for members in distinct]
    return sorted((one, other) for one, other in sides)
