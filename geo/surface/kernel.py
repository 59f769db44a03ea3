"""Amounts in cells → amounts spread around them by a quartic kernel that never leaves the unit of the amount."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.surface.grid import NOBODY, Grid

KERNEL = "quartic"
RADIUS = 10  # cells: beyond it the kernel is zero
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Sources:
    """Amounts in cells: at most one row for each unit and cell, sorted by both."""

    unit: Ints
    cell: Ints
    amount_minor: Ints

    @classmethod
    def gathered(cls, unit: Ints, cell: Ints, amount_minor: Ints) -> Sources:
        """Return the sums of amounts by unit and cell; exact, whatever the order."""
        if not len(unit):
            return cls(*(np.zeros(0, np.int64) for _ in range(3)))
        order = np.lexsort((cell, unit))
        unit, cell = unit[order], cell[order]
        starts = np.flatnonzero(np.r_[True, (np.diff(unit) != 0) | (np.diff(cell) != 0)])
        return cls(unit[starts], cell[starts], np.add.reduceat(amount_minor[order], starts))

    def __getitem__(self, chosen: NDArray[np.bool_]) -> Sources:
        return Sources(self.unit[chosen], self.cell[chosen], self.amount_minor[chosen])


def spread(grid: Grid, sources: Sources) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the amount of each cell [row, column] in minor units, and which sources were spread.

    K(d) = (1 - (d / R)²)² for distances d below R = RADIUS cells, between the middles of cells. What would fall outside
    the source's own unit is not lost: the kernel is cut at the border and made larger by the same factor everywhere, so
    each source keeps its whole amount. A source with no cell of its unit in reach is not spread.
    """
    padded = np.pad(grid.owners, RADIUS, constant_values=NOBODY)
    owners, width = padded.ravel(), padded.shape[1]
    row, column = np.divmod(sources.cell, grid.width)
    middle = (row + RADIUS) * width + column + RADIUS
    weight = np.zeros(len(middle))
    for step, height in _kernel(width):
        weight += height * (owners[middle + step] == sources.unit)
    is_spread = weight > 0
    middle, unit = middle[is_spread], sources.unit[is_spread]
    rate = sources.amount_minor[is_spread] / weight[is_spread]
    amounts = np.zeros(len(owners))
    # No cell is reached twice in one step: of sources in the same cell only one has the unit of the cell reached.
    for step, height in _kernel(width):
        reached = middle + step
        is_own = owners[reached] == unit
        amounts[reached[is_own]] += height * rate[is_own]
    inner = slice(RADIUS, -RADIUS)
    return amounts.reshape(padded.shape)[inner, inner], is_spread


def _kernel(width: int) -> Iterator[tuple[int, float]]:
    """Yield (step to a cell in a row-major grid of that width, height of the kernel there)."""
    for row in range(-RADIUS, RADIUS + 1):
        for column in range(-RADIUS, RADIUS + 1):
            if (square := (row**2 + column**2) / RADIUS**2) < 1:
                yield row * width + column, (1 - square) ** 2
