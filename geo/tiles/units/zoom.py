"""One zoom of an edition: its arcs on the zoom's grid, cut into tiles: polygons, borders as lines, label points."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from geo.tiles.units.arcs import Arcs
from geo.tiles.units.clip import Window, pieces_of
from geo.tiles.units.closing import tile_rings
from geo.tiles.units.commands import geometries, points
from geo.tiles.units.features import TileLayer
from geo.tiles.units.mesh import EXTENT, Coverage, Rings, meshed
from geo.tiles.units.ragged import Ints, heads, ranges

WORLD_BITS = 31  # of the whole map's width: a unit is two centimetres at the equator
_EXTENT_BITS = 12


@dataclass(frozen=True)
class Labels:
    """Points with a name, in world units, and the lowest zoom that each is worth its room."""

    layer: TileLayer
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    least: Ints


@dataclass(frozen=True)
class Drawing:
    """Everything that the tiles of an edition are drawn from; shapes are numbered coverage by coverage."""

    arcs: Arcs  # points in world units
    least: NDArray[np.int8]  # lowest zoom of each point
    coverages: Sequence[Coverage]
    layers: Sequence[TileLayer]  # of the polygons, one for each coverage
    borders: TileLayer  # rows: outer and inner of each level; levels are the first coverages
    labels: Sequence[Labels]

    def at(self, zoom: int) -> Arcs:
        """Return the arcs of a zoom: the vertices that it needs, in units of its grid."""
        is_kept = self.least <= zoom
        kept = np.concatenate([[0], np.cumsum(is_kept)])
        scale = 0.5 ** (WORLD_BITS - _EXTENT_BITS - zoom)
        return replace(self.arcs, points=self.arcs.points[is_kept] * scale, starts=kept[self.arcs.starts])


@dataclass(frozen=True)
class _Features:
    """Features ordered by tile and layer: which tile, which layer of it, which row of that, its geometry."""

    tile: Ints
    layer: Ints
    row: Ints
    geometries: Sequence[bytes]


Tiles = dict[int, list[bytes]]


def zoom_tiles(drawing: Drawing, window: Window) -> tuple[Ints, list[bytes]]:
    """Return the number of each tile of the window that holds anything, ascending, and the tiles."""
    found: Tiles = defaultdict(list)
    arcs, rings = meshed(drawing.at(window.zoom), drawing.coverages)
    _polygons(found, drawing, rings, window)
    if drawing.borders.rows:
        _borders(found, drawing, arcs, window)
    for labels in drawing.labels:
        _labels(found, labels, window)
    numbers = sorted(found)
    return np.array(numbers, np.int64), [b"".join(found[number]) for number in numbers]


def _polygons(found: Tiles, drawing: Drawing, rings: Rings, window: Window) -> None:
    cut = tile_rings(rings, window)
    firsts = np.flatnonzero(heads(cut.tile, cut.shape)) if len(cut.tile) else np.zeros(0, np.int64)
    drawn = geometries(cut.x, cut.y, cut.starts, np.append(firsts, len(cut.tile)), is_closed=True)
    shapes = cut.shape[firsts]
    layer = np.searchsorted([row.stop for row in drawing.coverages], shapes, side="right")
    rows = shapes - np.array([row.first for row in drawing.coverages], np.int64)[layer]
    _add(found, drawing.layers, _Features(cut.tile[firsts], layer, rows, drawn))


def _borders(found: Tiles, drawing: Drawing, arcs: Arcs, window: Window) -> None:
    """Add every line beside units once, with the highest level that it belongs to."""
    line, row = border_lines(arcs, drawing.coverages[: len(drawing.borders.rows) // 2])
    sizes = np.diff(arcs.starts)[line]
    x, y = arcs.points[ranges(arcs.starts[line], sizes)].T.astype(np.int64)
    starts = np.concatenate([[0], np.cumsum(sizes)])
    pieces = pieces_of(x, y, starts, False, window)
    order = np.lexsort((pieces.begin, row[pieces.line], pieces.tile))
    tile, rows = pieces.tile[order], row[pieces.line[order]]
    if not len(order):
        return
    lengths = pieces.segments[order] + 1
    places = ranges(pieces.begin[order], lengths)
    left, top = window.corner(np.repeat(tile, lengths))
    firsts = np.flatnonzero(heads(tile, rows))
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    drawn = geometries(x[places] - left, y[places] - top, offsets, np.append(firsts, len(tile)), is_closed=False)
    _add(found, [drawing.borders], _Features(tile[firsts], np.zeros_like(firsts), rows[firsts], drawn))


def border_lines(arcs: Arcs, levels: Sequence[Coverage]) -> tuple[Ints, Ints]:
    """Return the arcs that are borders, and the row of each: 2 · level, and one more where units lie on both sides."""
    ring = np.repeat(np.arange(len(arcs.ring_shape)), np.diff(arcs.ring_starts))
    level = np.searchsorted([row.stop for row in levels], arcs.ring_shape[ring], side="right")
    is_unit = level < len(levels)
    sides = np.zeros((len(levels), len(arcs.starts) - 1), np.int64)
    np.add.at(sides, (level[is_unit], arcs.steps[is_unit]), 1)
    highest = (sides > 0).argmax(axis=0)
    count = sides[highest, np.arange(sides.shape[1])]
    row = 2 * highest + (count > 1)
    ends = arcs.points[np.column_stack([arcs.starts[:-1], arcs.starts[1:] - 1])]
    is_loop = (ends[:, 0] == ends[:, 1]).all(axis=1)
    sizes = np.diff(arcs.starts)
    line = np.flatnonzero((count > 0) & (sizes > 1) & ~(is_loop & (sizes < 4)))
    # Where what lay between two borders has vanished they are one.
    short = line[sizes[line] == 2]
    packed = np.sort((ends[short, :, 0].astype(np.int64) << 32) | ends[short, :, 1].astype(np.int64), axis=1)
    _, kept = np.unique(packed[np.lexsort((row[short],))], axis=0, return_index=True)
    once = short[np.lexsort((row[short],))][kept]
    line = np.sort(np.concatenate([line[sizes[line] > 2], once]))
    return line, row[line]


def _labels(found: Tiles, labels: Labels, window: Window) -> None:
    row = np.flatnonzero(labels.least <= window.zoom)
    scale = 0.5 ** (WORLD_BITS - _EXTENT_BITS - window.zoom)
    x = np.floor(labels.x[row] * scale).astype(np.int64)
    y = np.floor(labels.y[row] * scale).astype(np.int64)
    tile = window.number(x // EXTENT, y // EXTENT)
    order = np.lexsort((row, tile))
    drawn = points((x % EXTENT)[order], (y % EXTENT)[order])
    _add(found, [labels.layer], _Features(tile[order], np.zeros_like(order), row[order], drawn))


def _add(found: Tiles, layers: Sequence[TileLayer], features: _Features) -> None:
    """Add to each tile the layers that its features make."""
    if not len(features.tile):
        return
    bounds = np.append(np.flatnonzero(heads(features.tile, features.layer)), len(features.tile)).tolist()
    tiles, numbers, rows = features.tile.tolist(), features.layer.tolist(), features.row.tolist()
    for begin, end in pairwise(bounds):
        found[tiles[begin]].append(layers[numbers[begin]].encoded(rows[begin:end], features.geometries[begin:end]))
