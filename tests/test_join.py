"""Laws of placing: one owner for every body, or none and that is said."""

import pandas as pd
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.core.country import Level
from geo.core.model import WIDER
from geo.join import Map, place, placements

REGION, DISTRICT = Level("region", "coverage", {}, 2), Level("district", "coverage", {}, 4)
PLAIN = (Level("region", "coverage", {}),)

CODES = st.lists(st.sampled_from(["10", "20", "30", "99", "", "10 "]), min_size=1, max_size=20)


@given(CODES, st.randoms())
def test_every_body_is_placed_once_in_one_order(codes, random):
    """Each body has one row, by its code or nowhere, whichever way the bodies stand."""
    bodies = pd.DataFrame({"body_id": [f"b{n:02}" for n in range(len(codes))], "unit_code": codes})
    units = pd.DataFrame({"edition": "2020-01-01", "level": "region", "unit_id": ["10", "20", "30"]})
    order = list(bodies.index)
    random.shuffle(order)
    placed = place(bodies, units, PLAIN, frozenset())

    assert [code if code in {"10", "20", "30"} else "" for code in codes] == list(placed["unit_id"])
    assert ["code" if unit else "none" for unit in placed["unit_id"]] == list(placed["method"])
    assert placed.equals(place(bodies.loc[order], units, PLAIN, frozenset()))


def test_a_settlement_lies_in_the_district_and_region_that_its_code_names():
    """The leading digits of a code name what it lies in; a region's own body lies in no district that anybody says."""
    codes = {"a": "101010000", "b": "101800000", "c": "100000000", "d": "990000000", "e": "107777777"}
    bodies = pd.DataFrame({"body_id": list(codes), "unit_code": list(codes.values())})
    regions = pd.DataFrame({"edition": "2022-06-08", "level": "region", "unit_id": ["100000000"]})
    districts = pd.DataFrame({"edition": "2022-06-08", "level": "district", "unit_id": ["101000000", "101800000"]})
    above = place(bodies, regions, (REGION, DISTRICT), frozenset())
    below = place(bodies, districts, (REGION, DISTRICT), frozenset(regions["unit_id"]))

    assert ["100000000"] * 3 + ["", "100000000"] == list(above["unit_id"])
    assert ["101000000", "101800000", WIDER, "", WIDER] == list(below["unit_id"])
    assert ["code", "code", "wider", "none", "wider"] == list(below["method"])


def test_a_code_beats_a_point_and_a_point_beats_nothing():
    """A body without a code lies where its point does; one on a shared border counts once, in the smallest unit."""
    squares = [shapely.box(60, 40, 62, 42), shapely.box(62, 40, 64, 42)]
    units = pd.DataFrame({"edition": "2020-01-01", "level": "region", "unit_id": ["10", "20"], "geometry": squares})
    rows = [("a", "20", 61, 41), ("b", "", 61, 41), ("c", "", 62, 41), ("d", "", 70, 41), ("e", "", None, None)]
    placed = place(pd.DataFrame(rows, columns=["body_id", "unit_code", "lon", "lat"]), units, PLAIN, frozenset())

    assert ["20", "10", "10", "", ""] == list(placed["unit_id"])
    assert ["code", "point", "point", "none", "none"] == list(placed["method"])
    assert [False, False, True, False, False] == list(placed["is_tie"])


def test_a_point_outside_the_unit_that_a_code_names_says_nothing():
    """Where code and point disagree the code stands, and below it nobody knows the place."""
    units = pd.DataFrame(
        {
            "edition": "2022-06-08",
            "level": "district",
            "unit_id": ["101000000", "111000000"],
            "parent_id": ["100000000", "110000000"],
            "geometry": [shapely.box(60, 40, 62, 42), shapely.box(62, 40, 64, 42)],
        }
    )
    rows = [("a", "100000000", 61, 41), ("b", "100000000", 63, 41)]
    bodies = pd.DataFrame(rows, columns=["body_id", "unit_code", "lon", "lat"])
    placed = place(bodies, units, (REGION, DISTRICT), frozenset({"100000000", "110000000"}))

    assert ["101000000", WIDER] == list(placed["unit_id"])


def test_a_point_says_nothing_about_places():
    """A place has no land: what lies on its very point belongs to it by code only."""
    levels = (*PLAIN, Level("city", "places", {}, 9))
    units = pd.DataFrame({"edition": "2020-01-01", "level": "city", "unit_id": ["101000000", "102000000"]})
    units["geometry"] = [shapely.Point(60, 40), shapely.Point(61, 41)]
    rows = [("a", "102000000", 60, 40), ("b", "", 60, 40), ("c", "10", 61, 41)]
    bodies = pd.DataFrame(rows, columns=["body_id", "unit_code", "lon", "lat"])
    placed = place(bodies, units, levels, frozenset({"10"}))

    assert ["102000000", "", WIDER] == list(placed["unit_id"])
    assert ["code", "none", "wider"] == list(placed["method"])


def test_all_maps_together_place_as_each_alone():
    """Editions and levels differ in what they leave open; no body has more or less than one row on each map."""
    squares = [shapely.box(60, 40, 62, 42), shapely.box(62, 40, 64, 42)]
    first = pd.DataFrame({"edition": "2020-01-01", "level": "region", "unit_id": ["10", "20"], "geometry": squares})
    second = first.assign(edition="2022-01-01", unit_id=["30", "10"])
    rows = [("b", "10", 63, 41), ("a", "", 61, 41), ("d", "20", 61, 41), ("c", "", 62, 41), ("e", "", None, 41)]
    bodies = pd.DataFrame(rows, columns=["body_id", "unit_code", "lon", "lat"])
    maps = [Map(first, frozenset()), Map(second, frozenset())]
    together = placements(bodies, maps, PLAIN)

    assert ["10", "10", "10", "20", "", "30", "10", "10", "30", ""] == list(together["unit_id"])
    assert [False, False, True, False, False] * 2 == list(together["is_tie"])
    for row, (_, part) in zip(maps, together.groupby("edition"), strict=True):
        assert part.reset_index(drop=True).equals(place(bodies, row.units, PLAIN, frozenset()))
