"""A rectangle meets an area exactly where a geometry library says so."""

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.web.ogc.crossing import edges_of, touches
from geo.web.ogc.rectangles import Rectangle
from geo.web.ogc.shapes import Areas, Points

GRID = st.integers(0, 12)
BOXES = st.tuples(GRID, GRID, GRID, GRID).map(
    lambda c: Rectangle(min(c[0], c[2]), min(c[1], c[3]), max(c[0], c[2]), max(c[1], c[3]))
)
FINE = st.floats(0, 12, allow_nan=False, allow_subnormal=False)
FINE_BOXES = st.tuples(FINE, FINE, FINE, FINE).map(
    lambda c: Rectangle(min(c[0], c[2]), min(c[1], c[3]), max(c[0], c[2]), max(c[1], c[3]))
)


def hull(points):
    """Return the convex polygon around points, with a smaller copy of itself cut out of it; None where it is flat."""
    outer = shapely.MultiPoint(points).convex_hull
    if outer.geom_type != "Polygon":
        return None
    centre = outer.centroid
    ring = [((x + centre.x) / 2, (y + centre.y) / 2) for x, y in outer.exterior.coords]
    return shapely.Polygon(outer.exterior.coords, [ring])


AREAS = st.lists(st.tuples(GRID, GRID), min_size=3, max_size=9, unique=True).map(hull).filter(bool)


def geojson(shape):
    """Return a shape as a version holds it: nested lists."""
    plain = shapely.geometry.mapping(shape)

    def lists(part):
        return [lists(one) for one in part] if isinstance(part, (tuple, list)) else float(part)

    return {"type": plain["type"], "coordinates": lists(plain["coordinates"])}


@given(area=AREAS, box=BOXES)
def test_a_rectangle_touches_an_area_as_the_library_says(area, box):
    """Corners, edges, holes and rectangles that are a line or a point: both are closed."""
    expected = shapely.intersects(area, shapely.box(*box) if box[0] < box[2] and box[1] < box[3] else flat(box))

    assert expected == touches(edges_of(geojson(area)), box)


def flat(box):
    """Return a rectangle without an area as the point or line that it is."""
    ends = [(box.west, box.south), (box.east, box.north)]
    return shapely.Point(ends[0]) if ends[0] == ends[1] else shapely.LineString(ends)


@given(areas=st.lists(AREAS, min_size=1, max_size=4), box=FINE_BOXES)
def test_many_areas_are_asked_at_once_with_the_same_answers(areas, box):
    """The index of boxes leaves nothing out and lets nothing in; several parts are one area."""
    many = [*areas, shapely.union_all(areas)]
    shapes = Areas([geojson(area) for area in many])
    expected = shapely.intersects(
        np.array(many), shapely.box(*box) if box[0] < box[2] and box[1] < box[3] else flat(box)
    )

    assert expected.tolist() == shapes.meeting(box).tolist()


@given(box=st.sampled_from([Rectangle(-1e308, -1e308, 1e308, 1e308), Rectangle(-1e308, 5, 1e308, 5)]), area=AREAS)
def test_the_largest_numbers_there_are_do_no_harm(area, box):
    """What lies beyond an area's own box is cut off before anything is multiplied."""
    shapes = Areas([geojson(area)])
    line = shapely.LineString([(-100, 5), (100, 5)])

    assert shapes.meeting(box).tolist() == [box.south < 0 or bool(shapely.intersects(area, line))]


def test_a_point_on_the_border_of_a_rectangle_lies_in_it_and_one_without_a_place_does_not():
    """Both ends of both sides count."""
    points = Points(np.array([[1.0, 2.0], [3.0, 4.0], [3.1, 4.0], [np.nan, np.nan]]))

    assert [True, True, False, False] == points.meeting(Rectangle(1, 2, 3, 4)).tolist()
    assert [1.0, 2.0, 3.1, 4.0] == points.box
    assert "null" == points.text(3, "")
