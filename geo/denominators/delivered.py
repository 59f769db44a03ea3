"""A series that somebody sent – people, pupils, beds, roads – → one positive number for each unit and year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from geo.core.delivery import ROW
from geo.core.errors import Fault
from geo.core.rows import YEAR, minor_units

PLACES = 100  # a series is given with at most two decimals
COLUMNS = ("unit", "year", "value")
_LONGEST_LIST = 3  # codes named beside one that is not known


@dataclass(frozen=True)
class Described:
    """What a series is called, and which code stands for the sum of all units; empty: no row does."""

    series: str
    total: str = ""


def read_series(
    columns: pd.DataFrame, place: tuple[str, str], units: frozenset[str], described: Described
) -> tuple[pd.DataFrame, tuple[Fault, ...]]:
    """Return unit_id, year, series and value, sorted, and every fault.

    `columns` has COLUMNS as text and ROW; `place` is file and sheet. Wrong are codes that are not in `units`, years
    that are none, values that are no positive numbers of two decimals at most, a unit and year that stand twice, a
    year in which a unit is missing, and a total row that is not the sum of the units.
    """
    records: dict[tuple[str, str], int] = {}
    totals: dict[str, tuple[int, int]] = {}
    faults: list[Fault] = []
    seen: dict[tuple[str, str], int] = {}
    for row, unit, year, text in columns[[ROW, *COLUMNS]].itertuples(index=False):
        value = minor_units(text, PLACES)
        at = (*place, int(row))
        wrong = [*_row_faults(at, (unit, year), units | {described.total}), *_value_faults(at, text, value)]
        if (unit, year) in seen:
            first = {"first": str(seen[unit, year])}
            wrong.append(Fault(place[0], int(row), "", "E-CSV-20", f"{unit} {year}", first, sheet=place[1]))
        seen.setdefault((unit, year), int(row))
        faults += wrong
        if not wrong and isinstance(value, int):
            if described.total and unit == described.total:
                totals[year] = (value, int(row))
            else:
                records[unit, year] = value
    if not faults:
        faults = [*_missing(place, records, units), *_disagreeing(place, records, totals)]
    rows = [(unit, year, described.series, value / PLACES) for (unit, year), value in sorted(records.items())]
    frame = pd.DataFrame(rows, columns=["unit_id", "year", "series", "value"])
    return frame.astype({"value": "float64"}), tuple(sorted(faults))


def _row_faults(at: tuple[str, str, int], key: tuple[str, str], units: frozenset[str]) -> Iterator[Fault]:
    (file, sheet, row), (unit, year) = at, key
    if unit not in units:
        near = sorted(code for code in units if code[:2] == unit[:2]) or sorted(units)
        yield Fault(file, row, "unit", "E-JOIN-01", unit, {"near": ", ".join(near[:_LONGEST_LIST])}, sheet=sheet)
    if not YEAR.fullmatch(year):
        yield Fault(file, row, "year", "E-CSV-18", year, sheet=sheet)


def _value_faults(at: tuple[str, str, int], text: str, value: int | str) -> Iterator[Fault]:
    file, sheet, row = at
    if isinstance(value, str):
        yield Fault(file, row, "value", value, text, sheet=sheet)
    elif value <= 0:
        yield Fault(file, row, "value", "E-CSV-21", text, sheet=sheet)


def _missing(place: tuple[str, str], records: Mapping[tuple[str, str], int], units: frozenset[str]) -> Iterator[Fault]:
    for year in sorted({year for _, year in records}):
        for unit in sorted(units):
            if (unit, year) not in records:
                yield Fault(place[0], 0, "unit", "E-PER-03", unit, {"period": year}, sheet=place[1])


def _disagreeing(
    place: tuple[str, str], records: Mapping[tuple[str, str], int], totals: Mapping[str, tuple[int, int]]
) -> Iterator[Fault]:
    """Yield the total rows that are not the sum of their units, beyond half of the last decimal of each."""
    for year, (stated, row) in sorted(totals.items()):
        parts = [value for (_, of), value in records.items() if of == year]
        if abs(sum(parts) - stated) > max(1, len(parts) * PLACES // 2):
            values = {"added": _plain(sum(parts)), "total": _plain(stated), "apart": _plain(sum(parts) - stated)}
            yield Fault(place[0], row, "value", "E-SUM-17", year, values, sheet=place[1])


def _plain(value: int) -> str:
    """Return a value as a file would hold it."""
    return f"{Decimal(value) / PLACES:f}"
