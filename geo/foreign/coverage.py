"""Polygons on a raster → which share of each cell they cover, exactly: by Green's theorem along their edges.

An edge that runs up or down inside a cell covers the part of the cell to its right, and every cell further right by its
height. Added up with their signs, the edges of a polygon leave 1 inside, 0 outside and the true share on the border. So
neighbours that share an edge share a cell without a remainder, whatever the size of the cells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Edges:
    """The edges of a polygon cut at every line of the raster, sorted by row: one piece lies in one cell."""

    row: Ints
    column: Ints
    height: Floats  # signed, in cells
    right: Floats  # share of the cell's width that lies to the right of the piece's middle

    @property
    def rows(self) -> range:
        """Return the rows that the polygon touches."""
        return range(int(self.row[0]), int(self.row[-1]) + 1) if len(self.row) else range(0)

    def shares(self, first_row: int, rows: int, columns: range) -> Floats:
        """Return the covered share of each cell [row, column] of a window."""
        start, stop = np.searchsorted(self.row, [first_row, first_row + rows])
        part = slice(int(start), int(stop))
        column, height = self.column[part] - columns.start, self.height[part]
        width = len(columns)
        line = (self.row[part] - first_row) * (width + 1)
        is_inside = (column >= 0) & (column < width)
        here = np.bincount((line + column)[is_inside], (height * self.right[part])[is_inside], rows * (width + 1))
        # What lies left of the window covers all of it, what lies right of it nothing.
        further = np.bincount(line + np.clip(column + 1, 0, width), height, rows * (width + 1))
        # In place: windows are large, and fresh memory costs more than the sums.
        covered: Floats = further.astype(np.float64, copy=False).reshape(rows, -1)
        np.cumsum(covered, axis=1, out=covered)
        covered += here.reshape(rows, -1)
        return np.clip(covered, 0, 1, out=covered)[:, :width]


def edges_of(polygon: shapely.Geometry) -> Edges:
    """Return the edges of a valid polygon or more whose coordinates are (column, row) of a raster."""
    rings = _rings(shapely.orient_polygons(polygon))
    pieces = [np.zeros((0, 4)), *(np.column_stack([ring[:-1], ring[1:]]) for ring in rings)]
    cut = _cut(np.concatenate(pieces))
    x, y = (cut[:, 0] + cut[:, 2]) / 2, (cut[:, 1] + cut[:, 3]) / 2
    order = np.argsort(np.floor(y), kind="stable")
    row, column = np.floor(y[order]).astype(np.int64), np.floor(x[order]).astype(np.int64)
    # Oriented counter-clockwise with y as it is counted here, the edges on the left run down.
    height = (cut[:, 1] - cut[:, 3])[order]
    return Edges(row, column, height, column + 1 - x[order])


def _rings(polygon: shapely.Geometry) -> list[Floats]:
    parts = shapely.get_parts(polygon)
    polygons = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    return [shapely.get_coordinates(ring) for ring in shapely.get_rings(polygons)]


def _cut(edges: Floats) -> Floats:
    """Return edges (x0, y0, x1, y1) cut at every whole x and y; what runs level is left out, it covers nothing."""
    edges = edges[edges[:, 1] != edges[:, 3]]
    owner, at = [np.arange(len(edges))] * 2, [np.zeros(len(edges)), np.ones(len(edges))]
    for axis in (0, 1):
        begin, end = edges[:, axis], edges[:, axis + 2]
        low, high = np.minimum(begin, end), np.maximum(begin, end)
        first = np.floor(low).astype(np.int64) + 1
        count = np.maximum(np.ceil(high).astype(np.int64) - first, 0)
        edge = np.repeat(np.arange(len(edges)), count)
        line = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count) + np.repeat(first, count)
        owner.append(edge)
        at.append((line - begin[edge]) / (end[edge] - begin[edge]))
    return _pieces(edges, np.concatenate(owner), np.concatenate(at))


def _pieces(edges: Floats, owner: Ints, at: Any) -> Floats:
    """Return the pieces of edges between neighbouring cuts; `at` is how far along its edge each cut is."""
    order = np.lexsort((at, owner))
    owner, at = owner[order], at[order]
    begin, step = edges[owner, :2], edges[owner, 2:] - edges[owner, :2]
    points = begin + at[:, None] * step
    is_last = at == 1
    points[is_last] = edges[owner[is_last], 2:]
    same = owner[1:] == owner[:-1]
    return np.column_stack([points[:-1][same], points[1:][same]])
