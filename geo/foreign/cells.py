"""The child's task `cells`: the reader that fits what was declared, never what the content would rather be."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from geo.core.delivery import Dialect
from geo.core.errors import BadData, Fault
from geo.foreign import kinds
from geo.foreign.limits import Limits
from geo.foreign.table import Job


def read(arguments: Mapping[str, Any], scratch: Path) -> Mapping[str, Any]:
    """Return the facts of a table, its cells written to `cells.arrow` in the scratch folder; raises BadData."""
    limits, dialect = Limits(**arguments["limits"]), Dialect(**arguments["dialect"])
    job = Job(Path(arguments["path"]), arguments["name"], dialect, limits, scratch / "cells.arrow")
    if job.path.stat().st_size == 0:
        raise BadData([Fault(job.name, 0, "", "E-CSV-01")])
    actual = kinds.kind_of(job.path)
    expected = kinds.expected_kind(dialect.format, job.name) or actual
    if actual != expected or expected not in {kinds.CSV, kinds.XLSX, kinds.PARQUET}:
        code = "E-XLS-01" if expected == kinds.XLSX else "E-UP-05"
        actual = kinds.BINARY if actual == kinds.CSV and kinds.is_binary(job.path) else actual
        raise BadData([Fault(job.name, 0, "", code, actual)])
    with _without_collector():
        return _read(job, expected)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Millions of lists are made and none refers back to another: looking for such takes half of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _read(job: Job, kind: str) -> Mapping[str, Any]:
    if kind == kinds.CSV:
        from geo.foreign.text import read_text

        return read_text(job)
    if kind == kinds.PARQUET:
        from geo.foreign.parquet import read_parquet

        return read_parquet(job)
    from geo.foreign.workbook import read_workbook

    return read_workbook(job)
