"""The arcs of one zoom on its whole grid, and the rings over them: a valid coverage, or made one.

A grid unit is 1/4096 of a tile. Where a line crosses the edge of a tile's square with its margin it gets a vertex, once
for all who share the line: so cutting tiles out makes no new points, and what meets in one tile meets in all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.tiles.units.arcs import Arcs, arcs_of
from geo.tiles.units.ragged import Ints, following, heads, ranges

EXTENT = 4096
MARGIN = 64


@dataclass(frozen=True)
class Coverage:
    """Shapes that are to lie side by side, of one level or of the countries around: numbers `first` up to `stop`."""

    first: int
    stop: int


@dataclass(frozen=True)
class Rings:
    """Closed lines on the grid: vertices ring by ring, the closing one left out."""

    x: Ints
    y: Ints
    starts: Ints
    shape: Ints  # number of each ring's shape
    part: Ints


def meshed(arcs: Arcs, coverages: Sequence[Coverage]) -> tuple[Arcs, Rings]:
    """Return arcs and rings whose vertices are whole grid units and in which each coverage is valid.

    `arcs.points` are in grid units, not yet rounded. Pieces narrower than a grid unit vanish, alike for all neighbours.
    """
    whole = cut(_on_grid(arcs))
    rings = rings_of(whole)
    if _are_valid(rings, coverages):
        return whole, rings
    repaired = arcs_of(_repaired(whole, rings, coverages))
    return repaired, rings_of(repaired)


def _on_grid(arcs: Arcs) -> Arcs:
    points = np.floor(arcs.points + 0.5).astype(np.int64)
    return _replaced(arcs, points, np.repeat(np.arange(len(arcs.starts) - 1), np.diff(arcs.starts)))


def _replaced(arcs: Arcs, points: Ints, arc: Ints) -> Arcs:
    """Return arcs with other points, of which no two that follow each other are equal."""
    is_kept = heads(arc, points[:, 0], points[:, 1])
    starts = np.searchsorted(arc[is_kept], np.arange(len(arcs.starts)))
    return replace(arcs, points=points[is_kept], starts=starts)


def cut(arcs: Arcs) -> Arcs:
    """Return arcs that have a vertex wherever they cross an edge of a tile with its margin."""
    arc = np.repeat(np.arange(len(arcs.starts) - 1), np.diff(arcs.starts))
    first = np.flatnonzero(arc[1:] == arc[:-1])
    x, y = arcs.points.T
    at_x, found_y, where_x, along_x = _crossings(x[first], x[first + 1], y[first], y[first + 1])
    at_y, found_x, where_y, along_y = _crossings(y[first], y[first + 1], x[first], x[first + 1])
    places = first[np.concatenate([at_x, at_y])]
    order = np.lexsort((np.concatenate([along_x, along_y]), places))
    new = np.column_stack([np.concatenate([where_x, found_x]), np.concatenate([found_y, where_y])])[order]
    places = places[order] + 1
    points = np.insert(arcs.points, places, new, axis=0)
    return _replaced(arcs, points, np.insert(arc, places, arc[places - 1]))


def _crossings(start: Ints, end: Ints, other_start: Ints, other_end: Ints) -> tuple[Ints, Ints, Ints, NDArray[Any]]:
    """Return for each crossing its segment, the other coordinate, that of the edge, and how far along it lies."""
    low, high = np.minimum(start, end), np.maximum(start, end)
    count = _edges_below(high) - _edges_below(low + 1)
    count = np.maximum(count, 0)
    at = np.repeat(np.arange(len(start)), count)
    number = ranges(_edges_below(low + 1), count)
    edge = EXTENT * (number >> 1) + np.where(number & 1, MARGIN, -MARGIN)
    is_rising = (start < end)[at]
    # From the lower end whichever way it is walked, so that neighbours round alike.
    from_other = np.where(is_rising, other_start[at], other_end[at])
    to_other = np.where(is_rising, other_end[at], other_start[at])
    span = (high - low)[at]
    other = from_other + (2 * (to_other - from_other) * (edge - low[at]) + span) // (2 * span)
    return at, other, edge, np.abs(edge - start[at]) / span


def _edges_below(values: Ints) -> Ints:
    """Return how many edges lie below each value; edge 2k is the left one of tile k, 2k + 1 the right one of k - 1."""
    return (values - 1 + MARGIN) // EXTENT + (values - 1 - MARGIN) // EXTENT + 2


def rings_of(arcs: Arcs) -> Rings:
    """Return the rings that walk the arcs; what has collapsed to a point or a line there and back is left out."""
    lengths = np.diff(arcs.starts)[arcs.steps] - 1
    forward = arcs.starts[:-1][arcs.steps]
    places = ranges(np.zeros(len(lengths), np.int64), lengths)
    is_reversed = np.repeat(arcs.is_reversed, lengths)
    places = np.where(is_reversed, np.repeat(forward + lengths, lengths) - places, np.repeat(forward, lengths) + places)
    x, y = arcs.points[places].T.astype(np.int64)
    starts = np.concatenate([[0], np.cumsum(lengths)])[arcs.ring_starts]
    sizes = np.diff(starts)
    is_kept = sizes > 2
    keep = np.repeat(is_kept, sizes)
    return Rings(
        np.ascontiguousarray(x[keep]),
        np.ascontiguousarray(y[keep]),
        np.concatenate([[0], np.cumsum(sizes[is_kept])]),
        arcs.ring_shape[is_kept],
        arcs.ring_part[is_kept],
    )


def polygons_of(rings: Rings, first: int, stop: int) -> NDArray[Any]:
    """Return the shapes of these numbers as multipolygons, empty where nothing is left of one."""
    a, b = np.searchsorted(rings.shape, [first, stop])
    sizes = np.diff(rings.starts[a : b + 1])
    begins = rings.starts[a:b]
    places = ranges(begins, sizes)
    closed = np.insert(places, np.cumsum(sizes), begins)
    points = np.column_stack([rings.x[closed], rings.y[closed]]).astype(np.float64)
    ring_offsets = np.concatenate([[0], np.cumsum(sizes + 1)])
    is_outer = heads(rings.part[a:b]) if b > a else np.zeros(0, bool)
    outers = np.flatnonzero(is_outer)
    part_offsets = np.append(outers, b - a)
    shape_offsets = np.searchsorted(rings.shape[a:b][outers], np.arange(first, stop + 1))
    return shapely.from_ragged_array(
        shapely.GeometryType.MULTIPOLYGON, points, (ring_offsets, part_offsets, shape_offsets)
    )


def _are_valid(rings: Rings, coverages: Sequence[Coverage]) -> bool:
    for coverage in coverages:
        shapes = polygons_of(rings, coverage.first, coverage.stop)
        if not shapely.is_valid(shapes).all() or not shapely.coverage_is_valid(shapes):
            return False
    return True


def _repaired(arcs: Arcs, rings: Rings, coverages: Sequence[Coverage]) -> NDArray[Any]:
    """Return the shapes again, put together from the faces between all lines after these were snapped to the grid."""
    lengths = np.diff(arcs.starts)
    is_line = lengths > 1
    places = ranges(arcs.starts[:-1][is_line], lengths[is_line])
    number = np.repeat(np.arange(is_line.sum()), lengths[is_line])
    lines = shapely.linestrings(arcs.points[places].astype(np.float64), indices=number)
    faces = shapely.get_parts(shapely.polygonize([shapely.union_all(lines, grid_size=1.0)]))
    points = shapely.get_coordinates(shapely.point_on_surface(faces))
    made = np.full(max(coverage.stop for coverage in coverages), shapely.Polygon(), dtype=object)
    for coverage in coverages:
        owner = _owners(points, rings, coverage)
        for shape in np.unique(owner[owner >= 0]):
            made[shape] = shapely.coverage_union_all(faces[owner == shape])
    return made


def _owners(points: NDArray[Any], rings: Rings, coverage: Coverage) -> Ints:
    """Return which shape each point belongs to, -1 for none; where several claim it, the first.

    The turns of all rings around a point add up to those of the outer border, so within it there is always one.
    """
    first, stop = rings.starts[np.searchsorted(rings.shape, [coverage.first, coverage.stop])]
    after = following(rings.starts, is_closed=True)[first:stop]
    shape = np.repeat(rings.shape, np.diff(rings.starts))[first:stop] - coverage.first
    x, y, next_x, next_y = rings.x[first:stop], rings.y[first:stop], rings.x[after], rings.y[after]
    owners = np.full(len(points), -1)
    for number, (px, py) in enumerate(points):
        at = np.flatnonzero((y <= py) != (next_y <= py))
        # From the lower end whichever way it is walked: on a line or not, both sides must be told the same.
        is_up = next_y[at] > y[at]
        a, b = np.where(is_up, x[at], next_x[at]), np.where(is_up, y[at], next_y[at])
        c, d = np.where(is_up, next_x[at], x[at]), np.where(is_up, next_y[at], y[at])
        is_right = a + (c - a) * ((py - b) / (d - b)) > px
        turns = np.bincount(shape[at], np.where(is_up, 1, -1) * is_right, coverage.stop - coverage.first)
        if turns.sum() > 0:
            owners[number] = coverage.first + turns.argmax()
    return owners
