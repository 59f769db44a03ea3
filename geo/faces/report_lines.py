"""The report of an import for a terminal: what matters first, at most some sixty lines."""

from __future__ import annotations

from collections.abc import Sequence

from geo.core.errors import Fault, readable
from geo.core.saying import folded, place, remedy, what
from geo.core.text import Text
from geo.faces.changes import change_table
from geo.faces.columns import columns
from geo.faces.report import Report, name_of
from geo.faces.report_page import heading, moment, outcome, rows_read, same_rows

_FILES, _FAULTS, _WARNINGS, _UNITS = 6, 15, 6, 10


def report_lines(report: Report, text: Text) -> list[str]:
    """Return the report as lines: outcome, files and rows, faults, warnings, changes, who is missing."""
    country = name_of(report.country_names, report.country, text.lang)
    parts = [
        [f"{country} · {heading(report, text)} · {moment(report.at, text)}"],
        _files(report, text),
        _found("faults", report.faults, report.fault_count, _FAULTS, text),
        _found("warnings", report.warnings, len(report.warnings), _WARNINGS, text),
        _changes(report, text),
        _units(report, text),
        [outcome(report, text)],
    ]
    return [line for part in parts for line in part]


def _files(report: Report, text: Text) -> list[str]:
    lines = []
    for file in report.files[:_FILES]:
        lines.append(f"{readable(file.name, 80)}: {rows_read(file, text)}")
        if file.rows_unexplained:
            lines.append(f"  {text('report.rows_unexplained', count=text.number(file.rows_unexplained))}")
    if report.files[_FILES:]:
        lines.append(text("report.more_files", count=len(report.files) - _FILES))
    return lines


def _found(kind: str, faults: Sequence[Fault], count: int, most: int, text: Text) -> list[str]:
    if not count:
        return []
    lines = [f"{text(f'report.{kind}')}: {text.number(count)}"]
    told = 0
    for fault, same in folded(sorted(faults))[:most]:
        where = ", ".join(part for part in (fault.file, place(fault, text)) if part)
        more = f" {same_rows(same, text)}" if same else ""
        at = f"{fault.code} {where}".rstrip()
        lines.append(f"  {at}: {what(fault, text)} {remedy(fault, text)}{more}")
        told += 1 + len(same)
    if count > told:
        lines.append(f"  {text(f'report.more_{kind}', count=text.number(count - told))}")
    return lines


def _changes(report: Report, text: Text) -> list[str]:
    found = report.differences
    if found is None:
        return []
    head = [text(f"report.column_{name}") for name in ("before", "after", "change", "percent")]
    lines: list[str] = []
    phases = change_table(found.by_phase, report, text, is_sorted=False)
    if phases.rows:
        lines += columns([[f"{text('report.by_phase')}, {phases.unit}", *head], *phases.rows])
    units = change_table(found.by_unit, report, text)
    if units.rows:
        caption = text("report.by_unit", phase=text(f"phase.{found.phase}"))
        lines += columns([[f"{caption}, {units.unit}", *head], *units.rows[:_UNITS], units.total])
        if units.rows[_UNITS:]:
            lines.append(text("report.more_units", count=len(units.rows) - _UNITS))
    return lines or [text("report.nothing_changes")]


def _units(report: Report, text: Text) -> list[str]:
    lines = []
    if report.units:
        have = text.number(len(report.units) - len(report.missing))
        lines.append(text("report.have_reported", count=have, of=text.number(len(report.units))))
    if report.missing:
        names = ", ".join(name_of(unit.names, unit.unit_id, text.lang) for unit in report.missing)
        lines.append(f"{text('report.state.missing')}: {names}")
    if report.unplaced:
        amount = text.money(sum(body.amount_minor for body in report.unplaced), report.minor_units, report.symbol)
        lines.append(f"{text('report.unplaced')}: {text.number(len(report.unplaced))}, {amount}")
    return lines
