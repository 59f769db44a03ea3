"""Any table that somebody publishes → text cells, or every fault of it with its place; nothing is guessed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from geo.core.delivery import CellTable, Dialect
from geo.core.errors import BudgetMapError
from geo.core.files import disk
from geo.foreign.child import as_faults, run
from geo.foreign.limits import Limits
from geo.foreign.snapshot import snapshot

_LIMITS = Limits()


@dataclass(frozen=True)
class Sniffed:
    """What a file looks like; good for recognising a profile and for wording a fault, never for reading."""

    kind: str  # as in geo.foreign.kinds: CSV, XLSX, PARQUET, HTML, PDF …
    encoding: str = ""  # of a text file, a guess; empty: no idea
    delimiter: str = ""  # of a text file, a guess
    headers: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)  # sheet ("" without) → first rows

    @property
    def sheets(self) -> tuple[str, ...]:
        """Return the names of the sheets of a workbook, in its order."""
        return tuple(name for name in self.headers if name)


def read_cells(path: Path, dialect: Dialect, scratch: Path, limits: Limits = _LIMITS) -> CellTable:
    """Return the cells of a CSV file, a workbook or a Parquet file, as the dialect says it is written.

    The Arrow file stays in a new folder inside `scratch`. Where single rows are wrong, `faults` of the table names
    them all (a thousand, then their number by E-UP-08). Raises BadData where no table can be read at all, with the
    memory, the time and the size of a child process bounded by `limits`; CannotWrite where `scratch` is full.
    """
    with disk(scratch):
        folder = Path(tempfile.mkdtemp(prefix="cells-", dir=scratch)).resolve()
    try:
        copy = snapshot(path, folder, limits)
        arguments = {"path": str(copy.path), "name": copy.name, "dialect": asdict(dialect), "limits": asdict(limits)}
        facts = run("cells", arguments, folder, limits)
        copy.path.unlink()
    except (BudgetMapError, OSError, KeyboardInterrupt):
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return CellTable(
        file=copy.name,
        sheet=facts["sheet"],
        sha256=copy.sha256,
        bytes=copy.bytes,
        columns=tuple(facts["columns"]),
        rows=facts["rows"],
        path=folder / "cells.arrow",
        numeric=frozenset(facts["numeric"]),
        faults=tuple(as_faults(facts["faults"])),
        warnings=tuple(as_faults(facts["warnings"])),
    )


def sniff(path: Path, scratch: Path, limits: Limits = _LIMITS) -> Sniffed:
    """Return what a file looks like: its kind, its first rows. Raises BadData where it cannot be opened."""
    with disk(scratch):
        folder = Path(tempfile.mkdtemp(prefix="sniff-", dir=scratch)).resolve()
    try:
        copy = snapshot(path, folder, limits)
        seen = run("sniff", {"path": str(copy.path), "name": copy.name, "limits": asdict(limits)}, folder, limits)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    headers = {sheet: tuple(tuple(row) for row in rows) for sheet, rows in seen["headers"].items()}
    return Sniffed(seen["kind"], seen["encoding"], seen["delimiter"], headers)
