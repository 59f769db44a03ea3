"""Blocks of value tiles of all zooms in one order: codes that tell their zoom, and the tile that each block is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geo.core.pmtiles import tile_ids
from geo.tiles.bodies.grid import CELL_BITS, Codes, Grid, Ints, stretches, unmorton

_BLOCK_BITS = 40  # of the code of a block, below its zoom


@dataclass(frozen=True)
class Blocks:
    """Every block in which some body stands, in the order of their codes, and its tile in an archive."""

    codes: Codes
    ids: Ints

    @classmethod
    def of(cls, grid: Grid, shifts: Sequence[int]) -> Blocks:
        """Return the blocks of a grid; the block of a zoom is 2^shift × 2^shift tiles."""
        codes, ids = [], []
        for zoom, shift in enumerate(shifts):
            blocks = np.unique(grid.codes_at(zoom) >> bits_within(shift))
            codes.append(of_zoom(blocks, zoom))
            ids.append(tile_ids(zoom, *unmorton(blocks)))
        return cls(np.concatenate(codes), np.concatenate(ids))

    def tiles(self, blocks: Codes) -> Ints:
        """Return the tile of each of some blocks."""
        return self.ids[np.searchsorted(self.codes, blocks)]


def bits_within(shift: int) -> np.uint64:
    """Return by how many bits the code of a cell is longer than that of its block."""
    return np.uint64(2 * (CELL_BITS + shift))


def of_zoom(blocks: Codes, zoom: int) -> Codes:
    """Return codes of blocks that tell their zoom, and stand behind those of the zooms before."""
    return blocks | np.uint64(zoom << _BLOCK_BITS)


def rows_of(blocks: Codes, chosen: Codes) -> Ints:
    """Return the rows of some blocks; both ascend."""
    starts, stops = (np.searchsorted(blocks, chosen, side) for side in ("left", "right"))
    return stretches(starts, stops - starts)[0]
