"""The total rows of a flat file against what the rows add up to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa

from geo.core.delivery import ROW
from geo.core.errors import Fault
from geo.core.model import PHASES
from geo.profiles.desk import Desk
from geo.profiles.flat import FlatReader
from geo.profiles.vocabulary import Ints

_Scope: TypeAlias = tuple[str, str]  # unit and period; empty where the total is over all of them
Key: TypeAlias = tuple[_Scope, str]  # and the phase


@dataclass(frozen=True)
class Total:
    """One amount of a total row."""

    scope: _Scope
    phase: str
    amount_minor: int
    row: int


def read_totals(reader: FlatReader, desk: Desk) -> list[Total]:
    """Return the amounts of the total rows of a file, for the periods that are wanted."""
    found: list[Total] = []
    for batch in reader.totals:
        rows = batch.column(ROW).to_numpy(zero_copy_only=False).astype(np.int64)
        found += _read(reader, desk, batch, rows)
    return found


def check_totals(totals: list[Total], sums: pd.DataFrame, apart: Counter[Key], desk: Desk) -> None:
    """Name each total that differs from its rows by more than the profile states, each missing, each that is twice."""
    declared, country = desk.coding.profile.totals, desk.coding.known.country
    added = _added(sums, declared.by)
    added.update(apart)
    for total, first in _twice(totals):
        value, heading = " ".join(filter(None, (*total.scope, total.phase))), desk.headings.get(total.phase, "")
        desk.findings.add(Fault("", total.row, heading, "E-CSV-20", value, {"first": str(first)}))
    for total in totals:
        allowed = int(Decimal(declared.tolerance.get(total.phase, "0")) * country.minor_units)
        amount = added.get((total.scope, total.phase), 0)
        if abs(amount - total.amount_minor) > allowed:
            values = {
                "sum": str(amount),
                "stated": str(total.amount_minor),
                "difference": str(amount - total.amount_minor),
                "tolerance": str(allowed),
            }
            value = " ".join(filter(None, (*total.scope, total.phase)))
            desk.findings.add(Fault("", total.row, desk.headings.get(total.phase, ""), "E-SUM-06", value, values))
    if declared.is_required:
        present = {(total.scope, total.phase) for total in totals}
        for (scope, phase), amount in added.items():
            if (scope, phase) not in present and amount:
                desk.findings.add(Fault("", 0, "", "E-PROF-17", " ".join(filter(None, (*scope, phase)))))


def left_apart(reader: FlatReader, desk: Desk) -> Counter[Key]:
    """Return what the totals hold beside the rows that are taken, where the profile says that they do."""
    apart: Counter[Key] = Counter()
    declared, coding = desk.coding.profile.totals, desk.coding
    for lines in reader.apart if declared.holds_left else ():
        for phase, (values, has) in lines.amounts.items():
            for at in np.flatnonzero(has).tolist():
                unit, period = coding.units.meanings[lines.unit[at]], coding.periods.meanings[lines.period[at]]
                scope = (unit if "unit" in declared.by else "", period if "period" in declared.by else "")
                apart[scope, phase] += int(values[at])
    return apart


def published(totals: list[Total], apart: Counter[Key], source: str) -> pd.DataFrame:
    """Return the totals as the table `published`: of spending only, what was left apart taken off."""
    columns = ["unit_id", "period", "phase", "amount_minor", "source"]
    rows = [(*t.scope, t.phase, t.amount_minor - apart[t.scope, t.phase], source) for t in totals]
    return pd.DataFrame(rows, columns=columns)


def _read(reader: FlatReader, desk: Desk, batch: pa.RecordBatch, rows: Ints) -> Iterator[Total]:
    coding, columns, by = desk.coding, reader.columns(batch), desk.coding.profile.totals.by
    periods, units = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.int64)
    if "period" in by:
        periods = reader.periods(columns, rows)
    if "unit" in by:
        units = reader.units(columns, rows, periods)
    amounts = reader.amounts(columns, rows, is_total=True)
    named = reader.phase_of(columns, rows) if "phase" in columns else None
    for at, row in enumerate(rows.tolist()):
        if min(periods[at], units[at]) < 0:
            continue
        scope = (
            coding.units.meanings[units[at]] if "unit" in by else "",
            coding.periods.meanings[periods[at]] if "period" in by else "",
        )
        if scope[1] and not coding.is_wanted(scope[1]):
            continue
        for phase, (values, has) in amounts.items():
            name = phase if named is None else PHASES[named[at]]
            if has[at] and (named is None or named[at] >= 0):
                yield Total(scope, name, int(values[at]), row)


def _added(sums: pd.DataFrame, by: tuple[str, ...]) -> Counter[Key]:
    """Return what the rows add up to, by the scope of the totals and phase; in whole numbers of any size."""
    added: Counter[Key] = Counter()
    for row in sums.itertuples(index=False):
        scope = (row.unit_id if "unit" in by else "", row.period if "period" in by else "")
        added[scope, row.phase] += int(row.amount_minor)
    return added


def _twice(totals: list[Total]) -> Iterator[tuple[Total, int]]:
    """Yield each total that stands a second time, and the row of the first."""
    first: dict[Key, int] = {}
    for total in totals:
        if (key := (total.scope, total.phase)) in first:
            yield total, first[key]
        first.setdefault(key, total.row)
