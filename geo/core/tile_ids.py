"""Where a tile stands on the Hilbert curve of its zoom: the ids by which PMTiles orders tiles."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
DEEPEST = 26  # a reader in JavaScript could not hold the ids of deeper zooms


def tile_ids(z: int, x: NDArray[Any], y: NDArray[Any]) -> Ints:
    """Return the ids of tiles of one zoom: those of all smaller zooms come before, then a Hilbert curve."""
    x, y = np.asarray(x).astype(np.int64), np.asarray(y).astype(np.int64)
    along, size = np.zeros(x.shape, np.int64), (1 << z) >> 1
    while size:
        right, low = (x & size) > 0, (y & size) > 0
        along += size * size * ((3 * right) ^ low)
        turned = ~low
        flipped = turned & right
        x, y = np.where(flipped, size - 1 - x, x), np.where(flipped, size - 1 - y, y)
        x, y = np.where(turned, y, x) & (size - 1), np.where(turned, x, y) & (size - 1)
        size >>= 1
    return along + first_id(z)


def tile_id(z: int, x: int, y: int) -> int:
    """Return the id of one tile; `tile_ids` without arrays, for serving."""
    along, size = 0, (1 << z) >> 1
    while size:
        right, low = (x & size) > 0, (y & size) > 0
        along += size * size * ((3 * right) ^ low)
        if not low:
            if right:
                x, y = size - 1 - x, size - 1 - y
            x, y = y, x
        x &= size - 1
        y &= size - 1
        size >>= 1
    return along + first_id(z)


def first_id(z: int) -> int:
    """Return the smallest id of a zoom: how many tiles all smaller zooms have."""
    return ((1 << (2 * z)) - 1) // 3


def zxy(ids: Ints) -> tuple[Ints, Ints, Ints]:
    """Return (zoom, column, row) of tile ids: the inverse of `tile_ids`."""
    ids = np.asarray(ids, np.int64)
    firsts = np.array([first_id(z) for z in range(DEEPEST + 2)], np.int64)
    zoom = np.searchsorted(firsts, ids, side="right") - 1
    along = ids - firsts[zoom]
    x, y = np.zeros_like(along), np.zeros_like(along)
    for level in range(int(zoom.max(initial=0))):
        size = np.int64(1 << level)
        is_inside = level < zoom
        right = 1 & (along >> 1)
        low = 1 & (along ^ right)
        flipped = (low == 0) & (right == 1)
        turned_x, turned_y = np.where(flipped, size - 1 - x, x), np.where(flipped, size - 1 - y, y)
        turned_x, turned_y = np.where(low == 0, turned_y, turned_x), np.where(low == 0, turned_x, turned_y)
        x, y = np.where(is_inside, turned_x + size * right, x), np.where(is_inside, turned_y + size * low, y)
        along = np.where(is_inside, along >> 2, along)
    return zoom, x, y
