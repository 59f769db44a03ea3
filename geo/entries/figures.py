"""A file of figures → a table with one amount a row, or the faults of its cells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
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
    described = plan.table(table)
    phases: dict[str, str] = described["phases"]
    codes = [described["unit"], "period", *described.get("function", []), *_listed(described.get("administrator"))]
    rows = read_rows(plan.folder / described["file"], [*codes, *phases.values()])
    faults = [*rows.faults, *_unknown_phases(described)]
    records = []
    seen: dict[tuple[str, ...], int] = {}
    for row, cells in rows:
        key = _key(described, cells)
        faults += _key_faults(plan, described, rows.file, row, key, units)
        faults += _twice(rows.file, row, key, seen)
        amounts, wrong = _amounts(rows.file, row, cells, phases, per_unit)
        faults += wrong
        records += [(*key, phase, amount, rows.file, row) for phase, amount in amounts]
    faults += _missing_periods(rows, described.get("periods", plan.periods))
    faults += _missing_units(plan, described, rows, units)
    return Figures(_frame(records), faults, len(rows.rows))


def read_control(plan: Plan, per_unit: int) -> Figures:
    """Return the control totals of the whole country: unit_id is empty, source is `control`."""
    rows = read_rows(plan.folder / plan.table("control")["file"], ["period", "phase", "amount_kzt"])
    faults, records = list(rows.faults), []
    seen: dict[tuple[str, ...], int] = {}
    for row, cells in rows:
        faults += _twice(rows.file, row, (cells["period"], cells["phase"]), seen)
        if cells["phase"] not in PHASES:
            faults.append(Fault(rows.file, row, "phase", "E-JOIN-04", cells["phase"], {"allowed": ", ".join(PHASES)}))
        amounts, wrong = _amounts(rows.file, row, cells, {cells["phase"]: "amount_kzt"}, per_unit)
        faults += [*wrong, *_period_faults(plan, rows.file, row, cells["period"])]
        records += [("", cells["period"], "", "", phase, amount, rows.file, row) for phase, amount in amounts]
    return Figures(_frame(records).assign(source="control"), faults, len(rows.rows))


def read_revenue(plan: Plan, units: frozenset[str], per_unit: int) -> Figures:
    """Return revenue and the transfers within it: columns item and phase beside unit and period."""
    described = plan.table("revenue")
    items: dict[str, dict[str, str]] = described["items"]
    columns = [column for phases in items.values() for column in phases.values()]
    rows = read_rows(plan.folder / described["file"], [described["unit"], "period", *columns])
    faults, records = list(rows.faults), []
    seen: dict[tuple[str, ...], int] = {}
    for row, cells in rows:
        key = _key(described, cells)
        faults += [*_key_faults(plan, described, rows.file, row, key, units), *_twice(rows.file, row, key, seen)]
        for item, phases in items.items():
            amounts, wrong = _amounts(rows.file, row, cells, phases, per_unit)
            faults += wrong
            records += [(*key[:2], item, "", phase, amount, rows.file, row) for phase, amount in amounts]
    faults += _missing_periods(rows, described.get("periods", plan.periods))
    faults += _missing_units(plan, described, rows, units)
    return Figures(_frame(records).rename(columns={"function": "item"}), faults, len(rows.rows))


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
    file: str, row: int, cells: dict[str, str], phases: dict[str, str], per_unit: int
) -> tuple[list[tuple[str, int]], list[Fault]]:
    amounts, faults = [], []
    for phase, column in phases.items():
        amount = minor_units(cells[column], per_unit)
        if isinstance(amount, str):
            faults.append(Fault(file, row, column, amount, cells[column]))
        else:
            amounts.append((phase, amount))
    return amounts, faults


def _key_faults(
    plan: Plan, described: dict[str, Any], file: str, row: int, key: tuple[str, str, str, str], units: frozenset[str]
) -> Iterator[Fault]:
    unit_id, period, function, administrator = key
    if unit_id not in units:
        yield Fault(file, row, described["unit"], "E-JOIN-01", unit_id, {"near": _near(unit_id, units)})
    if "function" in described and function not in plan.functions:
        yield Fault(file, row, described["function"][-1], "E-JOIN-02", function)
    if administrator and administrator not in plan.administrators:
        yield Fault(file, row, described["administrator"], "E-JOIN-03", administrator)
    yield from _period_faults(plan, file, row, period)


def _period_faults(plan: Plan, file: str, row: int, period: str) -> Iterator[Fault]:
    if not PERIOD.fullmatch(period):
        yield Fault(file, row, "period", "E-CSV-18", period)
    elif period not in plan.periods:
        yield Fault(file, row, "period", "E-PER-02", period)


def _twice(file: str, row: int, key: tuple[str, ...], seen: dict[tuple[str, ...], int]) -> Iterator[Fault]:
    if key in seen:
        yield Fault(file, row, "", "E-CSV-20", " ".join(filter(None, key)), {"first": str(seen[key])})
    seen.setdefault(key, row)


def _missing_periods(rows: Rows, periods: tuple[str, ...]) -> Iterator[Fault]:
    if rows.rows:
        found = {cells["period"] for _, cells in rows}
        yield from (Fault(rows.file, 0, "period", "E-PER-01", period) for period in periods if period not in found)


def _missing_units(plan: Plan, described: dict[str, Any], rows: Rows, units: frozenset[str]) -> Iterator[Fault]:
    """Yield a unit without rows in a period that others report, unless budget.toml declares the gap."""
    found: dict[str, set[str]] = {}
    for _, cells in rows:
        found.setdefault(cells["period"], set()).add(cells[described["unit"]])
    for period in described.get("periods", plan.periods):
        missing = units - found[period] if period in found else frozenset()
        for unit_id in sorted(missing):
            if (unit_id, period) not in plan.not_reported:
                yield Fault(rows.file, 0, described["unit"], "E-PER-03", unit_id, {"period": period})
        for unit_id, gap in plan.not_reported:
            if gap == period and period in found and unit_id in found[period]:
                yield Fault("budget.toml", 0, "not_reported", "E-PER-04", unit_id, {"period": period})


def _unknown_phases(described: dict[str, Any]) -> Iterator[Fault]:
    for phase in described["phases"]:
        if phase not in PHASES:
            yield Fault("budget.toml", 0, "phases", "E-JOIN-04", phase, {"allowed": ", ".join(PHASES)})


def _near(code: str, units: frozenset[str]) -> str:
    """Return the known codes that share the longest beginning, to help whoever mistyped."""
    for length in range(len(code), 1, -1):
        if near := sorted(unit for unit in units if unit.startswith(code[:length])):
            return ", ".join(near[:3])
    return ", ".join(sorted(units)[:3]) + " …"
