"""Doubts about what money is divided by, about price indices and about published totals of the whole country."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import numpy as np
import pandas as pd

from geo.core.errors import Fault
from geo.plausible.beside import months
from geo.plausible.cases import Case, Doubt, faults_of, is_unit_mistake
from geo.plausible.jumps import JUMP

_NEIGHBOURS = float(np.log10(3))  # people do not treble within a year
_INDEX = (50.0, 1000.0)  # an index of December to December; 105.3 means 5.3 % more
_FEWEST_UNITS = 4
_KEYS = ["series", "unit_id"]


def denominator_doubts(
    table: pd.DataFrame,
    history: pd.DataFrame | None = None,
    known_unit_names: Mapping[str, str] | None = None,
    accepted: Collection[str] = (),
    file: str = "",
) -> list[Fault]:
    """Return the units whose people (or another series) treble or fall to a third from one year to the next.

    `table` and `history` have series, unit_id, year, value. What is in force for the same or the nearest year is
    compared as well, and units without another year with the unit in the middle. Code: E-SUM-14.
    """
    yearly = table[table["year"] != ""]
    before = None if history is None else history[history["year"] != ""]
    cases = [*_neighbours(yearly), *_against(yearly, before), *_between_units(yearly)]
    return faults_of([case for case in cases if case.code not in accepted], known_unit_names or {}, file)


def index_doubts(index: Mapping[str, float], accepted: Collection[str] = (), file: str = "") -> list[Fault]:
    """Return the years whose price index, December to December, is outside 50 … 1000: code E-SUM-15."""
    faults = []
    for year, value in sorted(index.items()):
        if not _INDEX[0] <= value <= _INDEX[1] and "E-SUM-15" not in accepted:
            values = {"index": f"{value:.2f}"}
            faults.append(Fault(file, 0, "", "E-SUM-15", f"{year}-12", values))
    return faults


def published_doubts(
    published: pd.DataFrame,
    history: pd.DataFrame | None = None,
    known_unit_names: Mapping[str, str] | None = None,
    accepted: Collection[str] = (),
    file: str = "",
) -> list[Fault]:
    """Return the published totals that are twentyfold, or a twentieth, of the same month a year before: E-SUM-16.

    Both tables have unit_id (empty: the whole country), period, phase, amount_minor, source.
    """
    keys = ["source", "unit_id", "phase"]
    marked = [] if history is None else [history.assign(is_new=False)]
    rows = pd.concat([*marked, published.assign(is_new=True)], ignore_index=True)
    rows = rows.drop_duplicates([*keys, "period"], keep="last")
    rows = rows.assign(month=rows["period"].map(months))
    before = rows.assign(month=rows["month"] + 12)
    both = rows.merge(before, on=[*keys, "month"], suffixes=("", "_before"))
    both = both[both["is_new"] | both["is_new_before"]]
    cases = []
    for row in both.itertuples(index=False):
        if min(row.amount_minor, row.amount_minor_before) > 0:
            power = float(np.log10(row.amount_minor / row.amount_minor_before))
            sums = (row.amount_minor, row.amount_minor_before)
            if abs(power) > JUMP:
                cases.append(
                    Case(Doubt.PUBLISHED_JUMP, row.unit_id, row.period, row.phase, power, row.period_before, "", *sums)
                )
    return faults_of([case for case in cases if case.code not in accepted], known_unit_names or {}, file)


def _neighbours(table: pd.DataFrame) -> Iterator[Case]:
    """Yield the years that differ from the year before in the same table."""
    rows = table.drop_duplicates([*_KEYS, "year"]).sort_values([*_KEYS, "year"], ignore_index=True)
    before = rows.shift(1)
    chosen = rows[(rows[_KEYS] == before[_KEYS]).all(axis=1)]
    for place, row in chosen.iterrows():
        earlier = rows.loc[place - 1]
        yield from _case(row, float(earlier["value"]), str(earlier["year"]))


def _against(table: pd.DataFrame, history: pd.DataFrame | None) -> Iterator[Case]:
    """Yield the years that differ from what is in force for the same year, or for the nearest."""
    if history is None:
        return
    known = dict(iter(history.groupby(_KEYS)))
    for _, row in table.iterrows():
        rows = known.get((row["series"], row["unit_id"]))
        if rows is not None:
            apart = (rows["year"].astype("int64") - int(row["year"])).abs()
            nearest = rows.loc[apart.idxmin()]
            yield from _case(row, float(nearest["value"]), str(nearest["year"]))


def _between_units(table: pd.DataFrame) -> Iterator[Case]:
    """Yield the units that are about a thousandth, or thousand times, the unit in the middle in the same year."""
    for _, rows in table.groupby(["series", "year"]):
        if len(rows) > _FEWEST_UNITS:
            middle = float(rows["value"].median())
            for _, row in rows.iterrows():
                if middle > 0 and row["value"] > 0 and is_unit_mistake(float(np.log10(row["value"] / middle))):
                    yield from _case(row, middle, f"{len(rows)} × unit_id")


def _case(row: pd.Series, expected: float, compared: str) -> Iterator[Case]:
    if row["value"] > 0 and expected > 0:
        power = float(np.log10(row["value"] / expected))
        if abs(power) > _NEIGHBOURS:
            yield Case(Doubt.SERIES_JUMP, row["unit_id"], row["year"], row["series"], power, compared)
