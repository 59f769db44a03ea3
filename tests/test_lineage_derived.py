"""Laws of derived lineage: land, codes and people say who inherited what; a million parts of each unit, none lost."""

import csv
import os
from functools import cache
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box

from geo.core.errors import BadData
from geo.lineage import (
    MILLION,
    Evidence,
    apportioned,
    bodies_in_both,
    check_areas,
    derived,
    overlaps,
    read_former_codes,
    read_former_names,
    read_shares,
    translations,
)
from scripts import make_kz_former_codes
from tests.conftest import DATA

SHARED = Path(os.environ.get("BUDGETMAP_SHARED", Path(__file__).resolve().parents[2] / "shared")) / "data" / "kz"
KZ = DATA / "boundaries" / "kz"
OLD, NEW = "2018-06-19", "2022-06-08"
needs_borders = pytest.mark.skipif(not (SHARED / "boundaries").exists(), reason="needs the shared borders")


def units(edition, **boxes):
    """Return rectangles of one degree of height: unit_id → (west, east)."""
    shapes = [box(west, 0, east, 1) for west, east in boxes.values()]
    frame = gpd.GeoDataFrame({"unit_id": list(boxes), "edition": edition}, geometry=shapes, crs="EPSG:4326")
    return frame.assign(area_m2=[int((east - west) * 10**10) for west, east in boxes.values()])


def shares(before, after, former=None, **evidence):
    frame = derived(before, after, former or {}, Evidence(**evidence))
    return {(row.from_unit, row.to_unit): (row.share_ppm, row.method) for row in frame.itertuples()}


@cache
def bundled(edition):
    return gpd.read_file(KZ / edition / "region.geojson").assign(edition=edition)


@cache
def foreign(level, year):
    frame = gpd.read_file(SHARED / "boundaries" / f"{level}_{year}.geojson").rename(columns={"KATO": "unit_id"})
    frame["geometry"] = frame.geometry.make_valid()
    return frame.assign(edition=OLD if year == 2018 else NEW, area_m2=frame.to_crs("+proj=cea").area.astype("int64"))


def people(year):
    with (KZ / "population.csv").open(encoding="utf-8", newline="") as file:
        return {row["unit_id"]: float(row["people"]) for row in csv.DictReader(file) if row["year"] == year}


@cache
def codes():
    return read_former_codes(KZ / "former_codes.csv")


@given(st.lists(st.integers(0, 2**62), min_size=1, max_size=30).filter(sum))
def test_parts_add_up_to_a_million_whatever_the_weights(weights):
    """Each is off by less than one part, and a weight of nothing gets nothing."""
    parts = apportioned(weights)

    assert MILLION == sum(parts)
    assert all(abs(p * sum(weights) - w * MILLION) < sum(weights) for p, w in zip(parts, weights, strict=True))
    assert all(part == 0 for part, weight in zip(parts, weights, strict=True) if weight == 0)


def test_a_unit_that_stayed_or_was_merged_whole_goes_by_its_code():
    """The land agrees, the code says so."""
    before, after = units(OLD, a=(0, 1), b=(1, 2), c=(2, 3)), units(NEW, a=(0, 1), d=(1, 3))

    expected = {("a", "a"): (MILLION, "code"), ("b", "d"): (MILLION, "code"), ("c", "d"): (MILLION, "land")}
    assert expected == shares(before, after, {"b": "d"})


def test_a_code_that_is_another_units_today_is_overruled_by_the_land():
    """The code of Taldykorgan is Konayev's now."""
    before, after = units(OLD, a=(0, 1), b=(1, 2)), units(NEW, c=(0, 1), a=(1, 2))

    assert {("a", "c"): (MILLION, "land"), ("b", "a"): (MILLION, "land")} == shares(before, after)


def test_money_divides_before_people_and_people_before_land():
    """What is nearest to money counts, and the method says what counted."""
    before, after = units(OLD, a=(0, 4)), units(NEW, a=(0, 1), b=(1, 4))
    bodies = {("a", "a"): 900, ("a", "b"): 100}

    assert {("a", "a"): (900_000, "bodies"), ("a", "b"): (100_000, "bodies")} == shares(
        before, after, bodies=bodies, people={"a": 1, "b": 1}
    )
    assert {("a", "a"): (750_000, "people"), ("a", "b"): (250_000, "people")} == shares(
        before, after, people={"a": 3, "b": 1}
    )
    assert {("a", "a"): (250_000, "area"), ("a", "b"): (750_000, "area")} == shares(before, after)


def test_bodies_placed_in_both_editions_weigh_what_they_spent():
    """One that is placed in one edition only tells nothing, and a refund takes nothing away."""
    before, after = {"x": "a", "y": "a", "z": "a", "w": ""}, {"x": "a", "y": "b", "z": "", "w": "b"}

    assert {("a", "a"): 70, ("a", "b"): 0} == bodies_in_both(before, after, {"x": 70, "y": -5, "z": 9, "w": 9})


def test_a_border_that_moved_a_little_moves_no_money():
    """Nine tenths of the land are still the same unit; nobody knows what lay on the rest."""
    before, after = units(OLD, a=(0, 1), b=(1, 2)), units(NEW, a=(0, 0.9), b=(0.9, 2))
    frame = derived(before, after, {}, Evidence(people={"a": 1, "b": 1}))

    assert {("a", "a"): (MILLION, "code"), ("b", "b"): (MILLION, "code")} == shares(before, after)
    assert ["W-LIN-01", "W-LIN-01"] == [fault.code for fault in check_areas(frame, {OLD: before, NEW: after})]


def test_a_line_drawn_twice_makes_no_heir():
    """Slivers below a thousandth of both units are the pencil's."""
    before, after = units(OLD, a=(0, 1), b=(1, 2)), units(NEW, a=(0, 1.0005), b=(1.0005, 2))

    assert [("a", "a"), ("b", "b")] == [(row.from_unit, row.to_unit) for row in overlaps(before, after).itertuples()]


def test_units_without_borders_go_by_code_and_one_without_an_heir_is_refused():
    """A level of places has no land to ask."""
    before = pd.DataFrame({"unit_id": ["a", "b"], "edition": OLD})
    after = pd.DataFrame({"unit_id": ["a", "c"], "edition": NEW})
    with pytest.raises(BadData) as error:
        shares(before, after)

    assert {("a", "a"): (MILLION, "code"), ("b", "c"): (MILLION, "code")} == shares(before, after, {"b": "c"})
    assert [("E-LIN-05", "b")] == [(fault.code, fault.value) for fault in error.value.faults]


def test_exchanged_units_are_refused_and_a_missing_one_too():
    """Shares of a file whose areas cannot be: two units exchanged, one that nobody hands on to."""
    before, after = units(OLD, a=(0, 1), b=(1, 4)), units(NEW, a=(0, 1), b=(1, 4))
    rows = [(OLD, "a", NEW, "b", MILLION), (OLD, "b", NEW, "a", MILLION)]
    names = ["from_edition", "from_unit", "to_edition", "to_unit", "share_ppm"]
    crossed, short = pd.DataFrame(rows, columns=names), pd.DataFrame(rows[1:], columns=names)

    assert [("E-LIN-04", "a"), ("E-LIN-04", "b")] == [
        (fault.code, fault.value) for fault in check_areas(crossed, {OLD: before, NEW: after})
    ]
    assert {"a", "b"} == {fault.value for fault in check_areas(short, {OLD: before, NEW: after})}


def test_the_bundled_lineage_is_borne_out_by_the_areas_and_derived_again():
    """Every unit of 2022 lies in the one of 2018 that the file names, to the square kilometre."""
    known = {edition: frozenset(bundled(edition)["unit_id"]) for edition in (OLD, NEW)}
    read = read_shares(KZ / "lineage.csv", known)
    made = derived(bundled(NEW), bundled(OLD), translations(codes()), Evidence())

    assert [] == check_areas(read, {edition: bundled(edition) for edition in (OLD, NEW)})
    assert read.equals(made[list(read.columns)])
    assert {"code"} == set(made["method"])


def test_the_regions_that_were_divided_are_divided_by_people():
    """East Kazakhstan, Almaty Region and Karaganda of 2018, by who lived in their parts in 2022; the rest is whole."""
    made = shares(bundled(OLD), bundled(NEW), translations(codes()), people=people("2022"))
    count = people("2022")
    east, abai = count["630000000"], count["100000000"]

    assert {("630000000", "100000000"), ("190000000", "330000000"), ("350000000", "620000000")} <= set(made)
    assert abs(made["630000000", "100000000"][0] - abai / (east + abai) * MILLION) <= 1
    assert {"people": 6, "code": 14} == {m: [x for _, x in made.values()].count(m) for m in ("people", "code")}


@needs_borders
def test_astana_grew_and_is_told_as_a_warning():
    """By a source of its own for both editions: 91 km² more, no other unit of the first level changed by 1 %."""
    known = {edition: frozenset(bundled(edition)["unit_id"]) for edition in (OLD, NEW)}
    read = read_shares(KZ / "lineage.csv", known)
    found = check_areas(read, {OLD: foreign("region", 2018), NEW: foreign("region", 2022)})

    assert [("W-LIN-01", "710000000")] == [(fault.code, fault.value) for fault in found]


@needs_borders
@pytest.mark.parametrize(("one", "other"), [(2018, 2022), (2022, 2018)])
def test_every_district_hands_on_a_million_parts_both_ways(one, other):
    """Real borders with their slivers and redrawn cities; nine districts in ten go whole."""
    made = derived(foreign("district", one), foreign("district", other), translations(codes()), Evidence())
    whole = made["share_ppm"] == MILLION

    assert {MILLION} == set(made.groupby("from_unit")["share_ppm"].sum())
    assert set(foreign("district", one)["unit_id"]) == set(made["from_unit"])
    assert whole.sum() > 0.9 * made["from_unit"].nunique()


@needs_borders
def test_a_former_code_is_of_2018_and_its_successor_of_2022_and_of_the_classifier():
    """And where it says that they are the same, their areas agree within 2 %; none is lost to another region."""
    with (SHARED / "codes/kato_nk_rk_11-2025.csv").open(encoding="utf-8-sig", newline="") as file:
        classified = {row["kato"] for row in csv.DictReader(file)}
    old, new = (foreign("district", year).set_index("unit_id")["area_m2"] for year in (2018, 2022))
    rows = codes()
    same = [row for row in rows if row.relation == "same"]

    assert {row.former_code for row in rows} <= set(old.index)
    assert {row.code for row in rows} <= classified & ({*new.index} | {*foreign("region", 2022)["unit_id"]})
    assert {("19", "33"), ("19", "19"), ("35", "62"), ("63", "10")} == {(r.former_code[:2], r.code[:2]) for r in rows}
    assert [] == [row for row in same if abs(new[row.code] / old[row.former_code] - 1) > 0.02]
    assert {"630000000", "190000000", "350000000", "191000000"}.isdisjoint(translations(rows))


@needs_borders
def test_the_former_codes_are_made_again_to_the_byte(tmp_path, monkeypatch):
    """The file that lies here is what the script makes of the two editions."""
    monkeypatch.setattr(make_kz_former_codes, "MADE", tmp_path / "made.csv")
    make_kz_former_codes.main()

    assert (KZ / "former_codes.csv").read_bytes() == (tmp_path / "made.csv").read_bytes()


@pytest.mark.parametrize(
    ("column", "text", "code"),
    [
        ("code", "100000001", "E-LIN-06"),
        ("relation", "maybe", "E-LIN-06"),
        ("since", "2022-02-30", "E-LIN-07"),
        ("since", "20220608", "E-LIN-07"),
        ("code", "1 2", "E-JOIN-05"),
        ("former_code", "200000000", "E-CSV-20"),
    ],
)
def test_a_row_of_former_codes_that_says_nothing_true_is_refused(tmp_path, column, text, code):
    """A code leads to another one, since a day, and stands once."""
    names = ["former_code", "code", "since", "relation", "is_reused"]
    rows = [["200000000", "300000000", NEW, "same", ""], ["100000001", "300000001", NEW, "same", ""]]
    rows[1][names.index(column)] = text
    path = tmp_path / "former_codes.csv"
    path.write_text("\n".join(",".join(row) for row in [names, *rows]), encoding="utf-8")
    with pytest.raises(BadData) as error:
        read_former_codes(path)

    assert (3, code) in {(fault.row, fault.code) for fault in error.value.faults}


def test_a_country_without_history_needs_no_files(tmp_path):
    """Nothing was given up."""
    assert () == read_former_codes(tmp_path / "former_codes.csv")
    assert {} == read_former_names(tmp_path / "former_names.csv")
    assert "710000000" == read_former_names(KZ / "former_names.csv")["Нур-Султан"]
