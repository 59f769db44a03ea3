"""Laws of making units of foreign borders: what is small is repaired and told, what is not is refused, land is kept."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.boundaries import read_units
from geo.boundaries.add import Parents, Place, prepare, stored_text
from geo.boundaries.against import Known, judged
from geo.boundaries.codes import level_faults
from geo.boundaries.coverage import GAP_DEG, area_m2
from geo.boundaries.described import Described, read_sources
from geo.boundaries.nesting import Origin, nested
from geo.core.country_file import read_country
from geo.core.errors import BadData
from geo.foreign.borders import Borders, read_borders
from geo.foreign.features import Feature, Property
from geo.foreign.limits import Limits
from tests.conftest import DATA
from tests.country_zz import NEW, SHAPES, square

SHARED = Path(os.environ.get("BUDGETMAP_SHARED", Path(__file__).resolve().parents[2] / "shared")) / "data"
KZ = DATA / "boundaries" / "kz"
SINCE, BEFORE = "2022-06-08", "2018-06-19"
NAMES = {language: f"n_{language}" for language in ("kk", "ru", "en")}
COLUMNS = Described("code", NAMES, kind_from="n_ru", kinds={"city": "^г"})
KM2 = 1e6


class Held(Borders):
    """Borders whose features are held in memory."""

    def features(self):
        """Yield them."""
        yield from self.held


def borders(shapes, crs="", properties=None):
    """Return borders of code → shape, with names made of the code."""
    rows = []
    for number, (code, shape) in enumerate(shapes.items(), 1):
        named = {"code": code, "n_kk": f"{code} ауданы", "n_ru": f"Район {code}", "n_en": f"District {code}"}
        named |= (properties or {}).get(code, {})
        kinds = {str: "s", int: "n", float: "n", bool: "b", type(None): "z"}
        cells = {k: Property("" if v is None else str(v), kinds[type(v)]) for k, v in named.items()}
        rows.append(Feature(number, shapely.to_wkb(shape), cells))
    made = Held("x.geojson", "0" * 64, 1, "geojson", crs, len(rows), None)
    object.__setattr__(made, "held", rows)
    return made


def box(left, bottom, right, top):
    return shapely.box(left, bottom, right, top)


PAIR = {"1100": box(60, 40, 61, 41), "1200": box(61, 40, 62, 41)}


@pytest.fixture
def place(zz):
    return Place(read_country(zz.borders), NEW, "region")


def refused(made, place, columns=COLUMNS, parents=None):
    """Return (feature, code) of what borders are refused for."""
    with pytest.raises(BadData) as error:
        prepare(made, columns, place, parents)
    return {(fault.row, fault.code) for fault in error.value.faults}


def codes(prepared):
    return [fault.code for fault in prepared.warnings]


def test_clean_borders_become_units_unchanged(place):
    """No warning, no change, every column; a city is told by what stands in the column of kinds."""
    prepared = prepare(borders(PAIR, properties={"1200": {"n_ru": "г. Слово"}}), COLUMNS, place)
    units = prepared.units

    assert ([], ["1100", "1200"]) == (codes(prepared), list(units["unit_id"]))
    assert ["region", "city"] == list(units["kind"])
    assert [True, True] == [a.equals(b) for a, b in zip(units.geometry, PAIR.values(), strict=True)]
    assert [round(area_m2(shape)) for shape in PAIR.values()] == list(units["area_m2"])
    assert json.loads(json.dumps(prepared.to_json()))["overlap_km2"] == 0


def test_what_is_stored_is_read_back_the_same(zz, place):
    """The stored form is that of the bundled files, with the parent beside."""
    country = place.country
    prepared = prepare(borders({code: shapely.Polygon(*rings(code)) for code in SHAPES[NEW]}), COLUMNS, place)
    units = prepared.units.assign(parent_id="7")
    (zz.borders / NEW / "region.geojson").write_text(stored_text(units, {"title": "x"}), encoding="utf-8")
    back = read_units(zz.borders, country, NEW, "region")

    assert [list(units[column]) for column in units.columns] == [list(back[column]) for column in units.columns]


def rings(code):
    outer, *inner = SHAPES[NEW][code]
    return outer, inner


@settings(max_examples=40, deadline=None)
@given(shift=st.floats(-0.008, 0.008), lift=st.floats(-0.0004, 0.0004))
def test_land_is_neither_lost_nor_counted_twice(zz_place, shift, lift):
    """Whatever two neighbours claim of each other: after it each square metre that was theirs is one's."""
    shapes = {**PAIR, "1200": box(61 + shift, 40, 62, 41), "1300": box(60, 41 + lift, 62, 42)}
    claimed = shapely.union_all(list(shapes.values()))
    prepared = prepare(borders(shapes), COLUMNS, zz_place)
    made = prepared.units.geometry.to_numpy()
    union = shapely.union_all(made)
    won = area_m2(shapely.difference(union, claimed)) / KM2 if shift > 0 or lift > 0 else 0.0

    assert shapely.coverage_is_valid(made)
    assert abs(shapely.area(made).sum() - union.area) < 1e-9
    assert shapely.difference(claimed, union).area < 2e-5
    assert abs(prepared.report.gap_km2 - won) < 0.2


@pytest.fixture(scope="module")
def zz_place(tmp_path_factory):
    from tests.conftest import made_zz

    return Place(read_country(made_zz(tmp_path_factory.mktemp("zz")).borders), NEW, "region")


def test_an_overlap_goes_to_the_smaller_and_is_told_in_square_kilometres(place):
    """The pair, the area, the change of each unit."""
    shapes = {"1100": box(60, 40, 61.005, 41), "1200": box(61, 40, 61.9, 41)}
    prepared = prepare(borders(shapes), COLUMNS, place)
    shared = area_m2(box(61, 40, 61.005, 41)) / KM2
    pair = prepared.report.overlaps[0]

    assert (["W-GEO-05"], ("1100", "1200")) == (codes(prepared), pair.unit_ids)
    assert (round(shared, 3), "1100") == (round(pair.km2, 3), prepared.report.worst)
    assert prepared.units.geometry[1].equals(shapes["1200"])


def test_a_narrow_gap_is_closed_and_a_lake_is_kept(place):
    """What is narrower than a line drawn twice is no water."""
    ring = square(60.2, 40.2, 0.2)
    slit = [[60.5, 40.5], [60.5, 40.7], [60.5 + GAP_DEG / 2, 40.7], [60.5 + GAP_DEG / 2, 40.5], [60.5, 40.5]]
    prepared = prepare(borders({**PAIR, "1100": shapely.Polygon(PAIR["1100"].exterior, [ring, slit])}), COLUMNS, place)

    assert ["W-GEO-05"] == codes(prepared)
    assert [1] == [len(prepared.units.geometry[0].interiors)]
    assert 0 < prepared.report.gap_km2 < 2


def test_changes_that_are_not_small_are_refused(place):
    """A unit over another, a bow-tie, two levels in one file: somebody has to look at the source."""
    bow = shapely.Polygon([(60, 40), (61, 41), (61, 40), (60, 41), (60, 40)])
    strip = {"1100": box(60, 40, 61.013, 41), "1200": box(61, 40, 61.9, 41), "1300": box(62, 40, 63, 41)}
    twice = {**PAIR, "1300": box(60, 40, 62, 41)}

    assert {(1, "E-GEO-08")} == refused(borders({**PAIR, "1100": bow}), place)
    assert {(1, "E-GEO-24")} == refused(borders(strip), place)
    assert {(0, "E-GEO-38")} == refused(borders(twice), place)


def test_a_ring_that_crosses_itself_a_little_is_repaired_and_told(place):
    """The unit, the place, the change of its area."""
    small = [(60, 40), (61, 40), (61, 41), (60.5, 41), (60.5005, 41.0005), (60.5005, 41), (60.5, 41.0005), (60, 41)]
    prepared = prepare(borders({**PAIR, "1100": shapely.Polygon(small)}), COLUMNS, place)

    assert ["W-GEO-03"] == codes(prepared)
    assert ["1100"] == [row.unit_id for row in prepared.report.invalid]
    assert prepared.units.geometry.is_valid.all()


def test_a_stated_coordinate_system_is_converted_and_told(place):
    """Metres of a stated system become degrees; WGS 84 by any of its names needs no word."""
    flat = {code: shapely.transform(shape, mercator) for code, shape in PAIR.items()}
    prepared = prepare(borders(flat, "urn:ogc:def:crs:EPSG::3857"), COLUMNS, place)

    assert ["W-GEO-01"] == codes(prepared)
    assert shapely.equals_exact(prepared.units.geometry.to_numpy(), [*PAIR.values()], 1e-5, normalize=True).all()
    for name in ("EPSG:4326", "urn:ogc:def:crs:OGC:1.3:CRS84"):
        assert [] == codes(prepare(borders(PAIR, name), COLUMNS, place))


def mercator(points):
    from pyproj import Transformer

    x, y = Transformer.from_crs(4326, 3857, always_xy=True).transform(points[:, 0], points[:, 1])
    return shapely.get_coordinates(shapely.points(x, y))


@pytest.mark.parametrize(
    ("shapes", "crs", "expected"),
    [
        ({"1100": box(8e6, 5e6, 8.1e6, 5.1e6)}, "", {(0, "E-GEO-20")}),
        ({"1100": box(180, 40, 181, 41)}, "", {(1, "E-GEO-10")}),
        ({"1100": box(60, 89, 61, 91)}, "EPSG:4326", {(1, "E-GEO-10")}),
        (PAIR, "EPSG:999999", {(0, "E-GEO-23")}),
        (PAIR, "EPSG:3857", {(0, "E-GEO-50")}),
        (PAIR, "EPSG:32642", {(0, "E-GEO-50")}),
        (PAIR, "+init=/etc/passwd:1", {(0, "E-GEO-23")}),
        (PAIR, "http://127.0.0.1:1/crs", {(0, "E-GEO-23")}),
        (PAIR, 'PROJCS["broken', {(0, "E-GEO-23")}),
    ],
)
def test_coordinates_that_are_nowhere_are_refused(place, shapes, crs, expected):
    """Metres without a system, beyond the poles, a system nobody can read, or one that would open a file."""
    assert expected == refused(borders(shapes, crs), place)


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ({"code": None}, {(2, "E-GEO-15")}),
        ({"code": " "}, {(2, "E-GEO-15")}),
        ({"code": 1200}, {(2, "E-GEO-16")}),
        ({"code": "1100"}, {(2, "E-GEO-18")}),
        ({"code": "12/00"}, {(2, "E-JOIN-05")}),
        ({"n_kk": "", "n_ru": None, "n_en": " "}, {(2, "E-GEO-17")}),
    ],
)
def test_codes_and_names_that_cannot_be_used_are_named(place, second, expected):
    """Missing, a number among texts, twice, no code, no name in any language."""
    assert expected == refused(borders(PAIR, properties={"1200": second}), place)


@pytest.mark.parametrize("name", ["????? ???????", "Аба\ufffd", "РђР±Р°Р№", "5", "ÒšÐ°Ð»Ð°"])
def test_a_name_that_nobody_can_read_is_refused(place, name):
    """Letters that were lost, and letters of another encoding, are no name to put on a map."""
    assert {(2, "E-GEO-52")} == refused(borders(PAIR, properties={"1200": {"n_ru": name}}), place)


def test_a_word_of_two_alphabets_is_told(place):
    """It looks right; an import is not stopped for it."""
    report = prepare(borders(PAIR, properties={"1200": {"n_ru": "Aбай"}}), COLUMNS, place).report

    assert [("W-GEO-11", "Aбай")] == [(warning.code, warning.value) for warning in report.warnings]


def test_codes_that_are_all_numbers_of_one_length_are_codes(place):
    """No zero was lost; of two lengths one may have been."""
    every = {"1100": {"code": 1100}, "1200": {"code": 1200}}
    short = {**every, "1200": {"code": 120}}

    assert ["1100", "1200"] == list(prepare(borders(PAIR, properties=every), COLUMNS, place).units["unit_id"])
    assert {(1, "E-GEO-16"), (2, "E-GEO-16")} == refused(borders(PAIR, properties=short), place)


def test_a_missing_name_is_borrowed_and_told(place):
    """From the country's first language that has one."""
    prepared = prepare(borders(PAIR, properties={"1200": {"n_en": ""}}), COLUMNS, place)

    assert [("W-GEO-02", "en", "1")] == [(w.code, w.value, w.values["count"]) for w in prepared.warnings]
    assert (("1200", "en", "kk"),) == prepared.report.fell_back
    assert "1200 ауданы" == prepared.units.loc[1, "name_en"]


def test_a_described_column_that_is_not_there_is_named(place):
    """With those that are."""
    assert {(0, "E-GEO-39")} == refused(borders(PAIR), place, replace(COLUMNS, unit_id="KATO"))


def test_names_lose_what_nobody_can_see(place):
    """Marks that turn text round, zero widths, line breaks: a name is one line of letters."""
    odd = {"1100": {"n_kk": "А\u202eй\u200b\nауданы "}}

    assert "Ай ауданы" == prepare(borders(PAIR, properties=odd), COLUMNS, place).units.loc[0, "name_kk"]


def test_the_parent_is_decided_by_code_and_measured_by_area(place):
    """A strip outside is told in square kilometres; a unit that lies elsewhere, or leads nowhere, is refused."""
    above = prepare(borders({"1000": box(60, 40, 61.9, 41), "2000": box(70, 40, 71, 41)}), COLUMNS, place).units
    units = prepare(borders(PAIR), COLUMNS, place).units
    found, nesting = nested(units, above, 1)
    other = {**PAIR, "2100": box(60, 41, 61, 42), "3100": box(70, 40, 71, 41)}

    assert {"1100": "1000", "1200": "1000"} == found
    assert round(area_m2(box(61.9, 40, 62, 41)) / KM2, 2) == round(nesting.outside_km2, 2)
    assert ["W-GEO-06"] == [fault.code for fault in nesting.warnings]
    assert {(4, "E-GEO-37")} == refused(borders(other), place, parents=Parents(above, 1))
    del other["3100"]
    assert {(3, "E-GEO-34")} == refused(borders(other), place, parents=Parents(above, 1))


needs_shared = pytest.mark.skipif(not (SHARED / "kz" / "boundaries").is_dir(), reason="needs the shared data")


@needs_shared
@pytest.mark.parametrize(
    ("edition", "year", "units", "cities", "invalid"),
    [(SINCE, 2022, 224, 40, ["623800000"]), (BEFORE, 2018, 216, 37, ["194400000", "196800000"])],
)
def test_the_districts_of_kazakhstan_come_through(tmp_path, edition, year, units, cities, invalid):
    """Counted once by hand: units, cities, broken polygons; the land is that of the source, each in its region."""
    path = SHARED / "kz" / "boundaries" / f"district_{year}.geojson"
    country, columns = read_country(KZ), read_sources(KZ).source("geokz").described("district")
    above = read_units(KZ, country, edition, "region")
    made = read_borders(path, tmp_path, Limits())
    prepared = prepare(made, columns, Place(country, edition, "district"), Parents(above, 2))
    table, report = prepared.units, prepared.report
    land = area_m2(shapely.union_all(shapely.make_valid([shapely.from_wkb(f.geometry) for f in made.features()])))

    assert (units, cities, units - cities) == (len(table), *table["kind"].value_counts()[["city", "district"]])
    assert invalid == sorted(row.unit_id for row in report.invalid)
    assert set(above["unit_id"]) == set(table["parent_id"])
    assert all(parent[:2] == unit[:2] for unit, parent in zip(table["unit_id"], table["parent_id"], strict=True))
    assert abs(sum(table["area_m2"]) - land) < 0.2 * KM2
    assert abs(report.changes[report.worst]) < 0.004
    (tmp_path / edition).mkdir()
    (tmp_path / edition / "district.geojson").write_text(stored_text(table, {"title": "x"}), encoding="utf-8")
    assert units == len(read_units(tmp_path, country, edition, "district"))


@needs_shared
def test_districts_nest_in_the_regions_of_their_own_source(tmp_path):
    """But for 14 square kilometres and what generalising leaves."""
    country, source = read_country(KZ), read_sources(KZ).source("geokz")
    both = {}
    for level in ("region", "district"):
        (tmp_path / level).mkdir()
        made = read_borders(SHARED / "kz" / "boundaries" / f"{level}_2022.geojson", tmp_path / level, Limits())
        both[level] = prepare(made, source.described(level), Place(country, SINCE, level)).units
    nesting = nested(both["district"], both["region"], 2)[1]

    assert max(nesting.units.values()) < 15
    assert {"region": 20, "district": 224} == {level: len(units) for level, units in both.items()}


def test_lines_that_cross_without_end_are_refused_before_they_are_laid_over_each_other(place):
    """The cost of an overlay grows with the square of the crossings; they are counted first."""
    points = [((7919 * n) % 4001 / 4001 + 60, (104729 * n) % 3989 / 3989 + 40) for n in range(4000)]

    assert {(0, "E-GEO-08")} == refused(borders({"1100": shapely.Polygon(points)}), place)


SOUTH = {"1000": box(60, 40, 62, 42), "2000": box(62, 40, 64, 42)}
QUARTERS = {
    "1100": box(60, 40, 61, 42),
    "1200": box(61, 40, 62, 42),
    "2100": box(62, 40, 63, 42),
    "2200": box(63, 40, 64, 42),
}


def beside(place, shapes, properties=None, **words):
    """Return (unit or count, code) of faults and of warnings of districts beside the two units above them."""
    above = prepare(borders(SOUTH), COLUMNS, place).units
    units = prepare(borders(shapes, properties=properties), COLUMNS, place).units
    if "before" in words:
        words["before"] = prepare(borders(words["before"]), COLUMNS, place).units
    found = judged(units, Known(above, parents=Parents(above, 1), **words), Origin("x.geojson"))
    return tuple({(fault.value, fault.code) for fault in part} for part in found)


def test_units_as_they_were_have_nothing_told(place):
    """Neither the land, nor the codes, nor the names have changed."""
    names = {code: frozenset({f"{code} ауданы"}) for code in QUARTERS}

    assert (set(), set()) == beside(place, QUARTERS, before=QUARTERS, is_replaced=True, names=names)


def turned(shape):
    """Return a shape with latitude before longitude."""
    return shapely.transform(shape, lambda pairs: pairs[:, ::-1])


@pytest.mark.parametrize("codes", [["1100"], [*QUARTERS]])
def test_latitude_before_longitude_is_one_fault(place, codes):
    """Of one unit or of all, it is called what it is: land would only be missing because of it."""
    shapes = {code: turned(shape) if code in codes else shape for code, shape in QUARTERS.items()}

    assert ({(", ".join(codes), "E-GEO-49")}, set()) == beside(place, shapes, before=QUARTERS)


def test_a_part_that_lies_far_from_the_country_is_refused(place):
    """A square of the gulf of Guinea belongs to nobody here; an island before the coast does."""
    far = shapely.MultiPolygon([QUARTERS["1100"], box(1, 1, 2, 2)])
    near = shapely.MultiPolygon([QUARTERS["1100"], box(59.88, 40, 59.9, 40.1)])

    assert ({("1100", "E-GEO-40")}, set()) == beside(place, {**QUARTERS, "1100": far})
    assert (set(), set()) == beside(place, {**QUARTERS, "1100": near})


@pytest.mark.parametrize("gone", QUARTERS)
def test_land_that_lies_in_no_unit_is_refused_unless_somebody_said_so(place, gone):
    """Whichever is missing: the unit above is named, and what is missing from the level before."""
    rest = {code: shape for code, shape in QUARTERS.items() if code != gone}
    above = f"{gone[0]}000"

    assert ({(above, "E-GEO-41")}, {("1", "W-GEO-08")}) == beside(place, rest, before=QUARTERS)
    assert (set(), set()) == beside(place, rest, is_partial=True)


def test_strips_between_lines_drawn_twice_are_no_missing_land(place):
    """A strip of two kilometres along the whole border, however long."""
    assert (set(), set()) == beside(place, {**QUARTERS, "1100": box(60.02, 40.02, 61, 41.98)})


@pytest.mark.parametrize(
    ("edge", "is_replaced", "faults", "warnings"),
    [
        (60.9, True, set(), set()),
        (60.5, True, set(), {("1100", "W-GEO-07"), ("1200", "W-GEO-07")}),
        (60.2, True, {("1100", "E-GEO-44")}, {("1200", "W-GEO-07")}),
        (60.2, False, set(), {("1100", "W-GEO-07"), ("1200", "W-GEO-07")}),
    ],
)
def test_an_area_that_differs_much_is_told_and_in_the_same_borders_refused(place, edge, is_replaced, faults, warnings):
    """Beyond a fifth a warning; beyond a factor of three no redrawing explains it, only a reform does."""
    shapes = {**QUARTERS, "1100": box(60, 40, edge, 42), "1200": box(edge, 40, 62, 42)}

    assert (faults, warnings) == beside(place, shapes, before=QUARTERS, is_replaced=is_replaced)


def test_codes_that_two_units_have_exchanged_are_told(place):
    """By the land, where the level was there before, which is refused; by the names, where a classifier knows them."""
    shapes = {**QUARTERS, "1100": QUARTERS["1200"], "1200": QUARTERS["1100"]}
    swapped = {"1100": {"n_kk": "Екі", "n_ru": "Два", "n_en": ""}, "1200": {"n_kk": "Бір", "n_ru": "Раз", "n_en": ""}}
    names = {"1100": frozenset({"бір", "раз"}), "1200": frozenset({"екі", "два"})}

    assert ({("1100", "E-GEO-51"), ("1200", "E-GEO-51")}, set()) == beside(place, shapes, before=QUARTERS)
    assert (set(), {("1100", "W-GEO-09"), ("1200", "W-GEO-09")}) == beside(place, shapes, swapped, names=names)


def test_codes_of_another_level_are_one_fault():
    """Districts as regions, regions as districts; a file of its own level has none."""
    country, regions = read_country(KZ), [f"{number}0000000" for number in range(10, 30)]
    districts = [f"{number}3800000" for number in range(10, 30)]

    def found(codes, level):
        above = regions if level == "district" else []
        return [fault.code for fault in level_faults(codes, above, ("x.geojson", "KATO"), (country, level))]

    assert (["E-GEO-42"], ["E-GEO-42"]) == (found(districts, "region"), found(regions, "district"))
    assert ([], []) == (found(regions, "region"), found(districts, "district"))
