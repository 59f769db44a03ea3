"""Closed rings of tiles → rings that touch themselves nowhere, outer ones first, each followed by its holes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from geo.tiles.units.clip import LOW
from geo.tiles.units.ragged import Ints, following, heads, ranges

_BITS = 14  # of a coordinate within a tile and its margin


@dataclass(frozen=True)
class TileRings:
    """Rings in the coordinates of their tiles, ordered by tile and shape; the closing vertex is left out."""

    x: Ints
    y: Ints
    starts: Ints
    tile: Ints
    shape: Ints
    area: Ints  # twice the area, negative for a hole


def nested_rings(x: Ints, y: Ints, ring: Ints, tile: Ints, shape: Ints) -> TileRings:
    """Return rings by tile and shape, each outer one before its holes; what has no area is left out.

    `ring` is the number of each vertex's ring, ascending; `tile` and `shape` say where each ring belongs.
    """
    x, y, ring = _without_repeats(x, y, ring)
    order, parts, source = _apart(x, y, ring, len(tile))
    x, y, ring = x[order], y[order], parts
    tile, shape = tile[source], shape[source]
    starts = np.searchsorted(ring, np.arange(len(tile) + 1))
    after = following(starts, is_closed=True)
    area = np.diff(np.concatenate([[0], np.cumsum(x * y[after] - x[after] * y)])[starts])
    rings = TileRings(x, y, starts, tile, shape, area)
    order = np.lexsort((area < 0, _outer_rings(rings), shape, tile))
    order = order[area[order] != 0]
    sizes = np.diff(starts)[order]
    places = ranges(starts[order], sizes)
    offsets = np.concatenate([[0], np.cumsum(sizes)])
    return TileRings(x[places], y[places], offsets, tile[order], shape[order], area[order])


def _without_repeats(x: Ints, y: Ints, ring: Ints) -> tuple[Ints, Ints, Ints]:
    """Return vertices none of which is the one before it in its ring."""
    starts = np.append(np.flatnonzero(heads(ring)), len(ring)) if len(ring) else np.zeros(1, np.int64)
    after = following(starts, is_closed=True)
    is_kept = (x != x[after]) | (y != y[after])
    return x[is_kept], y[is_kept], ring[is_kept]


def _apart(x: Ints, y: Ints, ring: Ints, count: int) -> tuple[Ints, Ints, Ints]:
    """Return an order of the vertices and new numbers of their rings so that no ring meets a point twice.

    The third result holds the old number of each new ring. A hole that touches the outer ring becomes one ring with it
    where the edge of a tile cuts both.
    """
    keys = (ring << 2 * _BITS) | ((x - LOW) << _BITS) | (y - LOW)
    ordered = np.sort(keys)
    touching = np.unique(ordered[1:][ordered[1:] == ordered[:-1]] >> 2 * _BITS)
    starts = np.searchsorted(ring, np.append(touching, touching + 1))
    places = np.arange(len(x))
    source = np.arange(count)
    if not len(touching):
        return places, ring, source
    loops: list[Ints] = []
    owners: list[int] = []
    for number, first, end in zip(touching.tolist(), *starts.reshape(2, -1).tolist(), strict=True):
        for loop in _loops(keys[first:end].tolist()):
            loops.append(first + np.array(loop))
            owners.append(number)
    is_plain = ~np.isin(ring, touching)
    new = np.repeat(count + np.arange(len(loops)), [len(loop) for loop in loops])
    order = np.concatenate([places[is_plain], *loops])
    return order, np.concatenate([ring[is_plain], new]), np.append(source, owners)


def _loops(keys: list[int]) -> list[list[int]]:
    """Return the places of a closed walk loop by loop, so that no loop comes to one point twice."""
    found: list[list[int]] = []
    path: list[tuple[int, int]] = []
    place_of: dict[int, int] = {}
    for place, key in enumerate(keys):
        if key in place_of:
            start = place_of[key]
            found.append([number for _, number in path[start:]])
            for gone, _ in path[start:]:
                del place_of[gone]
            del path[start:]
        place_of[key] = len(path)
        path.append((key, place))
    return [*found, [number for _, number in path]]


def _outer_rings(rings: TileRings) -> Ints:
    """Return for each ring its own number, or for a hole that of the outer ring of its tile and shape that holds it."""
    area = rings.area
    outer = np.arange(len(area))
    holes, outers = np.flatnonzero(area < 0), np.flatnonzero(area > 0)
    key = rings.tile * (int(rings.shape.max(initial=0)) + 1) + rings.shape
    by_key = outers[np.argsort(key[outers], kind="stable")]
    left, right = (np.searchsorted(key[by_key], key[holes], side=side) for side in ("left", "right"))
    for hole, first, end in zip(holes.tolist(), left.tolist(), right.tolist(), strict=True):
        around = by_key[first:end].tolist()
        if len(around) > 1:
            inner = _polygon(rings, hole)
            around = [other for other in around if shapely.covers(_polygon(rings, other), inner)] or around
        outer[hole] = min(around, key=lambda other: int(area[other]))
    return outer


def _polygon(rings: TileRings, ring: int) -> shapely.Polygon:
    part = slice(rings.starts[ring], rings.starts[ring + 1])
    return shapely.Polygon(np.column_stack([rings.x[part], rings.y[part]]))
