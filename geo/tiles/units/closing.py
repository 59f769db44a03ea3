"""Pieces of rings within tiles → closed rings of every tile and shape.

A piece that leaves the square goes on along its edge, the shape on its left, to where the next piece comes in.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.tiles.units.clip import HIGH, LOW, SIDE, Pieces, Window, covered, on_edge, pieces_of
from geo.tiles.units.mesh import Rings
from geo.tiles.units.nesting import TileRings, nested_rings
from geo.tiles.units.ragged import Ints, following, heads, ranges

_CORNERS = np.array([(LOW, LOW), (HIGH, LOW), (HIGH, HIGH), (LOW, HIGH)] * 2)
_TANGENTS = _CORNERS[1:5] - _CORNERS[:4]


@dataclass(frozen=True)
class _Links:
    """Which piece follows each one in its closed ring, and the corners of the square between them."""

    after: Ints
    corner: Ints
    corners: Ints
    is_exit: NDArray[np.bool_]


def tile_rings(rings: Rings, window: Window) -> TileRings:
    """Return the rings of all shapes in all wanted tiles; outer rings have a positive area, holes follow theirs."""
    pieces = pieces_of(rings.x, rings.y, rings.starts, True, window)
    links = _linked(rings, pieces, window)
    order, ring = _cycles(links.after)
    tile, shape = pieces.tile[order], rings.shape[pieces.line[order]]
    wide_tile, wide_shape = _squares(rings, pieces, links, window)
    # A whole square is a ring of no vertices and four corners.
    none, four = np.zeros(len(wide_tile), np.int64), np.full(len(wide_tile), 4)
    begins = _pairs(np.append(pieces.begin[order], none), np.append(links.corner[order], none))
    own = pieces.segments + links.is_exit
    lengths = _pairs(np.append(own[order], none), np.append(links.corners[order], four))
    tile, shape = np.append(tile, wide_tile), np.append(shape, wide_shape)
    count = int(ring[-1]) + 1 if len(ring) else 0
    ring = np.append(ring, count + np.arange(len(wide_tile)))
    x, y = _vertices(rings, window, begins, lengths, np.repeat(tile, 2))
    of_ring = np.repeat(np.repeat(ring, 2), lengths)
    is_head = heads(ring)
    return nested_rings(x, y, of_ring, tile[is_head], shape[is_head])


def _pairs(first: Ints, second: Ints) -> Ints:
    return np.column_stack([first, second]).ravel()


def _linked(rings: Rings, pieces: Pieces, window: Window) -> _Links:
    """Return how pieces follow each other: over the ring's own first vertex, or along the edge of the square."""
    count = len(pieces.tile)
    first, end = rings.starts[:-1][pieces.line], rings.starts[1:][pieces.line]
    head = np.flatnonzero(heads(pieces.tile, pieces.line)) if count else np.zeros(0, np.int64)
    tail = np.append(head[1:], count) - 1 if count else head
    goes_on = (pieces.begin[head] == first[head]) & (pieces.begin[tail] + pieces.segments[tail] == end[tail])
    goes_on &= ~on_edge(rings.x[first[head]], rings.y[first[head]], pieces.tile[head], window)
    after = np.full(count, -1)
    after[tail[goes_on]] = head[goes_on]
    is_exit, is_entry = after < 0, np.ones(count, bool)
    is_entry[head[goes_on]] = False
    links = _Links(after, np.zeros(count, np.int64), np.zeros(count, np.int64), is_exit)
    _along_edges(links, np.flatnonzero(is_entry), rings, pieces, window)
    return links


def _along_edges(links: _Links, entries: Ints, rings: Rings, pieces: Pieces, window: Window) -> None:
    """Fill in what follows each piece that leaves its square."""
    exits = np.flatnonzero(links.is_exit)
    after = following(rings.starts, is_closed=True)
    leaves = after[pieces.begin[exits] + pieces.segments[exits] - 1]
    comes = pieces.begin[entries]
    piece = np.concatenate([exits, entries])
    vertex = np.concatenate([leaves, comes])
    inner = np.concatenate([pieces.begin[exits] + pieces.segments[exits] - 1, after[comes]])
    place, slant = _places(rings, window, pieces.tile[piece], vertex, inner)
    is_exit = np.arange(len(piece)) < len(exits)
    tile, shape = pieces.tile[piece], rings.shape[pieces.line[piece]]
    order = np.lexsort((slant, place, shape, tile))
    group = np.cumsum(heads(tile[order], shape[order])) if len(order) else order
    last = np.append(group[1:] != group[:-1], True) if len(order) else np.zeros(0, bool)
    until = np.arange(1, len(order) + 1)
    until[last] = np.searchsorted(group, group[last])
    leaving = np.flatnonzero(is_exit[order])
    coming = until[leaving]
    if is_exit[order][coming].any():
        raise ValueError("rings cross: what leaves a tile does not come back")
    source, target = order[leaving], order[coming]
    first = place[source] // SIDE + 1
    end = -(-(place[target] + 4 * SIDE * last[leaving]) // SIDE)
    links.after[piece[source]] = piece[target]
    links.corner[piece[source]] = first % 4
    links.corners[piece[source]] = np.maximum(end - first, 0)


def _places(rings: Rings, window: Window, tile: Ints, vertex: Ints, inner: Ints) -> tuple[Ints, NDArray[np.float64]]:
    """Return how far along the edge of its square each vertex lies, and how its line leans that way.

    Lines that meet the edge in one point come in the order in which they would meet the edge of a hair less.
    """
    left, top = window.corner(tile)
    x, y = rings.x[vertex] - left, rings.y[vertex] - top
    conditions = [y == LOW, x == HIGH, y == HIGH]
    choices = [x - LOW, SIDE + y - LOW, 2 * SIDE + HIGH - x]
    place = np.select(conditions, choices, 3 * SIDE + HIGH - y)
    # A side ends where the next begins.
    place = np.where((x == HIGH) & (y == LOW), SIDE, place)
    tangent = _TANGENTS[place // SIDE] // SIDE
    step = np.column_stack([rings.x[inner] - rings.x[vertex], rings.y[inner] - rings.y[vertex]])
    forward = (step * tangent).sum(axis=1)
    inward = step[:, 1] * tangent[:, 0] - step[:, 0] * tangent[:, 1]
    return place, forward / inward


def _cycles(after: Ints) -> tuple[Ints, Ints]:
    """Return the pieces ring by ring, and the number of the ring of each."""
    following_piece = after.tolist()
    order, ring, count = [], [], 0
    for start in range(len(following_piece)):
        piece = start
        if following_piece[piece] < 0:
            continue
        while following_piece[piece] >= 0:
            order.append(piece)
            ring.append(count)
            following_piece[piece], piece = -1, following_piece[piece]
        count += 1
    return np.array(order, np.int64), np.array(ring, np.int64)


def _squares(rings: Rings, pieces: Pieces, links: _Links, window: Window) -> tuple[Ints, Ints]:
    """Return (tile, shape) of the squares whose edge lies wholly within a shape."""
    tile, shape = covered(rings, window)
    count = int(rings.shape.max(initial=0)) + 1
    crossed = pieces.tile[links.is_exit] * count + rings.shape[pieces.line[links.is_exit]]
    is_whole = ~np.isin(tile * count + shape, crossed)
    return tile[is_whole], shape[is_whole]


def _vertices(rings: Rings, window: Window, begins: Ints, lengths: Ints, tile: Ints) -> tuple[Ints, Ints]:
    """Return the vertices of runs that are in turn vertices of a ring and corners, in the tiles' coordinates."""
    places = ranges(begins, lengths)
    is_corner = np.repeat(np.arange(len(begins)) % 2 == 1, lengths)
    ring = np.searchsorted(rings.starts, begins, side="right") - 1
    end = np.repeat(rings.starts[1:][np.minimum(ring, len(rings.shape) - 1)], lengths)
    begin = np.repeat(rings.starts[np.minimum(ring, len(rings.shape) - 1)], lengths)
    places = np.where(~is_corner & (places >= end), begin, places)
    left, top = window.corner(np.repeat(tile, lengths))
    own = np.where(is_corner, 0, places)
    corner = np.where(is_corner, places, 0)
    x = np.where(is_corner, _CORNERS[corner, 0], rings.x[own] - left)
    y = np.where(is_corner, _CORNERS[corner, 1], rings.y[own] - top)
    return x, y
