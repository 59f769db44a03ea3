"""A layout and its figures → tiles: which features each tile shows, and their bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from geo.core.pmtiles import tile_ids
from geo.tiles.archive import gzipped
from geo.tiles.figures import Amounts
from geo.tiles.grid import CELL_BITS, DEEPEST, EXTENT, Grid, Ints, cell_ids, unmorton
from geo.tiles.layout import Layout
from geo.tiles.points import Layer, Rows, joined
from geo.tiles.properties import Words, body_columns, cell_columns, described
from geo.tiles.pyramid import Level, Pyramid


@dataclass(frozen=True)
class Part:
    """Some tiles of one zoom: ids, compressed bytes, and the sum of each phase over what was written into them."""

    zoom: int
    ids: Ints
    tiles: list[bytes]
    sums: tuple[int, ...]


class Shown:
    """What is shown: the layers with their tables of contents, and the sums that stand in them."""

    def __init__(self, words: Words, plan: Layout, found: Amounts, phases: Sequence[str]) -> None:
        """Take the amounts of every body, in the order of their numbers."""
        self.plan, order = plan, plan.grid.order
        self._cells = plan.cells
        # A content that only lone bodies of the last zoom have is shown as those.
        self._row = np.full(len(self._cells.starts), -1)
        for level in self._cells.levels[:-1]:
            self._row[level.contents] = 0
        last = self._cells.levels[-1]
        self._row[last.contents[~plan.is_alone[last.inner]]] = 0
        used = np.flatnonzero(self._row == 0)
        self._row[used] = np.arange(len(used))
        sums = np.stack([self._cells.sums(found.sums[order, n])[used] for n in range(len(phases))], axis=1)
        has = np.stack([self._cells.sums(found.has[order, n])[used] > 0 for n in range(len(phases))], axis=1)
        facts = _facts(self._cells, plan.grid, words, largest_first(found, phases))
        columns = cell_columns(words, Amounts(sums, has), phases, {name: facts[name][used] for name in facts})
        self.cell_sums, self.cells = sums, Layer("cells", columns)
        self._x, self._y = facts["x"], facts["y"]
        alone = order[plan.is_alone]
        own = Amounts(found.sums[alone], found.has[alone])
        of_bodies = body_columns(words, own, phases, alone)
        self.body_sums, self.bodies = own.sums, Layer("bodies", of_bodies)
        self._body_row = np.cumsum(plan.is_alone) - 1
        self.fields = {"cells": described(phases, columns), "bodies": described(phases, of_bodies)}

    def encoded(self, level: Level, cells: Ints, starts: Ints) -> Part:
        """Return whole tiles of a zoom: `cells` are the places of their cells in the level, `starts` parts them."""
        tiles = level.codes[cells[starts]] >> np.uint64(2 * CELL_BITS)
        x, y = unmorton(tiles)
        sizes = np.diff(np.append(starts, len(cells)))
        tile = np.repeat(np.arange(len(starts)), sizes)
        if level.zoom < self.plan.zoom:
            raw, sums = self._cells_of(level, cells, tile, len(starts))
        else:
            alone = self.plan.is_alone[level.inner[cells]]
            raw, sums = self._cells_of(level, cells[~alone], tile[~alone], len(starts))
            bodies, more = self._bodies_of(level, cells[alone], tile[alone], len(starts))
            raw, sums = joined(raw, bodies), sums + more
        return Part(level.zoom, tile_ids(level.zoom, x, y), gzipped(raw), tuple(map(int, sums)))

    def _cells_of(self, level: Level, cells: Ints, tile: Ints, tiles: int) -> tuple[pa.BinaryArray, Ints]:
        contents = level.contents[cells]
        rows = self._row[contents]
        ids = cell_ids(level.codes[cells], level.zoom)
        x, y = self._local(self._x[contents], self._y[contents], level.zoom)
        return self.cells.encoded(Rows(tile, rows, ids, x, y), tiles), self.cell_sums[rows].sum(axis=0)

    def _bodies_of(self, level: Level, cells: Ints, tile: Ints, tiles: int) -> tuple[pa.BinaryArray, Ints]:
        starts = level.inner[cells]
        sizes = np.append(level.inner, len(self.plan.is_alone))[cells + 1] - starts
        items = np.repeat(starts - (np.cumsum(sizes) - sizes), sizes) + np.arange(int(sizes.sum()))
        rows, grid = self._body_row[items], self.plan.grid
        x, y = self._local(grid.x[items], grid.y[items], level.zoom)
        chosen = Rows(np.repeat(tile, sizes), rows, grid.order[items], x, y)
        return self.bodies.encoded(chosen, tiles), self.body_sums[rows].sum(axis=0)

    @staticmethod
    def _local(x: Ints, y: Ints, zoom: int) -> tuple[Ints, Ints]:
        return (x >> (DEEPEST - zoom)) & (EXTENT - 1), (y >> (DEEPEST - zoom)) & (EXTENT - 1)


def largest_first(found: Amounts, phases: Sequence[str]) -> Ints:
    """Return the rank of each body by what it executed (of the last phase, where none is called so); ties by number."""
    phase = list(phases).index("executed") if "executed" in phases else len(phases) - 1
    sums, has = found.sums[:, phase], found.has[:, phase]
    # ~sum orders as -sum does, and the smallest int64 has one as well.
    order = np.lexsort((~sums, ~has)) if not has.all() else np.argsort(~sums, kind="stable")
    ranks = np.empty(len(order), np.int64)
    ranks[order] = np.arange(len(order))
    return ranks


def _facts(cells: Pyramid, grid: Grid, words: Words, ranks: Ints) -> Mapping[str, NDArray[Any]]:
    """Return of each content: bodies, synthetic ones, the least exactness, the largest body and the mean position."""
    count = cells.stops - cells.starts
    by_rank = np.empty(len(ranks), np.int64)
    by_rank[ranks] = np.arange(len(ranks))
    return {
        "bodies": count,
        "synthetic": cells.sums(words.flags["is_synthetic"][grid.order]),
        "exactness": -cells.least(-words.exactness[0][grid.order]),
        "largest": by_rank[cells.least(ranks[grid.order])],
        "x": cells.sums(grid.x) // count,
        "y": cells.sums(grid.y) // count,
    }
