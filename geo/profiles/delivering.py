"""A foreign file and its profile → a delivery: entries and what belongs to them, or every fault of the file."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from geo.core.delivery import CellTable, Delivery, Known
from geo.core.errors import Fault
from geo.profiles.bodies import bodies_of
from geo.profiles.book import Book
from geo.profiles.coding import Coding, Names
from geo.profiles.desk import Desk
from geo.profiles.findings import Findings
from geo.profiles.flat import FlatReader
from geo.profiles.headings import find_columns
from geo.profiles.language import Given, Profile
from geo.profiles.laws import check_laws
from geo.profiles.lines import Lines
from geo.profiles.monthly import cumulated
from geo.profiles.placing import unit_of_file
from geo.profiles.totals import check_totals, left_apart, published, read_totals
from geo.profiles.tree import Grown, read_tree
from geo.profiles.writing import RejectWriter, write_table

_NO_SUMS = pd.DataFrame(columns=["unit_id", "period", "function", "phase", "amount_minor", "entries"])


@dataclass(frozen=True)
class _Made:
    """What became of a file's rows."""

    taken: int = 0
    left: Counter[str] = field(default_factory=Counter)
    tables: dict[str, Path] = field(default_factory=dict)
    sums: pd.DataFrame = field(default_factory=_NO_SUMS.copy)


def deliver(profile: Profile, cells: CellTable, known: Known, given: Given, scratch: Path) -> Delivery:
    """Return what a profile makes of a file of figures: tables in a folder of `scratch`, sums, and all that is wrong.

    Rows are streamed: memory grows with the distinct codes and by 20 bytes a row, not with the file's text.
    Files of other kinds are read by their columns, see `columns_of`.
    Where there are faults the tables are not to be stored; sums and counts are told nevertheless.
    """
    findings = Findings(cells.file, cells.sheet, given.accepted)
    findings.take((*cells.faults, *cells.warnings))
    header = profile.dialect.skip_rows + 1
    found = find_columns(profile, cells.columns, cells.file, header)
    for fault in (*found.faults, *found.warnings):
        findings.add(fault)
    made = _Made(left=Counter({"refused": cells.rows}))
    folder = Path(tempfile.mkdtemp(prefix="delivery-", dir=scratch))
    if not found.faults and cells.rows:
        made = _figures(profile, cells, (known, given), (findings, found.columns), folder)
    return Delivery(
        kind=profile.kind,
        source=profile.source,
        profile=profile.name,
        profile_sha256=profile.sha256,
        file=cells.file,
        sha256=cells.sha256,
        revision=given.revision,
        rows_read=cells.rows,
        rows_taken=made.taken,
        rows_left={reason: count for reason, count in sorted(made.left.items()) if count},
        tables=made.tables,
        sums=made.sums,
        faults=findings.faults,
        warnings=findings.warnings,
    )


def _figures(
    profile: Profile,
    cells: CellTable,
    said: tuple[Known, Given],
    read: tuple[Findings, Mapping[str, str]],
    scratch: Path,
) -> _Made:
    (known, given), (findings, headings) = said, read
    unit = unit_of_file(profile, known, given, cells.file)
    if isinstance(unit, Fault):
        findings.add(unit)
        return _Made(left=Counter({"refused": cells.rows}))
    coding = Coding(profile, known, given)
    book = Book(coding, findings, cells.rows, scratch if profile.scope == "unit" else None)
    rejects = RejectWriter(scratch / "rejects.parquet", cells.file, cells.sheet)
    desk = Desk(cells, headings, coding, Names(coding), findings, book, rejects, Counter(), unit)
    reader = FlatReader(desk)
    grown, taken = _fill(desk, reader)
    sums = book.close()
    rejects.close()
    totals = _check(desk, reader, sums)
    _tell_names(desk)
    tables = {"rejects": scratch / "rejects.parquet"}
    if profile.scope == "unit":
        tables |= {"entries": scratch / "entries.parquet"}
        tables["bodies"] = write_table(bodies_of(desk), "bodies", scratch)
        tables["reports"] = write_table(book.reports(), "reports", scratch)
        tables["revenue"] = write_table(grown.revenue, "revenue", scratch)
    tables["published"] = write_table(pd.concat([grown.published, totals]), "published", scratch)
    return _Made(taken, desk.left, tables, sums)


def _fill(desk: Desk, reader: FlatReader) -> tuple[Grown, int]:
    """Enter all lines of a file into the book; return what else a tree gave, and how many rows were taken."""
    grown, profile, taken = Grown(), desk.coding.profile, 0
    if profile.layout == "tree":
        grown = read_tree(desk, reader)
        if grown.lines is None:
            desk.leave_all()
    parts = reader.lines() if profile.layout == "flat" else _sound(grown.lines, reader)
    if profile.amounts.is_cumulative:
        for lines in parts:
            desk.book.enter(lines)
            taken += len(lines.rows)
    else:
        kept = list(parts)
        taken = sum(len(lines.rows) for lines in kept)
        if (lines_since_january := cumulated(kept, desk.coding, desk.findings)) is not None:
            desk.book.enter(lines_since_january)
    if profile.scope == "country":
        # The rows are only for comparison; what is kept of such a file are its total lines.
        desk.left["control"] += taken
        taken = desk.left.pop("total", 0)
    return grown, taken


def _sound(lines: Lines | None, reader: FlatReader) -> Iterator[Lines]:
    if lines is not None:
        yield reader.sound(lines)


def _check(desk: Desk, reader: FlatReader, sums: pd.DataFrame) -> pd.DataFrame:
    """Compare the total rows, then look at the laws; return the total rows as published."""
    profile = desk.coding.profile
    totals, apart = read_totals(reader, desk), left_apart(reader, desk)
    if not desk.findings.are_fatal and profile.totals.column:
        check_totals(totals, sums, apart, desk)
    if not len(sums) and not desk.findings.are_fatal:
        period = desk.coding.given.period
        if period and period not in desk.coding.periods.meanings:
            held = {"held": ", ".join(sorted(desk.coding.periods.meanings))}
            desk.findings.add(Fault("", 0, "", "E-PER-07", period, held))
        else:
            desk.findings.add(Fault("", 0, "", "E-CSV-02"))
    if not desk.findings.are_fatal:
        for fault in check_laws(profile.checks, sums, desk.book.first_rows()):
            desk.findings.add(replace(fault, column=desk.headings.get(fault.column, fault.column)))
    is_told = "period" in profile.totals.by and ("unit" in profile.totals.by or profile.scope == "country")
    return published(totals if is_told else [], apart, profile.source)


def _tell_names(desk: Desk) -> None:
    """Warn of administrators whose names are not those that the country knows, and of former codes of units."""
    column = desk.headings.get("administrator_name", desk.headings.get("name", ""))
    for code in desk.names.unlike:
        told = {"name": desk.names.by_code[code], "known": desk.names.known_name(code)}
        desk.findings.add(Fault("", 0, column, "W-JOIN-02", code, told))
    for code in desk.names.unknown:
        desk.findings.add(Fault("", 0, column, "W-JOIN-03", code, {"name": desk.names.by_code[code]}))
    for code, now in desk.coding.translated.items():
        desk.findings.add(Fault("", 0, desk.headings.get("unit", ""), "W-JOIN-01", code, {"now": now}))
