"""A number as a workbook stores it → its exact text, or the reason why there is none."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache

from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,4})?", re.ASCII)
_ANY_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?", re.ASCII)
_DIGITS = 15  # that a double holds for sure, and that a workbook shows
_LARGEST_EXPONENT = 308
# A computed amount ends in dust such as 0.1 + 0.2 = 0.30000000000000004; this much is below any minor unit.
_DUST = Decimal("0.000001")


@lru_cache(maxsize=100_000)
def number_text(stored: str) -> tuple[str, bool]:
    """Return a stored number as plain digits, and whether the dust of a computation was left away.

    An empty text means that the number is not known exactly: more digits were stored than a double holds.
    """
    if stored.isascii() and stored.isdigit() and len(stored) <= _DIGITS:
        return str(int(stored)), False
    exact = Decimal(stored) if _NUMBER.fullmatch(stored) else Decimal("Infinity")
    if exact.is_zero():
        return "0", False
    if not exact.is_finite() or abs(exact.adjusted()) > _LARGEST_EXPONENT:
        return "", False
    if len(exact.normalize().as_tuple().digits) <= _DIGITS and len(exact.as_tuple().digits) <= 28:
        return _plain(exact), False
    shown = Decimal(f"{exact:.{_DIGITS - 1}e}")
    # The same double: the further digits say nothing that the first fifteen do not.
    if float(shown) == float(exact):
        return _plain(shown), False
    return (_plain(shown), True) if abs(shown - exact) < _DUST < abs(exact) else ("", False)


def is_number(stored: str) -> bool:
    """Tell whether a text is a number at all, however large; a workbook may store nothing else in such a cell."""
    return _ANY_NUMBER.fullmatch(stored) is not None


@lru_cache(maxsize=100_000)
def date_text(stored: str, counts_from_1904: bool) -> str:
    """Return a stored day as 2024-12-31, with the time behind a T where there is one; empty where it is no day."""
    epoch = CALENDAR_MAC_1904 if counts_from_1904 else CALENDAR_WINDOWS_1900
    if not _NUMBER.fullmatch(stored):
        return ""
    try:
        found = from_excel(float(stored), epoch)
    except (ValueError, OverflowError, TypeError):
        return ""
    if isinstance(found, datetime):
        return found.date().isoformat() if found.time() == time() else found.isoformat()
    if isinstance(found, timedelta):
        return ""
    return found.isoformat() if isinstance(found, date | time) else ""


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
