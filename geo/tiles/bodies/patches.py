"""Cells and bodies with new figures → the tiles that hold them, with other bytes where theirs stood.

A feature's amounts and the names of its largest body stand in one piece in the values of its layer. Where the old piece
is found, once, the new one takes its place, and no other feature is read. Where the new piece has other properties than
the old one, the numbers of all values behind it change: such a tile is left, to be encoded anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import deflate
import numpy as np
import pyarrow as pa

from geo.core.pmtiles import Archive, tile_ids, zxy
from geo.tiles.archive import gzip_tile
from geo.tiles.bodies.changes import Cells
from geo.tiles.bodies.figures import Figures, amounts
from geo.tiles.bodies.grid import CELL_BITS, Codes, Ints, unmorton
from geo.tiles.bodies.layout import Layout
from geo.tiles.bodies.properties import THREADS, Pieces, body_pieces, cell_pieces
from geo.tiles.bodies.totals import Totals
from geo.tiles.protobuf import framed

_LAYER, _NAME_AT = 3, 4  # number of the field; where its name begins, behind version, key and length
_AT_ONCE = 8  # tiles that one thread takes

Edit = tuple[str, bytes, bytes]  # layer, piece of before, piece of after; nothing before: other properties


@dataclass(frozen=True)
class Edits:
    """Features of one zoom and layer: codes of their tiles, pieces of before and after, sums [feature, phase] of both.

    `features` says which of the pieces each feature has.
    """

    zoom: int
    layer: str
    tiles: Codes
    features: Ints
    pieces: tuple[Pieces, Pieces]
    sums: tuple[Ints, Ints]

    def only(self, ids: Set[int]) -> Edits:
        """Return the edits of tiles with these ids."""
        is_in = np.array([number in ids for number in self.ids().tolist()], bool)
        sums = self.sums[0][is_in], self.sums[1][is_in]
        return replace(self, tiles=self.tiles[is_in], features=self.features[is_in], sums=sums)

    def ids(self) -> Ints:
        """Return the id of the tile of each feature."""
        return tile_ids(self.zoom, *unmorton(self.tiles))

    def edits(self) -> list[Edit]:
        """Return the edit of each feature."""
        before, after = self.pieces
        is_alike = (before.shapes == after.shapes).all(axis=1)
        return [(self.layer, before.values[n] if is_alike[n] else b"", after.values[n]) for n in self.features.tolist()]


def edits_of_cells(
    bodies: pa.Table, plan: Layout, phases: Sequence[str], changed: Sequence[Cells], totals: tuple[Totals, Totals]
) -> list[Edits]:
    """Return the edits of cells of all zooms; totals of before and after."""
    contents = np.unique(np.concatenate([some.level.contents[some.cells] for some in changed]))
    found = [(some.amounts.of(contents), some.largest[contents]) for some in totals]
    before, after = (cell_pieces(bodies, phases, *some) for some in found)
    edits = []
    for some in changed:
        level, cells = some.level, some.cells
        if level.zoom == plan.zoom:
            cells = cells[~plan.is_alone[level.inner[cells]]]
        rows = np.searchsorted(contents, level.contents[cells])
        sums = found[0][0].sums[rows], found[1][0].sums[rows]
        tiles = level.codes[cells] >> np.uint64(2 * CELL_BITS)
        edits.append(Edits(level.zoom, "cells", tiles, rows, (before, after), sums))
    return edits


def edits_of_bodies(bodies: pa.Table, plan: Layout, figures: tuple[Figures, Figures], items: Ints) -> Edits:
    """Return the edits of bodies that are shown themselves, of these items; figures of before and after."""
    items = items[plan.is_alone[items]]
    numbers = plan.grid.order[items]
    ordered, rank = np.unique(numbers, return_inverse=True)
    found = []
    for some in figures:
        rows = some.of_bodies(ordered)
        found.append(amounts(rows, np.searchsorted(ordered, rows["body"]), len(ordered), len(some.phases)).of(rank))
    before, after = (body_pieces(bodies, figures[1].phases, some, numbers) for some in found)
    tiles = plan.grid.codes_at(plan.zoom, items) >> np.uint64(2 * CELL_BITS)
    sums = found[0].sums, found[1].sums
    return Edits(plan.zoom, "bodies", tiles, np.arange(len(items)), (before, after), sums)


def patched(old: Archive, every: Sequence[Edits]) -> dict[int, bytes]:
    """Return by its id each tile with edits, compressed; nothing for a tile that must be encoded anew. Two threads."""
    wanted: dict[int, list[Edit]] = defaultdict(list)
    for some in every:
        for number, edit in zip(some.ids().tolist(), some.edits(), strict=True):
            wanted[number].append(edit)
    ids = np.fromiter(wanted, np.int64, len(wanted))
    places = list(zip(*(part.tolist() for part in zxy(ids)), strict=True))
    given = [(old.tile(*place), edits) for place, edits in zip(places, wanted.values(), strict=True)]
    batches = [given[start : start + _AT_ONCE] for start in range(0, len(given), _AT_ONCE)]
    with ThreadPoolExecutor(THREADS) as threads:
        made = threads.map(lambda batch: [_patched_tile(*some) for some in batch], batches)
        return dict(zip(wanted, (tile for batch in made for tile in batch), strict=True))


def _patched_tile(tile: bytes | None, edits: Sequence[Edit]) -> bytes:
    if tile is None or not all(before for _, before, _ in edits):
        return b""
    layers = []
    for content in _layers(bytes(deflate.gzip_decompress(tile))):
        own = [edit for edit in edits if content.startswith(edit[0].encode(), _NAME_AT)]
        layers.append(_replaced(content, own))
    return gzip_tile(b"".join(framed(_LAYER, layer) for layer in layers)) if all(layers) else b""


def _layers(message: bytes) -> list[bytes]:
    """Return the contents of the layers of a tile."""
    found, at = [], 0
    while at < len(message):
        at, size, shift = at + 1, 0, 0
        while True:
            octet = message[at]
            at, size, shift = at + 1, size | (octet & 127) << shift, shift + 7
            if octet < 128:
                break
        found.append(message[at : at + size])
        at += size
    return found


def _replaced(content: bytes, edits: Sequence[Edit]) -> bytes:
    """Return a layer with its pieces replaced; nothing where one of them is not there, or more than once."""
    found = sorted((content.find(before), before, after) for _, before, after in edits)
    parts, end = [], 0
    for start, before, after in found:
        if start < end or content.find(before, start + 1) >= 0:
            return b""
        parts += [content[end:start], after]
        end = start + len(before)
    return b"".join([*parts, content[end:]])
