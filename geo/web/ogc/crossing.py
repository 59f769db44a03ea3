"""Whether a polygon and a rectangle share a point, exactly: by the edges of its rings, in any order, holes included."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from geo.web.ogc.rectangles import Rectangle

Edges = NDArray[np.float64]  # [edge, (x, y of its start, x, y of its end)]
# Shewchuk's bound: a determinant of doubles beyond it has the sign that exact numbers would give.
_SURE = (3 + 16 * 2.0**-53) * 2.0**-53
_LEAST = 1e-300  # below it products of differences lose bits


def edges_of(geometry: dict[str, object]) -> Edges:
    """Return the edges of every ring of a Polygon or MultiPolygon."""
    rings: list[list[list[float]]] = []
    waiting = [geometry["coordinates"]]
    while waiting:
        part = waiting.pop()
        assert isinstance(part, list)  # noqa: S101 - what a version holds was checked before it was published
        if part and isinstance(part[0][0], list):
            waiting += part
        else:
            rings.append(part)
    made = [np.hstack([points[:-1], points[1:]]) for points in (np.array(ring, float)[:, :2] for ring in rings)]
    return np.concatenate(made) if made else np.empty((0, 4))


def touches(edges: Edges, box: Rectangle) -> bool:
    """Tell whether the closed polygon with these edges shares a point with the closed rectangle."""
    x0, y0, x1, y1 = edges.T
    near = (np.maximum(x0, x1) >= box.west) & (np.minimum(x0, x1) <= box.east)
    near &= (np.maximum(y0, y1) >= box.south) & (np.minimum(y0, y1) <= box.north)
    # Two convex shapes are apart only where a side of one of them parts them: those of the rectangle are done with.
    corners = [(x, y) for x in (box.west, box.east) for y in (box.south, box.north)]
    sides = np.array([_sides(edges[near], *corner) for corner in corners])
    if not (np.all(sides > 0, axis=0) | np.all(sides < 0, axis=0)).all():
        return True
    return _holds(edges, box.west, box.south)


def _holds(edges: Edges, x: float, y: float) -> bool:
    """Tell whether a point that lies on no edge is inside: a ray to the east crosses an odd number of edges."""
    straddling = edges[(edges[:, 1] > y) != (edges[:, 3] > y)]
    upwards = straddling[:, 3] > straddling[:, 1]
    return bool(np.count_nonzero((_sides(straddling, x, y) > 0) == upwards) % 2)


def _sides(edges: Edges, x: float, y: float) -> NDArray[np.int8]:
    """Return on which side of each edge a point lies: 1 left, -1 right, 0 on its line; exact.

    Doubles decide where they are sure; the few others are worked out in fractions.
    """
    x0, y0, x1, y1 = edges.T
    left, right = (x0 - x) * (y1 - y), (y0 - y) * (x1 - x)
    found = left - right
    signs = np.sign(found).astype(np.int8)
    for number in np.flatnonzero(np.abs(found) <= _SURE * (np.abs(left) + np.abs(right)) + _LEAST):
        a, b, c, d = (Fraction(float(value)) for value in edges[number])
        px, py = Fraction(x), Fraction(y)
        exact = (a - px) * (d - py) - (b - py) * (c - px)
        signs[number] = (exact > 0) - (exact < 0)
    return signs
