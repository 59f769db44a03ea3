"""A Parquet file → text cells, exactly; a column that cannot be said exactly is refused by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from geo.core.errors import BadData, Fault
from geo.foreign.table import Findings, Header, Job, checked_header, facts, writer

_ROWS = 50_000


def read_parquet(job: Job) -> Mapping[str, Any]:
    """Return the facts of a Parquet file, its cells written; rows count from 1, an absent value is an empty text."""
    findings = Findings(job.name)
    with _reading(job):
        file = pq.ParquetFile(job.path, memory_map=True)
    with file:
        with _reading(job):
            schema = file.schema_arrow
        header = checked_header(job, Header(tuple(schema.names), 0))
        if len(header.unnamed):
            raise BadData(Fault(job.name, 0, str(place + 1), "E-UP-09") for place in header.unnamed)
        if wrong := [column for column in schema if not _is_exact(column.type)]:
            raise BadData(Fault(job.name, 0, each.name, "E-UP-07", str(each.type)) for each in wrong)
        numeric = [place for place, column in enumerate(schema) if _is_number(column.type)]
        first = 1
        with writer(job, header, findings) as cells:
            for columns in _batches(job, file):
                count = len(columns[0]) if columns else 0
                cells.write_columns(columns, range(first, first + count))
                first += count
    return facts(cells, header, findings, numeric)


@contextmanager
def _reading(job: Job) -> Iterator[None]:
    """Turn what breaks inside into a fault of the file; what is written has to stay outside."""
    try:
        yield
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        # Arrow says out of memory by an exception of its own as well.
        if isinstance(error, MemoryError):
            raise
        raise BadData([Fault(job.name, 0, "", "E-UP-02", "PARQUET")]) from None


def _batches(job: Job, file: pq.ParquetFile) -> Iterator[list[list[str]]]:
    """Yield the columns of each batch as texts."""
    with _reading(job):
        batches = file.iter_batches(batch_size=max(1, _ROWS // max(1, len(file.schema_arrow))))
    while True:
        with _reading(job):
            batch = next(batches, None)
            if batch is None:
                return
            columns = [_texts(column) for column in batch.columns]
        yield columns


def _value(kind: Any) -> Any:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _is_number(kind: Any) -> bool:
    return bool(pa.types.is_integer(_value(kind)) or pa.types.is_decimal(_value(kind)))


def _is_exact(kind: Any) -> bool:
    types, value = pa.types, _value(kind)
    is_text = types.is_string(value) or types.is_large_string(value) or types.is_string_view(value)
    is_plain = types.is_boolean(value) or types.is_date(value) or types.is_null(value)
    return bool(is_text or is_plain or _is_number(value))


def _texts(column: Any) -> list[str]:
    value = _value(column.type)
    if pa.types.is_decimal(value):
        return ["" if number is None else f"{number:f}" for number in column.to_pylist()]
    if pa.types.is_boolean(value):
        return ["" if truth is None else str(truth).lower() for truth in column.to_pylist()]
    return ["" if cell is None else str(cell) for cell in column.to_pylist()]
