"""Laws of the drawing: every unit is drawn, inside the picture, and the city is a hole in its region."""

import json
import re

import pytest
import shapely

from geo.boundaries import read_neighbours, read_units
from geo.core.country_file import read_country
from geo.outlines import DRAWINGS, FILE_DECIMALS, generalised, outline, path
from tests.country_zz import NEW, OLD

NUMBER = re.compile(r"-?\d+")


def shapes_of(drawn):
    """Return the polygons of path data, read back."""
    rings = []
    for part in drawn.split("M")[1:]:
        numbers = [int(n) for n in NUMBER.findall(part)]
        x, y = numbers[:2]
        points = [(x, y)]
        for dx, dy in zip(numbers[2::2], numbers[3::2], strict=True):
            x, y = x + dx, y + dy
            points.append((x, y))
        rings.append(points)
    return rings


@pytest.fixture(params=DRAWINGS, ids=lambda drawing: drawing.name)
def drawn(request, zz):
    country = read_country(zz.borders)
    units = read_units(zz.borders, country, NEW, "region")
    return outline(units, read_neighbours(zz.borders, country), country, request.param)


def test_every_unit_is_drawn_inside_the_picture(drawn):
    """Whole numbers, nothing cut off at the edge, a label point for each."""
    points = [point for unit in drawn["units"] for ring in shapes_of(unit) for point in ring]

    assert 5 == len(drawn["units"]) == len(drawn["labels"])
    assert all(0 <= x <= drawn["width"] and 0 <= y <= drawn["height"] for x, y in [*points, *drawn["labels"]])


def test_a_city_inside_a_region_is_a_hole_in_it(drawn):
    """The two are drawn side by side, not one over the other."""
    region, city = (shapes_of(drawn["units"][number]) for number in (0, 1))

    assert (2, 1) == (len(region), len(city))
    assert shapely.Polygon(region[1]).equals(shapely.Polygon(city[0]))


def test_north_is_up(drawn):
    """Unit 40 lies north of 10, and its picture above."""
    south, north = (shapely.Polygon(shapes_of(drawn["units"][number])[0]).centroid.y for number in (0, 3))

    assert north < south


def test_equal_areas_are_drawn_equal(drawn):
    """The projection keeps areas: the squares of 30 and 10 with its city have the same size."""
    sizes = [shapely.Polygon(shapes_of(unit)[0]).area for unit in drawn["units"]]

    assert sizes[0] == pytest.approx(sizes[2], rel=0.01)
    assert sizes[1] == pytest.approx(sizes[0] / 4, rel=0.02)


def test_an_inset_shows_its_city_in_the_middle(drawn):
    """The circle is where country.toml puts it, the city fills it."""
    (inset,) = drawn["insets"]
    city = dict(inset["parts"])[1]
    middle = shapely.Polygon(shapes_of(city)[0]).centroid

    assert (1, round(0.2 * drawn["width"]), round(0.8 * drawn["height"])) == (inset["unit"], inset["x"], inset["y"])
    assert (inset["x"], inset["y"]) == (pytest.approx(middle.x, abs=2), pytest.approx(middle.y, abs=2))


def test_an_inset_of_a_unit_of_another_edition_is_left_out(zz):
    """An edition without the unit has nothing to show in a circle."""
    country = read_country(zz.borders)
    units = read_units(zz.borders, country, OLD, "region")
    drawn = outline(units[units["unit_id"] != "20"].reset_index(drop=True), [], country, DRAWINGS[0])

    assert [] == drawn["insets"]
    assert "" == drawn["neighbours"]


def test_exported_shapes_share_their_borders(zz):
    """Simplified as a whole and rounded alike: neighbours still meet point by point."""
    units = read_units(zz.borders, read_country(zz.borders), NEW, "region")
    made = generalised(units)
    shapes = [shapely.from_geojson(json.dumps(geometry)) for geometry in made["geometries"]]

    assert shapely.coverage_is_valid(shapes)
    assert [60, 40, 64, 44] == made["bbox"]
    assert all(
        round(value, FILE_DECIMALS) == value for shape in shapes for value in shapely.get_coordinates(shape).ravel()
    )


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        (shapely.box(0, 0, 10, 10), "M10 0l0 10-10 0 0-10z"),
        (shapely.box(0, 0, 1, 1), ""),
        (shapely.Polygon(), ""),
        (shapely.Point(1, 1), ""),
    ],
)
def test_a_path_is_whole_numbers_and_no_specks(shape, expected):
    """What is smaller than a speck is left out, as is what is no polygon."""
    assert expected == path(shape)
