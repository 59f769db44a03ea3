"""A Parquet or CSV file that holds a table of `core.model` → its columns, typed; or the faults of its cells.

Texts become categories at once: a table of millions of rows has few different ones in most of its columns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from geo.core.errors import MOST_FAULTS, Fault
from geo.core.model import TABLES
from geo.core.rows import read_rows

Mask = NDArray[np.bool_]
_WHOLE = re.compile(r"-?[0-9]{1,19}", re.ASCII)
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)
_KINDS: Mapping[str, Callable[[pa.DataType], bool]] = {
    "str": lambda kind: pa.types.is_string(kind) or pa.types.is_large_string(kind),
    "int64": pa.types.is_signed_integer,
    "float64": pa.types.is_floating,
    "bool": pa.types.is_boolean,
}
_ARROW = {"int64": pa.int64(), "float64": pa.float64(), "bool": pa.bool_()}


@dataclass(frozen=True)
class Table:
    """The columns of a file, texts as categories, the row of each as the file counts, and what is wrong with it."""

    file: str
    frame: pd.DataFrame
    rows: NDArray[np.int64]
    faults: list[Fault]

    def where(self, wrong: Mask, column: str, code: str, more: Mapping[str, str] | None = None) -> Iterator[Fault]:
        """Yield a fault for each row of the mask, the first thousand of them; the value is what stands there."""
        for at in np.flatnonzero(wrong)[:MOST_FAULTS]:
            value = str(self.frame[column].iloc[at]) if column else ""
            yield Fault(self.file, int(self.rows[at]), column, code, value, more or {})

    def texts(self, column: str, is_wrong: Callable[[str], bool], code: str) -> Iterator[Fault]:
        """Yield a fault for each row whose text is wrong; each different text is asked about once."""
        words = self.frame[column].cat
        wrong = np.array([is_wrong(word) for word in words.categories], bool)
        if wrong.any():
            yield from self.where(wrong[words.codes.to_numpy()], column, code)

    def unknown(self, column: str, known: Iterable[str], code: str) -> Iterator[Fault]:
        """Yield a fault for each row whose text is none of the known."""
        every = frozenset(known)
        yield from self.texts(column, lambda word: word not in every, code)


def read_table(path: Path, table: str) -> Table:
    """Return the columns of a table of `core.model`; without rows where there are faults.

    A file named .csv is read as CSV, with `true` and `false` and an empty cell for an unknown number; any other as
    Parquet, whose rows count from 1. Only longitudes and latitudes may be absent: then they are NaN.
    """
    return _from_csv(path, table) if path.suffix == ".csv" else _from_parquet(path, table)


def _from_parquet(path: Path, table: str) -> Table:
    kinds = {name: column.dtype for name, column in TABLES[table].items()}
    try:
        schema = pq.read_schema(path)
        missing = [name for name in kinds if name not in schema.names]
        found = {"found": ", ".join(schema.names)}
        if missing:
            return _refused(path, table, [Fault(path.name, 1, name, "E-CSV-04", name, found) for name in missing])
        read = pq.read_table(path, columns=list(kinds))
    except FileNotFoundError:
        return _refused(path, table, [Fault(path.name, 0, "", "E-CSV-08", path.name)])
    except (pa.ArrowException, OSError, UnicodeDecodeError):
        return _refused(path, table, [Fault(path.name, 0, "", "E-UP-02", "PARQUET")])
    types = {name: getattr(read.schema.field(name).type, "value_type", read.schema.field(name).type) for name in kinds}
    wrong = [name for name, kind in kinds.items() if not _KINDS[kind](types[name])]
    if wrong:
        return _refused(path, table, [Fault(path.name, 0, name, "E-UP-07", str(types[name])) for name in wrong])
    columns = {name: read[name].combine_chunks() for name in kinds}
    faults = [fault for name, column in columns.items() for fault in _absent(path, name, column, kinds[name])]
    if not len(read):
        faults.append(Fault(path.name, 0, "", "E-CSV-02"))
    if faults:
        return _refused(path, table, faults)
    frame = pd.DataFrame({name: _series(column, kinds[name]) for name, column in columns.items()})
    return Table(path.name, frame, np.arange(1, len(frame) + 1), [])


def _absent(path: Path, name: str, column: pa.Array, kind: str) -> Iterator[Fault]:
    if column.null_count and kind != "float64":
        for at in np.flatnonzero(column.is_null().to_numpy(zero_copy_only=False))[:MOST_FAULTS]:
            yield Fault(path.name, int(at) + 1, name, "E-CSV-19")


def _series(column: pa.Array, kind: str) -> pd.Series:
    if kind != "str":  # of numbers with decimals an absent one comes out as NaN
        return pd.Series(column.cast(_ARROW[kind]).to_numpy(zero_copy_only=False))
    encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    return _categories(encoded.indices.to_numpy(), encoded.dictionary.to_pylist())


def _categories(codes: NDArray[Any], words: list[str]) -> pd.Series:
    """Return a column of categories in the order of the texts, of which each stands once."""
    ordered = sorted(set(words))
    place = {word: number for number, word in enumerate(ordered)}
    at = np.array([place[word] for word in words], np.int32)
    return pd.Series(pd.Categorical.from_codes(at[codes], pd.Index(ordered, dtype="str")))


def _from_csv(path: Path, table: str) -> Table:
    kinds = {name: column.dtype for name, column in TABLES[table].items()}
    read = read_rows(path, list(kinds))
    rows = np.array([row for row, _ in read], np.int64)
    texts = {name: [cells[name] for _, cells in read] for name in kinds}
    faults = [
        *read.faults,
        *(fault for name, kind in kinds.items() for fault in _ill(read.file, rows, name, kind, texts)),
    ]
    if faults:
        return _refused(path, table, faults)
    made = {name: _typed(texts[name], kind) for name, kind in kinds.items()}
    return Table(path.name, pd.DataFrame(made), rows, [])


def _ill(file: str, rows: NDArray[np.int64], name: str, kind: str, texts: Mapping[str, list[str]]) -> Iterator[Fault]:
    fits: Mapping[str, Callable[[str], Any]] = {
        "str": lambda text: True,
        "int64": lambda text: _WHOLE.fullmatch(text) and abs(int(text)) < 2**63,
        "float64": lambda text: text == "" or _NUMBER.fullmatch(text),
        "bool": lambda text: text in {"true", "false"},
    }
    for row, text in zip(rows, texts[name], strict=True):
        if not fits[kind](text):
            yield Fault(file, int(row), name, "E-CSV-14", text)


def _typed(texts: list[str], kind: str) -> pd.Series:
    if kind == "str":
        return _categories(*_numbered(texts))
    if kind == "bool":
        return pd.Series([text == "true" for text in texts], dtype="bool")
    return (
        pd.Series([text or "nan" for text in texts]).astype(kind) if kind == "float64" else pd.Series(map(int, texts))
    )


def _numbered(texts: list[str]) -> tuple[NDArray[Any], list[str]]:
    words = dict.fromkeys(texts)
    place = {word: number for number, word in enumerate(words)}
    return np.array([place[text] for text in texts], np.int32), list(words)


def _refused(path: Path, table: str, faults: list[Fault]) -> Table:
    columns = {name: _typed([], column.dtype) for name, column in TABLES[table].items()}
    return Table(path.name, pd.DataFrame(columns), np.array([], np.int64), faults)
