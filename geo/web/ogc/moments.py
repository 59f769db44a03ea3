"""The time that a reader asks for: a day, a moment, or an interval that may be open at either end."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import NamedTuple

from geo.core.errors import BadValue

KEY = "datetime"
EXAMPLES = ("2024-12-31", "2024-01-01/2024-12-31", "../2024-12-31", "2024-12-31T23:59:59Z")
_OPEN = {"", ".."}
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_MOMENT = re.compile(
    rf"{_DAY}(?:[Tt][0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(?:\.[0-9]{{1,9}})?(?:[Zz]|[+-][0-9]{{2}}:[0-9]{{2}}))?", re.ASCII
)


class Days(NamedTuple):
    """From the first to the last day, both included."""

    first: date
    last: date


def days(word: str) -> Days:
    """Return the days, in UTC, that a `datetime` touches; raises BadValue with examples.

    Figures and borders are known by the day, so a moment is the day in which it lies.
    """
    parts = word.split("/")
    if len(parts) > 2 or all(part in _OPEN for part in parts):
        raise BadValue(key=KEY, allowed=EXAMPLES)
    first = date.min if parts[0] in _OPEN else _day(parts[0])
    last = date.max if parts[-1] in _OPEN else _day(parts[-1])
    if first > last:
        raise BadValue(key=KEY, allowed=EXAMPLES)
    return Days(first, last)


def _day(word: str) -> date:
    if not _MOMENT.fullmatch(word):
        raise BadValue(key=KEY, allowed=EXAMPLES)
    try:
        if len(word) == len("YYYY-MM-DD"):
            return date.fromisoformat(word)
        # A leap second is the second before it, as far as days go.
        return datetime.fromisoformat(word.upper().replace(":60", ":59")).astimezone(UTC).date()
    except (ValueError, OverflowError):
        raise BadValue(key=KEY, allowed=EXAMPLES) from None
