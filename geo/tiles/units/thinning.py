"""Which vertices of an arc a zoom needs: Visvalingam's areas, all local minima of a round at once.

A vertex goes when the triangle with its two neighbours is smaller than what the zoom can show. Ends of arcs stay.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geo.tiles.units.ragged import Ints

Floats = NDArray[np.float64]
_SHUFFLE = 0x9E3779B97F4A7C15  # spreads equal areas, so that a straight line does not go vertex by vertex


def least_zooms(points: Floats, starts: Ints, limits: Floats) -> NDArray[np.int8]:
    """Return the lowest zoom that each vertex is kept for; `limits` are the smallest areas kept, by zoom, falling.

    A vertex that even the highest zoom can do without has the number behind it.
    """
    line = _Line(points, starts)
    least = np.zeros(len(points), np.int8)
    for zoom in range(len(limits) - 1, -1, -1):
        least[line.thinned(limits[zoom])] = zoom + 1
    return least


class _Line:
    """All arcs as linked lists, with the area that each vertex makes with its neighbours."""

    def __init__(self, points: Floats, starts: Ints) -> None:
        count = len(points)
        self.x, self.y = np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1])
        self.before, self.after = np.arange(count) - 1, np.arange(count) + 1
        self.rank = (np.arange(count, dtype=np.uint64) * np.uint64(_SHUFFLE)) >> np.uint64(16)
        is_inner = np.ones(count, bool)
        is_inner[starts[:-1]] = is_inner[starts[1:] - 1] = False
        self.inner = np.flatnonzero(is_inner)
        self.area = np.full(count, np.inf)
        self.area[self.inner] = self._areas(self.inner)

    def thinned(self, limit: float) -> Ints:
        """Take vertices out, least area first, until none is below the limit; return them."""
        removed = []
        active = self.inner[self.area[self.inner] < limit]
        while len(active):
            gone = active[self._is_least(active, self.before[active]) & self._is_least(active, self.after[active])]
            left, right = self.before[gone], self.after[gone]
            self.after[left], self.before[right] = right, left
            self.area[gone] = np.nan
            removed.append(gone)
            touched = np.concatenate([left, right])
            touched = touched[np.isfinite(self.area[touched])]
            self.area[touched] = self._areas(touched)
            active = np.unique(np.concatenate([active, touched]))
            active = active[self.area[active] < limit]
        self.inner = self.inner[~np.isnan(self.area[self.inner])]
        return np.concatenate(removed) if removed else self.inner[:0]

    def _is_least(self, own: Ints, other: Ints) -> NDArray[np.bool_]:
        mine, theirs = self.area[own], self.area[other]
        return (mine < theirs) | ((mine == theirs) & (self.rank[own] < self.rank[other]))

    def _areas(self, at: Ints) -> Floats:
        a, b = self.before[at], self.after[at]
        x, y = self.x[at], self.y[at]
        return np.abs((self.x[a] - x) * (self.y[b] - y) - (self.x[b] - x) * (self.y[a] - y)) / 2
