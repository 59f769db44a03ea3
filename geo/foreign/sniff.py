"""The child's task `sniff`: what a file looks like, to recognise a profile and to word a fault; no cell is taken."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo.core.delivery import Dialect
from geo.core.errors import BadData, Fault
from geo.foreign import kinds
from geo.foreign.limits import Limits
from geo.foreign.table import Job

if TYPE_CHECKING:
    from zipfile import ZipFile

    from geo.foreign.sheet import Cell

_ROWS = 1010  # as many as a profile may pass over, and those of the longest header
_CELLS = 1000
_LONGEST = 200  # characters of a cell
_SAMPLE = 2**20  # bytes of a text
_ANSWER = 2**24  # bytes of all rows, about


def read(arguments: Mapping[str, Any], scratch: Path) -> Mapping[str, Any]:
    """Return kind, guessed encoding and delimiter, and the first rows by sheet; what cannot be told is empty.

    Rows stand where the file counts them, the first one first; one without a cell is an empty list. Raises BadData
    for a file that is empty or damaged.
    """
    path = Path(arguments["path"])
    kind = kinds.kind_of(path)
    seen: dict[str, Any] = {"kind": kind, "encoding": "", "delimiter": "", "headers": {}}
    if path.stat().st_size == 0:
        raise BadData([Fault(arguments["name"], 0, "", "E-CSV-01")])
    job = Job(path, arguments["name"], Dialect(), Limits(**arguments["limits"]), scratch / "cells.arrow")
    if kind == kinds.CSV:
        seen |= _seen_text(path)
    elif kind == kinds.XLSX:
        seen |= {"headers": _seen_sheets(job)}
    elif kind == kinds.PARQUET:
        seen |= {"headers": {"": [_seen_schema(path, arguments["name"])]}}
    return seen


def _seen_text(path: Path) -> dict[str, Any]:
    from geo.foreign.encoding import guess

    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    encoding = guess(sample)
    if encoding == "?":
        return {}
    text = sample.decode("utf-8-sig" if encoding == "utf-8" else encoding, "replace")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[:_ROWS]
    delimiter = _delimiter(lines)
    rows = _kept(_split(lines, delimiter or ","), _ANSWER)
    return {"encoding": encoding, "delimiter": delimiter, "headers": {"": rows}}


def _delimiter(lines: Sequence[str]) -> str:
    """Return the mark that cuts most lines into equally many cells, titles above them notwithstanding."""
    from geo.foreign.text import DELIMITERS

    best, found = (0, 0), ""
    for mark in DELIMITERS:
        widths = Counter(len(row) for row in _split(lines, mark) if len(row) > 1)
        score = max(((count, width) for width, count in widths.items()), default=(0, 0))
        if score > best:
            best, found = score, mark
    return found


def _split(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    """Return the row that begins on each line; a line within a row has none."""
    csv.field_size_limit(2 * _SAMPLE)
    reader = csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter)
    rows: list[list[str]] = []
    with suppress(csv.Error):
        for row in reader:
            rows.append(row)
            rows += [[] for _ in range(reader.line_num - len(rows))]
    return rows


def _seen_sheets(job: Job) -> dict[str, Any]:
    from geo.foreign.book import read_book
    from geo.foreign.package import opened

    with opened(job) as archive:
        book = read_book(job, archive)
        share = _ANSWER // max(1, len(book.sheets))
        return {name: _kept(_first_rows(job, archive, part, book.texts), share) for name, part in book.sheets.items()}


class _Enough(Exception):
    """Ends the parser early."""


def _first_rows(job: Job, archive: ZipFile, part: str, texts: list[str]) -> list[list[str]]:
    """Return the texts of the first rows, numbers as they are stored, merged cells filled as in a header."""
    from geo.foreign.merged import filled
    from geo.foreign.sheet import Reach, each_cell, reach

    rows: dict[int, list[str]] = {}

    def take(cell: Cell) -> None:
        value = cell.value or ""
        if cell.row > _ROWS:
            raise _Enough
        if cell.kind == "s":
            value = texts[int(value)] if value.isdecimal() and len(value) < 10 and int(value) < len(texts) else ""
        if value and cell.column <= _CELLS:
            cells = rows.setdefault(cell.row, [])
            cells.extend([""] * (cell.column - len(cells)))
            cells[cell.column - 1] = value[:_LONGEST]

    with suppress(_Enough):
        each_cell(job, archive, part, take)
    if not rows:
        return []
    merged = [(top, left, min(bottom, _ROWS), right) for top, left, bottom, right in reach(job, archive, part).merged]
    width = max(map(len, rows.values()))
    head = [(number, [*cells, *[""] * (width - len(cells))]) for number, cells in rows.items()]
    found = dict(zip(rows, filled(head, Reach(merged=merged)), strict=True))
    return [_trimmed(found.get(number, [])) for number in range(1, max(found) + 1)]


def _trimmed(row: list[str]) -> list[str]:
    while row and not row[-1]:
        row = row[:-1]
    return row


def _seen_schema(path: Path, name: str) -> list[str]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return _short(pq.read_schema(path).names)
    except (pa.ArrowException, OSError, UnicodeDecodeError):
        raise BadData([Fault(name, 0, "", "E-UP-02", "Parquet")]) from None


def _kept(rows: Sequence[list[str]], most: int) -> list[list[str]]:
    """Return the first rows, each cut short, as many as an answer has room for."""
    kept: list[list[str]] = []
    for row in map(_short, rows):
        most -= sum(6 * len(cell) + 4 for cell in row) + 2
        if most < 0:
            break
        kept.append(row)
    return kept


def _short(row: list[str]) -> list[str]:
    return [cell[:_LONGEST] for cell in row[:_CELLS]]
