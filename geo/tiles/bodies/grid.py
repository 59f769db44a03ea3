"""Places → a grid in Web Mercator: which cell each body falls into at the deepest zoom, in the order of a Z curve.

A tile is `CELLS` × `CELLS` cells. On the Z curve (Morton order) the cells of a tile stand together, and so do the four
cells that make one of the zoom above: a cell of any zoom is one stretch of the sorted bodies.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

EXTENT_BITS, CELL_BITS = 12, 4
EXTENT, CELLS = 1 << EXTENT_BITS, 1 << CELL_BITS  # positions and cells along the side of a tile
DEEPEST = 12  # zoom beyond which nothing is told apart
MAX_LAT = 85.05112877980659  # where Web Mercator ends; what lies beyond stands on the edge
_SPREADS = ((16, 0x0000FFFF0000FFFF), (8, 0x00FF00FF00FF00FF), (4, 0x0F0F0F0F0F0F0F0F), (2, 0x3333333333333333))
_LAST = (1, 0x5555555555555555)

Ints = NDArray[np.int64]
Codes = NDArray[np.uint64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Grid:
    """The placed bodies in the order of their cells; bodies of one cell in the order of their numbers.

    `codes` are Morton codes of cells of DEEPEST; `x` and `y` count EXTENT positions a tile of DEEPEST from the
    north-west; `is_placed` tells of every body, in its own order, whether it has a place at all.
    """

    order: Ints  # numbers of the bodies
    codes: Codes
    x: Ints
    y: Ints
    is_placed: NDArray[np.bool_]

    def codes_at(self, zoom: int, items: Ints | slice = slice(None)) -> Codes:
        """Return the code of each body's cell at a zoom, or of some bodies by their places in the order."""
        return self.codes[items] >> np.uint64(2 * (DEEPEST - zoom))


def gridded(lon: Floats, lat: Floats) -> Grid:
    """Return the bodies on the grid; those without two finite degrees are left out."""
    is_placed = np.isfinite(lon) & np.isfinite(lat)
    numbers = np.flatnonzero(is_placed)
    x, y = positions(lon[numbers], lat[numbers])
    shift = EXTENT_BITS - CELL_BITS
    codes = morton(x >> shift, y >> shift)
    # One sort of code and number together is many times faster than an argsort, and ties fall to the smaller number.
    bits = np.uint64(max(1, len(numbers).bit_length()))
    both = np.sort((codes << bits) | np.arange(len(numbers), dtype=np.uint64))
    chosen = (both & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int64)
    return Grid(numbers[chosen], both >> bits, x[chosen], y[chosen], is_placed)


def positions(lon: Floats, lat: Floats) -> tuple[Ints, Ints]:
    """Return how far east and south each place lies, in positions of DEEPEST; degrees off the map are on its edge."""
    side = 1 << (DEEPEST + EXTENT_BITS)
    sine = np.sin(np.radians(np.clip(lat, -MAX_LAT, MAX_LAT)))
    x = (np.clip(lon, -180.0, 180.0) / 360 + 0.5) * side
    y = (0.5 - np.log((1 + sine) / (1 - sine)) / (4 * np.pi)) * side
    return np.clip(x.astype(np.int64), 0, side - 1), np.clip(y.astype(np.int64), 0, side - 1)


def extent(grid: Grid) -> tuple[tuple[float, float, float, float], tuple[float, float]]:
    """Return west, south, east, north and the middle of the bodies, to seven decimals; of the world without bodies."""
    if not len(grid.order):
        return (-180.0, -MAX_LAT, 180.0, MAX_LAT), (0.0, 0.0)
    side = 1 << (DEEPEST + EXTENT_BITS)
    west, east = (int(x) / side * 360 - 180 for x in (grid.x.min(), grid.x.max() + 1))
    south, north = (
        float(np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * int(y) / side))))) for y in (grid.y.max() + 1, grid.y.min())
    )
    middle = round((west + east) / 2, 7), round((south + north) / 2, 7)
    return (round(west, 7), round(south, 7), round(east, 7), round(north, 7)), middle


def morton(x: NDArray[Any], y: NDArray[Any]) -> Codes:
    """Return codes whose bits are those of y and x in turns."""
    return _spread(x) | (_spread(y) << np.uint64(1))


def unmorton(codes: Codes) -> tuple[Ints, Ints]:
    """Return the x and y of codes."""
    return _gathered(codes), _gathered(codes >> np.uint64(1))


def cell_ids(codes: Codes, zoom: int | Ints) -> Ints:
    """Return the number of each cell within its zoom, that of all or each one's: row · cells of a row + column."""
    column, row = unmorton(codes)
    return (row << (zoom + CELL_BITS)) + column


def firsts(codes: NDArray[Any]) -> Ints:
    """Return where each run of equal codes begins."""
    is_first = np.ones(len(codes), bool)
    np.not_equal(codes[1:], codes[:-1], out=is_first[1:])
    return np.flatnonzero(is_first)


def stretches(starts: Ints, sizes: Ints) -> tuple[Ints, Ints]:
    """Return the numbers of stretches, one stretch behind the other, and where each begins among them."""
    bounds = np.cumsum(sizes) - sizes
    return np.repeat(starts - bounds, sizes) + np.arange(int(sizes.sum())), bounds


def _spread(values: NDArray[Any]) -> Codes:
    spread = values.astype(np.uint64)
    for shift, mask in (*_SPREADS, _LAST):
        spread |= spread << np.uint64(shift)
        spread &= np.uint64(mask)
    return spread


def _gathered(codes: Codes) -> Ints:
    gathered = codes & np.uint64(_LAST[1])
    for (shift, _), (_, mask) in zip((_LAST, *reversed(_SPREADS)), (*reversed(_SPREADS), (0, 0xFFFFFFFF)), strict=True):
        gathered |= gathered >> np.uint64(shift)
        gathered &= np.uint64(mask)
    return gathered.astype(np.int64)
