"""Lines and rings on the grid of a zoom → the pieces of them within each tile and its margin.

No vertex is made here: `mesh` has put one wherever a line crosses the edge of a tile with its margin.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.tiles.units.mesh import EXTENT, MARGIN, Rings
from geo.tiles.units.ragged import Ints, following, heads, ranges

LOW, HIGH = -MARGIN, EXTENT + MARGIN  # a tile's square with its margin, in the tile's own coordinates
SIDE = HIGH - LOW


@dataclass(frozen=True)
class Window:
    """The tiles of a zoom that are wanted: columns and rows from the first up to the one before the last."""

    zoom: int
    west: int
    north: int
    east: int
    south: int

    def holds(self, column: Ints, row: Ints) -> NDArray[np.bool_]:
        """Return which tiles are wanted."""
        return (column >= self.west) & (column < self.east) & (row >= self.north) & (row < self.south)

    def number(self, column: Ints, row: Ints) -> Ints:
        """Return one number for each tile, row by row."""
        return (row << self.zoom) | column

    def corner(self, tile: Ints) -> tuple[Ints, Ints]:
        """Return the grid coordinates of each tile's first corner."""
        return (tile & ((1 << self.zoom) - 1)) * EXTENT, (tile >> self.zoom) * EXTENT


@dataclass(frozen=True)
class Pieces:
    """Parts of lines, each within one tile, ordered by tile: vertices `begin` … `begin + segments` of its line.

    Vertices are numbered over all lines; behind the last one of a ring comes its first.
    """

    tile: Ints
    line: Ints
    begin: Ints
    segments: Ints


def pieces_of(x: Ints, y: Ints, starts: Ints, is_closed: bool, window: Window) -> Pieces:
    """Return the longest parts of the lines that run within a tile's square; what runs along its edge is outside.

    A closed line that only touches the edge is parted there as well: what lies beside it may be parted by it.
    """
    line = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    after = following(starts, is_closed)
    at = np.flatnonzero(after >= 0)
    middle_x, middle_y = x[at] + x[after[at]], y[at] + y[after[at]]
    tile, segment = _tiles(middle_x, middle_y, window)
    segment = at[segment]
    order = np.argsort(tile, kind="stable")
    tile, segment = tile[order], segment[order]
    is_head = heads(tile, line[segment])
    is_head[1:] |= segment[1:] != segment[:-1] + 1
    if is_closed:
        is_head |= on_edge(x[segment], y[segment], tile, window)
    begin = np.flatnonzero(is_head)
    return Pieces(tile[begin], line[segment[begin]], segment[begin], np.diff(np.append(begin, len(segment))))


def on_edge(x: Ints, y: Ints, tile: Ints, window: Window) -> NDArray[np.bool_]:
    """Return which points lie on the edge of the squares of their tiles."""
    left, top = window.corner(tile)
    return np.isin(x - left, (LOW, HIGH)) | np.isin(y - top, (LOW, HIGH))


def _tiles(middle_x: Ints, middle_y: Ints, window: Window) -> tuple[Ints, Ints]:
    """Return the tiles that each segment lies in, by twice its middle: one, two near an edge, four near a corner."""
    west, east = _span(middle_x)
    north, south = _span(middle_y)
    wide, high = east - west + 1, south - north + 1
    segment = np.repeat(np.arange(len(middle_x)), wide * high)
    number = ranges(np.zeros(len(wide), np.int64), wide * high)
    column, row = west[segment] + number % wide[segment], north[segment] + number // wide[segment]
    is_wanted = window.holds(column, row)
    return window.number(column[is_wanted], row[is_wanted]), segment[is_wanted]


def _span(middle: Ints) -> tuple[Ints, Ints]:
    return (middle - 2 * MARGIN) // (2 * EXTENT), -((-middle - 2 * MARGIN) // (2 * EXTENT)) - 1


def covered(rings: Rings, window: Window) -> tuple[Ints, Ints]:
    """Return (tile, shape) of the tiles whose first corner, a hair within, lies in a shape.

    A row of corners is met only at vertices; what lies left of a corner turns around it: down adds, up takes.
    """
    after = following(rings.starts, is_closed=True)
    level = rings.y + MARGIN
    up = np.flatnonzero((level % EXTENT == 0) & (rings.y[after] > rings.y))
    down = np.flatnonzero((level[after] % EXTENT == 0) & (rings.y > rings.y[after]))
    place = np.concatenate([up, after[down]])
    turn = np.repeat([-1, 1], [len(up), len(down)])
    shape = np.repeat(rings.shape, np.diff(rings.starts))[place]
    row, column = level[place] // EXTENT, -((-rings.x[place] - MARGIN) // EXTENT)
    order = np.lexsort((column, row, shape))
    shape, row, column, turns = shape[order], row[order], column[order], np.cumsum(turn[order])
    # All turns of a row and shape add up to none, so the sum over all rows is that of the own row.
    until = np.append(column[1:], 0)
    is_inside = turns > 0
    first = np.clip(column[is_inside], window.west, window.east)
    count = np.clip(until[is_inside], window.west, window.east) - first
    inside_row, inside_shape = np.repeat(row[is_inside], count), np.repeat(shape[is_inside], count)
    inside_column = ranges(first, count)
    is_wanted = window.holds(inside_column, inside_row)
    return window.number(inside_column[is_wanted], inside_row[is_wanted]), inside_shape[is_wanted]
