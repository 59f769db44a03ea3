"""A delivery beside what is known: sums as matrices of rows by period, and how many times too much each cell is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.plausible.cases import NOTHING

CUMULATIVE = ("planned_to_date", "executed")  # phases that grow through the year
UNIT, CELL = ["unit_id", "phase"], ["unit_id", "period", "phase"]
COLUMNS = [*CELL, "function", "amount_minor"]
_REFERENCES = 5  # periods that a figure is compared with; the median of them counts

Logs = NDArray[np.float64]
Amounts = dict[str, int]  # group → minor units
Report = dict[str, Amounts]  # phase → amounts
Reports = dict[tuple[str, str], Report]  # unit and period → report


@dataclass(frozen=True)
class Beside:
    """The sums of a delivery and those in force; both by unit_id, period, phase and function."""

    sums: pd.DataFrame
    history: pd.DataFrame

    @classmethod
    def of(cls, sums: pd.DataFrame, history: pd.DataFrame) -> Beside:
        """Return both added up to the columns that are compared."""
        return cls(_added_up(sums), _added_up(history))

    @cached_property
    def merged(self) -> pd.DataFrame:
        """Return what would be in force: the delivery replaces its units and periods; `is_new` marks its rows."""
        kept = self.history.drop(self.replaced.index).assign(is_new=False)
        parts = [part for part in (kept, self.sums.assign(is_new=True)) if len(part)]
        return pd.concat(parts, ignore_index=True) if parts else kept

    @cached_property
    def replaced(self) -> pd.DataFrame:
        """Return what is in force for the units and periods of the delivery."""
        keys = ["unit_id", "period"]
        return self.history[
            pd.MultiIndex.from_frame(self.history[keys]).isin(pd.MultiIndex.from_frame(self.sums[keys]))
        ]

    @cached_property
    def new_reports(self) -> Reports:
        """Return what is delivered."""
        return _reports(self.sums)

    @cached_property
    def old_reports(self) -> Reports:
        """Return what is in force."""
        return _reports(self.history)

    @cached_property
    def coverage(self) -> dict[tuple[str, str], float]:
        """Return (unit, period) → share of the unit's known money in the groups delivered; 1 where none is known."""
        known = self.history.groupby(["unit_id", "function"])["amount_minor"].sum().clip(lower=0)
        found: dict[tuple[str, str], float] = {}
        of_unit = {unit: rows.droplevel(0) for unit, rows in known.groupby(level=0)}
        for key, functions in self.sums.groupby(["unit_id", "period"])["function"].agg(set).items():
            money = of_unit.get(key[0], pd.Series(dtype="int64"))
            total = float(money.sum())
            found[key] = float(money[money.index.isin(functions)].sum()) / total if total else 1.0
        return found

    def is_partial(self, unit_id: str, period: str) -> bool:
        """Tell whether the delivery speaks of less than half of a unit's money, so that less money is no surprise."""
        return self.coverage.get((unit_id, period), 1.0) < 0.5


def totals(frame: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return sums by keys (rows) and period (columns, sorted) as floats, NaN where there are none."""
    sums = frame.groupby([*keys, "period"])["amount_minor"].sum()
    return sums.unstack("period").sort_index(axis=1).astype("float64")


def powers(beside: Beside, keys: list[str]) -> pd.DataFrame:
    """Return log10 of how many times each sum of the delivery is what its own history makes one expect.

    Columns: keys, period, found, expected, power, compared. Each sum is compared with the same row in up to five
    other periods, nearest first; what is in force beats the delivery itself. Where there is no other period, no row.
    """
    new, known = totals(beside.sums, keys), totals(beside.history, keys)
    old = known.reindex(new.index) if len(known) else pd.DataFrame(index=new.index)
    parts = [_of_period(new, old, period) for period in new.columns]
    columns = [*keys, "period", "found", "expected", "power", "compared"]
    parts = [part for part in parts if len(part)]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def months(period: str) -> int:
    """Return a period as a number of months."""
    return int(period[:4]) * 12 + int(period[5:7])


def _of_period(new: pd.DataFrame, old: pd.DataFrame, period: str) -> pd.DataFrame:
    """Return the rows of `powers` of one period."""
    others = new.drop(columns=period)
    order = sorted({*old.columns, *others.columns}, key=lambda other: _distance(period, other))
    ours, known = (frame.reindex(columns=order).to_numpy("float64") for frame in (others, old))
    has_history = ~np.isnan(known).all(axis=1)
    expected = np.where(has_history[:, None], known, ours) * _scales(new.index, period, order)
    expected[~(expected > 0)] = np.nan
    count = np.cumsum(~np.isnan(expected), axis=1)
    expected[count > _REFERENCES] = np.nan
    if period in old.columns:  # what is replaced says more than any other period, and stands first
        is_replaced = ~np.isnan(expected[:, :1])
        expected[:, 1:][np.broadcast_to(is_replaced, expected[:, 1:].shape)] = np.nan
    found = new[period].to_numpy("float64")
    is_compared = ~np.isnan(found) & ~np.isnan(expected).all(axis=1)
    expected, found = expected[is_compared], found[is_compared]
    if not len(found):
        return pd.DataFrame()
    middle = np.nanmedian(np.log10(expected), axis=1)
    power = np.where(found > 0, np.log10(np.where(found > 0, found, 1)) - middle, NOTHING)
    nearest = [order[place] for place in (~np.isnan(expected)).argmax(axis=1)]
    rows = new.index[is_compared].to_frame(index=False)
    return rows.assign(period=period, found=found, expected=10**middle, power=power, compared=nearest)


def _distance(period: str, other: str) -> tuple[int, int, str]:
    """Return how far a period is as a reference: the same one, the same month of years beside, then the nearest."""
    apart = abs(months(period) - months(other))
    return (0 if apart in {0, 12} else 1, apart, other)


def _scales(index: pd.Index, period: str, others: list[str]) -> Logs:
    """Return what a sum of each other period is multiplied by: money of three months is half of that of six."""
    is_cumulative = index.get_level_values("phase").isin(CUMULATIVE)
    shares = np.array([int(period[5:7]) / int(other[5:7]) for other in others], dtype="float64")
    return np.where(is_cumulative[:, None], shares[None, :], 1.0)


def _reports(frame: pd.DataFrame) -> Reports:
    reports: Reports = {}
    cells = (frame[name].tolist() for name in ("unit_id", "period", "phase", "function", "amount_minor"))
    for unit_id, period, phase, function, amount in zip(*cells, strict=True):
        reports.setdefault((unit_id, period), {}).setdefault(phase, {})[function] = amount
    return reports


def _added_up(frame: pd.DataFrame) -> pd.DataFrame:
    if not len(frame):
        return pd.DataFrame(columns=COLUMNS).astype({"amount_minor": "int64"})
    return frame.groupby([*CELL, "function"], as_index=False)["amount_minor"].sum()[COLUMNS]
