"""A CSV file → text cells, strictly as declared; every row with the number of the line on which it begins."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from geo.core.errors import BadData, Fault
from geo.foreign.encoding import Spelling, check_encoding, spelling
from geo.foreign.quotes import opened_row
from geo.foreign.table import Findings, Header, Job, checked_header, facts, joined, writer

DELIMITERS = (";", "\t", ",", "|")
_FIRST_ROWS = 500  # read to learn how long a row is
_ROWS = 10_000
_CHARACTERS = 16 * 2**20  # of a batch, about


class _Broken(Exception):
    """The reader gave up on the row that begins here."""

    def __init__(self, row: int, reason: str) -> None:
        super().__init__(row, reason)
        self.row, self.reason = row, reason


def read_text(job: Job) -> Mapping[str, Any]:
    """Return the facts of a CSV file, its cells written; raises BadData where it holds no table.

    Lines without any cell are passed over, and so is a column without a name in which no cell is filled.
    """
    if len(job.dialect.delimiter) != 1 or job.dialect.delimiter in '"\r\n\0':
        raise BadData([Fault(job.name, 0, "", "E-UP-03", f"delimiter = {job.dialect.delimiter}")])
    findings = Findings(job.name)
    spelled = spelling(job)
    check_encoding(job, spelled, findings)
    csv.field_size_limit(job.limits.cell_characters)
    with _lines(job, spelled) as lines:
        passed = sum(1 for _ in islice(lines, job.dialect.skip_rows))
        reader = csv.reader(lines, delimiter=job.dialect.delimiter, strict=True)
        try:
            header = _header(job, reader, passed)
        except _Broken as broken:
            raise BadData([_fault_of(job, spelled, broken)]) from None
        with writer(job, header, findings) as cells:
            try:
                for rows, numbers in _batches(reader, passed):
                    cells.write(*_whole(job, header, findings, rows, numbers))
            except _Broken as broken:
                findings.add(_fault_of(job, spelled, broken))
    if len(header.names) == 1 and not cells.rows and findings.kept and header.names[0]:
        # A title stands where the names of the columns should: said once, not for each row.
        raise BadData([Fault(job.name, header.row, "", "E-CSV-23", header.names[0])])
    return facts(cells, header, findings)


@contextmanager
def _lines(job: Job, spelled: Spelling) -> Iterator[io.TextIOWrapper]:
    with job.path.open("rb") as raw:
        raw.seek(spelled.mark)
        yield io.TextIOWrapper(raw, encoding=spelled.codec, newline="")


def _header(job: Job, reader: Any, passed: int) -> Header:
    rows: list[list[str]] = []
    first = 0
    while len(rows) < job.dialect.header_rows:
        line = passed + reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise _Broken(line, str(error)) from None
        if cells is None:
            break
        if cells:
            first = first or line
            rows.append(cells)
    if not rows:
        raise BadData([Fault(job.name, 0, "", "E-CSV-01")])
    if len(rows[0]) == 2 and rows[0][0].casefold() == "sep=" and not rows[0][1]:
        # What spreadsheets write above the names to say how the cells are separated.
        raise BadData([Fault(job.name, first, "", "E-CSV-23", f"sep={job.dialect.delimiter}")])
    if len(rows[0]) == 1 and (found := other_delimiter(rows[0][0], job.dialect.delimiter)):
        names = {"declared": _spelled(job.dialect.delimiter), "found": _spelled(found)}
        raise BadData([Fault(job.name, first, "", "E-UP-04", rows[0][0], names)])
    return checked_header(job, Header(joined(rows), first))


def other_delimiter(line: str, declared: str = "") -> str:
    """Return the delimiter that would split a header into most names, or nothing where none does."""
    counts = {mark: line.count(mark) for mark in DELIMITERS if mark != declared}
    best = max(counts, key=lambda mark: counts[mark])
    return best if counts[best] else ""


def _spelled(delimiter: str) -> str:
    return "TAB" if delimiter == "\t" else delimiter


def _batches(reader: Any, passed: int) -> Iterator[tuple[list[list[str]], Sequence[int]]]:
    """Yield rows and the line on which each begins; raises _Broken at the first that cannot be read."""
    size, line = _FIRST_ROWS, passed + reader.line_num
    while True:
        rows: list[list[str]] = []
        broken = None
        try:
            # Rows before one that fails stay in the list.
            rows.extend(islice(reader, size))
        except csv.Error as error:
            broken = str(error)
        advanced = passed + reader.line_num - line
        if broken is None and advanced == len(rows):
            numbers: Sequence[int] = range(line + 1, line + advanced + 1)
            following = line + advanced + 1
        else:
            numbers, following = _numbers(rows, line + 1)
        yield rows, numbers
        if broken is not None:
            raise _Broken(following, broken)
        if not rows:
            return
        line += advanced
        length = sum(map(len, rows[-1])) + 64 * len(rows[-1]) + 1
        size = max(1, min(_ROWS, _CHARACTERS // length))


def _numbers(rows: Sequence[Sequence[str]], line: int) -> tuple[list[int], int]:
    """Return the line on which each row begins, and the line after the last."""
    numbers = []
    for cells in rows:
        numbers.append(line)
        line += 1
        for cell in cells:
            if "\n" in cell or "\r" in cell:
                line += cell.count("\n") + cell.count("\r") - cell.count("\r\n")
    return numbers, line


def _whole(
    job: Job, header: Header, findings: Findings, rows: list[list[str]], numbers: Sequence[int]
) -> tuple[list[list[str]], Sequence[int]]:
    """Return the rows that are as wide as the header, naming the others; lines without a cell are passed over."""
    width = len(header.names)
    if set(map(len, rows)) <= {width}:
        return rows, numbers
    kept, kept_numbers = [], []
    for cells, number in zip(rows, numbers, strict=True):
        if len(cells) == width:
            kept.append(cells)
            kept_numbers.append(number)
        elif cells:
            findings.add(Fault(job.name, number, "", "E-CSV-06", f"{len(cells)} ≠ {width}"))
    return kept, kept_numbers


def _fault_of(job: Job, spelled: Spelling, broken: _Broken) -> Fault:
    """Return what made the reader give up: a quote never closed, or closed in the wrong place, or an endless cell."""
    with _lines(job, spelled) as lines:
        rest = islice(lines, broken.row - 1, None)
        row, text, is_several = opened_row(rest, broken.row, job.dialect.delimiter, job.limits.cell_characters)
    if "limit" in broken.reason and not is_several:
        limit = {"limit": str(job.limits.cell_characters)}
        return Fault(job.name, broken.row, "", "E-LIM-01", text, limit)
    return Fault(job.name, row, "", "E-CSV-10", text)
