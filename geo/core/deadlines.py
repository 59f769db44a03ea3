"""When a period's figures are due: a day of the month that follows."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Deadline:
    """The rule of a country: figures of a month are due on this day of the month after it."""

    day: int = 20

    def due(self, period: str) -> date:
        """Return the last day in time for a period; in a shorter month its last day."""
        year, month = int(period[:4]), int(period[5:])
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        return date(year, month, max(1, min(self.day, calendar.monthrange(year, month)[1])))
