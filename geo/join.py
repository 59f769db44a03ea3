"""Stage 3. Bodies → the one unit that owns each, and how we know."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from geo.core.country import Level
from geo.core.model import WIDER, conformed


def place(bodies: pd.DataFrame, units: pd.DataFrame, levels: tuple[Level, ...], wider: frozenset[str]) -> pd.DataFrame:
    """Return one row per body in body_id order: the unit that owns it, or an empty unit_id with method `none`.

    Reads body_id, unit_code, and lon and lat where there are any; edition, level, unit_id and geometry of the units
    (of one level of one edition). `levels` are the country's, from the top; `wider` the units of the levels above in
    the same edition. A code beats a point: a body is placed by its code, whole or by the digits that name a unit of
    the level; where the code names none, by its point, if that lies in the unit above that the code names. A point on
    a shared border goes to the smallest unit_id and is marked, so that no body counts twice. A body that lies in a
    unit above, nobody says in which of this level, gets WIDER.
    """
    level = str(units["level"].iloc[0])
    digits = [row.code_digits for row in levels]
    above = digits[: [row.id for row in levels].index(level)]
    ordered = bodies.sort_values("body_id", ignore_index=True)
    by_code = _named(ordered["unit_code"], frozenset(units["unit_id"]), [digits[len(above)]])
    over = _named(ordered["unit_code"], wider, above)
    by_point, is_tie = _around(ordered.assign(unit=by_code), units)
    by_point = by_point.where((over == "") | (by_point.map(_parents(units)) == over), "")
    unit = by_code.mask(by_code == "", by_point)
    is_wider = (unit == "") & (over != "")
    method = pd.Series("none", index=unit.index).mask(by_code != "", "code")
    method = method.mask((by_code == "") & (unit != ""), "point")
    return conformed(
        pd.DataFrame(
            {
                "edition": units["edition"].iloc[0],
                "level": level,
                "body_id": ordered["body_id"],
                "unit_id": unit.mask(is_wider, WIDER),
                "method": method.mask(is_wider, "wider"),
                "is_tie": is_tie & (method == "point"),
            }
        ),
        "placements",
    )


def _named(codes: pd.Series, units: frozenset[str], digits: list[int]) -> pd.Series:
    """Return the unit that each code names, itself or by its leading digits, or an empty text."""
    found = codes.where(codes.isin(units), "")
    for count in digits if units else ():
        padded = pd.Series([code[:count].ljust(len(code), "0") if count else "" for code in codes], index=codes.index)
        found = found.mask((found == "") & padded.isin(units), padded)
    return found


def _parents(units: pd.DataFrame) -> dict[str, str]:
    """Return unit_id → the unit above."""
    return dict(zip(units["unit_id"], units["parent_id"], strict=True)) if "parent_id" in units else {}


def _around(bodies: pd.DataFrame, units: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return the unit around the point of each body that has no unit yet, and whether several touch it."""
    found = pd.Series("", index=bodies.index, dtype="str")
    ties = pd.Series(data=False, index=bodies.index)
    if not {"lon", "lat"} <= set(bodies.columns) or "geometry" not in units:
        return found, ties
    asked = bodies[(bodies["unit"] == "") & bodies["lon"].notna() & bodies["lat"].notna()]
    if asked.empty:
        return found, ties
    tree = shapely.STRtree(np.asarray(units["geometry"]))
    points = shapely.points(asked[["lon", "lat"]].to_numpy())
    which, unit = tree.query(points, predicate="intersects")
    codes = pd.Series(units["unit_id"].to_numpy()[unit], index=asked.index[which])
    found.update(codes.groupby(level=0).min())
    ties.loc[codes.index[codes.index.duplicated()]] = True
    return found, ties
