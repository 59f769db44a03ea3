"""Which points a shape has to be asked about: those in its box, or those whose cell its border or its body touches."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import shapely

from geo.join.grid import OVERLAP, Grid


@dataclass(frozen=True)
class Within:
    """The points in the box of a shape."""

    lon: np.ndarray
    lat: np.ndarray
    shapes: np.ndarray
    bounds: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        """Measure every shape once."""
        object.__setattr__(self, "bounds", shapely.bounds(self.shapes))

    def __call__(self, number: int) -> np.ndarray:
        """Return the points as positions, ascending."""
        west, south, east, north = self.bounds[number]
        is_inside = (self.lon >= west) & (self.lon <= east) & (self.lat >= south) & (self.lat <= north)
        return np.flatnonzero(is_inside)


@dataclass(frozen=True)
class Beside:
    """The points in cells that are not all of one shape, where the shape may be what touches the cell.

    It is, where its border comes near, where it owns the middle of the cell, or where several do. `cells` ascend;
    `middle` is the number of the shape that owns the middle of each.
    """

    grid: Grid
    cells: np.ndarray
    middle: np.ndarray
    shapes: np.ndarray

    def __call__(self, number: int) -> np.ndarray:
        """Return the points as positions, ascending."""
        shape = self.shapes[number : number + 1]
        window = self.grid.window(shapely.bounds(shape[0]))
        top, left = self.grid.offset(window)
        width = self.grid.columns
        first, last = np.searchsorted(self.cells, [top * width, (top + window.rows) * width])
        row, column = np.divmod(self.cells[first:last], np.int32(width))
        column -= left
        inside = np.flatnonzero((column >= 0) & (column < window.columns))
        points = inside + first
        is_marked = window.borders(shape)[row[inside] - top, column[inside]]
        middle = self.middle[points]
        return points[is_marked | (middle == number) | (middle == OVERLAP)]
