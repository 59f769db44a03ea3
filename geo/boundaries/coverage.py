"""Polygons side by side: made valid, their overlaps and gaps measured and closed, their areas in square metres."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from pyproj import Geod, Transformer

GAP_DEG = 0.0005  # a gap narrower than some 50 m is no lake between two units but a line drawn twice
DECIMALS = 6  # a tenth of a metre
_LABEL_DECIMALS = 5
_NEAR_DEG = 1e-7  # a hundredth of a metre: what is as near touches
_EDGE_DEG = 0.05
_MOST_EDGES = 200_000  # an outline of 10,000 degrees is none of this Earth
_MOST_CROSSINGS = 10_000  # of pieces; the districts of Kazakhstan have some hundred
_SEGMENTS = 8  # of a piece of line
_AT_ONCE = 20  # pieces asked for at once: each may cross all others
_ROUNDS = 3  # rounding may cross two lines; cleaned and rounded again they come apart
_WGS84 = Geod(ellps="WGS84")


def area_m2(shape: shapely.Geometry) -> float:
    """Return the geodesic area of polygons: outer rings less inner ones, however they are wound, valid or not."""
    area = 0.0
    for part in shapely.get_parts(shape):
        outer, *inner = [_ring_m2(ring) for ring in shapely.get_rings(part)] or [0.0]
        area += outer - sum(inner)
    return area


def _ring_m2(ring: shapely.Geometry) -> float:
    # A long edge is straight on the map, a geodesic would leave it; of whole polygons GEOS would repair what it splits.
    if ring.length / _EDGE_DEG < _MOST_EDGES:
        ring = shapely.segmentize(ring, _EDGE_DEG)
    lon, lat = shapely.get_coordinates(ring).T
    return abs(_WGS84.polygon_area_perimeter(lon, lat)[0])


def areas_m2(shapes: Sequence[shapely.Geometry]) -> np.ndarray:
    """Return the geodesic area of each shape."""
    return np.array([area_m2(shape) for shape in shapes])


def polygons_of(shape: shapely.Geometry) -> shapely.Geometry:
    """Return the polygons of a geometry, without the lines and points that repairing leaves."""
    parts = [part for part in shapely.get_parts(shapely.get_parts(shape)) if part.geom_type == "Polygon"]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def tangle(shapes: Any) -> str:
    """Return how many lines cross, where they are more than lines drawn with care can be; empty otherwise.

    What overlays make of crossing lines grows with the square of their number, so they are counted first.
    """
    pieces = _pieces(shapely.get_rings(shapes))
    tree, crossings = shapely.STRtree(pieces), 0
    for start in range(0, len(pieces), _AT_ONCE):
        crossings += tree.query(pieces[start : start + _AT_ONCE], predicate="crosses").shape[1]
        if crossings > 2 * _MOST_CROSSINGS:
            return f"> {_MOST_CROSSINGS}"
    return ""


def _pieces(rings: Any) -> Any:
    """Return rings as lines of a few segments: as many lines as segments would take the memory of a machine."""
    points, owner = shapely.get_coordinates(rings, return_index=True)
    last = np.append(np.flatnonzero(owner[1:] != owner[:-1]), len(points) - 1)
    first = np.concatenate([[0], last[:-1] + 1])
    starts = np.concatenate([np.arange(a, b, _SEGMENTS) for a, b in zip(first, last, strict=True)])
    ends = last[owner[starts]]
    wanted = np.minimum(starts[:, None] + np.arange(_SEGMENTS + 1), ends[:, None])
    return shapely.linestrings(points[wanted])


def made_valid(shape: shapely.Geometry) -> shapely.Geometry:
    """Return valid polygons of the same outline: a ring that crosses itself falls into parts."""
    return polygons_of(shapely.make_valid(shape, method="structure", keep_collapsed=False))


def overlaps_m2(shapes: Any, codes: Sequence[str], most_m2: float) -> dict[tuple[str, ...], float]:
    """Return the area that two units share, by pair; measuring ends where the sum is beyond `most_m2`."""
    tree = shapely.STRtree(shapes)
    found: dict[tuple[str, ...], float] = {}
    for number, shape in enumerate(shapes):
        others = np.sort(tree.query(shape, predicate="intersects"))
        for other in others[others > number]:
            shared = polygons_of(shapely.intersection(shape, shapes[other]))
            if area := area_m2(shared):
                found[codes[number], codes[other]] = area
            if sum(found.values()) > most_m2:
                return found
    return found


def gaps_m2(shapes: Any, cleaned: Any, open_gaps: Any, codes: Sequence[str]) -> dict[tuple[str, ...], float]:
    """Return the area between units that cleaning has closed, by the first two units around each piece of it."""
    tree, filled = shapely.STRtree(shapes), shapely.STRtree(cleaned)
    rings = [ring for part in shapely.get_parts(shapely.union_all(shapes)) for ring in shapely.get_rings(part)[1:]]
    holes = [shapely.Polygon(ring) for ring in rings]
    closed = [hole for hole in holes if len(filled.query(hole.representative_point(), predicate="intersects"))]
    found: defaultdict[tuple[str, ...], float] = defaultdict(float)
    for gap in (*closed, *open_gaps):
        around = sorted(codes[number] for number in tree.query(shapely.buffer(gap, _NEAR_DEG), predicate="intersects"))
        found[tuple(around[:2])] += area_m2(gap)
    return dict(found)


@dataclass(frozen=True)
class Coverage:
    """Units side by side, as cleaned and as they will be stored, and the gaps that were open to the outside."""

    cleaned: Any
    rounded: Any
    open_gaps: tuple[shapely.Geometry, ...]


def as_coverage(shapes: Any) -> Coverage:
    """Return the shapes as a coverage: overlaps go to the smaller unit, gaps are closed.

    Whether the rounded ones are valid is for the caller to see.
    """
    cleaned = _cleaned(shapes)
    made, every = rounded(cleaned), []
    for _ in range(_ROUNDS):
        if shapely.is_valid(made).all() and next(seams(made), None) is None:
            break
        again = np.array([made_valid(shape) for shape in made], dtype=object)
        filled, gaps = _filled(again)
        every += gaps
        cleaned = _cleaned(filled)
        made = rounded(cleaned)
    return Coverage(cleaned, made, tuple(every))


def _cleaned(shapes: Any) -> Any:
    # The default strategy gives overlaps to the longest border: a city loses a percent to the region around it.
    return shapely.coverage_clean(shapes, gap_width=GAP_DEG, merge_strategy="min_area")


def _filled(shapes: Any) -> tuple[Any, list[shapely.Geometry]]:
    """Return the shapes with the narrow gaps between two units that reach the outer border, and those gaps.

    Cleaning closes holes only. A gap goes to the smaller of its neighbours.
    """
    union = shapely.union_all(shapes)
    wide = shapely.buffer(union, GAP_DEG / 2, join_style="mitre")
    closed = shapely.difference(shapely.buffer(wide, -GAP_DEG / 2, join_style="mitre"), union)
    tree, sizes, filled = shapely.STRtree(shapes), shapely.area(shapes), shapes.copy()
    gaps = []
    for gap in shapely.get_parts(polygons_of(closed)):
        around = tree.query(shapely.buffer(gap, _NEAR_DEG), predicate="intersects")
        if len(around) > 1:
            smaller = around[np.argmin(sizes[around])]
            filled[smaller] = polygons_of(shapely.union(filled[smaller], shapely.buffer(gap, _NEAR_DEG)))
            gaps.append(gap)
    return filled, gaps


def seams(shapes: Any) -> Iterator[tuple[int, float, float]]:
    """Yield (number of a unit, lon, lat) of where it overlaps a neighbour, or leaves a narrow gap to it."""
    if shapely.coverage_is_valid(shapes, gap_width=GAP_DEG):
        return
    torn = shapely.coverage_invalid_edges(shapes)
    edges = shapely.coverage_invalid_edges(shapes, gap_width=GAP_DEG)
    for number, edge in enumerate(edges):
        if not edge.is_empty and not (torn[number].is_empty and _is_inlet(number, edges, shapes)):
            lon, lat = shapely.get_coordinates(edge)[0]
            yield number, lon, lat


def _is_inlet(number: int, edges: Any, shapes: Any) -> bool:
    """Tell whether what looks like a gap is the end of a sharp bend of the outer border, where nobody lies opposite.

    A line drawn twice has two sides, so that an edge of another unit is near, or it encloses a hole.
    """
    near = shapely.buffer(edges[number], GAP_DEG)
    others = np.arange(len(edges)) != number
    if shapely.intersects(near, edges[others]).any():
        return False
    around = shapely.union_all(shapes[shapely.intersects(near, shapes)])
    holes = [ring for part in shapely.get_parts(around) for ring in shapely.get_rings(part)[1:]]
    return not any(shapely.Polygon(ring).intersects(near) for ring in holes)


def rounded(shapes: Any) -> Any:
    """Return shapes with a tenth of a metre for the finest step, in one fixed order, wound as RFC 7946 asks."""
    simple = shapely.transform(shapes, lambda points: np.round(points, DECIMALS))
    # Points that have become one are one; the neighbour's line loses the same.
    simple = shapely.remove_repeated_points(simple)
    return shapely.orient_polygons(shapely.normalize(simple), exterior_cw=False)


def label_points(shapes: Any) -> list[tuple[float, float]]:
    """Return lon, lat of the point of each unit that is farthest from its border, in an equal-area projection."""
    west, south, east, north = shapely.total_bounds(shapes)
    projection = f"+proj=laea +lat_0={(south + north) / 2} +lon_0={(west + east) / 2} +ellps=WGS84"
    project = Transformer.from_crs("EPSG:4326", projection, always_xy=True)
    flat = shapely.transform(shapes, project.transform, interleaved=False)
    return [_label(shape, plane, project) for shape, plane in zip(shapes, flat, strict=True)]


def _label(shape: shapely.Geometry, flat: shapely.Geometry, project: Transformer) -> tuple[float, float]:
    centre = shapely.maximum_inscribed_circle(flat).coords[0]
    lon, lat = (round(value, _LABEL_DECIMALS) for value in project.transform(centre[0], centre[1], direction="INVERSE"))
    if not shape.intersects(shapely.Point(lon, lat)):
        # A unit narrower than the rounding: whatever point lies in it.
        lon, lat = shape.representative_point().coords[0]
    return lon, lat
