"""Laws of the grid that unit tiles are drawn on: valid coverages in whole numbers, cut into tiles exactly."""

from dataclasses import replace
from itertools import pairwise

import hypothesis.strategies as st
import numpy as np
import pytest
import shapely
from hypothesis import given, settings

from geo.tiles.units.arcs import arcs_of
from geo.tiles.units.clip import HIGH, LOW, Window
from geo.tiles.units.closing import tile_rings
from geo.tiles.units.mesh import EXTENT, MARGIN, Coverage, meshed, polygons_of
from geo.tiles.units.thinning import least_zooms

ZOOM = 2
WHOLE = Window(ZOOM, 0, 0, 1 << ZOOM, 1 << ZOOM)
# Where a tile's square with its margin ends, in the middle, and beside: lines along an edge, corners, hairs.
EDGES = sorted(
    {EXTENT * k + d for k in range(1, 4) for d in (-MARGIN - 1, -MARGIN, 0, MARGIN, MARGIN + 1)} | {100, 9000}
)
SEEDS = st.integers(0, 2**32 - 1)


def cells(seed, count, size, corner=(2000, 3000)):
    """Return a coverage: the cells around random points of a square."""
    points = np.random.default_rng(seed).integers(0, size, (count, 2)).astype(float)
    square = shapely.box(0, 0, size, size)
    around = shapely.voronoi_polygons(shapely.MultiPoint(np.unique(points, axis=0)), extend_to=square, ordered=True)
    parts = shapely.intersection(shapely.get_parts(around), square)
    return shapely.transform(shapely.coverage_clean(parts), lambda points: points + corner)


def bricks(seed):
    """Return a coverage of rectangles, some of them merged, with lines along the edges of tiles."""
    random = np.random.default_rng(seed)
    xs, ys = (np.sort(random.choice(EDGES, 6, replace=False)) for _ in "xy")
    boxes = np.array([shapely.box(a, b, c, d) for a, c in pairwise(xs) for b, d in pairwise(ys)], dtype=object)
    owner = random.integers(0, 5, len(boxes))
    return [shapely.coverage_union_all(boxes[owner == number]) for number in np.unique(owner)]


def fans(seed):
    """Return a coverage of triangles, some of them merged, whose corners lie on the edges of tiles and beside."""
    random = np.random.default_rng(seed)
    points = np.unique(random.choice(EDGES, (random.integers(4, 14), 2)), axis=0)
    parts = shapely.get_parts(shapely.delaunay_triangles(shapely.MultiPoint(points)))
    owner = random.integers(0, 4, len(parts))
    return [shapely.coverage_union_all(parts[owner == number]) for number in np.unique(owner)]


def of_shape(cut, tile, shape):
    """Return what the rings of a tile and shape draw."""
    parts = []
    for ring in np.flatnonzero((cut.tile == tile) & (cut.shape == shape)):
        place = slice(cut.starts[ring], cut.starts[ring + 1])
        points = np.column_stack([cut.x[place], cut.y[place]])
        if cut.area[ring] > 0:
            parts.append((points, []))
        else:
            parts[-1][1].append(points)
    return shapely.MultiPolygon(parts)


def wrongly_cut(shapes):
    """Return each (tile, shape) that is not exactly what the shape has in common with the tile's square."""
    _, rings = meshed(arcs_of(shapes), [Coverage(0, len(shapes))])
    whole, cut = polygons_of(rings, 0, len(shapes)), tile_rings(rings, WHOLE)
    found = []
    for tile in range(4**ZOOM):
        left, top = WHOLE.corner(tile)
        square = shapely.box(left + LOW, top + LOW, left + HIGH, top + HIGH)
        for number, shape in enumerate(whole):
            drawn = shapely.transform(of_shape(cut, tile, number), lambda p, corner=(left, top): p + corner)
            common = shapely.intersection(shape, square)
            if not drawn.is_valid or shapely.symmetric_difference(drawn, common).area > 0:
                found.append((tile, number))
    return found


@given(SEEDS, st.integers(1, 12))
@settings(max_examples=15)
def test_a_tile_holds_exactly_what_lies_in_its_square(seed, count):
    """Cutting moves nothing, not by a hair, and every ring is valid."""
    assert [] == wrongly_cut(cells(seed, count, 9000))


@given(SEEDS)
@settings(max_examples=25)
def test_lines_along_the_edges_of_tiles_are_cut_as_exactly(seed):
    """A border that runs along the edge of a tile, or touches its corner, belongs to the right side."""
    assert [] == wrongly_cut(bricks(seed))


@given(SEEDS)
@settings(max_examples=40)
def test_a_border_that_only_touches_an_edge_parts_what_lies_beside_it(seed):
    """Slanted lines that end on the edges of tiles: a ring meets no point twice."""
    assert [] == wrongly_cut(fans(seed))


@given(SEEDS, st.integers(2, 40), st.integers(3, 60))
@settings(max_examples=40)
def test_whatever_the_grid_does_neighbours_stay_neighbours(seed, count, size):
    """Cells as small as the grid itself: no overlap, no gap, each point of land has one owner or the land is gone."""
    shapes = cells(seed, count, size)
    _, rings = meshed(arcs_of(shapes), [Coverage(0, len(shapes))])
    drawn = polygons_of(rings, 0, len(shapes))
    union = shapely.coverage_union_all(drawn)

    assert shapely.is_valid(drawn).all()
    assert shapely.coverage_is_valid(drawn)
    assert [] == [hole for part in shapely.get_parts(union) for hole in part.interiors]
    assert size**2 == pytest.approx(union.area)


@given(SEEDS, st.integers(2, 30))
@settings(max_examples=20)
def test_levels_that_share_lines_share_them_in_every_zoom(seed, count):
    """A wide unit is the sum of the narrow ones in it, vertex by vertex, however rough the zoom."""
    narrow = cells(seed, count, 1 << 20)
    owner = np.arange(len(narrow)) % 3
    wide = [shapely.coverage_union_all(narrow[owner == number]) for number in np.unique(owner)]
    arcs = arcs_of([*wide, *narrow])
    rough = replace(arcs, points=arcs.points / 2**16)
    coverages = [Coverage(0, len(wide)), Coverage(len(wide), len(wide) + len(narrow))]
    _, rings = meshed(rough, coverages)
    above, below = (polygons_of(rings, part.first, part.stop) for part in coverages)
    sums = [shapely.coverage_union_all(below[owner == number]) for number in np.unique(owner)]

    assert all(shapely.equals(one, other) for one, other in zip(above, sums, strict=True))


def test_a_finer_zoom_keeps_every_vertex_of_a_rougher_one():
    """Zooming in adds to a line and takes nothing from it; its ends are always there."""
    points = np.cumsum(np.random.default_rng(1).normal(size=(400, 2)), axis=0)
    least = least_zooms(points, np.array([0, 150, 400]), np.array([4.0, 1.0, 0.1]))

    assert {0} == set(least[[0, 149, 150, 399]])
    assert (least == 0).sum() < (least <= 1).sum() < (least <= 2).sum() < 400


def test_a_straight_line_needs_two_points_whatever_it_had():
    """What lies on the line between its neighbours is never needed."""
    points = np.column_stack([np.arange(1000.0), 2 * np.arange(1000.0)])

    assert [0, 999] == np.flatnonzero(least_zooms(points, np.array([0, 1000]), np.array([1.0])) == 0).tolist()
