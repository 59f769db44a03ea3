"""Laws about files for analysts: standard formats, read by others' programs, and safe in a spreadsheet."""

import csv
import io
import json
import re
from decimal import Decimal
from xml.etree import ElementTree

import geopandas as gpd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.core.errors import BadData
from geo.core.view import View
from geo.faces.exports import as_csv, units_table
from geo.faces.files import amount_text
from geo.faces.files import cell as _cell
from geo.faces.reading import read
from geo.layers import layer
from geo.versions import Home
from geo.web import create_app
from tests.web.asking import page
from tests.web.zz import publish_zz

EDITIONS = ("", "borders=2018-06-19/")
MAP = "/en/kz/region/executed/2024/"
SCRIPT = "</script><script>window.__x=1</script>"
NAMES = {
    "10": "<img src=x onerror=window.__x=1>",
    "20": "${window.__x=1}{{7*7}}",
    "30": "=cmd|' /C calc'!A0",
    "40": "{{7*7}} {% raise %} \u00e9\u0301",
    "50": f"{SCRIPT}\"'`]]>&amp;",
}
LABEL = f"@SUM(1+1) \" ' <svg onload=window.__x=1> {SCRIPT}"


@pytest.fixture(scope="module")
def kz(kz_home):
    """Ask the service over Kazakhstan."""
    return create_app(kz_home).test_client()


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """Ask a service whose every name was written by an enemy."""
    return create_app(publish_zz(tmp_path_factory.mktemp("hostile"), names=NAMES, label=LABEL)).test_client()


@pytest.mark.parametrize("borders", EDITIONS)
def test_geojson_is_as_rfc_7946_wants_it(kz, borders):
    """Degrees, closed rings that turn the right way, a box around all, ids, and no crs member."""
    plain = kz.get(f"{MAP}{borders}data.geojson").json
    shapes = [shapely.from_geojson(json.dumps(feature["geometry"])) for feature in plain["features"]]

    assert "FeatureCollection" == plain["type"]
    assert "crs" not in plain
    assert plain["bbox"] == shapely.total_bounds(shapes).tolist()
    assert all(-180 <= edge <= 180 for edge in plain["bbox"][::2])
    for feature in plain["features"]:
        assert {"type", "id", "properties", "geometry"} == set(feature)
        rings = feature["geometry"]["coordinates"]
        for ring in rings if feature["geometry"]["type"] == "Polygon" else [r for polygon in rings for r in polygon]:
            assert ring[0] == ring[-1]
            assert len(ring) >= 4
    for shape in shapes:
        for polygon in shapely.get_parts(shape):
            assert polygon.exterior.is_ccw
            assert [] == [inner for inner in polygon.interiors if inner.is_ccw]


@pytest.mark.parametrize("borders", EDITIONS)
def test_geojson_is_a_valid_coverage(kz, borders):
    """Simplified as a whole: neither gaps nor overlaps between neighbours."""
    features = kz.get(f"{MAP}{borders}data.geojson").json["features"]
    shapes = [shapely.from_geojson(json.dumps(feature["geometry"])) for feature in features]

    assert all(shape.is_valid for shape in shapes)
    assert shapely.coverage_is_valid(shapes)


@pytest.mark.parametrize("borders", EDITIONS)
def test_geopandas_reads_the_same_values_back(kz, borders, tmp_path):
    """Codes stay text, amounts stay exact, rates are numbers, nothing is lost."""
    content = kz.get(f"{MAP}{borders}data.geojson").data
    (tmp_path / "it.geojson").write_bytes(content)
    frame = gpd.read_file(tmp_path / "it.geojson")
    units = kz.get(f"{MAP}{borders}data.json").json["units"]

    assert 4326 == frame.crs.to_epsg()
    for name in ("unit_id", "name_kk", "amount", "value", "rank", "state"):
        assert [unit[name] for unit in units] == frame[name].tolist()


def test_csv_is_read_back_by_a_strict_reader(kz):
    """UTF-8 with CRLF, one header, as many cells in each row; Kazakh letters survive."""
    text = kz.get(f"{MAP}data.csv").data.decode("utf-8")
    rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))

    assert 20 == len(rows)
    assert text.count("\r\n") == text.count("\n") == 21
    assert "Шығыс Қазақстан облысы" in {row["name_kk"] for row in rows}
    assert [] == [row for row in rows if None in row or None in row.values()]


@given(minor=st.integers(min_value=-(2**62), max_value=2**62), per_unit=st.sampled_from([1, 10, 100, 1000]))
def test_an_amount_as_text_is_exact(minor, per_unit):
    """Read as a decimal it is the amount again; no exponent, no trailing zeros."""
    text = amount_text(minor, per_unit)

    assert minor == Decimal(text) * per_unit
    assert re.fullmatch(r"-?(0|[1-9]\d*)(\.\d*[1-9])?", text)


@given(text=st.text(max_size=20))
def test_no_text_is_a_formula(text):
    """Whatever a cell begins with, a spreadsheet shows it; a number stays a number."""
    cell = _cell(text)

    assert text in {cell, cell[1:]}
    assert not cell.lstrip().startswith(("=", "+", "@"))
    assert not cell.startswith(("\t", "\r", "\n"))
    if cell.lstrip().startswith("-"):
        assert re.fullmatch(r"-?\d+(\.\d+)?", cell)


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+7 700", "'+7 700"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-2+3", "'-2+3"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        ("a\n=1", "'a\n=1"),
        ("  =1", "'  =1"),
        ("\u00a0=1", "'\u00a0=1"),
        ("\u3000=1", "'\u3000=1"),
        ("\uff1d1", "'\uff1d1"),
        ("--1", "'--1"),
        ("-\u0661", "'-\u0661"),
        ("-12.5", "-12.5"),
        ("Abai", "Abai"),
        ("", ""),
    ],
)
def test_text_that_a_spreadsheet_would_run_is_quoted(text, cell):
    """Spaces before it and full-width signs are no way around."""
    assert cell == _cell(text)


def test_hostile_names_are_quoted_in_csv(hostile):
    """The others are left as they are: an analyst joins by them."""
    text = hostile.get("/en/zz/region/executed/2024/data.csv").get_data(as_text=True)
    names = {row["unit_id"]: row["name_en"] for row in csv.DictReader(io.StringIO(text, newline=""))}

    assert {**NAMES, "30": f"'{NAMES['30']}"} == names


@pytest.mark.parametrize("name", ["\u202egnp.exe", "a\u2066b", "\u200f", "a\x00b", "a\x1bb", "", "  "])
def test_a_name_that_turns_its_reader_round_is_refused(tmp_path, name):
    """Signs of direction and control characters lie about what a text says."""
    with pytest.raises(BadData) as refused:
        publish_zz(tmp_path, names={"10": name})

    assert {"E-GEO-17"} == {fault.code for fault in refused.value.faults}


@pytest.mark.parametrize("name", ["data.json", "data.geojson"])
def test_hostile_names_are_plain_values_in_json(hostile, name):
    """Nothing is quoted twice, nothing ends the value early."""
    plain = hostile.get(f"/en/zz/region/executed/2024/{name}").json
    units = plain.get("units") or [feature["properties"] for feature in plain["features"]]

    assert NAMES == {unit["unit_id"]: unit["name_kk"] for unit in units}


def test_hostile_names_are_text_in_the_picture(hostile):
    """The SVG is well-formed and holds no script, no handler and no foreign address."""
    tree = ElementTree.fromstring(hostile.get("/en/zz/region/executed/2024/map.svg").data)
    tags = {element.tag.split("}")[1] for element in tree.iter()}
    attributes = {name.split("}")[-1] for element in tree.iter() for name in element.attrib}
    led = {element.get("href") for element in tree.iter() if "href" in element.attrib}
    own = {f"#{element.get('id')}" for element in tree.iter() if "id" in element.attrib}
    titles = {element.text for element in tree.iter("{http://www.w3.org/2000/svg}title")}

    assert set() == tags & {"script", "img", "image", "foreignObject", "a", "animate", "set"}
    assert set() == {name for name in attributes if name.startswith("on")}
    assert led <= own
    assert {f"{name}: " for name in NAMES.values()} <= {title.rsplit(": ", 1)[0] + ": " for title in titles}


@pytest.mark.parametrize(
    "path",
    [
        "en/zz/region/executed/2024/",
        "kk/zz/region/executed/2024/per=none/",
        "ru/zz/region/share/2024/function=01/",
        "en/zz/region/executed/2024/embed/",
        "en/zz/unit/2020-01-01/region/10/",
        "en/zz/unit/2020-01-01/region/30/period=2023/",
    ],
)
def test_hostile_names_are_text_in_pages(hostile, path):
    """No tag, no handler, no second script comes out of a name."""
    response = hostile.get(f"/{path}")
    parts, html = page(response), response.get_data(as_text=True)

    assert 200 == response.status_code
    assert SCRIPT not in html
    ours = {"region": 4, "unit": 2}[path.split("/")[2]]  # of a unit: the search box, and newer figures
    assert (1 if "embed" in path else ours) == html.count("<script")
    assert "<img src=x" not in html
    assert "<svg onload" not in html
    assert set() == {name for name in parts.attributes if name.startswith("on")}


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_a_file_is_a_value_of_its_view_and_version_alone(kz_home, lang):
    """No clock, no order of chance: the same bytes each time."""
    version = Home(kz_home.home).version(Home(kz_home.home).current_id("kz"))
    view = View(lang, "kz", "region", "executed", "2024")
    first, second = (b"".join(as_csv(units_table(read(layer(view, version), version), version))) for _ in range(2))

    assert first == second
