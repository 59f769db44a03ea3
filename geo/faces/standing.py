"""The days on which figures came in → the status of every unit and month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from geo.core.country import Words
from geo.core.deadlines import Deadline
from geo.faces.status import Expected, Status, matrix


def status_of(
    days: Mapping[str, Mapping[str, str]], units: Sequence[tuple[str, Words]], today: date, year: str = ""
) -> Status:
    """Return the matrix; `days` has period → unit_id → day, empty where it is not known.

    Months go from the first with figures to the last one that is over. A month for which nobody has reported and
    which lies before the last one with figures is not expected: a country's own figures may be quarterly.
    """
    first, last = min(days), max(*days, _due_month(today))
    periods = [p for p in _months(first, last) if not year or p[:4] == year]
    arrived = {
        (unit, period): date.fromisoformat(day) if day else None
        for period, rows in days.items()
        for unit, day in rows.items()
    }
    every = frozenset(unit for unit, _ in units)
    expected = {p: every if p in days or p > max(days) else frozenset() for p in periods}
    return matrix(units, periods, arrived, Expected(Deadline(), today, expected))


def _due_month(today: date) -> str:
    """Return the month before the current one."""
    year, month = (today.year - 1, 12) if today.month == 1 else (today.year, today.month - 1)
    return f"{year:04}-{month:02}"


def _months(first: str, last: str) -> list[str]:
    start, end = (12 * int(period[:4]) + int(period[5:]) - 1 for period in (first, last))
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(start, end + 1)]
