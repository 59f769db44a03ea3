"""Laws among the sums of a file: executed grows within a year, what was approved stays, no month is left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import TypeAlias

import pandas as pd

from geo.core.errors import Fault
from geo.profiles.language import Checks

_Series: TypeAlias = dict[tuple[str, str, str], dict[str, int]]  # (unit, group or "", phase) → period → amount
Rows: TypeAlias = Mapping[tuple[str, str, str], int]  # (unit, period, group) → first row
# What a person may confirm: unusual, yet nothing in the file proves it wrong.
JUDGEMENTS = frozenset({"E-PER-06", "E-PER-09", "E-SUM-07", "E-SUM-08"})
_LIKE = ("approved", "revised", "adjusted")


def check_laws(checks: Checks, sums: pd.DataFrame, rows: Rows) -> Iterator[Fault]:
    """Yield what is broken: E-PER-06, E-PER-09, E-SUM-07, E-SUM-08 refuse unless accepted, the rest is told."""
    groups, units = _series(sums, by_group=True), _series(sums, by_group=False)
    firsts = _first_rows(rows)
    for name, series in (("unit", units), ("group", groups)):
        if name in {*checks.falls, *checks.falls_warned}:
            yield from _falls(series, firsts, name in checks.falls)
    for phase in checks.constant:
        yield from _changes(units, phase, firsts)
    yield from _beyond(units, checks.within, firsts)
    if checks.largest_factor:
        yield from _factors(units, checks.largest_factor, firsts)
    yield from _gaps(units)


def _series(sums: pd.DataFrame, by_group: bool) -> _Series:
    series: _Series = defaultdict(lambda: defaultdict(int))
    for row in sums.itertuples(index=False):
        series[row.unit_id, row.function if by_group else "", row.phase][row.period] += int(row.amount_minor)
    return {key: dict(sorted(by_period.items())) for key, by_period in sorted(series.items())}


def _first_rows(rows: Rows) -> dict[tuple[str, str, str], int]:
    """Return the rows again, and for each unit and period the first of all groups."""
    firsts = dict(rows)
    for (unit, period, _), row in rows.items():
        firsts[unit, period, ""] = min(row, firsts.get((unit, period, ""), row))
    return firsts


def _steps(by_period: dict[str, int]) -> Iterator[tuple[str, str, int, int]]:
    """Yield (period before, period, amount before, amount) of following periods of one year."""
    periods = list(by_period)
    for before, after in pairwise(periods):
        if before[:4] == after[:4]:
            yield before, after, by_period[before], by_period[after]


def _falls(series: _Series, rows: Rows, refuses: bool) -> Iterator[Fault]:
    for (unit, group, phase), by_period in series.items():
        for before, after, was, now in _steps(by_period) if phase == "executed" else ():
            if now < was:
                values = {"before": before, "stated": str(was), "sum": str(now)}
                place = " ".join(filter(None, (unit, after, group)))
                row = rows.get((unit, after, group), 0)
                if refuses:
                    yield Fault("", row, "", "E-PER-06", place, values)
                else:
                    yield Fault("", row, "", "W-PER-02", place, values)


def _changes(series: _Series, phase: str, rows: Rows) -> Iterator[Fault]:
    for (unit, group, other), by_period in series.items():
        for before, after, was, now in _steps(by_period) if other == phase else ():
            if now != was:
                values = {"before": before, "stated": str(was), "sum": str(now)}
                yield Fault("", rows.get((unit, after, group), 0), phase, "E-PER-09", f"{unit} {after}", values)


def _beyond(series: _Series, within: tuple[tuple[str, str], ...], rows: Rows) -> Iterator[Fault]:
    """Yield where one phase of a unit exceeds another that bounds it."""
    for smaller, larger in within:
        for (unit, group, phase), by_period in series.items():
            bounds = series.get((unit, group, larger), {}) if phase == smaller else {}
            for period, bound in bounds.items():
                if by_period.get(period, bound) > bound:
                    both = {"sum": str(by_period[period]), "stated": str(bound), "other": larger}
                    yield Fault("", rows.get((unit, period, ""), 0), smaller, "E-SUM-08", f"{unit} {period}", both)


def _factors(series: _Series, largest: int, rows: Rows) -> Iterator[Fault]:
    """Yield where approved, revised and adjusted of a unit are not of one size: a column in another unit."""
    for unit in sorted({unit for unit, _, _ in series}):
        of_unit = {phase: series[unit, "", phase] for phase in _LIKE if (unit, "", phase) in series}
        for period in sorted({period for by_period in of_unit.values() for period in by_period}):
            sizes = {phase: abs(amounts[period]) for phase, amounts in of_unit.items() if amounts.get(period)}
            if sizes and max(sizes.values()) > largest * min(sizes.values()):
                low, high = min(sizes, key=lambda p: sizes[p]), max(sizes, key=lambda p: sizes[p])
                sized = {"sum": str(sizes[high]), "stated": str(sizes[low]), "other": low, "factor": f"× {largest}"}
                yield Fault("", rows.get((unit, period, ""), 0), high, "E-SUM-07", f"{unit} {period}", sized)


def _gaps(series: _Series) -> Iterator[Fault]:
    """Yield the months that a unit skips between two that it has."""
    held: dict[str, set[str]] = defaultdict(set)
    for (unit, _, _), by_period in series.items():
        held[unit] |= set(by_period)
    step = _step(set().union(*held.values()))
    for unit, periods in sorted(held.items()):
        months = sorted(int(period[:4]) * 12 + int(period[5:]) - 1 for period in periods)
        for before, after in pairwise(months):
            missing = [f"{month // 12}-{month % 12 + 1:02}" for month in range(before + step, after, step)]
            if missing:
                yield Fault("", 0, "", "W-PER-01", f"{unit}: {', '.join(missing)}".removeprefix(": "))


def _step(periods: set[str]) -> int:
    """Return by how many months the periods of a file follow one another: 12 where it holds year-ends only."""
    months = {period[5:] for period in periods}
    return 12 if len(months) == 1 else 3 if months <= {"03", "06", "09", "12"} else 1
