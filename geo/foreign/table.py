"""The cells of a foreign table on their way into an Arrow file: the header judged, the batches written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from geo.core.delivery import ROW, Dialect
from geo.core.errors import MOST_FAULTS, BadData, Fault
from geo.foreign.limits import Limits

_NUMBER = re.compile(r"[+-]?[0-9][0-9\s.,]*", re.ASCII)
_YEAR = re.compile(r"(19|20)[0-9]{2}", re.ASCII)


@dataclass(frozen=True)
class Job:
    """One file to be read: where its copy lies, what it is called, how it is written, what it may cost."""

    path: Path
    name: str
    dialect: Dialect
    limits: Limits
    cells: Path  # of the Arrow file to be written


@dataclass(frozen=True)
class Findings:
    """Faults of a file, the first thousand kept and the rest counted; warnings beside them."""

    file: str
    kept: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    dropped: list[int] = field(default_factory=lambda: [0])

    def add(self, fault: Fault) -> None:
        """Keep a fault, or count it."""
        if len(self.kept) < MOST_FAULTS - 1:
            self.kept.append(fault)
        else:
            self.dropped[0] += 1

    def faults(self) -> list[Fault]:
        """Return the kept faults, and one that says how many more there are."""
        more = [Fault(self.file, 0, "", "E-UP-08", str(self.dropped[0]))] if self.dropped[0] else []
        return [*more, *sorted(self.kept)]


@dataclass(frozen=True)
class Header:
    """The names of the columns, by place; an empty name is that of a column which has to be empty throughout."""

    names: tuple[str, ...]
    row: int  # the first row of the header, as the file counts
    sheet: str = ""

    @property
    def named(self) -> list[int]:
        """Return the places of the columns that have a name."""
        return [place for place, name in enumerate(self.names) if name]

    @property
    def unnamed(self) -> list[int]:
        """Return the places of the columns that have none."""
        return [place for place, name in enumerate(self.names) if not name]


def joined(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return one name for each column: its parts joined by a space, a part that is repeated said once."""
    width = max((len(row) for row in rows), default=0)
    padded = [[*row, *[""] * (width - len(row))] for row in rows]
    names = []
    for parts in zip(*padded, strict=True):
        said: list[str] = []
        for part in (" ".join(part.split()) for part in parts):
            if part and part not in said[-1:]:
                said.append(part)
        names.append(" ".join(said))
    return tuple(names)


def checked_header(job: Job, header: Header) -> Header:
    """Return the header; raises BadData where it names a column twice, or does not look like names, or is too wide."""
    named = [header.names[place] for place in header.named]
    if len(header.names) > job.limits.columns:
        width, most = str(len(header.names)), str(job.limits.columns)
        raise BadData([Fault(job.name, header.row, "", "E-LIM-02", width, {"limit": most}, header.sheet)])
    is_title = len(named) == 1 and len(header.names) > 2
    if is_title or not _look_like_names(named):
        raise BadData([Fault(job.name, header.row, "", "E-CSV-23", ", ".join(named), {}, header.sheet)])
    twice = sorted({name for name in named if named.count(name) > 1})
    if twice:
        raise BadData(Fault(job.name, header.row, name, "E-CSV-05", name, {}, header.sheet) for name in twice)
    return header


def _look_like_names(named: Sequence[str]) -> bool:
    """Tell whether these may be names: a table may have columns of years, a row of figures is no header."""
    numbers = [name for name in named if _NUMBER.fullmatch(name)]
    codes = [name for name in numbers if not _YEAR.fullmatch(name)]
    is_figures = 2 * len(codes) >= len(named) or len(numbers) == len(named)
    return ROW not in named and not is_figures and not any(sum(map(str.isdigit, name)) >= 5 for name in codes)


class CellWriter:
    """Writes batches of rows to the Arrow file; knows how many, and names the cells of columns without a name."""

    def __init__(self, job: Job, header: Header, findings: Findings, file: Any) -> None:
        """Begin the Arrow file in an open one."""
        self.rows = 0
        self._job, self._header, self._findings = job, header, findings
        self._told: set[int] = set()
        self._schema = pa.schema([(ROW, pa.int64()), *((header.names[place], pa.string()) for place in header.named)])
        self._sink = pa.ipc.new_file(file, self._schema)

    def close(self) -> None:
        """Write what completes the file."""
        self._sink.close()

    def write(self, rows: Sequence[Sequence[str]], numbers: Sequence[int]) -> None:
        """Write rows of the header's width, each with its number in the file."""
        if rows:
            self.write_columns(list(zip(*rows, strict=True)), numbers)

    def write_columns(self, columns: Sequence[Any], numbers: Sequence[int]) -> None:
        """Write as many columns as the header has, all of one length."""
        header, limits = self._header, self._job.limits
        self.rows += len(numbers)
        if self.rows > limits.rows:
            size, most = f"{self.rows} × {len(header.names)}", f"{limits.rows} × {limits.columns}"
            raise BadData([Fault(self._job.name, 0, "", "E-LIM-03", size, {"limit": most}, header.sheet)])
        for place in header.unnamed:
            self._must_be_empty(place, columns[place], numbers)
        try:
            arrays = [pa.array(columns[place], pa.string()) for place in header.named]
        except UnicodeEncodeError:  # half of a pair of UTF-16, which no text may hold
            raise BadData(self._halves(columns, numbers)) from None
        self._sink.write(pa.record_batch([pa.array(numbers, pa.int64()), *arrays], schema=self._schema))

    def _must_be_empty(self, place: int, cells: Sequence[str], numbers: Sequence[int]) -> None:
        if place in self._told:
            return
        for number, cell in zip(numbers, cells, strict=True):
            if cell and cell.strip():
                self._told.add(place)
                header = self._header
                self._findings.add(Fault(self._job.name, number, str(place + 1), "E-UP-09", cell, {}, header.sheet))
                return

    def _halves(self, columns: Sequence[Any], numbers: Sequence[int]) -> Iterator[Fault]:
        for place in self._header.named:
            for number, cell in zip(numbers, columns[place], strict=True):
                if any("\ud800" <= letter <= "\udfff" for letter in cell):
                    name = self._header.names[place]
                    yield Fault(self._job.name, number, name, "E-UP-02", cell, {}, self._header.sheet)


@contextmanager
def writer(job: Job, header: Header, findings: Findings) -> Iterator[CellWriter]:
    """Yield a writer of the job's Arrow file, complete when the block ends."""
    with pa.OSFile(str(job.cells), "wb") as file, closing(CellWriter(job, header, findings, file)) as cells:
        yield cells


def facts(written: CellWriter, header: Header, findings: Findings, numeric: Sequence[int] = ()) -> Mapping[str, Any]:
    """Return what a child answers about the table; raises BadData where it holds neither rows nor faults."""
    if not written.rows and not findings.kept:
        raise BadData([Fault(findings.file, 0, "", "E-CSV-02", "", {}, header.sheet)])
    return {
        "sheet": header.sheet,
        "columns": [header.names[place] for place in header.named],
        "rows": written.rows,
        "numeric": [header.names[place] for place in numeric if header.names[place]],
        "faults": [asdict(fault) for fault in findings.faults()],
        "warnings": [asdict(fault) for fault in findings.warnings],
    }
