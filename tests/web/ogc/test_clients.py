"""Programs that people have open the service by its address alone, and find in it what the version holds."""

import csv
import io
import json
import math
import subprocess
import sys
from decimal import Decimal
from itertools import pairwise

import numpy as np
import pytest
import shapely

from geo.layers.holdings import points

pytestmark = pytest.mark.needs("ogrinfo", "ogr2ogr")

NEW = "2022-06-08"
UNITS, VALUES = f"kz.units.region.{NEW}", f"kz.values.region.{NEW}"
JSON, GEOJSON = "application/json", "application/geo+json, application/json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0, application/openapi+json;version=3.0, application/json"


def run(*command):
    """Return what a program says; it must not complain."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert (0, "") == (done.returncode, done.stderr)
    return done.stdout


def table(served, collection, *options):
    """Return the features of a collection as GDAL reads them: rows of text."""
    dataset = f"OAPIF:{served.address}/ogc"
    said = run("ogr2ogr", "-f", "CSV", "/vsistdout/", dataset, collection, "-oo", "PAGE_SIZE=1000", *options)
    return list(csv.DictReader(io.StringIO(said)))


def shapes(served, collection, *options):
    """Return the geometry of each feature as GDAL reads it, by id."""
    said = run("ogr2ogr", "-f", "GeoJSON", "-lco", "COORDINATE_PRECISION=15", "/vsistdout/",
               f"OAPIF:{served.address}/ogc", collection, "-oo", "PAGE_SIZE=1000", *options)  # fmt: skip
    return {feature["properties"]["id"]: feature["geometry"] for feature in json.loads(said)["features"]}


def test_gdal_lists_the_collections_by_the_address_alone(kz_served):
    """No hint is needed: neither what they are called nor what they hold."""
    said = run("ogrinfo", "-so", f"OAPIF:{kz_served.address}/ogc", UNITS)
    listed = run("ogrinfo", f"OAPIF:{kz_served.address}/ogc")

    assert [UNITS, VALUES] == [line.split()[1] for line in listed.splitlines() if line.startswith(("1: ", "2: "))]
    assert "Feature Count: 20" in said
    assert {"area_m2: Integer64 (0.0)", "valid_from: Date (0.0)", "is_synthetic: Integer(Boolean) (1.0)"} <= set(
        said.splitlines()
    )


def test_gdal_reads_every_amount_of_the_version_exactly(kz_served, kz_version):
    """Its sums are the sums of the version, to the tiyn, phase by phase."""
    rows = table(kz_served, VALUES, "-where", "period = '2024-12'")
    level, period = kz_version.level(NEW, "region"), kz_version.periods.index("2024-12")

    assert [unit.unit_id for unit in level.units] == [row["unit_id"] for row in rows]
    for f, phase in enumerate(kz_version.phases):
        expected = Decimal(int(level.totals[:, period, :, f].sum())) / 100

        assert expected == sum(Decimal(row[f"{phase}_exact"]) for row in rows)


def test_gdal_reads_the_shapes_of_the_version(kz_served, kz_version):
    """Every unit has the geometry of the map, to the last digit."""
    held = kz_version.json(f"{NEW}/region/geometry.json")["geometries"]
    found = shapes(kz_served, UNITS)

    for unit, geometry in zip(kz_version.level(NEW, "region").units, held, strict=True):
        assert shapely.equals_exact(
            shapely.normalize(shapely.geometry.shape(geometry)),
            shapely.normalize(shapely.geometry.shape(found[unit.unit_id])),
        )


def test_gdal_reads_every_body_and_where_it_is(demo_served, demo_version):
    """Page by page; those without a point of their own have none."""
    found = shapes(demo_served, "kz-demo.bodies")
    places = points(demo_version).tolist()

    assert [body["body_id"] for body in demo_version.json("bodies.json")] == list(found)
    assert [None if math.isnan(x) else [x, y] for x, y in places] == [
        shape and shape["coordinates"] for shape in found.values()
    ]


def test_gdal_has_the_service_choose(demo_served, demo_version):
    """A rectangle and a filter go to the service, which names in its OpenAPI document what it can choose by."""
    west, south, east, north = 60, 45, 75, 52
    before = len(demo_served.asked)
    rows = table(
        demo_served, "kz-demo.bodies", "-spat", *map(str, (west, south, east, north)), "-where", "kind = 'school'"
    )
    bodies, places = demo_version.json("bodies.json"), points(demo_version).tolist()
    expected = [
        body["body_id"]
        for body, (x, y) in zip(bodies, places, strict=True)
        if body["kind"] == "school" and west <= x <= east and south <= y <= north
    ]

    assert expected == [row["body_id"] for row in rows]
    assert "f=json&limit=1000&bbox=60,45,75,52&kind=school" in [query for _, query, _ in demo_served.asked[before:]]


def test_a_newer_gdal_finds_the_same_types(kz_served):
    """The library that Python users install: it reads the schema and the data, and finds whole numbers and days."""
    code = """
import sys, pyogrio
info = pyogrio.read_info(sys.argv[1], layer=sys.argv[2])
print(info["features"], *(f"{name}:{kind}" for name, kind in zip(info["fields"], info["ogr_types"], strict=True)))
"""
    found = run(sys.executable, "-c", code, f"OAPIF:{kz_served.address}/ogc", UNITS).split()

    assert "20" == found[0]
    assert {"unit_id:OFTString", "area_m2:OFTInteger64", "valid_from:OFTDate"} <= set(found)


def asked_by_qgis(address, collection):
    """Return what QGIS 3.40 asks for one layer, in order: (path, query, Accept)."""
    part = f"/ogc/collections/{collection}"
    return [
        ("/ogc", "", JSON),
        ("/ogc/api", "f=json", OPENAPI),
        ("/ogc/conformance", "f=json", JSON),
        (part, "", JSON),
        (f"{part}/", "", JSON),  # where the first is not found
        (f"{part}/schema", "f=json", "application/schema+json"),
        (f"{part}/queryables", "f=json", "application/schema+json"),
        (f"{part}/items", "limit=10", GEOJSON),
        (f"{part}/items", "limit=1", GEOJSON),
        (f"{part}/items", "limit=1000&bbox=46.493,40.569,87.316,55.442", GEOJSON),
        (f"{part}/items", "limit=1000&period=2024-12", GEOJSON),
    ]


def test_the_requests_of_qgis_are_answered_as_it_needs_them(kz):
    """As its provider makes them: every answer is there, in UTF-8 and with what the next request is made from."""
    answers = [
        kz.get(path, query_string=query, headers={"Accept": accept})
        for path, query, accept in asked_by_qgis("http://localhost", VALUES)
    ]
    landing, api, conformance, collection, again, schema, queryables, ten, one, page, chosen = (
        json.loads(answer.data.decode("utf-8")) for answer in answers
    )
    links = {(link["rel"], link["type"]): link["href"] for link in landing["links"]}

    assert [200] * len(answers) == [answer.status_code for answer in answers]
    assert "http://localhost/ogc/api?f=json" == links["service-desc", "application/vnd.oai.openapi+json;version=3.0"]
    assert "http://localhost/ogc/collections?f=json" == links["data", "application/json"]
    assert "http://localhost/ogc/conformance?f=json" == links["conformance", "application/json"]
    assert {"maximum": 10_000, "default": 100} == {
        key: api["components"]["parameters"]["limit"]["schema"][key] for key in ("maximum", "default")
    }
    assert collection == again
    assert any(uri.endswith("ogcapi-features-2/1.0/conf/crs") for uri in conformance["conformsTo"])
    assert any(uri.endswith("ogcapi-features-5/1.0/conf/schemas") for uri in conformance["conformsTo"])
    assert "primary-geometry" == schema["properties"]["geometry"]["x-ogc-role"]
    assert set(queryables["properties"]) <= set(schema["properties"])
    assert [10, 1, 180, 20] == [len(answer["features"]) for answer in (ten, one, page, chosen)]
    assert [180, 180, 180, 20] == [answer["numberMatched"] for answer in (ten, one, page, chosen)]
    assert "application/geo+json" == next(link["type"] for link in ten["links"] if link["rel"] == "next")


def test_gdal_opens_the_tiles_by_their_description(demo_served, demo_version):
    """TileJSON and tiles: every unit of the country is in one zoom of them, and all bodies are counted once."""
    base, version = f"{demo_served.address}/tiles/kz-demo", demo_version.id
    units = tiles(f"{base}/{NEW}/units", 3, "region")
    cells = tiles(f"{base}/{version}/bodies", 2, "cells")

    assert {unit.unit_id for unit in demo_version.level(NEW, "region").units} == {row["unit_id"] for row in units}
    assert (~np.isnan(points(demo_version)[:, 0])).sum() == sum(int(row["bodies"]) for row in cells)


def tiles(address, zoom, layer):
    """Return the features of one zoom of a tileset as GDAL reads them."""
    said = run("ogr2ogr", "-f", "CSV", "/vsistdout/", f"MVT:{address}/{zoom}", layer, "-oo",
               f"METADATA_FILE={address}.json", "-oo", "TILE_EXTENSION=mvt")  # fmt: skip
    return list(csv.DictReader(io.StringIO(said)))


def test_a_newer_gdal_opens_an_archive_of_tiles_by_its_address(demo_served, demo_version):
    """It asks for parts of the file, and for no more than it needs."""
    code = "import sys, pyogrio; print(*(name for name, _ in pyogrio.list_layers(sys.argv[1])))"
    address = f"{demo_served.address}/tiles/kz-demo/{demo_version.id}/bodies.pmtiles"
    before = len(demo_served.asked)

    assert {"cells", "bodies"} == set(run(sys.executable, "-c", code, f"/vsicurl/{address}").split())
    assert all(one != other or one[0].endswith(".pmtiles") for one, other in pairwise(demo_served.asked[before:]))
