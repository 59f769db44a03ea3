"""A layout and its figures → tiles: which features each tile shows, and their bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from geo.core.pmtiles import tile_ids
from geo.tiles.archive import gzipped
from geo.tiles.bodies.figures import Amounts, leading
from geo.tiles.bodies.grid import CELL_BITS, DEEPEST, EXTENT, Grid, Ints, cell_ids, stretches, unmorton
from geo.tiles.bodies.layout import Flags, Layout
from geo.tiles.bodies.points import Layer, Rows, joined
from geo.tiles.bodies.properties import Words, body_columns, cell_columns, flags
from geo.tiles.bodies.pyramid import Level, Pyramid


@dataclass(frozen=True)
class Part:
    """Some tiles of one zoom: ids, compressed bytes, and the sum of each phase over what was written into them."""

    zoom: int
    ids: Ints
    tiles: list[bytes]
    sums: tuple[int, ...]


@dataclass(frozen=True)
class Tiles:
    """Some whole tiles of a zoom: the places of their cells in the level, and where those of each tile begin."""

    level: Level
    cells: Ints
    starts: Ints


class Shown:
    """What some tiles show: the layers with their tables of contents, and the sums that stand in them."""

    def __init__(
        self, bodies: pa.Table, plan: Layout, found: Amounts, phases: Sequence[str], tiles: Sequence[Tiles]
    ) -> None:
        """Take the amounts of every body, in the order of their numbers."""
        self.plan, self._cells, order = plan, plan.cells, plan.grid.order
        contents, items = _needed(plan, tiles)
        self._row, self._body_row = _rows(contents, len(self._cells.starts)), _rows(items, len(order))
        facts = _facts(self._cells, plan.grid, bodies, largest_first(found, phases), contents)
        alone = order[items]
        words = Words(bodies, _distinct(np.concatenate([facts["largest"], alone]), bodies.num_rows))
        facts["exactness"] = -self._cells.least(-words.exactness[0][order])[contents]
        self._x, self._y = facts["x"], facts["y"]
        self.cell_sums = np.stack([self._cells.sums(part[order], contents) for part in found.sums.T], axis=1)
        self.of_cells = Amounts(self.cell_sums, _has(self._cells, found.has[order], contents))
        self._largest = facts["largest"]
        of_cells = cell_columns(words, self.of_cells, phases, facts)
        own = Amounts(found.sums[alone], found.has[alone])
        of_bodies = body_columns(words, own, phases, alone)
        self.body_sums = own.sums
        self.cells, self.bodies = Layer("cells", of_cells), Layer("bodies", of_bodies)

    def totals(self, contents: Ints) -> tuple[Amounts, Ints]:
        """Return amounts and largest bodies of contents, all of them among those of the cells that are shown."""
        rows = self._row[contents]
        return self.of_cells.of(rows), self._largest[rows]

    def encoded(self, tiles: Tiles) -> Part:
        """Return some of the tiles."""
        level, cells, starts = tiles.level, tiles.cells, tiles.starts
        codes = level.codes[cells[starts]] >> np.uint64(2 * CELL_BITS)
        x, y = unmorton(codes)
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
        x, y = self._local(self._x[rows], self._y[rows], level.zoom)
        return self.cells.encoded(Rows(tile, rows, ids, x, y), tiles), self.cell_sums[rows].sum(axis=0)

    def _bodies_of(self, level: Level, cells: Ints, tile: Ints, tiles: int) -> tuple[pa.BinaryArray, Ints]:
        items, sizes = _items(level, cells, len(self.plan.is_alone))
        rows, grid = self._body_row[items], self.plan.grid
        x, y = self._local(grid.x[items], grid.y[items], level.zoom)
        chosen = Rows(np.repeat(tile, sizes), rows, grid.order[items], x, y)
        return self.bodies.encoded(chosen, tiles), self.body_sums[rows].sum(axis=0)

    @staticmethod
    def _local(x: Ints, y: Ints, zoom: int) -> tuple[Ints, Ints]:
        return (x >> (DEEPEST - zoom)) & (EXTENT - 1), (y >> (DEEPEST - zoom)) & (EXTENT - 1)


def largest_first(found: Amounts, phases: Sequence[str]) -> Ints:
    """Return the rank of each body by what it executed (of the last phase, where none is called so); ties by number."""
    phase = leading(phases)
    sums, has = found.sums[:, phase], found.has[:, phase]
    # ~sum orders as -sum does, and the smallest int64 has one as well.
    if not has.all():
        order = np.lexsort((~sums, ~has))
    else:
        order = np.argsort(~sums)  # much faster than a stable one, and the same where no two are equal
        if (np.diff(sums[order]) == 0).any():
            order = np.argsort(~sums, kind="stable")
    ranks = np.empty(len(order), np.int64)
    ranks[order] = np.arange(len(order))
    return ranks


def _has(cells: Pyramid, has: Flags, contents: Ints) -> Flags:
    """Return whether any item of each content has a figure of each phase."""
    if has.all():
        return np.ones((len(contents), has.shape[1]), bool)
    return np.stack([cells.sums(part, contents) > 0 for part in has.T], axis=1)


def _needed(plan: Layout, tiles: Sequence[Tiles]) -> tuple[Ints, Ints]:
    """Return the contents of all cells that the tiles show, and the items that they show themselves; both ascending."""
    is_needed, is_shown = np.zeros(len(plan.cells.starts), bool), np.zeros(len(plan.is_alone), bool)
    for some in tiles:
        cells = some.cells
        if some.level.zoom == plan.zoom:
            alone = plan.is_alone[some.level.inner[cells]]
            is_shown[_items(some.level, cells[alone], len(is_shown))[0]] = True
            cells = cells[~alone]
        is_needed[some.level.contents[cells]] = True
    return np.flatnonzero(is_needed), np.flatnonzero(is_shown)


def _items(level: Level, cells: Ints, count: int) -> tuple[Ints, Ints]:
    """Return the items of cells of the last zoom, cell by cell, and how many each has."""
    starts = level.inner[cells]
    sizes = np.append(level.inner, count)[cells + 1] - starts
    return stretches(starts, sizes)[0], sizes


def _rows(chosen: Ints, count: int) -> Ints:
    """Return the place of each chosen number among the chosen, -1 for the others."""
    rows = np.full(count, -1)
    rows[chosen] = np.arange(len(chosen))
    return rows


def _distinct(numbers: Ints, count: int) -> Ints:
    occurs = np.zeros(count, bool)
    occurs[numbers] = True
    return np.flatnonzero(occurs)


def _facts(cells: Pyramid, grid: Grid, bodies: pa.Table, ranks: Ints, chosen: Ints) -> dict[str, NDArray[Any]]:
    """Return of each chosen content: bodies, synthetic ones, the largest body and the mean position."""
    count = (cells.stops - cells.starts)[chosen]
    by_rank = np.empty(len(ranks), np.int64)
    by_rank[ranks] = np.arange(len(ranks))
    return {
        "bodies": count,
        "synthetic": cells.sums(flags(bodies["is_synthetic"])[grid.order], chosen),
        "largest": by_rank[cells.least(ranks[grid.order])[chosen]],
        "x": cells.sums(grid.x, chosen) // count,
        "y": cells.sums(grid.y, chosen) // count,
    }
