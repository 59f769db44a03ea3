"""Two states of the figures → the rows that differ, and the tiles in which their bodies stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.tiles.bodies.grid import CELL_BITS, Codes, Ints, stretches
from geo.tiles.bodies.layout import Layout
from geo.tiles.bodies.pyramid import Level
from geo.tiles.bodies.shown import Tiles

_KEY = ("body", "period", "phase", "function")
_AT_ONCE = 1 << 14  # rows compared at a time; few of such stretches have a change


@dataclass(frozen=True)
class Cells:
    """Some cells of a zoom, by their places in the level."""

    level: Level
    cells: Ints


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


def changed_cells(plan: Layout, items: Ints) -> list[Cells]:
    """Return the cells of every zoom in which these items of the grid stand."""
    return [
        Cells(level, np.searchsorted(level.codes, np.unique(plan.grid.codes_at(level.zoom, items))))
        for level in plan.cells.levels
    ]


def whole_tiles(level: Level, codes: Codes) -> Tiles:
    """Return the tiles of a zoom with these codes, ascending."""
    bits = np.uint64(2 * CELL_BITS)
    starts = np.searchsorted(level.codes, codes << bits)
    stops = np.searchsorted(level.codes, (codes + np.uint64(1)) << bits)
    return Tiles(level, *stretches(starts, stops - starts))


def _differ(before: NDArray[Any], after: NDArray[Any]) -> Ints:
    """Return which pairs of rows differ in any of their bytes."""
    width = before.dtype.itemsize // 2
    halves = [np.ascontiguousarray(rows).view(np.uint16).reshape(-1, width) for rows in (before, after)]
    found = [np.zeros(0, np.int64)]
    for start in range(0, len(before), _AT_ONCE):
        some = [half[start : start + _AT_ONCE] for half in halves]
        # Eight bytes at a time where that comes out even.
        wide = [half.view(np.uint64) if len(half) % 4 == 0 else half for half in map(np.ravel, some)]
        if not np.array_equal(wide[0], wide[1]):
            found.append(start + np.flatnonzero((some[0] != some[1]).any(axis=1)))
    return np.concatenate(found)


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
