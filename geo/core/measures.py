"""The table of measures: what a map may show, by which formula and in which unit. docs/measures.md prints it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """One row of the table. `over` says what the `of` phase is divided by: nothing for money, else a ratio in per cent.

    `over`: "" (money), `plan`, `year_before`, `unit_total` or `peers` (the median rate of units of its kind).
    `transfers`: whether transfers to other budgets are in the value unless a reader asks otherwise. `classes`: the
    default first. `fixed`: inner bounds in per cent.
    """

    id: str
    of: str
    over: str
    formula: str
    unit: str
    transfers: str
    classes: tuple[str, ...]
    fixed: tuple[float, ...] = ()

    @property
    def is_money(self) -> bool:
        """Tell whether values are amounts of money."""
        return not self.over

    @property
    def is_signed(self) -> bool:
        """Tell whether values are differences from something: two directions, with colours that part at zero."""
        return self.over in {"year_before", "peers"}

    @property
    def has_denominator(self) -> bool:
        """Tell whether a series divides the money, so that a reader may choose it."""
        return self.is_money or self.over == "peers"

    @property
    def is_plan(self) -> bool:
        """Tell whether the figure is a plan for the whole year, whichever month it was stated in."""
        return self.is_money and self.of != "executed"

    def phases(self, month: str) -> tuple[tuple[str, str], ...]:
        """Return the (phase, period) pairs whose money the measure shows in a month YYYY-MM, the numerator first."""
        own = (self.of, month)
        if self.over == "plan":
            return own, ("adjusted" if is_year_end(month) else "planned_to_date", month)
        if self.over == "year_before":
            return own, (self.of, year_before(month))
        return (own,)


def is_year_end(month: str) -> bool:
    """Tell whether a period YYYY-MM is a whole year."""
    return month.endswith("-12")


def year_before(month: str) -> str:
    """Return the same month a year before."""
    return f"{int(month[:4]) - 1}{month[4:]}"


_PER = "tenge per person, per km², or tenge"
_MONEY = ("natural", "quantile")
MEASURES: Mapping[str, Measure] = {
    row.id: row
    for row in (
        Measure("approved", "approved", "", "approved ÷ denominator", _PER, "apart", _MONEY),
        Measure("revised", "revised", "", "revised ÷ denominator", _PER, "apart", _MONEY),
        Measure("adjusted", "adjusted", "", "adjusted ÷ denominator", _PER, "apart", _MONEY),
        Measure("executed", "executed", "", "executed ÷ denominator", _PER, "apart", _MONEY),
        Measure(
            "execution",
            "executed",
            "plan",
            "executed ÷ adjusted; in a partial year ÷ planned_to_date",
            "%",
            "included",  # as the Ministry states it: transfers are planned and executed like the rest
            ("fixed", "natural", "quantile"),
            (90.0, 95.0, 98.0, 100.0),
        ),
        Measure("change", "executed", "year_before", "executed ÷ executed a year before − 1", "%", "apart", _MONEY),
        Measure(
            "deviation",
            "executed",
            "peers",
            "(executed ÷ denominator) ÷ median of the same among its peers − 1",
            "%",
            "apart",
            _MONEY,
        ),
        Measure(
            "share",
            "executed",
            "unit_total",
            "executed of the function ÷ executed of all functions, transfers included",
            "%",
            "included",
            _MONEY,
        ),
    )
}
