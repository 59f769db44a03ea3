"""A table as CSV: UTF-8, CRLF, one header; what a spreadsheet would run is quoted unless the reader asks otherwise."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any

from geo.faces.exports.table import Table
from geo.faces.files import cell

_BOM = b"\xef\xbb\xbf"


def as_csv(table: Table, *, has_bom: bool = False, is_raw: bool = False) -> Iterator[bytes]:
    """Yield the file row by row. `has_bom`: as old spreadsheets want it; `is_raw`: text as it is, formulas too."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    shown: Callable[[Any], Any] = _raw if is_raw else cell
    said = [shown(value) for value in table.line.values()]
    if has_bom:
        yield _BOM
    writer.writerow([*table.names, *table.line])
    for item in table.items():
        writer.writerow([*map(shown, table.written(item)), *said])
        yield _taken(buffer)
    yield _taken(buffer)


def _raw(value: Any) -> Any:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else value


def _taken(buffer: io.StringIO) -> bytes:
    content = buffer.getvalue().encode("utf-8")
    buffer.seek(0)
    buffer.truncate()
    return content
