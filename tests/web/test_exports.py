"""Laws about files of a view: whatever the format, reading it back draws the same map, to the last minor unit."""

import json
import os
from decimal import Decimal
from itertools import islice

import pytest
import shapely

from geo.core.view import parse_view
from geo.layers import layer, offer_of
from geo.web import create_app
from tests.web.exported import FORMATS, exact, number, read_back, text

KZ, DEMO = "/ru/kz/region/executed/2024/", "/kk/kz-demo/region/executed/2024/"
WITH_SHAPES = ("data.geojson", "data.gpkg", "data.parquet")


@pytest.fixture(scope="module")
def kz(kz_home):
    """Ask the service over Kazakhstan."""
    return create_app(kz_home).test_client()


@pytest.fixture(scope="module")
def demo(demo_home):
    """Ask the service over the synthetic country."""
    return create_app(demo_home).test_client()


def layer_of(version, path):
    """Return the layer of an address."""
    lang, *segments = path.strip("/").split("/")
    return layer(parse_view(lang, segments, {version.country.id: offer_of(version)}), version)


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_of_territories_read_back_has_the_values_of_the_map(kz, kz_version, tmp_path, name):
    """Joined by code, every amount is the layer's to the tiyn, and every colour its class."""
    rows = {row["unit_id"]: row for row in read_back(kz.get(f"{KZ}{name}").data, name, tmp_path)}
    shown = layer_of(kz_version, KZ)

    assert [row.unit.unit_id for row in shown.rows] == [*rows]
    for row in shown.rows:
        found = rows[row.unit.unit_id]
        assert row.amount == exact(found["amount"]) * 100
        assert round(row.value / 100, 6) == number(found["value"])
        assert row.class_no + 1 == number(found["class"])
        assert (row.state, row.unit.names["kk"]) == (found["state"], found["name_kk"])


@pytest.mark.parametrize("geometry", ["", "geometry=source/"])
@pytest.mark.parametrize("name", WITH_SHAPES)
def test_a_file_with_borders_has_those_of_the_version(kz, kz_version, tmp_path, name, geometry):
    """As drawn, or as published to the last vertex; side by side without gaps."""
    rows = read_back(kz.get(f"{KZ}{geometry}{name}").data, name, tmp_path)
    folder = kz_version.folder / "2022-06-08" / "region"
    lines = (folder / "source.jsonl").read_text().splitlines()
    given = lines if geometry else map(json.dumps, json.loads((folder / "geometry.json").read_bytes())["geometries"])
    expected, shapes = [shapely.from_geojson(shape) for shape in given], [row["geometry"] for row in rows]

    assert shapely.equals(expected, shapes).all()
    assert shapely.coverage_is_valid(shapes)
    assert sum(map(shapely.get_num_coordinates, expected)) == sum(map(shapely.get_num_coordinates, shapes))


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_of_organisations_adds_up_to_the_map(demo, tmp_path, name):
    """Each territory's organisations make up its amount, and all of them the amount of the country, exactly."""
    bodies = read_back(demo.get(f"{DEMO}of=bodies/{name}").data, name, tmp_path)
    units = {row["unit_id"]: exact(row["amount"]) for row in demo.get(f"{DEMO}data.json").json["units"]}
    sums = dict.fromkeys(units, Decimal(0))
    for body in bodies:
        sums[text(body["unit_id"])] += exact(body["amount"]) or 0

    assert units == sums
    assert len(bodies) == len({body["body_id"] for body in bodies}) > 500
    assert {"true"} == {text(body["is_synthetic"]).lower() for body in bodies}


@pytest.mark.parametrize("name", WITH_SHAPES)
def test_an_organisation_stands_at_its_own_coordinates(demo, tmp_path, name):
    """A point where it has one, and no geometry where it has none; the columns say the same."""
    bodies = read_back(demo.get(f"{DEMO}of=bodies/{name}").data, name, tmp_path)
    placed = [body for body in bodies if number(body["lon"]) is not None]

    assert placed
    for body in bodies:
        point = body["geometry"]
        told = None if point is None else (point.x, point.y)
        assert told == (None if number(body["lon"]) is None else (body["lon"], body["lat"]))


def test_organisations_within_a_territory_are_its_own(kz, kz_version):
    """Ratios too: what the execution of an organisation is made of stands beside it."""
    path = KZ.replace("executed", "execution")
    bodies = kz.get(f"{path}of=bodies/data.json").json["bodies"]
    reported = [body for body in bodies if body["state"] == "value"]

    assert len(bodies) == kz_version.manifest["rows"]["bodies"]
    assert reported
    for body in reported:
        share = 100 * Decimal(body["amount"]) / Decimal(body["denominator"])
        assert abs(share - Decimal(str(body["value"]))) < Decimal("0.000001")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        (f"{KZ}borders=2018-06-19/of=bodies/data.csv", 400, "E-EXP-02"),
        (f"{KZ}of=fish/data.csv", 400, "E-URL-03"),
        (f"{KZ}geometry=source/data.csv", 400, "E-URL-02"),
        (f"{KZ}bom=yes/data.json", 400, "E-URL-02"),
        (f"{KZ}of=bodies/of=bodies/data.csv", 400, "E-URL-02"),
    ],
)
def test_what_a_file_cannot_be_asked_is_refused(kz, path, status, code):
    """Known words alone, each where it means something."""
    answer = kz.get(path)

    assert (status, code) == (answer.status_code, answer.json["code"])


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ("data.csv?bom=yes&of=bodies", "of=bodies/bom=yes/data.csv"),
        ("data.csv?of=units", "data.csv"),
        ("data.gpkg?geometry=source", "geometry=source/data.gpkg"),
    ],
)
def test_a_query_of_a_file_leads_to_its_one_address(kz, asked, path):
    """In one order, and without what is so anyway."""
    answer = kz.get(f"{KZ}{asked}")

    assert (303, f"{KZ}{path}") == (answer.status_code, answer.headers["Location"])


def test_a_mark_and_raw_text_are_given_on_request_alone(kz):
    """A byte order mark for old spreadsheets; the rest of the file is the same."""
    plain, marked = kz.get(f"{KZ}data.csv").data, kz.get(f"{KZ}bom=yes/data.csv").data

    assert not plain.startswith(b"\xef\xbb\xbf")
    assert b"\xef\xbb\xbf" + plain == marked


@pytest.mark.parametrize("pieces", [0, 1])
def test_a_kept_file_is_closed_when_its_reader_goes_away(kz, pieces):
    """Before its first piece or amid it: no reader leaves a file open behind him."""
    response = kz.get(f"{KZ}data.xlsx")
    taken = list(islice(response.iter_encoded(), pieces))
    response.close()
    open_files = [os.readlink(f"/proc/self/fd/{number}") for number in _descriptors()]

    assert pieces == len(taken)
    assert [] == [name for name in open_files if name.endswith(".xlsx") or "/made/" in name]


def _descriptors():
    return [number for number in os.listdir("/proc/self/fd") if os.path.lexists(f"/proc/self/fd/{number}")]


@pytest.mark.parametrize("coding", ["br", "gzip", ""])
def test_a_file_in_pieces_is_packed_told_apart_and_open(kz, coding):
    """As any other answer: packed as the reader can, 304 where he has it, readable for other sites."""
    path, headers = f"{KZ}of=bodies/data.geojson", {"Accept-Encoding": coding}
    answer, head = kz.get(path, headers=headers), kz.head(path, headers=headers)
    known = kz.get(path, headers={**headers, "If-None-Match": answer.headers["ETag"]})

    assert (200, coding) == (answer.status_code, answer.headers.get("Content-Encoding", ""))
    assert (200, b"") == (head.status_code, head.data)
    assert (304, b"") == (known.status_code, known.data)
    assert "*" == answer.headers["Access-Control-Allow-Origin"]
    assert 'attachment; filename="kz-region-executed-2024-of-bodies.geojson"' == answer.headers["Content-Disposition"]


@pytest.mark.parametrize("name", ["data.json", "data.geojson"])
@pytest.mark.parametrize("options", ["", "of=bodies/"])
def test_a_file_says_what_it_is(kz, kz_version, name, options):
    """Version, view, filter, sources, licence, coordinates, and that its borders are not official, in words."""
    about = kz.get(f"{KZ}function=04/{options}{name}").json["metadata"]

    assert kz_version.id == about["version"]
    assert f"{KZ}function=04/".strip("/") == about["view"].strip("/")
    assert {"function": "04"} == about["filter"]
    assert all(source["name"] for source in about["sources"])
    assert "OGC:CRS84" == about["crs"]
    assert about["geometry"]["is_official"] is False
    assert "официальн" in about["geometry"]["note"].lower()


def test_detailed_borders_say_what_was_repaired(kz):
    """In numbers and in the reader's words."""
    told = kz.get(f"{KZ}geometry=source/data.geojson").json["metadata"]["geometry"]

    assert {"outlines": 1, "overlaps_m2": 14_870_000, "gaps_m2": 1261, "worst_change_ppm": 173} == told["repairs"]
    assert "14,87 км²" in told["note"]
    assert 0.001 == told["tolerance_deg"]
