"""The days on which figures came in → the status of every unit and month."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from geo.core.country import Words
from geo.core.deadlines import Deadline
from geo.core.offer import edition_of
from geo.faces.status import Expected, Status, matrix
from geo.layers import offer_of
from geo.versions import Version

Days = Mapping[str, Mapping[str, str]]  # period → unit_id → day the figures came in; empty: not known
Existing = Callable[[str], Collection[str]]  # period → unit_ids there were
FILE = "reporting.json"  # of a version; one of format 1 has none
_QUARTER_ENDS = ("03", "06", "09", "12")
_ENOUGH = 4  # periods, all of them ends of quarters: nobody is asked for the months between


def status_of(
    days: Days, units: Sequence[tuple[str, Words]], today: date, year: str = "", existing: Existing | None = None
) -> Status:
    """Return the matrix; `days` has period → unit_id → day, empty where it is not known.

    Months go from the first with figures to the last one that is over; without any figures there are none. A month for
    which nobody has reported and which lies before the last one with figures is not expected: a country's own figures
    may be quarterly. While they are, only ends of quarters are expected. Nor is a unit in a month in which it did not
    exist.
    """
    periods = [period for period in _months(days, today) if not year or period[:4] == year]
    arrived = {
        (unit, period): date.fromisoformat(day) if day else None
        for period, rows in days.items()
        for unit, day in rows.items()
    }
    every = frozenset(unit for unit, _ in units)
    expected = {
        period: (every.intersection(existing(period)) if existing else every)
        if _is_asked(period, days)
        else frozenset()
        for period in periods
    }
    return matrix(units, periods, arrived, Expected(Deadline(), today, expected))


def status_in(version: Version, period: str, today: date) -> Status:
    """Return the matrix of the year of a period: the units are those of the edition in force in the period."""
    top, own = version.country.top_level.id, offer_of(version).units[version.country.top_level.id]

    def existing(month: str) -> Collection[str]:
        return own.get(edition_of(offer_of(version), month), frozenset())

    units = version.level(edition_of(offer_of(version), period), top).units
    named = [(unit.unit_id, unit.names) for unit in units]
    found = status_of(days_of(version), named, today, period[:4], existing)
    return replace(found, is_synthetic=version.country.is_synthetic)


def months_of(version: Version, today: date) -> tuple[str, ...]:
    """Return the months that figures are expected for: those with some, and those since that are over.

    A month in which an edition is in force that the version does not draw is left out.
    """
    offer, days = offer_of(version), days_of(version)
    drawn = offer.units[version.country.top_level.id]
    return tuple(p for p in _months(days, today) if _is_asked(p, days) and edition_of(offer, p) in drawn)


def days_of(version: Version) -> Days:
    """Return the days of every month with figures; of a version that does not hold them no day is known."""
    return version.once("reporting", lambda: _days_of(version))


def _days_of(version: Version) -> Days:
    if FILE in version.manifest["files"]:
        found = version.json(FILE)
        return {period: found.get(period, {}) for period in version.periods}
    days: dict[str, dict[str, str]] = {}
    for place, period in enumerate(version.periods):
        edition = edition_of(offer_of(version), period)
        level = version.level(edition, version.country.top_level.id)
        seen: NDArray[np.bool_] = np.any(level.reported[:, place, :], axis=1)
        days[period] = {unit.unit_id: "" for unit, is_there in zip(level.units, seen, strict=True) if is_there}
    return days


def _is_asked(period: str, days: Days) -> bool:
    """Tell whether anybody owes figures for a month; where they came by quarters, only for the ends of quarters."""
    is_quarterly = len(days) >= _ENOUGH and all(month[5:] in _QUARTER_ENDS for month in days)
    return period in days or (period > max(days) and (not is_quarterly or period[5:] in _QUARTER_ENDS))


def _months(days: Days, today: date) -> list[str]:
    """Return every month from the first with figures to the last one that is over, or that has figures."""
    if not days:
        return []
    start, end = (12 * int(period[:4]) + int(period[5:]) - 1 for period in (min(days), max(*days, _due_month(today))))
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(start, end + 1)]


def _due_month(today: date) -> str:
    """Return the month before the current one."""
    year, month = (today.year - 1, 12) if today.month == 1 else (today.year, today.month - 1)
    return f"{year:04}-{month:02}"
