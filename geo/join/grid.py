"""A raster of unit ids: most points are placed by one look at their cell, the others stand near a border."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

NOBODY = -1  # no unit touches the cell
OVERLAP = -2  # several units own the middle of the cell
_MARGIN = 2  # cells around everything, so that whoever is outside the grid is outside every unit
_PIECE = 0.5  # of a cell: no point of a border is farther than a quarter of a cell from the end of a piece


@dataclass(frozen=True)
class Grid:
    """Square cells in degrees, rows from the north, columns from the west."""

    west: float
    north: float
    cell_deg: float
    rows: int
    columns: int

    @classmethod
    def around(cls, bounds: np.ndarray, cells: int) -> Grid:
        """Return a grid of about `cells` cells around west, south, east, north, with a margin that no unit touches."""
        west, south, east, north = (float(value) for value in bounds)
        width, height = max(east - west, 1e-6), max(north - south, 1e-6)
        cell = max((width * height / cells) ** 0.5, max(width, height) / cells)
        columns, rows = (int(np.ceil(length / cell)) + 2 * _MARGIN for length in (width, height))
        return cls(west - _MARGIN * cell, north + _MARGIN * cell, cell, rows, columns)

    def cells(self, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
        """Return the cell of each point, counted row by row; what is outside or no number is in the margin."""
        row = _whole(lat, -self.north, -1 / self.cell_deg, self.rows)
        row *= self.columns
        row += _whole(lon, -self.west, 1 / self.cell_deg, self.columns)
        return row

    def borders(self, shapes: np.ndarray) -> np.ndarray:
        """Return whether a border may touch the cell, for each row and column.

        Borders are cut into pieces shorter than half a cell; the cells of their ends, and the cells beside, hold them.
        """
        rings = shapely.get_rings(shapely.get_parts(shapes))
        ends = shapely.get_coordinates(shapely.segmentize(rings, _PIECE * self.cell_deg))
        marks = np.zeros((self.rows, self.columns), dtype=bool)
        marks.reshape(-1)[self.cells(*ends.T)] = True
        wide = marks.copy()
        wide[1:] |= marks[:-1]
        wide[:-1] |= marks[1:]
        marks[:] = wide
        marks[:, 1:] |= wide[:, :-1]
        marks[:, :-1] |= wide[:, 1:]
        return marks

    def offset(self, window: Grid) -> tuple[int, int]:
        """Return the row and the column at which a window of this grid begins."""
        top, left = (self.north - window.north) / self.cell_deg, (window.west - self.west) / self.cell_deg
        return round(top), round(left)

    def window(self, bounds: np.ndarray) -> Grid:
        """Return the part of the grid that holds whatever lies within the bounds, and the cells beside."""
        beside = np.array([-_MARGIN, _MARGIN])
        columns = beside + _whole(bounds[[0, 2]], -self.west, 1 / self.cell_deg, self.columns)
        rows = beside + _whole(bounds[[3, 1]], -self.north, -1 / self.cell_deg, self.rows)
        (left, right), (top, bottom) = columns.clip(0, self.columns - 1), rows.clip(0, self.rows - 1)
        west, north = self.west + left * self.cell_deg, self.north - top * self.cell_deg
        return Grid(west, north, self.cell_deg, int(bottom - top) + 1, int(right - left) + 1)


def drawn(shapes: np.ndarray, grid: Grid) -> np.ndarray:
    """Return for each cell, row by row, the number of the shape that owns all of it, or NOBODY.

    A cell that a border may touch, or that several shapes own, is `near(…)` the shape that owns its middle.
    """
    from rasterio import Affine
    from rasterio.features import rasterize

    rows = [(shape, number) for number, shape in enumerate(shapes)]
    kind = "int16" if len(shapes) < 2**15 - 8 else "int32"
    how = {
        "out_shape": (grid.rows, grid.columns),
        "fill": NOBODY,
        "transform": Affine(grid.cell_deg, 0, grid.west, 0, -grid.cell_deg, grid.north),
        "dtype": kind,
    }
    if not rows:
        return np.full(grid.rows * grid.columns, NOBODY, dtype=kind)
    codes = rasterize(rows[::-1], **how)
    codes[codes != rasterize(rows, **how)] = OVERLAP
    unsure = grid.borders(shapes) | (codes == OVERLAP)
    codes[unsure] = near(codes[unsure])
    return codes.reshape(-1)


def near(middle: np.ndarray) -> np.ndarray:
    """Return the code of a cell that is not all of one shape, from the number that owns its middle, and back."""
    return -4 - middle


def is_near(codes: np.ndarray) -> np.ndarray:
    """Return whether the cells need an exact test."""
    return codes < NOBODY


def _whole(values: np.ndarray, shift: float, scale: float, most: int) -> np.ndarray:
    """Return (value + shift) · scale as a whole number from 0 to most - 1; what is no number becomes 0."""
    scaled = values + shift
    scaled *= scale
    np.fmax(scaled, 0, out=scaled)
    np.fmin(scaled, most - 1, out=scaled)
    return scaled.astype("int32")
