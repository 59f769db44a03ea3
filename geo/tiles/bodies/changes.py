"""Two states of the figures → the rows that differ, and the tiles in which their bodies stand."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.tiles.bodies.grid import CELL_BITS, Ints
from geo.tiles.bodies.layout import Layout
from geo.tiles.bodies.shown import Tiles

_KEY = ("body", "period", "phase", "function")


def changed_rows(before: NDArray[Any], after: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the rows that only the state before has, and those that only the state after has.

    Both states are sorted as `Figures` says.
    """
    if before is after:
        return before[:0], after[:0]
    if len(before) == len(after):
        is_changed = _differ(before, after)
        if all(np.array_equal(before[name][is_changed], after[name][is_changed]) for name in _KEY):
            return before[is_changed], after[is_changed]
    keys, other = _keys(before, after), _keys(after, before)
    return before[~_is_in(keys, before, other, after)], after[~_is_in(other, after, keys, before)]


def touched(plan: Layout, items: Ints) -> list[Tiles]:
    """Return the tiles of every zoom in which these items of the grid stand."""
    found = []
    for level in plan.cells.levels if len(items) else ():
        bits = np.uint64(2 * CELL_BITS)
        tiles = np.unique(plan.grid.codes_at(level.zoom, items) >> bits)
        firsts = np.searchsorted(level.codes, tiles << bits)
        sizes = np.searchsorted(level.codes, (tiles + np.uint64(1)) << bits) - firsts
        starts = np.cumsum(sizes) - sizes
        cells = np.repeat(firsts - starts, sizes) + np.arange(int(sizes.sum()))
        found.append(Tiles(level, cells, starts))
    return found


def _differ(before: NDArray[Any], after: NDArray[Any]) -> NDArray[np.bool_]:
    """Tell of each pair of rows whether any of their bytes differ."""
    width = before.dtype.itemsize // 2
    halves = [np.ascontiguousarray(rows).view(np.uint16).reshape(-1, width) for rows in (before, after)]
    return (halves[0] != halves[1]).any(axis=1)


def _keys(rows: NDArray[Any], others: NDArray[Any]) -> Ints:
    """Return one ascending number for the key of each row, on a scale that both states share."""
    keys = np.zeros(len(rows), np.int64)
    for name in _KEY:
        keys *= 1 + max(int(part[name].max(initial=0)) for part in (rows, others))
        keys += rows[name]
    return keys


def _is_in(keys: Ints, rows: NDArray[Any], others: Ints, other_rows: NDArray[Any]) -> NDArray[np.bool_]:
    """Tell of each row whether the other state has it too, with the same amount."""
    if not len(others):
        return np.zeros(len(keys), bool)
    place = np.minimum(np.searchsorted(others, keys), len(others) - 1)
    return (others[place] == keys) & (other_rows["amount"][place] == rows["amount"])
