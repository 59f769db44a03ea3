"""The child's task `sniff`: what a file looks like, to recognise a profile and to word a fault; no cell is taken."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from geo.core.delivery import Dialect
from geo.core.errors import BadData
from geo.foreign import kinds
from geo.foreign.limits import Limits
from geo.foreign.table import Job

_ROWS = 5
_CELLS = 1000
_LONGEST = 200  # characters of a cell
_SAMPLE = 2**18


def read(arguments: Mapping[str, Any], scratch: Path) -> Mapping[str, Any]:
    """Return kind, guessed encoding and delimiter, and the first rows by sheet; what cannot be told is empty."""
    path = Path(arguments["path"])
    kind = kinds.kind_of(path)
    seen: dict[str, Any] = {"kind": kind, "encoding": "", "delimiter": "", "headers": {}}
    if path.stat().st_size == 0:
        return seen
    job = Job(path, arguments["name"], Dialect(), Limits(**arguments["limits"]), scratch / "cells.arrow")
    try:
        if kind == kinds.CSV:
            seen |= _seen_text(path)
        elif kind == kinds.XLSX:
            seen |= {"headers": _seen_sheets(job)}
        elif kind == kinds.PARQUET:
            seen |= {"headers": {"": [_seen_schema(path)]}}
    except BadData:
        return seen
    return seen


def _seen_text(path: Path) -> dict[str, Any]:
    from geo.foreign.encoding import guess
    from geo.foreign.text import other_delimiter

    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    encoding = guess(sample)
    if encoding == "?":
        return {}
    text = sample.decode("utf-8-sig" if encoding == "utf-8" else encoding, "replace")
    lines = [line for line in text.splitlines() if line.strip()][:_ROWS]
    delimiter = other_delimiter(lines[0]) if lines else ""
    csv.field_size_limit(_SAMPLE)
    rows = csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter or ",")
    return {"encoding": encoding, "delimiter": delimiter, "headers": {"": [_short(row) for row in rows]}}


def _seen_sheets(job: Job) -> dict[str, Any]:
    from geo.foreign.book import read_book
    from geo.foreign.package import opened
    from geo.foreign.sheet import first_rows

    with opened(job) as archive:
        book = read_book(job, archive)
        return {
            name: [_short(row) for row in first_rows(job, archive, part, book.texts, _ROWS)]
            for name, part in book.sheets.items()
        }


def _seen_schema(path: Path) -> list[str]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return _short(pq.read_schema(path).names)
    except (pa.ArrowException, OSError):
        return []


def _short(row: list[str]) -> list[str]:
    return [cell[:_LONGEST] for cell in row[:_CELLS]]
