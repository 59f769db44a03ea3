"""Laws of reading borders: a clean coverage, or every fault of the file by feature."""

import json

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.atlas import assembled
from geo.boundaries import read_neighbours, read_units
from geo.core.country_file import read_country
from geo.core.errors import BadData
from tests.conftest import made_zz
from tests.country_zz import NEW, SHAPES, collection, square

FILE = f"{NEW}/region.geojson"


def faults_of(made):
    """Return (file, feature, code) of what the borders are refused for."""
    with pytest.raises(BadData) as error:
        read_units(made.borders, read_country(made.borders), NEW, "region")
    return {(fault.file, fault.row, fault.code) for fault in error.value.faults}


def put(made, value):
    """Write a value as the file of borders."""
    (made.borders / FILE).write_text(json.dumps(value), encoding="utf-8")


def spoilt(made, change):
    """Change the second feature and return the faults."""
    plain = collection(SHAPES[NEW])
    change(plain["features"][1])
    put(made, plain)
    return faults_of(made)


def ring(*points):
    return {"type": "Polygon", "coordinates": [[list(point) for point in points]]}


def test_a_clean_file_gives_its_units_in_order(zz):
    """A city inside a region is a hole in it: no square metre counts twice."""
    units = read_units(zz.borders, read_country(zz.borders), NEW, "region")

    assert ["10", "20", "30", "40", "50"] == list(units["unit_id"])
    assert [3.0, 1.0, 4.0, 4.0, 4.0] == list(shapely.area(units.geometry.to_numpy()))
    assert ("10-ауданы", "Район 10", "Region 10") == tuple(units.loc[0, ["name_kk", "name_ru", "name_en"]])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "E-GEO-01"),
        (b"unit_id,name\n10,x\n", "E-GEO-01"),
        (b"<html></html>", "E-GEO-01"),
        (b"[]", "E-GEO-01"),
        (b"null", "E-GEO-01"),
        (b"3", "E-GEO-01"),
        (b'"x"', "E-GEO-01"),
        (b"{}", "E-GEO-01"),
        (b'{"type":"FeatureCollection"}', "E-GEO-01"),
        (b'{"type":"FeatureCollection","features":[]}', "E-GEO-01"),
        (b'{"type":"FeatureCollection","features":{}}', "E-GEO-01"),
        (b'{"type":"FeatureCollection","features":[1,null]}', "E-GEO-01"),
        (b'{"type":"FeatureCollection","features":[NaN]}', "E-GEO-01"),
        (b'{"type":"Feature","features":[{}]}', "E-GEO-01"),
        (b'{"a":' + b"9" * 5000 + b"}", "E-GEO-01"),
        (b'{"a":' + b"[" * 100_000, "E-GEO-01"),
        (b"\xff\xfe\x00", "E-GEO-01"),
        (b'{"type":"FeatureCollection","features":[{"type":', "E-GEO-03"),
    ],
)
def test_a_file_that_is_no_geojson_is_refused(zz, content, code):
    """Whatever lies under the name: one fault with a code, never a crash."""
    (zz.borders / FILE).write_bytes(content)

    assert {code} == {found for _, _, found in faults_of(zz)}


def test_a_missing_file_and_a_folder_are_refused(zz):
    """Nothing is drawn from nothing."""
    (zz.borders / FILE).unlink()
    missing = faults_of(zz)
    (zz.borders / FILE).mkdir()

    assert {(FILE, 0, "E-GEO-04")} == missing
    assert {(FILE, 0, "E-CSV-09")} == faults_of(zz)


def test_a_file_cut_anywhere_is_refused(zz):
    """A half copy never becomes a map with fewer units."""
    content = (zz.borders / FILE).read_bytes()
    for size in range(0, len(content) - 1, 97):
        (zz.borders / FILE).write_bytes(content[:size])

        assert {"E-GEO-01", "E-GEO-03"} & {code for _, _, code in faults_of(zz)}


@pytest.mark.parametrize(
    ("geometry", "code"),
    [
        (None, "E-GEO-05"),
        ("Polygon", "E-GEO-05"),
        ([], "E-GEO-05"),
        ({}, "E-GEO-05"),
        ({"type": "Polygon", "coordinates": []}, "E-GEO-05"),
        ({"type": "Point", "coordinates": [60, 40]}, "E-GEO-06"),
        ({"type": ["Polygon"], "coordinates": [1]}, "E-GEO-06"),
        ({"coordinates": [1]}, "E-GEO-06"),
        ({"type": "Polygon", "coordinates": "x"}, "E-GEO-07"),
        ({"type": "Polygon", "coordinates": {"a": 1}}, "E-GEO-07"),
        ({"type": "Polygon", "coordinates": [1, 2]}, "E-GEO-07"),
        ({"type": "Polygon", "coordinates": [[]]}, "E-GEO-07"),
        ({"type": "MultiPolygon", "coordinates": [[]]}, "E-GEO-07"),
        ({"type": "MultiPolygon", "coordinates": [[], [square(60, 40, 1)]]}, "E-GEO-07"),
        ({"type": "MultiPolygon", "coordinates": [square(60, 40, 1)]}, "E-GEO-07"),
        (ring((60, 40), (61, 40), (61, 41), (60, 41)), "E-GEO-07"),
        (ring((60, 40), (61, 40), (60, 40)), "E-GEO-07"),
        (ring((60,), (61,), (61,), (60,)), "E-GEO-07"),
        (ring((60, 40), (61, 40, 5), (61, 41), (60, 40)), "E-GEO-07"),
        (ring(("60", "40"), ("61", "40"), ("61", "41"), ("60", "40")), "E-GEO-07"),
        (ring((True, 40), (61, 40), (61, 41), (True, 40)), "E-GEO-07"),
        (ring((None, 40), (61, 40), (61, 41), (None, 40)), "E-GEO-07"),
        (ring((60, 40), (1e308, 40), (61, 41), (60, 40)), "E-GEO-10"),
        (ring((60, 40), (10**400, 40), (61, 41), (60, 40)), "E-GEO-10"),
        (ring((6000000, 40), (61, 40), (61, 41), (6000000, 40)), "E-GEO-10"),
        (ring((60, 40), (61, 95), (61, 41), (60, 40)), "E-GEO-10"),
        (ring((60, 40), (61, 41), (61, 40), (60, 41), (60, 40)), "E-GEO-08"),
        (ring((60, 40), (61, 40), (62, 40), (60, 40)), "E-GEO-08"),
    ],
)
def test_a_shape_that_is_no_polygon_in_degrees_is_refused(zz, geometry, code):
    """Points, open rings, bow-ties, metres: the feature is named, and nothing is repaired in silence."""
    assert (FILE, 2, code) in spoilt(zz, lambda feature: feature.update(geometry=geometry))


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"unit_id": None}, {"E-GEO-15"}),
        ({"unit_id": ""}, {"E-GEO-15"}),
        ({"unit_id": 20}, {"E-GEO-16"}),
        ({"unit_id": ["20"]}, {"E-GEO-16"}),
        ({"unit_id": "20/../10"}, {"E-JOIN-05"}),
        ({"unit_id": "20 "}, {"E-JOIN-05"}),
        ({"unit_id": "10"}, {"E-GEO-18"}),
        ({"name_kk": ""}, {"E-GEO-17"}),
        ({"name_ru": "  "}, {"E-GEO-17"}),
        ({"name_en": None}, {"E-GEO-17"}),
        ({"name_kk": 5}, {"E-GEO-17"}),
        ({"name_kk": "a\x00b"}, {"E-GEO-17"}),
        ({"kind": ""}, {"E-GEO-19"}),
        ({"kind": 1}, {"E-GEO-19"}),
        ({"area_m2": None}, {"E-GEO-19"}),
        ({"area_m2": "big"}, {"E-GEO-19"}),
        ({"area_m2": 0}, {"E-GEO-19"}),
        ({"area_m2": -1}, {"E-GEO-19"}),
        ({"area_m2": True}, {"E-GEO-19"}),
        ({"area_m2": 10**40}, {"E-GEO-19"}),
        ({"label_lon": "60"}, {"E-GEO-19"}),
        ({"label_lat": 1e308}, {"E-GEO-19"}),
    ],
)
def test_a_property_of_another_kind_is_refused(zz, change, codes):
    """Codes are text that may stand in an address, names are there in every language, numbers are numbers."""
    assert {(FILE, 2, code) for code in codes} == spoilt(zz, lambda feature: feature["properties"].update(change))


@pytest.mark.parametrize("properties", [None, [], "x", 5, {}])
def test_a_feature_without_properties_is_refused(zz, properties):
    """The code is asked for once, and no other feature is blamed."""
    found = spoilt(zz, lambda feature: feature.update(properties=properties))

    assert (FILE, 2, "E-GEO-15") in found
    assert {2} == {number for _, number, _ in found}


def test_two_features_without_a_code_are_not_the_same_unit(zz):
    """A code that is not there does not stand twice."""
    plain = collection(SHAPES[NEW])
    for feature in plain["features"][:2]:
        del feature["properties"]["unit_id"]
    put(zz, plain)

    assert {(FILE, 1, "E-GEO-15"), (FILE, 2, "E-GEO-15")} == faults_of(zz)


@pytest.mark.parametrize(
    "shapes",
    [
        {**SHAPES[NEW], "30": [square(61.9, 40, 2)]},
        {**SHAPES[NEW], "20": [square(60.4, 40.4, 1.2)]},
        {**SHAPES[NEW], "50": [square(62, 42, 2)], "60": [square(63, 43, 2)]},
        {**SHAPES[NEW], "60": [square(60, 40, 2)]},
    ],
)
def test_units_that_overlap_are_refused(zz, shapes):
    """A square metre belongs to one unit; both neighbours are named with a place."""
    put(zz, collection(shapes))

    assert {"E-GEO-09"} == {code for _, _, code in faults_of(zz)}


@pytest.mark.parametrize("width", [0.0001, 0.0004])
def test_units_that_leave_a_gap_are_refused(zz, width):
    """A city a little smaller than its hole: the strip between would belong to nobody."""
    put(zz, collection({**SHAPES[NEW], "20": [square(60.5 + width, 40.5 + width, 1 - 2 * width)]}))

    assert {"E-GEO-09"} == {code for _, _, code in faults_of(zz)}


def test_every_faulty_feature_is_named_at_once(zz):
    """One run tells all there is to mend."""
    plain = collection(SHAPES[NEW])
    plain["features"][0]["geometry"] = None
    plain["features"][1]["properties"]["unit_id"] = 5
    plain["features"][4]["properties"]["name_kk"] = ""
    put(zz, plain)

    assert {(FILE, 1, "E-GEO-05"), (FILE, 2, "E-GEO-16"), (FILE, 5, "E-GEO-17")} == faults_of(zz)


def test_a_third_coordinate_and_strange_properties_change_nothing(zz):
    """Heights are dropped; a property that no table has cannot take the place of one that it has."""
    plain = collection(SHAPES[NEW])
    for feature in plain["features"]:
        feature["geometry"]["coordinates"] = [
            [[*point, 7] for point in part] for part in feature["geometry"]["coordinates"]
        ]
        feature["properties"] |= {"geometry": "x", "edition": "1", "level": "x", "iso": None}
    put(zz, plain)
    units = read_units(zz.borders, read_country(zz.borders), NEW, "region")

    assert not units.geometry.has_z.any()
    assert {(NEW, "region", "")} == set(zip(units["edition"], units["level"], units["iso"], strict=True))


@pytest.mark.parametrize(
    "geometry", [None, {"type": "Point", "coordinates": [1, 2]}, ring((0, 0), (1, 1), (1, 0), (0, 1), (0, 0))]
)
def test_neighbours_are_checked_too(zz, geometry):
    """They are only drawn, but a wrong one would stop the drawing."""
    (zz.borders / "neighbours.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": geometry}]})
    )

    with pytest.raises(BadData) as error:
        read_neighbours(zz.borders, read_country(zz.borders))
    assert {"neighbours.geojson"} == {fault.file for fault in error.value.faults}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["type", "coordinates", "unit_id"]), inner)
    ),
    max_leaves=12,
)


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(["geometry", "properties"]), JSON, st.sampled_from(["Polygon", "MultiPolygon", None]))
def test_any_json_in_a_feature_is_a_fault_and_no_crash(zz_module, key, value, kind):
    """Geometry or properties of any shape are refused by name."""
    wrong = {"type": kind, "coordinates": value} if kind and key == "geometry" else value

    assert any(number == 2 for _, number, _ in spoilt(zz_module, lambda feature: feature.update({key: wrong})))


@pytest.fixture(scope="module")
def zz_module(tmp_path_factory):
    return made_zz(tmp_path_factory.mktemp("borders"))


@pytest.mark.parametrize("projection", ["+proj=nonsense", "", "EPSG:0", "+proj=aea +lat_1=0 +lat_2=0"])
def test_a_projection_that_cannot_be_drawn_in_is_refused(zz, projection):
    """The key of country.toml is named."""
    path = zz.borders / "country.toml"
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join(f'projection = "{projection}"' if row.startswith("projection") else row for row in lines))

    with pytest.raises(BadData) as error:
        assembled(zz.settings, "zz", lambda step: None)
    assert ["map.projection"] == [fault.column for fault in error.value.faults]


def exchanged_axes(features):
    for one in features:
        rings = one["geometry"]["coordinates"]
        one["geometry"]["coordinates"] = [[point[::-1] for point in ring] for ring in rings]


def exchanged_units(features):
    features[2]["geometry"], features[3]["geometry"] = features[3]["geometry"], features[2]["geometry"]


def in_square_kilometres(features):
    for one in features:
        one["properties"]["area_m2"] //= 10**6


def label_elsewhere(features):
    features[0]["properties"] |= {"label_lon": 0, "label_lat": 0}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (exchanged_axes, "E-GEO-11"),
        (exchanged_units, "E-GEO-11"),
        (in_square_kilometres, "E-GEO-11"),
        (label_elsewhere, "E-GEO-12"),
    ],
)
def test_borders_that_are_not_where_they_say_are_refused(zz, change, code):
    """A valid coverage may still be the wrong one: the stated area and the label tell."""
    plain = collection(SHAPES[NEW])
    change(plain["features"])
    put(zz, plain)

    assert {code} == {found for _, _, found in faults_of(zz)}
