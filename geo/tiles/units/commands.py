"""Geometries in the coordinates of their tiles → the commands of vector tiles (Mapbox Vector Tile 2.1), in bulk."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from geo.tiles.protobuf import varint_octets, zigzag
from geo.tiles.units.ragged import Ints

MOVE, CLOSE = 9, 15  # one vertex; no vertex
_LINE = 2


def geometries(x: Ints, y: Ints, starts: Ints, features: Ints, is_closed: bool) -> list[bytes]:
    """Return the geometry of each feature: lines or rings from features[i] to features[i + 1], vertices of line j
    from starts[j] to starts[j + 1].

    A line needs two vertices, a ring three; the cursor goes from line to line of a feature.
    """
    sizes = np.diff(starts)
    values = 2 * sizes + (3 if is_closed else 2)
    begins = np.cumsum(values) - values
    numbers = np.empty(int(values.sum()), np.uint64)
    places = 1 + 2 * np.arange(len(x)) + np.repeat(begins - 2 * starts[:-1] + 1, sizes)
    heads = starts[:-1]
    places[heads] -= 1
    begin = starts[features[:-1]]
    numbers[places], numbers[places + 1] = _steps(x, begin), _steps(y, begin)
    numbers[begins] = MOVE
    numbers[begins + 3] = ((sizes - 1) << 3) | _LINE
    if is_closed:
        numbers[begins + values - 1] = CLOSE
    return _split(numbers, np.append(begins, len(numbers))[features])


def points(x: Ints, y: Ints) -> list[bytes]:
    """Return the geometry of each point."""
    numbers = np.column_stack([np.full(len(x), MOVE, np.uint64), zigzag(x), zigzag(y)]).ravel()
    return _split(numbers, 3 * np.arange(len(x) + 1))


def _steps(values: Ints, begins: Ints) -> np.ndarray:
    """Return the step from vertex to vertex; the first one of a feature is a step from nought."""
    steps = np.diff(values, prepend=0)
    steps[begins] = values[begins]
    return zigzag(steps)


def _split(numbers: np.ndarray, starts: Ints) -> list[bytes]:
    octets, lengths = varint_octets(numbers)
    bounds = np.concatenate([[0], np.cumsum(lengths)])[starts].tolist()
    content = octets.tobytes()
    return [content[a:b] for a, b in pairwise(bounds)]
