"""Laws of files of many organisations: memory does not grow with their number, and the numbers stay exact."""

import csv
import io
import json
import tracemalloc

import numpy as np
import pytest

from geo.core.settings import Settings
from geo.core.view import parse_view
from geo.faces.exports import as_csv, as_geojson, bodies_table
from geo.faces.reading import read
from geo.layers import layer, offer_of
from geo.versions.items import items
from geo.web import create_app
from tests.restaged import LEVEL, new_home, npy, restaged

PATH = "en/zz/region/executed/2024/"
FEW, MANY = 5_000, 15_000  # both more than two blocks
GROWTH = 400_000  # bytes; a table of the rest would take ten times as much


def crowded(home, version, number, count):
    """Return a version of zz whose figures are those of so many organisations, 12.34 each."""
    known = version.json("bodies.json")[0]
    bodies = [known | {"body_id": f"body-{n:07}", "code": f"{n:012}", "kind": "school"} for n in range(count)]
    rows = np.zeros(count, version.spending.dtype)
    rows["body"], rows["amount"] = np.arange(count), 1234
    rows["period"], rows["phase"] = version.periods.index("2024-12"), version.phases.index("executed")
    places = np.column_stack([60 + np.arange(count) / count, np.full(count, 40.0)])
    files = {
        "bodies.json": json.dumps(bodies, ensure_ascii=False, separators=(",", ":")).encode(),
        "spending.npy": npy(rows),
        "places.npy": npy(places),
        f"{LEVEL}/owners.npy": npy(np.zeros(count, "<i4")),
        f"{LEVEL}/methods.npy": npy(np.full(count, 3, "|u1")),
    }
    return restaged(home, version, number, files, publish=False)


@pytest.fixture(scope="module")
def versions(tmp_path_factory, zz_version):
    """The version of few organisations and that of many."""
    home, _ = new_home(tmp_path_factory.mktemp("crowded"), zz_version)
    return [crowded(home, zz_version, number, count) for number, count in ((2, FEW), (3, MANY))]


def reading_of(version):
    """Return the layer of a version in words."""
    lang, *segments = PATH.strip("/").split("/")
    return read(layer(parse_view(lang, segments, {"zz": offer_of(version)}), version), version)


def most_memory(write, version):
    """Return the bytes held at most while a file is written, piece by piece, and how many pieces there were."""
    reading = reading_of(version)
    next(write(bodies_table(reading, version)))  # what is made once is made
    tracemalloc.start()
    count = sum(1 for _ in write(bodies_table(reading, version)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak, count


@pytest.mark.parametrize("write", [as_csv, as_geojson])
def test_memory_does_not_grow_with_the_organisations(versions, write):
    """Three times as many rows leave in pieces, and as much is held at a time."""
    (few, fewer), (many, more) = (most_memory(write, version) for version in versions)

    assert MANY - FEW == more - fewer
    assert many < few + GROWTH


def test_every_organisation_of_many_is_in_the_file(versions):
    """Across the blocks in which they are read none is lost, none twice, none with another's amount."""
    version = versions[1]
    text = b"".join(as_csv(bodies_table(reading_of(version), version))).decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))

    assert [f"body-{n:07}" for n in range(MANY)] == [row["body_id"] for row in rows]
    assert {"12.34"} == {row["amount"] for row in rows}
    assert [str(60 + n / MANY) for n in range(MANY)] == [row["lon"] for row in rows]


@pytest.mark.parametrize("text", ["[]", '[{"a":1}]', '[{"a":"]},{"},{"b":[1,{"c":"ә"}]}]', '[ {"a":1} , {"b":2} ]'])
@pytest.mark.parametrize("size", [1, 3, 1 << 16])
def test_items_of_an_array_are_those_of_the_whole(tmp_path, monkeypatch, text, size):
    """Wherever a piece ends: within a letter, a number, a text."""
    (tmp_path / "it.json").write_text(text, encoding="utf-8")
    monkeypatch.setattr("geo.versions.items._PIECE", size)

    assert json.loads(text) == list(items(tmp_path / "it.json"))


def test_an_array_that_is_cut_is_refused(tmp_path):
    """Half an item is no item."""
    (tmp_path / "it.json").write_text('[{"a":1},{"b"')

    with pytest.raises(ValueError, match="Expecting"):
        list(items(tmp_path / "it.json"))


def test_a_version_without_detailed_borders_says_so(tmp_path, zz_version):
    """Of versions made before there were any; its other files are as ever."""
    without = [name for name in zz_version.manifest["files"] if "/source.json" in name]
    home, _ = new_home(tmp_path, zz_version, without=without)
    client = create_app(Settings(home=home.folder, country="zz")).test_client()
    ends = ("geometry=source/data.geojson", "data.geojson", "of=bodies/data.csv")
    refused, *given = [client.get(f"/{PATH}{end}") for end in ends]

    assert (404, "E-EXP-01") == (refused.status_code, refused.json["code"])
    assert [200, 200] == [answer.status_code for answer in given]
