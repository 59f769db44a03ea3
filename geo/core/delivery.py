"""What passes from a foreign file to the ledger: how it is written, its cells as text, what a profile made of it.

Rows of any number are streamed in batches; only counts, sums and faults are held in memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from geo.core.country import Country
from geo.core.errors import Fault

if TYPE_CHECKING:
    import pyarrow as pa
    from pandas import DataFrame

PROFILED = ("figures", "bodies", "settlements", "series")  # kinds of files that a profile says how to read
KINDS = (*PROFILED, "borders", "records")
ROW = "#row"  # column of a cell table: the row as the file counts; no header can be named so


@dataclass(frozen=True)
class Dialect:
    """How a file of rows is written, as declared; an empty field was not declared and is never guessed."""

    format: str = ""  # csv, xlsx or parquet; empty: by the ending of the name, checked against the content
    encoding: str = "utf-8"  # utf-8 (with BOM or without), utf-16 (with BOM), cp1251, kz1048
    delimiter: str = ","
    sheet: str = ""  # empty: the only one that holds rows
    header_rows: int = 1  # rows of column names; those of several are joined by a space
    skip_rows: int = 0  # rows above the header


@dataclass(frozen=True)
class CellTable:
    """A foreign file as text cells, exactly as they stand there: one Arrow file with ROW (int64) and string columns."""

    file: str  # name as given, without its folder
    sheet: str
    sha256: str  # of the foreign file
    bytes: int
    columns: tuple[str, ...]  # in the order of the file, without ROW
    rows: int
    path: Path  # of the Arrow file, inside a folder of the caller's
    numeric: frozenset[str] = frozenset()  # columns in which a cell was stored as a number (workbooks, Parquet)
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows in the order of the file, some ten thousand at a time."""
        import pyarrow as pa

        with pa.memory_map(str(self.path)) as source, pa.ipc.open_file(source) as reader:
            for number in range(reader.num_record_batches):
                yield reader.get_batch(number)


@dataclass(frozen=True)
class Known:
    """The codes that a country knows, against which foreign files are read."""

    country: Country
    units: Mapping[str, Mapping[str, frozenset[str]]]  # edition → level → unit_ids
    unit_names: Mapping[str, str]  # name in any language, case-folded → unit_id of the first level
    functions: frozenset[str]  # functional groups, and groups with their subgroup behind them
    administrators: Mapping[str, tuple[str, bool]]  # code → (name, stands for many bodies)
    bodies: Mapping[str, str] = field(default_factory=dict)  # body_id → code of its unit or settlement
    former_codes: Mapping[str, str] = field(default_factory=dict)  # code that was given up → code since
    function_names: Mapping[str, str] = field(default_factory=dict)  # name in any language, case-folded → code

    def units_of(self, period: str) -> frozenset[str]:
        """Return the units of the first level of the edition in force in a period."""
        level = self.country.top_level.id
        in_force = self.country.edition_in_force(period).id
        return self.units.get(in_force, {}).get(level, frozenset())


@dataclass(frozen=True)
class Delivery:
    """What a profile made of one foreign file, not yet in the ledger; refused as a whole where there are faults.

    `tables` are Parquet files in a folder of the caller's with columns of `core.model`: of kind `figures` entries
    (with report and unit_id beside them), bodies, published, revenue, reports, rejects; of the other kinds one
    table of the kind's name. `sums` has one row for each unit_id, period, function (group) and phase:
    amount_minor, entries. rows_read = rows_taken + Σ rows_left.
    """

    kind: str
    source: str  # who publishes, as the profile names it; a later revision of a source replaces its reports
    profile: str
    profile_sha256: str
    file: str
    sha256: str
    revision: int  # 0: in order of arrival
    rows_read: int
    rows_taken: int
    rows_left: Mapping[str, int]  # reason code → rows that are not entries (headings, totals, other blocks)
    tables: Mapping[str, Path]
    sums: DataFrame
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()
