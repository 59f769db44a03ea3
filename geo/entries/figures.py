"""A file of figures → a table with one amount a row, or the faults of its cells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from geo.core.errors import Fault
from geo.core.model import PHASES
from geo.core.rows import PERIOD, Rows, minor_units, read_rows
from geo.entries.plan import Plan

_KEYS = ("unit_id", "period", "function", "administrator")


@dataclass(frozen=True)
class Figures:
    """Amounts of one file: unit_id, period, function, administrator, phase, amount_minor, source_file, source_row."""

    frame: pd.DataFrame
    faults: list[Fault]
    rows_read: int


def read_figures(plan: Plan, table: str, units: frozenset[str], per_unit: int) -> Figures:
    """Return the amounts of a file of expenditure or of published totals, one row for each phase."""
    source = _Source(plan, table, units, per_unit)
    phases: dict[str, str] = source.described["phases"]
    codes = [*source.described.get("function", []), *_listed(source.described.get("administrator"))]
    rows = source.read([*codes, *phases.values()])
    faults, records = list(rows.faults), []
    for row, cells in rows:
        key = _key(source.described, cells)
        faults += source.key_faults(rows.file, row, key)
        amounts, wrong = _amounts((rows.file, row), cells, phases, per_unit)
        faults += wrong
        records += [(*key, phase, amount, rows.file, row) for phase, amount in amounts]
    return Figures(_frame(records), [*faults, *source.gaps(rows)], len(rows.rows))


def read_control(plan: Plan, per_unit: int) -> Figures:
    """Return the control totals of the whole country: unit_id is empty, source is `control`."""
    rows = read_rows(plan.folder / plan.table("control")["file"], ["period", "phase", "amount_kzt"])
    faults, records = list(rows.faults), []
    seen: dict[tuple[str, ...], int] = {}
    for row, cells in rows:
        faults += _twice(rows.file, row, (cells["period"], cells["phase"]), seen)
        if cells["phase"] not in PHASES:
            faults.append(Fault(rows.file, row, "phase", "E-JOIN-04", cells["phase"], {"allowed": ", ".join(PHASES)}))
        amounts, wrong = _amounts((rows.file, row), cells, {cells["phase"]: "amount_kzt"}, per_unit)
        faults += [*wrong, *_period_faults(rows.file, row, cells["period"], plan.periods)]
        records += [("", cells["period"], "", "", phase, amount, rows.file, row) for phase, amount in amounts]
    faults += _missing_periods(rows, plan.periods_of("control"))
    return Figures(_frame(records).assign(source="control"), faults, len(rows.rows))


def read_revenue(plan: Plan, units: frozenset[str], per_unit: int) -> Figures:
    """Return revenue and the transfers within it: columns item and phase beside unit and period."""
    source = _Source(plan, "revenue", units, per_unit)
    items: dict[str, dict[str, str]] = source.described["items"]
    rows = source.read([column for phases in items.values() for column in phases.values()])
    faults, records = list(rows.faults), []
    for row, cells in rows:
        key = _key(source.described, cells)
        faults += source.key_faults(rows.file, row, key)
        for item, phases in items.items():
            amounts, wrong = _amounts((rows.file, row), cells, phases, per_unit)
            faults += wrong
            records += [(*key[:2], item, "", phase, amount, rows.file, row) for phase, amount in amounts]
    frame = _frame(records).rename(columns={"function": "item"})
    return Figures(frame, [*faults, *source.gaps(rows)], len(rows.rows))


def declared_gaps(plan: Plan, units: frozenset[str]) -> Iterator[Fault]:
    """Yield the gaps of budget.toml that no figures can have: of a strange unit or period."""
    for unit_id, period in plan.not_reported:
        if unit_id not in units:
            yield Fault("budget.toml", 0, "not_reported", "E-JOIN-01", unit_id, {"near": near(unit_id, units)})
        if period not in plan.periods:
            yield Fault("budget.toml", 0, "not_reported", "E-PER-02", period)


@dataclass(frozen=True)
class _Source:
    """One file of figures while it is read: what budget.toml says of it and the codes that may stand in it."""

    plan: Plan
    table: str
    units: frozenset[str]
    per_unit: int
    seen: dict[tuple[str, ...], int] = field(default_factory=dict)

    @property
    def described(self) -> dict[str, Any]:
        """Return the file's table in budget.toml."""
        return self.plan.table(self.table)

    def read(self, columns: list[str]) -> Rows:
        """Return the rows of the file, which must have these columns beside unit and period."""
        return read_rows(self.plan.folder / self.described["file"], [self.described["unit"], "period", *columns])

    def key_faults(self, file: str, row: int, key: tuple[str, str, str, str]) -> Iterator[Fault]:
        """Yield what is wrong with the codes of a row: not known, not expected here, or there already."""
        unit_id, period, function, administrator = key
        if unit_id not in self.units:
            yield Fault(file, row, self.described["unit"], "E-JOIN-01", unit_id, {"near": near(unit_id, self.units)})
        # Against a list that could not be read nothing is checked: its own fault is told, not one for each row.
        if "function" in self.described and self._functions and function not in self._functions:
            yield Fault(file, row, self.described["function"][-1], "E-JOIN-02", function)
        is_listed = not self.plan.administrators or administrator in self.plan.administrators
        if "administrator" in self.described and not is_listed:
            yield Fault(file, row, self.described["administrator"], "E-JOIN-03", administrator)
        yield from _period_faults(file, row, period, self.plan.periods_of(self.table))
        yield from _twice(file, row, key, self.seen)

    @cached_property
    def _functions(self) -> frozenset[str]:
        # A whole budget is given by groups; a subgroup among them would be counted in its group and beside it.
        fine = "administrator" in self.described
        return frozenset(self.plan.functions) if fine else frozenset(self.plan.groups)

    def gaps(self, rows: Rows) -> Iterator[Fault]:
        """Yield the periods that are missing, and units without rows in a period, unless budget.toml declares it."""
        yield from _missing_periods(rows, self.plan.periods_of(self.table))
        found: dict[str, set[str]] = {}
        for _, cells in rows:
            found.setdefault(cells["period"], set()).add(cells[self.described["unit"]])
        for period in self.plan.periods_of(self.table):
            missing = self.units - found[period] if period in found else frozenset()
            for unit_id in sorted(missing):
                if (unit_id, period) not in self.plan.not_reported:
                    yield Fault(rows.file, 0, self.described["unit"], "E-PER-03", unit_id, {"period": period})
            for unit_id, gap in self.plan.not_reported:
                if gap == period and period in found and unit_id in found[period]:
                    yield Fault("budget.toml", 0, "not_reported", "E-PER-04", unit_id, {"period": period})


def _frame(records: list[tuple[Any, ...]]) -> pd.DataFrame:
    columns = [*_KEYS, "phase", "amount_minor", "source_file", "source_row"]
    return pd.DataFrame(records, columns=columns).astype({"amount_minor": "int64", "source_row": "int64"})


def _listed(name: str | None) -> list[str]:
    return [name] if name else []


def _key(described: dict[str, Any], cells: dict[str, str]) -> tuple[str, str, str, str]:
    function = "".join(cells[column] for column in described.get("function", []))
    administrator = described.get("administrator")
    return cells[described["unit"]], cells["period"], function, cells[administrator] if administrator else ""


def _amounts(
    place: tuple[str, int], cells: dict[str, str], phases: dict[str, str], per_unit: int
) -> tuple[list[tuple[str, int]], list[Fault]]:
    amounts, faults = [], []
    for phase, column in phases.items():
        amount = minor_units(cells[column], per_unit)
        if isinstance(amount, str):
            faults.append(Fault(*place, column, amount, cells[column]))
        else:
            amounts.append((phase, amount))
    return amounts, faults


def _period_faults(file: str, row: int, period: str, allowed: tuple[str, ...]) -> Iterator[Fault]:
    if not PERIOD.fullmatch(period):
        yield Fault(file, row, "period", "E-CSV-18", period)
    elif period not in allowed:
        yield Fault(file, row, "period", "E-PER-02", period)


def _twice(file: str, row: int, key: tuple[str, ...], seen: dict[tuple[str, ...], int]) -> Iterator[Fault]:
    if key in seen:
        yield Fault(file, row, "", "E-CSV-20", " ".join(filter(None, key)), {"first": str(seen[key])})
    seen.setdefault(key, row)


def _missing_periods(rows: Rows, periods: tuple[str, ...]) -> Iterator[Fault]:
    if rows.rows:
        found = {cells["period"] for _, cells in rows}
        yield from (Fault(rows.file, 0, "period", "E-PER-01", period) for period in periods if period not in found)


def near(code: str, units: frozenset[str]) -> str:
    """Return the known codes that share the longest beginning, to help whoever mistyped."""
    for length in range(len(code), 1, -1):
        if near := sorted(unit for unit in units if unit.startswith(code[:length])):
            return ", ".join(near[:3])
    return ", ".join(sorted(units)[:3]) + " …"
