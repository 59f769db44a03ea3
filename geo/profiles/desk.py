"""What lies ready while one file is read: its cells, the codes, what was found, the book."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from geo.core.delivery import ROW, CellTable
from geo.profiles.book import Book
from geo.profiles.coding import Coding, Names
from geo.profiles.findings import Findings
from geo.profiles.vocabulary import Ints, Spot
from geo.profiles.writing import RejectWriter

_AT_ONCE = 1 << 17  # rows


@dataclass(frozen=True)
class Desk:
    """Everything that the layouts need while they read one file."""

    cells: CellTable
    headings: Mapping[str, str]  # our name → heading as it stands
    coding: Coding
    names: Names
    findings: Findings
    book: Book
    rejects: RejectWriter
    left: Counter[str]
    unit_id: str  # of the whole file, where no column holds it

    def spot(self, rows: Ints, column: str) -> Spot:
        """Return the place of the cells of one column."""
        return Spot(rows, self.headings.get(column, column))

    def leave(self, rows: Ints, reason: str) -> None:
        """Count rows that are no entries."""
        self.left[reason] += len(rows)
        self.rejects.write(rows, reason)

    def leave_all(self) -> None:
        """Count the rows of a file that could not be understood as a whole."""
        self.left["refused"] = self.cells.rows - sum(self.left.values())


def large_batches(cells: CellTable) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a table, many thousand at a time however the file was cut."""
    # Read, not mapped: pages of a mapped file count as memory of the process as long as nobody else wants it.
    with pa.OSFile(str(cells.path)) as source, pa.ipc.open_file(source) as reader:
        waiting: list[pa.RecordBatch] = []
        for number in range(reader.num_record_batches):
            waiting.append(reader.get_batch(number))
            if sum(part.num_rows for part in waiting) >= _AT_ONCE:
                yield pa.concat_batches(waiting)
                waiting = []
        if waiting:
            yield pa.concat_batches(waiting)


def rows_of(batch: pa.RecordBatch) -> Ints:
    """Return the rows of a batch as the file counts."""
    return batch.column(ROW).to_numpy(zero_copy_only=False).astype(np.int64)
