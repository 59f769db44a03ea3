"""Polygons of any number of levels → the arcs that they share: each line once, and each ring as a walk over arcs.

A line that is moved or thinned as an arc moves for everybody who lies along it, in every level, so neighbours stay
neighbours by construction. A vertex where other than two lines meet is where arcs end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.tiles.units.ragged import firsts, ranges

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Arcs:
    """Lines between nodes, and the rings of polygons as walks over them: outer rings have a positive area.

    `points` are the vertices of all arcs, arc by arc; arc i has those from starts[i] to starts[i + 1]. Ring i walks
    the steps from ring_starts[i] to ring_starts[i + 1]; a step against the direction of its arc is `is_reversed`.
    """

    points: NDArray[Any]  # (n, 2)
    starts: Ints
    steps: Ints  # arc of each step
    is_reversed: NDArray[np.bool_]
    ring_starts: Ints
    ring_shape: Ints  # number of the shape that a ring belongs to
    ring_part: Ints  # number of its polygon, counted over all shapes; the outer ring comes first


def arcs_of(shapes: Sequence[shapely.Geometry] | NDArray[Any]) -> Arcs:
    """Return the arcs of polygons whose coordinates lie between 0 and 2³²; vertices that round to one are one."""
    points, rings, ring_shape, ring_part = _rings(shapes)
    whole = np.floor(points + 0.5).astype(np.uint64)
    _, chosen, vertices = np.unique((whole[:, 0] << 32) | whole[:, 1], return_index=True, return_inverse=True)
    vertices, rings = _without_repeats(vertices, rings)
    segments, ends = _segments(vertices, rings)
    is_node = np.bincount(ends.ravel(), minlength=len(chosen)) != 2
    # Where a line turns back on itself, as one does that rounding has made of a narrow piece.
    after = _following(vertices, rings)
    is_node[after[segments == _following(segments, rings)]] = True
    order, is_start = _from_a_node(vertices, rings, is_node)
    vertices, segments = vertices[order], segments[order]
    begins = np.flatnonzero(is_start)
    lengths = np.diff(np.append(begins, len(vertices)))
    # A segment belongs to one arc only: the least of a run's segments names the arc, its direction the run's.
    names = np.minimum.reduceat(segments, begins) if len(begins) else begins
    following = _following(vertices, rings)
    at_name = np.flatnonzero(segments == np.repeat(names, lengths))
    is_forward = (vertices < following)[at_name]
    _, first_run, arc_of_run = np.unique(names, return_index=True, return_inverse=True)
    places = ranges(begins[first_run], lengths[first_run])
    starts = np.concatenate([[0], np.cumsum(lengths[first_run] + 1)])
    # An arc has its last vertex too, which is the first of the next run.
    lasts = following[begins[first_run] + lengths[first_run] - 1]
    of_arcs = np.insert(vertices[places], np.cumsum(lengths[first_run]), lasts)
    ring_of_run = np.repeat(np.arange(len(rings) - 1), np.diff(rings))[begins]
    return Arcs(
        points[chosen[of_arcs]],
        starts,
        arc_of_run,
        is_forward != is_forward[first_run][arc_of_run],
        np.searchsorted(ring_of_run, np.arange(len(rings))),
        ring_shape,
        ring_part,
    )


def _rings(shapes: Any) -> tuple[Floats, Ints, Ints, Ints]:
    """Return the vertices of all rings without the closing one, where rings start, and whose they are."""
    parts, owner = shapely.get_parts(np.asarray(shapes, dtype=object), return_index=True)
    wound = shapely.orient_polygons(parts, exterior_cw=False)
    rings, part = shapely.get_rings(wound, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    is_last = np.append(ring[1:] != ring[:-1], True)[: len(ring)]
    return points[~is_last], firsts(ring[~is_last], len(rings)), owner[part], part


def _without_repeats(vertices: Ints, rings: Ints) -> tuple[Ints, Ints]:
    """Return rings in which no vertex follows itself."""
    is_kept = vertices != _following(vertices, rings)
    return vertices[is_kept], np.concatenate([[0], np.cumsum(is_kept)])[rings]


def _following(vertices: Ints, rings: Ints) -> Ints:
    """Return the vertex behind each one in its ring."""
    after = np.append(vertices[1:], -1)
    lasts = rings[1:][np.diff(rings) > 0] - 1
    after[lasts] = vertices[rings[:-1][np.diff(rings) > 0]]
    return after


def _segments(vertices: Ints, rings: Ints) -> tuple[Ints, Ints]:
    """Return the number of each segment, whichever way it is walked, and the two ends of every number."""
    after = _following(vertices, rings)
    keys = (np.minimum(vertices, after) << 32) | np.maximum(vertices, after)
    unique, numbers = np.unique(keys, return_inverse=True)
    return numbers, np.column_stack([unique >> 32, unique & 0xFFFFFFFF])


def _from_a_node(vertices: Ints, rings: Ints, is_node: NDArray[np.bool_]) -> tuple[Ints, NDArray[np.bool_]]:
    """Return an order in which every ring begins at a node (without one: at its least vertex), and where arcs begin."""
    sizes = np.diff(rings)
    ring = np.repeat(np.arange(len(sizes)), sizes)
    rank = np.where(is_node[vertices], -1, vertices)
    by_rank = np.lexsort((np.arange(len(vertices)), rank, ring))
    heads = np.zeros(len(sizes), np.int64)
    heads[sizes > 0] = by_rank[rings[:-1][sizes > 0]]
    start = rings[:-1][ring]
    order = start + (np.arange(len(vertices)) - start + heads[ring] - start) % sizes[ring]
    is_start = is_node[vertices[order]]
    is_start[rings[:-1][sizes > 0]] = True
    return order, is_start
