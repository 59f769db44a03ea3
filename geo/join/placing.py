"""Bodies → the one unit that owns each at every level and edition, and how we know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.core.country import Level
from geo.core.model import WIDER, conformed
from geo.join.owning import owners_on_maps


@dataclass(frozen=True)
class Map:
    """The units of one level of one edition, and the unit_ids of the levels above it in the same edition."""

    units: pd.DataFrame
    wider: frozenset[str]

    @property
    def level(self) -> str:
        """Return the level that all units share."""
        return str(self.units["level"].iloc[0])


def place(bodies: pd.DataFrame, units: pd.DataFrame, levels: tuple[Level, ...], wider: frozenset[str]) -> pd.DataFrame:
    """Return `placements` on the map of one level of one edition."""
    return placements(bodies, [Map(units, wider)], levels)


def placements(bodies: pd.DataFrame, maps: Sequence[Map], levels: tuple[Level, ...]) -> pd.DataFrame:
    """Return one row per map and body, in body_id order: the unit that owns it, or an empty unit_id, method `none`.

    Reads body_id, unit_code, and lon and lat where there are any; edition, level, unit_id and geometry of the units.
    `levels` are the country's, from the top. A code beats a point: a body is placed by its code, whole or by the
    digits that name a unit of the level; where the code names none, by its point, if that lies in the unit above that
    the code names. A point on a shared border goes to the smallest unit_id and is marked, so that no body counts
    twice. A body that lies in a unit above, nobody says in which of this level, gets WIDER. Levels of kind `places`
    have no land, so a point says nothing about them. The points are read once, whatever the number of maps.
    """
    ordered = bodies.sort_values("body_id", ignore_index=True)
    coded = [_Coded.of(ordered["unit_code"], row, levels) for row in maps]
    around = _around(ordered, maps, coded, levels)
    parts = [_placed(ordered["body_id"], *each) for each in zip(maps, coded, around, strict=True)]
    return conformed(pd.concat(parts, ignore_index=True), "placements")


@dataclass(frozen=True)
class _Coded:
    """What the codes of the bodies say about one map: the unit, the unit above; an empty text where they say none."""

    unit: pd.Series
    over: pd.Series

    @classmethod
    def of(cls, codes: pd.Series, row: Map, levels: tuple[Level, ...]) -> _Coded:
        digits = [level.code_digits for level in levels]
        above = digits[: [level.id for level in levels].index(row.level)]
        # Bodies are many, the codes of their places few.
        numbers, known = pd.factorize(codes, use_na_sentinel=False)
        each = pd.Series(known, dtype="str")
        unit = _named(each, frozenset(row.units["unit_id"]), [digits[len(above)]])
        over = _named(each, row.wider, above)
        return cls(*(found.take(numbers).set_axis(codes.index) for found in (unit, over)))


def _named(codes: pd.Series, units: frozenset[str], digits: list[int]) -> pd.Series:
    """Return the unit that each code names, itself or by its leading digits, or an empty text."""
    found = codes.where(codes.isin(units), "")
    for count in digits if units else ():
        padded = pd.Series([code[:count].ljust(len(code), "0") if count else "" for code in codes], index=codes.index)
        found = found.mask((found == "") & padded.isin(units), padded)
    return found


def _around(
    bodies: pd.DataFrame, maps: Sequence[Map], coded: Sequence[_Coded], levels: tuple[Level, ...]
) -> list[tuple[pd.Series, pd.Series]]:
    """Return the unit around the point of each body that some code leaves open, and whether several touch it."""
    none = pd.Series("", index=bodies.index, dtype="str"), pd.Series(data=False, index=bodies.index)
    found = [none for _ in maps]
    covers = {level.id for level in levels if level.kind == "coverage"}
    drawn = [number for number, row in enumerate(maps) if row.level in covers and "geometry" in row.units]
    if not drawn or not {"lon", "lat"} <= set(bodies.columns):
        return found
    is_open = np.logical_or.reduce([(coded[number].unit == "").to_numpy() for number in drawn])
    asked = bodies[is_open & bodies["lon"].notna() & bodies["lat"].notna()]
    if asked.empty:
        return found
    lon, lat = (asked[name].to_numpy(dtype="float64") for name in ("lon", "lat"))
    for number, (which, is_tie) in zip(drawn, owners_on_maps(lon, lat, [maps[n].units for n in drawn]), strict=True):
        # The last text stands for no unit.
        names = pd.Series([*maps[number].units["unit_id"], ""], dtype="str")
        unit = names.take(which % len(names)).set_axis(asked.index)
        found[number] = unit.reindex(bodies.index, fill_value=""), _marked(is_tie, asked.index, bodies.index)
    return found


def _marked(is_tie: np.ndarray, asked: pd.Index, every: pd.Index) -> pd.Series:
    return pd.Series(is_tie, index=asked).reindex(every, fill_value=False)


def _placed(body_id: pd.Series, row: Map, coded: _Coded, around: tuple[pd.Series, pd.Series]) -> pd.DataFrame:
    """Return the placements on one map: a code beats a point, and a point counts only in the unit above of the code."""
    (by_point, is_tie), over = around, coded.over
    by_point = by_point.where((over == "") | (by_point.map(_parents(row.units)) == over), "")
    unit = coded.unit.mask(coded.unit == "", by_point)
    is_wider = (unit == "") & (over != "")
    method = pd.Series("none", index=unit.index).mask(coded.unit != "", "code")
    method = method.mask((coded.unit == "") & (unit != ""), "point")
    return pd.DataFrame(
        {
            "edition": row.units["edition"].iloc[0],
            "level": row.level,
            "body_id": body_id,
            "unit_id": unit.mask(is_wider, WIDER),
            "method": method.mask(is_wider, "wider"),
            "is_tie": is_tie & (method == "point"),
        }
    )


def _parents(units: pd.DataFrame) -> dict[str, str]:
    """Return unit_id → the unit above."""
    return dict(zip(units["unit_id"], units["parent_id"], strict=True)) if "parent_id" in units else {}
