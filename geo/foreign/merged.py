"""Merged cells: a header of several rows is filled from them, a header of one row is refused, below it they warn."""

from __future__ import annotations

from collections.abc import Sequence

from geo.core.errors import BadData, Fault
from geo.foreign.sheet import Reach, letters
from geo.foreign.table import Findings, Job


def check_merged(job: Job, sheet: str, extent: Reach, header: tuple[int, int], findings: Findings) -> None:
    """Refuse merged cells that the declared header cannot fill; warn of the first ones below it.

    `header` holds the first and the last row of the header. Merged cells above it are titles and say nothing.
    """
    first, last = header
    wrong, below = [], []
    for merged in extent.merged:
        top, _, bottom, _ = merged
        if top > last:
            below.append(merged)
        elif bottom > last or (bottom >= first and job.dialect.header_rows < 2):
            wrong.append(merged)
    if wrong:
        raise BadData(Fault(job.name, merged[0], "", "E-XLS-08", name(merged), {}, sheet) for merged in wrong)
    if below:
        row = below[0][0]
        findings.warnings.append(Fault(job.name, row, "", "W-XLS-05", name(below[0]), {}, sheet))


def filled(head: Sequence[tuple[int, list[str]]], extent: Reach) -> list[list[str]]:
    """Return the rows of a header, the text of each merged cell repeated all over its place."""
    rows = {number: list(cells) for number, cells in head}
    for top, left, bottom, right in extent.merged:
        if top in rows and 0 < left <= len(rows[top]):  # merged cells beside the table hold nothing
            for number in range(top, bottom + 1):
                if number in rows:
                    cells = rows[number]
                    cells[left - 1 : min(right, len(cells))] = [rows[top][left - 1]] * (
                        min(right, len(cells)) - left + 1
                    )
    return list(rows.values())


def name(merged: tuple[int, int, int, int]) -> str:
    """Return the name of a range: A1:C2."""
    top, left, bottom, right = merged
    return f"{letters(left)}{top}:{letters(right)}{bottom}"
