"""Text for a terminal in aligned columns: what a person sees, whatever the alphabet."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size


def columns(rows: Sequence[Sequence[str]], widest: int = 40) -> list[str]:
    """Return rows as lines: the first column to the left and at most `widest`, the others to the right."""
    if not rows:
        return []
    count = max(map(len, rows))
    cells = [[fitted(row[0], widest), *row[1:], *[""] * (count - len(row))] for row in rows]
    widths = [max(cell_len(row[column]) for row in cells) for column in range(count)]
    return ["  ".join(_padded(cell, widths[i], i > 0) for i, cell in enumerate(row)).rstrip() for row in cells]


def fitted(word: str, widest: int) -> str:
    """Return a word cut to a width, with a mark where something is gone."""
    return word if cell_len(word) <= widest else f"{set_cell_size(word, widest - 1).rstrip()}…"


def _padded(cell: str, width: int, is_right: bool) -> str:
    space = " " * (width - cell_len(cell))
    return f"{space}{cell}" if is_right else f"{cell}{space}"
