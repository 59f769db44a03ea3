"""Sorted cells → a pyramid: the cells of every zoom, and each different stretch of bodies once.

Most cells of deep zooms hold what the only cell below them holds. Such cells share one content, so whatever is
computed or written for a content is done once for all zooms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.tiles.bodies.grid import CELL_BITS, Codes, Ints, firsts


@dataclass(frozen=True)
class Level:
    """The cells of one zoom in the order of their codes.

    `inner` is where the cells of the zoom below begin that make each cell (of the deepest zoom: its items);
    `contents` is the number of what each cell holds.
    """

    zoom: int
    codes: Codes
    inner: Ints
    contents: Ints

    def blocks(self, shift: int = 0) -> tuple[Codes, Ints]:
        """Return the codes of the blocks (2^shift × 2^shift tiles) with cells, and where the cells of each start."""
        codes = self.codes >> np.uint64(2 * (CELL_BITS + shift))
        starts = firsts(codes)
        return codes[starts], starts


@dataclass(frozen=True)
class Pyramid:
    """Levels from zoom 0 on, and for each content where it begins and ends among the sorted items."""

    levels: Sequence[Level]
    starts: Ints
    stops: Ints

    def sums(self, values: NDArray[Any], chosen: Ints | slice = slice(None)) -> Ints:
        """Return the sum of the items of each content, or of some; exact where that sum fits an int64."""
        # Differences of running sums are exact even where a running sum has wrapped round.
        running = np.zeros(len(values) + 1, np.int64)
        np.cumsum(values, out=running[1:])
        return running[self.stops[chosen]] - running[self.starts[chosen]]

    def least(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return the smallest value among the items of each content."""
        result = np.empty(len(self.starts), values.dtype)
        for level in reversed(self.levels):
            values = np.minimum.reduceat(values, level.inner)
            result[level.contents] = values
        return result


def pyramid(codes: Codes, zoom: int) -> Pyramid:
    """Return the pyramid over items (at least one) whose cells at a zoom have these codes, ascending."""
    inner = firsts(codes)
    starts, stops = [inner], [np.append(inner[1:], len(codes))]
    level = Level(zoom, codes[inner], inner, np.arange(len(inner)))
    levels, first, last, count = [level], inner, stops[0], len(inner)
    for above in range(zoom - 1, -1, -1):
        outer = level.codes >> np.uint64(2)
        inner = firsts(outer)
        ends = np.append(inner[1:], len(outer))
        is_new = ends - inner > 1
        first, last = first[inner], last[ends - 1]
        contents = level.contents[inner]
        contents[is_new] = np.arange(count, count + int(is_new.sum()))
        count += int(is_new.sum())
        starts.append(first[is_new])
        stops.append(last[is_new])
        level = Level(above, outer[inner], inner, contents)
        levels.append(level)
    return Pyramid(levels[::-1], np.concatenate(starts), np.concatenate(stops))
