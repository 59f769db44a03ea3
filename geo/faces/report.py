"""What an import did or would do, as plain values and as JSON: its files, faults, rows, changes, and who has reported.

Whoever runs the import fills in a `Report`; `report_page` and `report_lines` say the same in a page and on a terminal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from geo.core.country import Words
from geo.core.errors import MOST_FAULTS, Fault, readable
from geo.core.saying import place, remedy, what
from geo.core.text import Text
from geo.faces.files import amount_text

OUTCOMES = ("refused", "dry_run", "imported", "published")
UNIT_STATES = ("delivered", "before", "missing")  # in this delivery, in an earlier one, in none
_MOST_OF_NAME = 300  # characters shown of a name that a file brought


@dataclass(frozen=True)
class ReadFile:
    """One foreign file: rows_read = rows_taken + Σ rows_left, else the report shows what is not accounted for."""

    name: str
    sha256: str  # empty: the file could not be read
    bytes: int = 0
    profile: str = ""
    rows_read: int = 0
    rows_taken: int = 0
    rows_left: Mapping[str, int] = field(default_factory=dict)  # reason code → rows

    @property
    def rows_unexplained(self) -> int:
        """Return the rows that are neither taken nor left out for a reason: 0 if the import is honest."""
        return self.rows_read - self.rows_taken - sum(self.rows_left.values())


@dataclass(frozen=True)
class Change:
    """One line of the comparison with the version in force, minor units; None: there is no figure."""

    key: str  # unit_id, code of the function, or phase
    names: Words
    before: int | None
    after: int | None

    @property
    def change(self) -> int:
        """Return after − before, where what is not there counts as nothing."""
        return (self.after or 0) - (self.before or 0)

    @property
    def percent(self) -> float | None:
        """Return the change in per cent of what was; None where nothing was."""
        return 100 * self.change / abs(self.before) if self.before and self.after is not None else None


@dataclass(frozen=True)
class ReportedUnit:
    """One unit and whether it has figures for the period."""

    unit_id: str
    names: Words
    state: str  # one of UNIT_STATES


@dataclass(frozen=True)
class Unplaced:
    """A body that no unit owns, with what it spent."""

    body_id: str
    name: str
    amount_minor: int


@dataclass(frozen=True)
class Differences:
    """What the import changes in the version in force; units and functions are of one phase."""

    phase: str = "executed"
    by_phase: tuple[Change, ...] = ()
    by_unit: tuple[Change, ...] = ()
    by_function: tuple[Change, ...] = ()
    new: tuple[str, ...] = ()  # reports `<unit or body>/<period>`
    replaced: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """Everything an operator is told about one import."""

    country: str
    country_names: Words
    symbol: str
    minor_units: int
    outcome: str  # one of OUTCOMES
    at: str  # ISO time with zone
    author: str = ""
    period: str = ""  # of the month that was imported; empty for several
    version: str = ""  # that was made
    version_before: str = ""  # that was in force
    files: tuple[ReadFile, ...] = ()
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()
    unlisted_faults: int = 0  # found beyond those in `faults`
    differences: Differences | None = None  # None: the import did not come so far
    units: tuple[ReportedUnit, ...] = ()  # all of the level, in unit_id order, as drawings hold them
    unplaced: tuple[Unplaced, ...] = ()
    is_synthetic: bool = False  # of a country that was made up

    @property
    def fault_count(self) -> int:
        """Return how many faults were found, listed or not."""
        return len(self.faults) + self.unlisted_faults

    @property
    def missing(self) -> tuple[ReportedUnit, ...]:
        """Return the units without figures for the period."""
        return tuple(unit for unit in self.units if unit.state == "missing")


def name_of(names: Words, key: str, lang: str) -> str:
    """Return a name as a person can read it; one that a language lacks stands in another, or as the key."""
    found = names.get(lang) or names.get("ru") or next(filter(None, names.values()), key)
    return readable(found, _MOST_OF_NAME) or "–"


def by_file(faults: Iterable[Fault]) -> dict[str, list[Fault]]:
    """Return the first thousand faults by file, in the order of files and places."""
    groups: dict[str, list[Fault]] = {}
    for fault in sorted(faults)[:MOST_FAULTS]:
        groups.setdefault(fault.file, []).append(fault)
    return groups


def largest_first(changes: Iterable[Change]) -> list[Change]:
    """Return what changes, the largest first; ties by key."""
    return sorted((row for row in changes if _differs(row)), key=lambda row: (-abs(row.change), row.key))


def report_json(report: Report, text: Text) -> dict[str, Any]:
    """Return the report for programs: amounts as exact decimals of the currency, faults with their sentences."""
    made = asdict(report)
    minor = report.minor_units
    made["faults"] = [_fault(fault, text) for fault in sorted(report.faults)[:MOST_FAULTS]]
    made["warnings"] = [_fault(fault, text) for fault in sorted(report.warnings)[:MOST_FAULTS]]
    made |= {"fault_count": report.fault_count, "warning_count": len(report.warnings)}
    made["files"] = [{**asdict(file), "rows_unexplained": file.rows_unexplained} for file in report.files]
    made["unplaced"] = [
        {"body_id": body.body_id, "name": body.name, "amount": amount_text(body.amount_minor, minor)}
        for body in report.unplaced
    ]
    if report.differences is not None:
        found = report.differences
        tables = {"by_phase": found.by_phase, "by_unit": found.by_unit, "by_function": found.by_function}
        made["differences"] |= {name: [_change(row, minor) for row in rows] for name, rows in tables.items()}
    return made


def _differs(row: Change) -> bool:
    return row.before != row.after


def _fault(fault: Fault, text: Text) -> dict[str, Any]:
    said = {"place": place(fault, text), "what": what(fault, text), "do": remedy(fault, text)}
    return {**asdict(fault), "values": dict(fault.values), **said}


def _change(row: Change, minor: int) -> dict[str, Any]:
    amounts = {"before": row.before, "after": row.after, "change": row.change}
    shown = {name: amount_text(amount, minor) for name, amount in amounts.items()}
    return {"key": row.key, "names": dict(row.names), **shown, "change_percent": row.percent}
