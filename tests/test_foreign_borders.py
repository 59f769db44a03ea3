"""Laws of reading borders that somebody sent: what is good comes out whole, what is not is named, nothing else runs."""

import json
import os
import socket
import sqlite3
import zipfile
from io import BytesIO
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.core.errors import BadData
from geo.foreign import features, jsonstream
from geo.foreign.borders import read, read_borders
from geo.foreign.limits import Limits
from tests.country_zz import NEW, SHAPES, collection, square

PLAIN = collection(SHAPES[NEW])
GOOD = json.dumps(PLAIN, ensure_ascii=False).encode()


def read_in(tmp_path, content, name="x.geojson", **arguments):
    """Return what is read of bytes, in a child process as it is for everybody."""
    path = tmp_path / name
    path.write_bytes(content)
    (tmp_path / "scratch").mkdir(exist_ok=True)
    return read_borders(path, tmp_path / "scratch", Limits(), **arguments)


def here(tmp_path, content):
    """Return (faults, features) of GeoJSON read in this process, which is faster."""
    path = tmp_path / "x.geojson"
    path.write_bytes(content)
    try:
        found = read({"path": str(path), "name": path.name}, tmp_path)
    except BadData as bad:
        return {(fault.row, fault.code) for fault in bad.every}, 0
    return {(fault["row"], fault["code"]) for fault in found["faults"]}, found["count"]


def spoilt(change):
    """Return the good file with its second feature changed."""
    plain = json.loads(GOOD)
    change(plain["features"][1])
    return json.dumps(plain).encode()


def geometry(kind, coordinates):
    return lambda feature: feature.update(geometry={"type": kind, "coordinates": coordinates})


def frame():
    return gpd.GeoDataFrame.from_features(PLAIN["features"], crs="EPSG:4326")


def shapefile(tmp_path, **words):
    """Return name → bytes of the parts of a Shapefile."""
    folder = tmp_path / "made"
    folder.mkdir(exist_ok=True)
    frame().to_file(folder / "b.shp", **{"encoding": "utf-8", **words})
    return {path.name: path.read_bytes() for path in folder.glob("b.*")}


def zipped(parts):
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return held.getvalue()


def codes(borders):
    return [fault.code for fault in borders.faults]


def test_a_good_file_comes_out_as_it_is(tmp_path):
    """Every point, every property with its kind, in the order of the file."""
    borders = read_in(tmp_path, GOOD)
    first = next(iter(borders.features()))

    assert ((), "", 5) == (borders.faults, borders.crs, borders.count)
    assert shapely.geometry.shape(PLAIN["features"][0]["geometry"]).equals(shapely.from_wkb(first.geometry))
    assert [("10", "s"), ("10-ауданы", "s")] == [
        (found.text, found.kind) for found in (first.properties["unit_id"], first.properties["name_kk"])
    ]
    assert "n" == first.properties["area_m2"].kind


@pytest.mark.parametrize("name", ["b.gpkg", "b.shp", "b.zip"])
def test_every_format_gives_the_same_features(tmp_path, name):
    """A GeoPackage, a Shapefile and one in a zip say what the GeoJSON says."""
    if name == "b.gpkg":
        frame().to_file(tmp_path / name)
    else:
        parts = shapefile(tmp_path)
        parts = {"b.zip": zipped({f"in/{part}": content for part, content in parts.items()})} | parts
        for part, content in parts.items():
            (tmp_path / part).write_bytes(content)
    borders = read_in(tmp_path, (tmp_path / name).read_bytes(), name)
    areas = [shapely.from_wkb(feature.geometry).area for feature in borders.features()]

    assert ((), "EPSG:4326", name[2:]) == (borders.faults, borders.crs, borders.format)
    assert [3.0, 1.0, 4.0, 4.0, 4.0] == areas
    assert ["10-ауданы"] == [f.properties["name_kk"].text for f in borders.features() if f.number == 1]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", (0, "E-GEO-01")),
        (b" \n", (0, "E-GEO-01")),
        (b"unit_id,name\n", (0, "E-GEO-01")),
        (b"[]", (0, "E-GEO-01")),
        (b"{}", (0, "E-GEO-01")),
        (b'{"type":"FeatureCollection","features":[]}', (0, "E-GEO-01")),
        (b'{"type":"FeatureCollection","features":{"a":1}}', (0, "E-GEO-01")),
        (b"<html><body>404</body></html>", (0, "E-GEO-02")),
        (b'<?xml version="1.0"?><kml xmlns="x"/>', (0, "E-GEO-02")),
        (b"PK\x03\x04rest", (0, "E-GEO-02")),
        (GOOD + b"x", (1, "E-GEO-03")),
        (GOOD.replace(b'"features"', b'"features":[],"features"', 1), (0, "E-GEO-21")),
        (b'{"type":"FeatureCollection","features":[1]}', (1, "E-GEO-01")),
        (b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}", (1, "E-GEO-22")),
        (b'{"a":' + b"[" * 5000, (1, "E-GEO-22")),
        (b'{"\xff":1}', (1, "E-GEO-03")),
        (b'{"a":1e}', (1, "E-GEO-03")),
        (b"{,}", (1, "E-GEO-03")),
    ],
)
def test_what_is_no_geojson_has_one_fault(tmp_path, content, expected):
    """Whatever lies under the name: a code and a place, never a crash."""
    assert {expected} == here(tmp_path, content)[0]


@pytest.mark.parametrize("length", range(1, len(GOOD) - 1, 397))
def test_a_cut_file_names_the_byte_where_it_ends(tmp_path, length):
    """Wherever it was cut: the byte is that of the end."""
    path = tmp_path / "x.geojson"
    path.write_bytes(GOOD[:length])
    found = read({"path": str(path), "name": path.name}, tmp_path)["faults"]

    assert [("E-GEO-03", str(length))] == [(fault["code"], fault["value"]) for fault in found]


RING = square(60.5, 40.5, 1)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (spoilt(lambda feature: feature.update(geometry=None)), "E-GEO-05"),
        (spoilt(geometry("Polygon", [])), "E-GEO-05"),
        (spoilt(geometry("Point", [60, 40])), "E-GEO-06"),
        (spoilt(geometry("LineString", [[60, 40], [61, 41]])), "E-GEO-06"),
        (spoilt(lambda feature: feature.update(geometry={"type": "GeometryCollection", "geometries": []})), "E-GEO-06"),
        (spoilt(geometry("Polygon", [RING[:-1]])), "E-GEO-07"),
        (spoilt(geometry("Polygon", [RING[:3]])), "E-GEO-07"),
        (spoilt(geometry("Polygon", [[["60", "40"]] * 4])), "E-GEO-07"),
        (spoilt(geometry("Polygon", [[[True, False]] * 4])), "E-GEO-07"),
        (spoilt(geometry("Polygon", [[[1, 2, 3, 4, 5]] * 4])), "E-GEO-07"),
        (spoilt(geometry("MultiPolygon", [RING])), "E-GEO-07"),
        (spoilt(geometry("Polygon", {"a": 1})), "E-GEO-07"),
        (GOOD.replace(b"61.5", b"1e308"), "E-GEO-10"),
        (GOOD.replace(b"61.5", b"1e999"), "E-GEO-10"),
        (GOOD.replace(b"61.5", b"NaN"), "E-GEO-10"),
        (GOOD.replace(b"61.5", b"-Infinity"), "E-GEO-10"),
        (GOOD.replace(b"61.5", b"9" * 5000), "E-GEO-10"),
        (GOOD.replace(b'"iso": ""', b'"iso": 1, "iso": 2'), "E-GEO-21"),
        (spoilt(lambda feature: feature["properties"].update({f"p{n}": 1 for n in range(1001)})), "E-LIM-06"),
        (spoilt(lambda feature: feature["properties"].update(long="x" * 10_001)), "E-LIM-06"),
    ],
)
def test_a_feature_that_is_not_polygons_is_named(tmp_path, content, code):
    """Its number and a code; the features after it are read all the same."""
    faults, count = here(tmp_path, content)

    assert (2, code) in faults
    assert ({code}, 5) == ({found for _, found in faults}, count)


def test_heights_are_left_out_and_said(tmp_path):
    """Three or four numbers a point become two; the line is the same."""
    high = [[lon, lat, 7, 8] for lon, lat in RING]
    borders = read_in(tmp_path, spoilt(geometry("Polygon", [high])))
    second = shapely.from_wkb([feature.geometry for feature in borders.features()][1])

    assert [("W-GEO-04", "1")] == [(fault.code, fault.value) for fault in borders.warnings]
    assert (False, 1.0) == (second.has_z, second.area)


def test_the_old_member_crs_is_told(tmp_path):
    """Wherever it stands, and whatever it is."""
    named = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}

    assert "urn:ogc:def:crs:EPSG::3857" == read_in(tmp_path, json.dumps({**PLAIN, "crs": named}).encode()).crs
    assert "{'a': 1}" == read_in(tmp_path, json.dumps({"crs": {"a": 1}, **PLAIN}).encode()).crs


def test_too_much_is_refused_while_it_is_read(tmp_path, monkeypatch):
    """Points of one unit, points of the file, features: each has a limit, with a hint for points."""
    points = np.column_stack([np.linspace(60, 61, 3000), np.linspace(40, 41, 3000) ** 2 / 40])
    ring = [*points.tolist(), [61, 40], [60, 40]]
    content = spoilt(geometry("Polygon", [ring]))
    monkeypatch.setattr("geo.foreign.geojson.MOST_POINTS_OF_FEATURE", 2000)
    of_feature = here(tmp_path, content)[0]
    monkeypatch.setattr(features, "MOST_POINTS", 15)
    of_file, count = here(tmp_path, GOOD)
    monkeypatch.setattr(jsonstream, "MOST_BRACKETS", 2000)
    of_brackets = here(tmp_path, content)[0]

    assert {(2, "E-LIM-04")} == of_feature
    assert ({(0, "E-LIM-04")}, 3) == (of_file, count)
    assert (2, "E-LIM-04") in of_brackets


@settings(max_examples=150, deadline=None)
@given(at=st.integers(0, len(GOOD) - 1), with_=st.binary(max_size=6), gone=st.integers(0, 40))
def test_no_change_of_bytes_escapes_as_an_error(tmp_path_factory, at, with_, gone):
    """Whatever stands in the file, it is either read or has a fault."""
    faults, count = here(tmp_path_factory.mktemp("m"), GOOD[:at] + with_ + GOOD[at + gone :])

    assert faults or count


VRT = """<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>{}</SrcDataSource>
<SrcLayer>canary</SrcLayer></OGRVRTLayer></OGRVRTDataSource>"""


@pytest.mark.parametrize("name", ["x.geojson", "x.gpkg", "x.shp", "x.zip", "x.vrt", "x"])
def test_a_file_that_points_elsewhere_is_not_followed(tmp_path, name):
    """A VRT under any name reads no other file and asks no server."""
    (tmp_path / "canary.csv").write_text("a,b\nsecret,1\n", encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.01)
        for target in (str(tmp_path / "canary.csv"), f"/vsicurl/http://127.0.0.1:{server.getsockname()[1]}/x.csv"):
            borders = read_in(tmp_path, VRT.format(target).encode(), name)

            assert (["E-GEO-02"], "VRT", None) == (codes(borders), borders.faults[0].value, borders.path)
        with pytest.raises(TimeoutError):
            server.accept()


def test_a_database_that_is_no_geopackage_is_refused(tmp_path):
    """SQLite holds many things; a GeoPackage says that it is one."""
    connection = sqlite3.connect(tmp_path / "made.db")
    connection.execute("CREATE TABLE t (a)")
    connection.close()
    content = (tmp_path / "made.db").read_bytes()

    assert ["E-GEO-02"] == codes(read_in(tmp_path, content, "x.gpkg"))
    assert codes(read_in(tmp_path, content[:68] + b"GPKG" + content[72:], "y.gpkg")) in (["E-GEO-27"], ["E-GEO-28"])


def test_one_of_many_layers_has_to_be_named(tmp_path):
    """Nobody guesses which of two layers is meant."""
    for layer in ("one", "two"):
        frame().to_file(tmp_path / "b.gpkg", layer=layer)
    content = (tmp_path / "b.gpkg").read_bytes()

    assert ["E-GEO-28"] == codes(read_in(tmp_path, content, "b.gpkg"))
    assert ["E-GEO-28"] == codes(read_in(tmp_path, content, "b.gpkg", layer="three"))
    assert 5 == read_in(tmp_path, content, "b.gpkg", layer="two").count


@pytest.mark.parametrize("missing", [".shx", ".dbf", ".prj"])
def test_a_missing_part_of_a_shapefile_is_named(tmp_path, missing):
    """In a zip and beside the .shp alike."""
    parts = {name: content for name, content in shapefile(tmp_path).items() if not name.endswith(missing)}
    (tmp_path / "made" / f"b{missing}").unlink()
    (tmp_path / "scratch").mkdir()
    beside = read_borders(tmp_path / "made" / "b.shp", tmp_path / "scratch", Limits())

    assert [("E-GEO-13", missing)] == [(fault.code, fault.value) for fault in beside.faults]
    assert ["E-GEO-13"] == codes(read_in(tmp_path, zipped(parts), "b.zip"))


@pytest.mark.parametrize(
    ("written", "stated"), [("utf-8", b"1251"), ("cp1251", b"UTF-8"), ("utf-8", b"ISO-8859-1"), ("utf-8", b"nonsense")]
)
def test_an_encoding_that_is_not_the_stated_one_is_refused(tmp_path, written, stated):
    """A wrong .cpg would turn every name into other letters in silence."""
    made = frame().assign(name_kk="Ауданы")[["unit_id", "name_kk", "geometry"]]
    (tmp_path / "made").mkdir()
    made.to_file(tmp_path / "made" / "b.shp", encoding=written)
    parts = {path.name: path.read_bytes() for path in (tmp_path / "made").glob("b.*")}
    good = read_in(tmp_path, zipped(parts), "b.zip")
    names = {feature.properties["name_kk"].text for feature in good.features()}

    assert {"Ауданы"} == names
    assert ["E-GEO-29"] == codes(read_in(tmp_path, zipped({**parts, "b.cpg": stated}), "b.zip"))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"../b.shp": b"x"}, "E-GEO-14"),
        ({"/etc/x": b"x"}, "E-GEO-14"),
        ({"a\\b.txt": b"x"}, "E-GEO-14"),
        ({"more.zip": b"x"}, "E-GEO-26"),
        ({"zeros.txt": bytes(30_000_000)}, "E-GEO-25"),
        ({f"{n}.txt": b"" for n in range(2001)}, "E-GEO-25"),
        ({"other.shp": b"x"}, "E-GEO-28"),
    ],
)
def test_an_archive_that_holds_something_else_is_refused(tmp_path, change, code):
    """Names that lead out, archives inside, too much inside, two Shapefiles."""
    assert [code] == codes(read_in(tmp_path, zipped(shapefile(tmp_path) | change), "b.zip"))


def test_a_damaged_archive_or_shapefile_has_a_fault(tmp_path):
    """Cut anywhere, it is refused with a code."""
    parts = shapefile(tmp_path)
    content = zipped(parts)
    broken = zipped({**parts, "b.shp": parts["b.shp"][:150], "b.dbf": parts["b.dbf"][:40]})

    assert ["E-GEO-27"] == codes(read_in(tmp_path, content[: len(content) // 2], "b.zip"))
    assert codes(read_in(tmp_path, broken, "b.zip"))


def test_a_member_of_an_archive_can_be_chosen(tmp_path):
    """The archive of a whole repository holds many Shapefiles; the others are not unpacked."""
    parts = {f"repo-1/shape/{name}": content for name, content in shapefile(tmp_path).items()}
    content = zipped(parts | {"repo-1/shape/c.shp": b"x", "repo-1/old.zip": b"x"})

    assert 5 == read_in(tmp_path, content, "b.zip", layer="shape/b").count
    assert ["E-GEO-28"] == codes(read_in(tmp_path, content, "b.zip", layer="hape/b"))


def test_a_file_that_is_not_there_has_a_fault(tmp_path):
    """No file, a folder, a name that GDAL would understand."""
    names = ["none.geojson", "/vsicurl/http://127.0.0.1:1/x.gpkg", "PG:dbname=x"]
    found = [codes(read_borders(Path(name), tmp_path, Limits())) for name in names]

    assert [["E-GEO-04"]] * 3 == found
    assert ["E-CSV-09"] == codes(read_borders(tmp_path, tmp_path, Limits()))


@pytest.mark.skipif(os.name != "posix", reason="the memory of a process is asked of a POSIX system")
def test_memory_does_not_grow_with_the_file(tmp_path):
    """Forty megabytes of units are read in the means of a child, a batch at a time."""
    feature = json.dumps(PLAIN["features"][0])
    padded = feature[:-1] + ',"pad":"' + "x" * 4000 + '"}'
    content = '{"type":"FeatureCollection","features":[' + ",".join([padded] * 10_000) + "]}"
    borders = read_in(tmp_path, content.encode())

    assert ((), 10_000) == (borders.faults, borders.count)
