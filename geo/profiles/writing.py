"""Lines → the Parquet files of a delivery, batch by batch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from geo.core.model import TABLES, conformed
from geo.profiles.coding import Coding
from geo.profiles.lines import Lines
from geo.profiles.vocabulary import Ints

_WORDS = pa.dictionary(pa.int32(), pa.string())
_ENTRIES = pa.schema(
    [(name, pa.int64() if column.dtype == "int64" else _WORDS) for name, column in TABLES["entries"].items()]
    + [("report", _WORDS), ("unit_id", _WORDS)]
)


class EntryWriter:
    """The file of entries while it grows; plain texts for whoever reads it, dictionaries on disk."""

    def __init__(self, path: Path, coding: Coding, file: str) -> None:
        """Open the file."""
        self._coding, self._file = coding, file
        # Without Arrow's own schema a reader gets texts, not dictionaries.
        words = [field.name for field in _ENTRIES if field.type == _WORDS]
        self._writer = pq.ParquetWriter(path, _ENTRIES, store_schema=False, compression="snappy", use_dictionary=words)

    def write(self, lines: Lines) -> None:
        """Write one entry for each amount of the lines."""
        for phase, (values, has) in lines.amounts.items():
            if has.any():
                self._writer.write_table(self._entries(phase, lines.where(has), values[has]))

    def close(self) -> None:
        """Finish the file."""
        self._writer.close()

    def _entries(self, phase: str, lines: Lines, values: Ints) -> pa.Table:
        coding, count = self._coding, len(values)
        reporting = lines.body if coding.profile.supersedes == "body" else lines.unit
        names = coding.bodies.meanings if coding.profile.supersedes == "body" else coding.units.meanings
        reports, inverse = np.unique((reporting << 20) | lines.period, return_inverse=True)
        told = [f"{names[key >> 20]}/{coding.periods.meanings[key & 0xFFFFF]}" for key in reports.tolist()]
        columns = {
            "body_id": _words(lines.body, coding.bodies.meanings),
            "period": _words(lines.period, coding.periods.meanings),
            "function": _words(lines.function, coding.functions.meanings),
            "phase": _same(phase, count),
            "amount_minor": pa.array(values),
            "source_file": _same(self._file, count),
            "source_row": pa.array(lines.rows),
            "report": _dictionary(inverse, told),
            "unit_id": _words(lines.unit, coding.units.meanings),
        }
        return pa.table([columns[field.name] for field in _ENTRIES], schema=_ENTRIES)


class RejectWriter:
    """The file of rows that are not among the entries, with the reason of each."""

    def __init__(self, path: Path, file: str, sheet: str) -> None:
        """Open the file."""
        self._file, self._sheet = file, sheet
        kinds = [(n, pa.int64() if c.dtype == "int64" else pa.string()) for n, c in TABLES["rejects"].items()]
        self._schema = pa.schema(kinds)
        self._writer = pq.ParquetWriter(path, self._schema, compression="zstd", compression_level=1)

    def write(self, rows: Ints, reason: str) -> None:
        """Write rows that were left out for one reason."""
        if not len(rows):
            return
        columns = {"file": self._file, "sheet": self._sheet, "column": "", "value": "", "code": reason, "reason": ""}
        arrays = {name: pa.repeat(pa.scalar(text), len(rows)) for name, text in columns.items()}
        arrays["row"] = pa.array(rows)
        self._writer.write_table(pa.table([arrays[name] for name in self._schema.names], schema=self._schema))

    def close(self) -> None:
        """Finish the file."""
        self._writer.close()


def write_table(frame: pd.DataFrame, table: str, folder: Path) -> Path:
    """Return the Parquet file of a table of `core.model`."""
    path = folder / f"{table}.parquet"
    conformed(frame, table).to_parquet(path, index=False)
    return path


def _words(numbers: Ints, meanings: Sequence[str]) -> pa.Array:
    distinct, inverse = np.unique(numbers, return_inverse=True)
    return _dictionary(inverse, [meanings[number] for number in distinct.tolist()])


def _dictionary(inverse: Ints, meanings: Sequence[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(inverse.astype(np.int32)), pa.array(meanings, pa.string()))


def _same(text: str, count: int) -> pa.Array:
    return _dictionary(np.zeros(count, np.int64), [text])
