"""What a person does not see of a workbook and a program reads: hidden sheets, rows and columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from geo.core.errors import Fault
from geo.foreign.sheet import Reach, letters


def hidden_rows(file: str, sheet: str, extent: Reach, skipped: int) -> Iterator[Fault]:
    """Yield a warning of the hidden rows that hold a value, below those that are passed over, and of hidden columns.

    The value names them as a spreadsheet does: 5:19, H:H.
    """
    rows = [row for row in extent.hidden_rows if row > skipped]
    columns = [(first, min(last, extent.columns)) for first, last in extent.hidden_columns if first <= extent.columns]
    named = [f"{first}:{last}" for first, last in _runs(rows)]
    named += [f"{letters(max(first, 1))}:{letters(last)}" for first, last in columns if last]
    if named:
        yield Fault(file, rows[0] if rows else 0, "", "W-XLS-06", ", ".join(named), {}, sheet)


def _runs(rows: Sequence[int]) -> list[tuple[int, int]]:
    """Return the first and the last of rows that follow one another."""
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return runs
