"""A workbook (XLSX) → text cells as they are stored; nothing is computed, and nothing that only looks is believed."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

from geo.core.errors import BadData, Fault
from geo.foreign.book import Book, read_book
from geo.foreign.hidden import hidden_rows
from geo.foreign.merged import check_merged, filled
from geo.foreign.numbers import date_text, is_number, number_text
from geo.foreign.package import opened
from geo.foreign.sheet import Cell, Reach, each_cell, letters, reach
from geo.foreign.table import CellWriter, Findings, Header, Job, checked_header, facts, joined, writer

_BATCH_CELLS = 400_000


def read_workbook(job: Job) -> Mapping[str, Any]:
    """Return the facts of one sheet of a workbook, its cells written; raises BadData where it holds no table.

    Wholly empty rows are passed over, and so is a column without a name in which no cell is filled. A number is its
    shortest exact text, a date ISO text, a truth value true or false.
    """
    findings = Findings(job.name)
    with opened(job) as archive, ExitStack() as stack:
        book = read_book(job, archive)
        if book.has_macros:
            findings.warnings.append(Fault(job.name, 0, "", "W-XLS-01"))
        if book.links:
            findings.warnings.append(Fault(job.name, 0, "", "W-XLS-02", str(len(book.links))))
        sheet, extent = _chosen(job, archive, book)
        _check_reach(job, sheet, extent)
        if sheet in book.hidden:
            findings.warnings.append(Fault(job.name, 0, "", "W-XLS-07", sheet, {}, sheet))
        findings.warnings.extend(hidden_rows(job.name, sheet, extent, job.dialect.skip_rows))
        rows = _Rows(_Sheet(job, book, sheet, extent), findings, stack)
        each_cell(job, archive, book.sheets[sheet], rows.take)
        rows.finish()
    if rows.cells is None or rows.header is None:
        raise BadData([*findings.faults(), Fault(job.name, 0, "", "E-CSV-01", "", {}, sheet)])
    return facts(rows.cells, rows.header, findings, sorted(rows.numeric))


def _chosen(job: Job, archive: zipfile.ZipFile, book: Book) -> tuple[str, Reach]:
    """Return the declared sheet, or else the only one that holds anything."""
    declared = job.dialect.sheet
    if declared:
        if declared not in book.sheets:
            raise BadData([Fault(job.name, 0, "", "E-XLS-06", declared, {"sheets": ", ".join(book.sheets)})])
        return declared, reach(job, archive, book.sheets[declared])
    extents = {name: reach(job, archive, part) for name, part in book.sheets.items()}
    full = [name for name, extent in extents.items() if extent.rows]
    if not full:
        raise BadData([Fault(job.name, 0, "", "E-CSV-01")])
    if len(full) > 1:
        raise BadData([Fault(job.name, 0, "", "E-XLS-07", str(len(full)), {"sheets": ", ".join(full)})])
    return full[0], extents[full[0]]


def _check_reach(job: Job, sheet: str, extent: Reach) -> None:
    limits = job.limits
    for rows, columns in (extent.said, (extent.rows, extent.columns)):
        if rows > limits.workbook_rows or columns > limits.columns or rows * columns > limits.workbook_cells:
            limit = f"{limits.workbook_rows} × {limits.columns}, {limits.workbook_cells}"
            raise BadData([Fault(job.name, 0, "", "E-XLS-04", f"{rows} × {columns}", {"limit": limit}, sheet)])


class _Sheet:
    """The sheet that is read: where its cells refer to, what its columns are called."""

    def __init__(self, job: Job, book: Book, name: str, extent: Reach) -> None:
        self.job, self.book, self.name, self.extent = job, book, name, extent

    def text(self, cell: Cell) -> tuple[str, str]:
        """Return what a cell holds as text, and the code of what is wrong with it."""
        value, book = cell.value, self.book
        if cell.kind == "e":
            return value or "", "E-XLS-11"
        if value is None or (not value and cell.has_formula and cell.kind != "str"):
            return "", "E-XLS-10"
        if cell.kind == "s":
            number = int(value) if value.isdecimal() and len(value) < 10 else len(book.texts)
            return (book.texts[number], "") if number < len(book.texts) else (value, "E-XLS-02")
        if cell.kind == "n" and value:
            return self._number(value, cell.style)
        if cell.kind == "b":
            value = "true" if value == "1" else "false"
        return (value.removesuffix("T00:00:00") if cell.kind == "d" else value), ""

    def _number(self, value: str, style: int) -> tuple[str, str]:
        if style in self.book.date_styles:
            text = date_text(value, self.book.counts_from_1904)
            return text or value, "" if text else "E-XLS-12"
        if not is_number(value):
            return value, "E-XLS-02"
        text, is_dusty = number_text(value)
        return text or value, "E-XLS-13" if not text else "W-XLS-04" if is_dusty else ""


class _Rows:
    """The rows of a sheet on their way to the file: first the header, then batches of what stands below it."""

    def __init__(self, sheet: _Sheet, findings: Findings, stack: ExitStack) -> None:
        self.sheet, self.findings, self.stack = sheet, findings, stack
        self.numeric: set[int] = set()
        self.header: Header | None = None
        self.cells: CellWriter | None = None
        self._width = sheet.extent.columns
        self._head: list[tuple[int, list[str]]] = []
        self._row, self._current = 0, [""] * self._width
        self._rows: list[list[str]] = []
        self._numbers: list[int] = []
        self._warned: set[tuple[str, int]] = set()

    def take(self, cell: Cell) -> None:
        """Put a cell into its row."""
        if cell.row <= self.sheet.job.dialect.skip_rows:
            return
        if cell.row != self._row:
            self._turn(cell.row)
        text, code = self.sheet.text(cell)
        if code:
            self._note(cell, code, text)
        if len(text) > self.sheet.job.limits.cell_characters:
            limit = {"limit": str(self.sheet.job.limits.cell_characters), "cell": cell.name}
            fault = Fault(self.sheet.job.name, cell.row, letters(cell.column), "E-LIM-01", text, limit, self.sheet.name)
            self.findings.add(fault)
        self._current[cell.column - 1] = text
        if cell.kind == "n" and self.header is not None and text and cell.style not in self.sheet.book.date_styles:
            self.numeric.add(cell.column - 1)
            if cell.style in self.sheet.book.percent_styles:
                self._note(cell, "W-XLS-03", text)

    def finish(self) -> None:
        """Write what is left."""
        self._turn(0)
        if self._head and self.header is None:
            self._begin()
        self._flush()

    def _turn(self, row: int) -> None:
        """End the current row and begin another."""
        if any(self._current):
            if self.header is not None:
                self._rows.append(self._current)
                self._numbers.append(self._row)
                if len(self._rows) * self._width >= _BATCH_CELLS:
                    self._flush()
            else:
                self._head.append((self._row, self._current))
                if len(self._head) == self.sheet.job.dialect.header_rows:
                    self._begin()
            self._current = [""] * self._width
        self._row = row

    def _begin(self) -> None:
        sheet, first, last = self.sheet, self._head[0][0], self._head[-1][0]
        check_merged(sheet.job, sheet.name, sheet.extent, (first, last), self.findings)
        names = joined(filled(self._head, sheet.extent))
        self.header = checked_header(sheet.job, Header(names, first, sheet.name))
        self.cells = self.stack.enter_context(writer(sheet.job, self.header, self.findings))

    def _flush(self) -> None:
        if self.cells is not None:
            self.cells.write(self._rows, self._numbers)
        self._rows, self._numbers = [], []

    def _note(self, cell: Cell, code: str, value: str) -> None:
        """Keep a fault of a cell; a warning once for each column."""
        place = cell.column - 1
        name = (self.header.names[place] if self.header is not None else "") or letters(cell.column)
        fault = Fault(self.sheet.job.name, cell.row, name, code, value, {"cell": cell.name}, self.sheet.name)
        if not code.startswith("W-"):
            self.findings.add(fault)
        elif (code, place) not in self._warned:
            self._warned.add((code, place))
            self.findings.warnings.append(fault)
