"""Laws of the drawings of a unit's page: lengths, areas and places are the numbers."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.faces.bars import bar
from geo.faces.sparkline import Dot, sparkline
from geo.faces.strip import Spot, strip_plot
from geo.faces.treemap import HEIGHT, WIDTH, Tile, squarify, treemap
from geo.layers.peers import spread

AMOUNTS = st.lists(st.integers(1, 10**15), min_size=1, max_size=30).map(lambda row: sorted(row, reverse=True))
HOSTILE = '<img src=x onerror="window.__x=1">'


def numbers(svg, tag, *names):
    """Return the numbers of the attributes of each element of a kind."""
    found = re.findall(rf"<{tag} [^>]*>", str(svg))
    return [tuple(float(re.search(rf'\b{name}="([^"]*)"', one)[1]) for name in names) for one in found]


@given(AMOUNTS)
def test_the_areas_of_a_treemap_are_its_values(amounts):
    """To a millionth of the drawing; no rectangle leaves it by more than a thousandth of a pixel."""
    places = squarify([float(amount) for amount in amounts], WIDTH, HEIGHT)
    whole = sum(amounts)

    assert len(amounts) == len(places)
    for amount, place in zip(amounts, places, strict=True):
        assert WIDTH * HEIGHT * amount / whole == pytest.approx(place.width * place.height, abs=1e-6 * WIDTH * HEIGHT)
        assert -1e-3 <= place.x <= place.x + place.width <= WIDTH + 1e-3
        assert -1e-3 <= place.y <= place.y + place.height <= HEIGHT + 1e-3


@given(AMOUNTS)
def test_no_rectangle_of_a_treemap_lies_on_another(amounts):
    """The middle of each is in no other."""
    places = squarify([float(amount) for amount in amounts], WIDTH, HEIGHT)
    thick = [p for p in places if p.width > 1e-6 and p.height > 1e-6]
    for one in thick:
        x, y = one.x + one.width / 2, one.y + one.height / 2

        assert [one] == [p for p in thick if p.x < x < p.x + p.width and p.y < y < p.y + p.height]


@given(AMOUNTS)
def test_a_drawn_treemap_is_true_within_a_pixel(amounts):
    """Rounded sides change an area by less than a stroke of one pixel along them."""
    svg = treemap([Tile(float(amount), "name", "1 %", "said") for amount in amounts])
    drawn = numbers(svg, "rect", "width", "height")

    assert len(amounts) == len(drawn)
    for amount, (width, height) in zip(amounts, drawn, strict=True):
        assert abs(WIDTH * HEIGHT * amount / sum(amounts) - width * height) <= width + height + 1


def test_a_treemap_leaves_out_what_has_no_area():
    """Nothing and less than nothing cannot be drawn as an area; an empty budget has an empty drawing."""
    svg = treemap([Tile(5.0, "a", "", ""), Tile(0.0, "b", "", ""), Tile(-3.0, "c", "", "")])

    assert [(WIDTH, HEIGHT)] == numbers(svg, "rect", "width", "height")
    assert [] == numbers(treemap([]), "rect", "width")


def test_no_name_is_markup_in_a_drawing():
    """Names come from outside."""
    tile = Tile(1.0, HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    spots = [Spot(1.0, HOSTILE, True, True), Spot(2.0, HOSTILE, True, False)]
    drawn = [
        treemap([tile]),
        strip_plot(spots, None, HOSTILE),
        sparkline([Dot(2024, 12, 1.0, HOSTILE)], 1.0, adds_up=True),
    ]

    assert [] == [svg for svg in drawn if "<img" in svg or 'onerror="' in svg]


@given(st.floats(0, 1))
def test_a_bar_is_as_long_as_its_share(share):
    """Of a hundred, to a hundredth."""
    assert [(pytest.approx(100 * share, abs=0.0051),)] == numbers(bar(share), "rect", "width")


def test_a_line_never_leads_from_one_year_to_the_next():
    """Months add up and begin anew: each year has its own line, which rises from nothing."""
    dots = [Dot(year, month, float(month), f"{year}-{month}") for year in (2023, 2024) for month in (3, 6, 9, 12)]
    lines = re.findall(r'<path class="course" d="M([^"]*)"', str(sparkline(dots, 12.0, adds_up=True)))
    points = [[tuple(map(float, point.split())) for point in line.split("L")] for line in lines]

    assert [5, 5] == [len(line) for line in points]
    for line in points:
        assert sorted(y for _, y in line) == [y for _, y in line][::-1]
    assert points[0][-1][0] == points[1][0][0]
    assert points[0][-1][1] < points[1][0][1]


def test_whole_years_and_parts_of_years_are_different_dots():
    """By form and not by colour alone; what was not reported has no dot."""
    dots = [Dot(2023, 6, 1.0, ""), Dot(2023, 12, 2.0, ""), Dot(2024, 6, None, ""), Dot(2024, 12, None, "")]
    svg = str(sparkline(dots, 2.0, adds_up=False))

    assert ["part", "final"] == re.findall(r'<circle class="(\w+)"', svg)
    assert 2 == len(set(numbers(svg, "circle", "r")))


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60))
def test_each_unit_has_its_dot_on_the_strip_in_order(values):
    """Further right is more, and the unit itself is drawn last, over the others."""
    spots = [Spot(value, f"{k}", k % 2 == 0, k == 0) for k, value in enumerate(values)]
    svg = str(strip_plot(spots, None, "said"))
    found = {int(k): float(x) for x, k in re.findall(r'cx="([^"]*)"[^>]*><title>(\d+)', svg)}

    assert set(range(len(values))) == set(found)
    for one, x in found.items():
        assert all(found[other] >= x for other in found if values[other] > values[one])
    assert "own" == re.findall(r'<circle class="(\w+)"', svg)[-1]


def test_the_box_of_a_strip_is_the_middle_half_of_the_peers():
    """From the lower to the upper quartile, with a stroke at the median."""
    values = [0.0, 1.0, 2.0, 3.0, 4.0]
    spots = [Spot(value, "", True, value == 0) for value in values]
    svg = str(strip_plot(spots, spread(np.array(values)), ""))
    places = {value: x for value, (x,) in zip(values, sorted(numbers(svg, "circle", "cx")), strict=True)}
    left, right = re.search(r'class="half" d="M([\d.]+) [\d.]+H([\d.]+)"', svg).groups()

    assert (places[1.0], places[3.0]) == (float(left), float(right))
    assert places[2.0] == float(re.search(r'class="middle" d="M([\d.]+) ', svg)[1])
