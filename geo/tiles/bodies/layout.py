"""Where the bodies stand in the tiles, whatever they spend: cells of every zoom, and the zoom of the bodies themselves.

Nothing here looks at a figure. So new figures move no body, and all value tiles of a version are cut alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.tiles.bodies.blocks import Blocks
from geo.tiles.bodies.grid import CELL_BITS, DEEPEST, Grid, Ints, firsts, gridded
from geo.tiles.bodies.pyramid import Level, Pyramid, pyramid

CROWD = 16  # bodies of one cell that are shown one by one; more are a cell, as deep as the tiles go
MOST_FEATURES = 512  # of a tile that shows bodies
MOST_VALUES = 9_000  # amounts of a value tile: at most 19 digits each, so 100 kB hold them compressed
EARLIEST = 10  # zoom of the bodies: the positions of a tile are 10 metres apart at most
_SMALLER_CROWDS = (CROWD, 8, 4, 2, 1)

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Layout:
    """The placed bodies on their grid, and at which zoom they are shown themselves.

    Zooms before `zoom` show cells only. At `zoom`, the last one, `is_alone` tells of each body, in the order of the
    grid, whether it is shown itself; the others stay in cells: so many stand at one point that none could be told.
    """

    grid: Grid
    zoom: int
    is_alone: Flags

    @cached_property
    def cells(self) -> Pyramid:
        """Return the cells of all zooms."""
        return pyramid(self.grid.codes_at(self.zoom), self.zoom)

    @cached_property
    def ranks(self) -> Ints:
        """Return where each body stands in the order of the grid, -1 for those without a place."""
        ranks = np.full(len(self.grid.is_placed), -1)
        ranks[self.grid.order] = np.arange(len(self.grid.order))
        return ranks

    def on_map(self, rows: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return the figures of bodies that have a place, and of those that have none."""
        if len(self.grid.order) == len(self.grid.is_placed):
            return rows, rows[:0]
        is_placed = self.grid.is_placed[rows["body"]]
        return rows[is_placed], rows[~is_placed]

    def shifts(self, phases: int) -> list[int]:
        """Return for each zoom by how many zooms the block is larger than a tile whose values one value tile holds."""
        if phases not in self._shifts:
            most = MOST_VALUES // max(1, phases)
            self._shifts[phases] = [_shift(level, self._rows(level), most) for level in self.cells.levels]
        return self._shifts[phases]

    def blocks(self, phases: int) -> Blocks:
        """Return the blocks of value tiles of so many phases."""
        if phases not in self._blocks:
            self._blocks[phases] = Blocks.of(self.grid, self.shifts(phases))
        return self._blocks[phases]

    @cached_property
    def _blocks(self) -> dict[int, Blocks]:
        return {}

    @cached_property
    def _shifts(self) -> dict[int, list[int]]:
        return {}

    def _rows(self, level: Level) -> Ints:
        """Return how many features each cell of a zoom is shown as."""
        if level.zoom < self.zoom:
            return np.ones(len(level.codes), np.int64)
        sizes = np.diff(np.append(level.inner, len(self.is_alone)))
        return np.where(self.is_alone[level.inner], sizes, 1)


def layout(lon: NDArray[np.float64], lat: NDArray[np.float64], max_zoom: int = DEEPEST) -> Layout:
    """Return the layout of bodies at these degrees; those without finite ones are on no tile.

    Bodies are shown themselves from the first zoom at which no tile holds more than MOST_FEATURES of them and no cell
    more than CROWD, those left aside that stand so close that no zoom would part them; not before EARLIEST, and at the
    latest from `max_zoom`.
    """
    grid = gridded(lon, lat)
    for zoom in range(min(EARLIEST, max_zoom), max_zoom + 1):
        codes = grid.codes_at(zoom)
        starts = firsts(codes)
        stops = np.append(starts, len(codes))[1:]
        sizes = stops - starts
        is_crowd = sizes > CROWD
        features = np.where(is_crowd, 1, sizes)
        if zoom == max_zoom or (_fits(codes[starts], features) and _is_one_point(grid, starts, stops)[is_crowd].all()):
            return Layout(grid, zoom, np.repeat(_alone(codes[starts], sizes), sizes))
    raise AssertionError("the last zoom takes everything")


def _is_one_point(grid: Grid, starts: Ints, stops: Ints) -> Flags:
    return grid.codes[starts] == grid.codes[stops - 1]


def _fits(cells: NDArray[np.uint64], features: Ints) -> bool:
    tiles = firsts(cells >> np.uint64(2 * CELL_BITS))
    return not len(tiles) or int(np.add.reduceat(features, tiles).max()) <= MOST_FEATURES


def _alone(cells: NDArray[np.uint64], sizes: Ints) -> Flags:
    """Return for each cell whether its bodies are shown one by one: the fewer in a tile, the larger cells may be."""
    tiles = firsts(cells >> np.uint64(2 * CELL_BITS))
    if not len(tiles):
        return np.zeros(0, bool)
    members = np.diff(np.append(tiles, len(cells)))
    largest = np.full(len(tiles), _SMALLER_CROWDS[-1])
    for crowd in reversed(_SMALLER_CROWDS):
        features = np.add.reduceat(np.where(sizes > crowd, 1, sizes), tiles)
        largest[features <= MOST_FEATURES] = crowd
    return sizes <= np.repeat(largest, members)


def _shift(level: Level, rows: Ints, most: int) -> int:
    """Return the largest shift whose blocks hold at most so many features each; 0 where none does."""
    for shift in range(level.zoom, 0, -1):
        _, starts = level.blocks(shift)
        if int(np.add.reduceat(rows, starts).max(initial=0)) <= most:
            return shift
    return 0
