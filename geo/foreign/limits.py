"""What a foreign file may cost at most: memory, time, size; one row of numbers, given by whoever asks."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 2**20


@dataclass(frozen=True)
class Limits:
    """The means of one child process, and the largest table that it reads."""

    memory_mb: int = 1024  # address space of the child
    cpu_s: int = 60
    wall_s: int = 120  # by the parent's clock; then the child is killed
    written_mb: int = 8192  # largest file that the child may write
    open_files: int = 128
    answer_mb: int = 32  # of JSON, what the parent takes from the child
    file_mb: int = 4096  # of the foreign file
    cell_characters: int = 1_000_000
    columns: int = 1000
    rows: int = 50_000_000
    workbook_entries: int = 2000  # files inside a workbook
    workbook_mb: int = 400  # of a workbook, unpacked
    workbook_ratio: int = 200  # unpacked ÷ packed
    workbook_rows: int = 1_048_576
    workbook_cells: int = 20_000_000  # of the used range of one sheet
