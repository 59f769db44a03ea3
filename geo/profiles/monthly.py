"""Amounts of single months → cumulative since January, as the ledger holds them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.core.errors import Fault
from geo.profiles.coding import Coding
from geo.profiles.findings import Findings
from geo.profiles.lines import Cells, Lines
from geo.profiles.vocabulary import Ints

SUMMED = ("planned_to_date", "executed")  # the other phases are plans of the whole year


def cumulated(parts: list[Lines], coding: Coding, findings: Findings) -> Lines | None:
    """Return the lines of all months with the sums since January; a month that is missing before one is named.

    Who spent in January and has no row in February has the same sum in both, at the row of January.
    """
    frame = _frame(parts)
    if frame is None:
        return None
    names = np.array(coding.periods.meanings)
    frame["year"] = [int(name[:4]) for name in names[frame["period"]]]
    frame["month"] = [int(name[5:]) for name in names[frame["period"]]]
    _name_gaps(frame, coding, findings)
    if frame.duplicated([*_KEY, "period"]).any():
        return _lines(frame)  # the book names what stands twice; no sum of it would mean anything
    grown = [_of_year(unit_year, coding) for _, unit_year in frame.groupby(["unit", "year"], sort=True)]
    return _lines(pd.concat(grown, ignore_index=True).sort_values("row", kind="stable", ignore_index=True))


_KEY = ["unit", "body", "function", "phase", "apart"]


def _frame(parts: list[Lines]) -> pd.DataFrame | None:
    """Return one row for each amount."""
    rows = [
        pd.DataFrame(
            {
                "row": lines.rows[has],
                "unit": lines.unit[has],
                "body": lines.body[has],
                "function": lines.function[has],
                "period": lines.period[has],
                "apart": lines.kept_apart[has],
                "amount": values[has],
                "phase": phase,
            }
        )
        for lines in parts
        for phase, (values, has) in lines.amounts.items()
        if has.any()
    ]
    return pd.concat(rows, ignore_index=True) if rows else None


def _of_year(frame: pd.DataFrame, coding: Coding) -> pd.DataFrame:
    """Return a unit's year with running sums, each series carried on to the last month that the unit has."""
    plans, flows = frame[~frame["phase"].isin(SUMMED)], frame[frame["phase"].isin(SUMMED)]
    months = sorted(set(frame["month"]))
    year = frame["year"].iloc[0]
    kept = [plans]
    for key, series in flows.groupby(_KEY, sort=False):
        by_month = series.set_index("month")
        total, row = 0, 0
        for month in months:
            if month in by_month.index:
                total, row = total + int(by_month.at[month, "amount"]), int(by_month.at[month, "row"])
            if row:
                period = coding.periods.add_meaning(f"{year}-{month:02}")
                made = {**dict(zip(_KEY, key, strict=True)), "row": row, "period": period, "amount": total}
                kept.append(pd.DataFrame([{**made, "year": year, "month": month}]))
    return pd.concat(kept, ignore_index=True)


def _name_gaps(frame: pd.DataFrame, coding: Coding, findings: Findings) -> None:
    for (unit, year), rows in frame.groupby(["unit", "year"], sort=True):
        months = set(rows["month"])
        missing = [f"{year}-{month:02}" for month in range(1, max(months)) if month not in months]
        if missing:
            place = f"{coding.units.meanings[unit]}: {', '.join(missing)}"
            findings.add(Fault("", int(rows["row"].min()), "", "E-PER-08", place))


def _lines(frame: pd.DataFrame) -> Lines:
    """Return the amounts as lines again, each of one phase."""
    arrays = {name: frame[name].to_numpy(np.int64) for name in ("row", "unit", "period", "function", "body", "apart")}
    phases = frame["phase"].to_numpy()
    places = {phase: number for number, phase in enumerate(sorted(set(phases.tolist())))}
    apart: Ints = np.array([places[phase] for phase in phases.tolist()], dtype=np.int64)
    values = frame["amount"].to_numpy(np.int64)
    amounts: dict[str, Cells] = {phase: (values, np.asarray(phases == phase)) for phase in places}
    return Lines(arrays["row"], arrays["unit"], arrays["period"], arrays["function"], arrays["body"], amounts, apart)
