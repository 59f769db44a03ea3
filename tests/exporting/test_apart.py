"""Laws of files written apart: the same bytes each time, whole or an error, within means, nothing left behind."""

import fcntl
import json
import sqlite3
import sys

import geopandas as gpd
import openpyxl
import pyarrow.parquet as pq
import pyogrio
import pytest

from geo.core.errors import ExportFailed, ExportsBusy, NoWriter, TooManyRows
from geo.core.settings import Settings
from geo.exporting import WRITERS, Limits, written
from geo.web.exports.apart import limited
from geo.web.exports.keeping import Kept, kept

LARGE = 2**53 + 1  # minor units: no double holds it
HEADER = {
    "of": "units",
    "columns": [["unit_id", "text"], ["amount", "amount"], ["value", "number"], ["rank", "whole"], ["ok", "flag"]],
    "about": {"version": "00ff", "notes": ["=1+1"], "nothing": None},
    "line": {},
    "minor_units": 100,
    "has_shapes": True,
    "layer": "zz_region",
    "title": "Әңү",
    "geometry_type": "Point",
    "geometry_types": ["Point"],
    "bbox": [60.5, 40.25, 61, 41],
    "style": "<qgis/>",
    "author": "x",
    "sheet": "Аумақтар",
    "notes": "Ескертпелер",
}
ROWS = [
    ["010", 12345, 1.5, 1, True, {"type": "Point", "coordinates": [60.5, 40.25]}],
    ["=cmd|' /C calc'!A0", LARGE, None, None, False, None],
    ["", None, 0.1 + 0.2, 3, None, {"type": "Point", "coordinates": [61, 41]}],
]


def order(folder, rows=ROWS):
    """Write an order and return its path."""
    path = folder / "order.jsonl"
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in [HEADER, *rows]), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Every format of one order, written twice."""
    folder = tmp_path_factory.mktemp("made")
    for kind in WRITERS:
        for turn in ("one", "two"):
            written(kind, order(folder), folder / f"{turn}.{kind}")
    return folder


@pytest.mark.parametrize("kind", WRITERS)
def test_the_same_order_is_the_same_bytes(made, kind):
    """No clock and no chance in any format; what was needed on the way is gone."""
    assert (made / f"one.{kind}").read_bytes() == (made / f"two.{kind}").read_bytes()
    assert {"order.jsonl", *(f"{turn}.{kind}" for kind in WRITERS for turn in ("one", "two"))} == {
        path.name for path in made.iterdir()
    }


def test_a_workbook_holds_numbers_where_they_are_exact_and_no_formula(made):
    """A longer amount is text; notes stand on a sheet of their own."""
    book = openpyxl.load_workbook(made / "one.xlsx")
    head, *rows = book.worksheets[0].iter_rows(values_only=True)

    assert ["Аумақтар", "Ескертпелер"] == book.sheetnames
    assert ("unit_id", "amount", "value", "rank", "ok") == head
    assert [("010", 123.45, 1.5, 1, True), (ROWS[1][0], "90071992547409.93", None, None, False)] == rows[:2]
    assert (None, None, "0.30000000000000004", 3, None) == rows[2]
    assert {"s", "n", "b"} >= {cell.data_type for sheet in book.worksheets for row in sheet for cell in row}
    assert [("version", "00ff"), ("notes", '["=1+1"]')] == list(book.worksheets[1].iter_rows(values_only=True))


def test_a_package_is_sound_and_opens_in_the_colours_of_the_map(made):
    """One layer, its default style, a table of what is to be known, amounts as text and as whole minor units."""
    path = made / "one.gpkg"
    with sqlite3.connect(path) as base:
        styles = base.execute("SELECT f_table_name, f_geometry_column, styleQML, useAsDefault FROM layer_styles")
        found = (
            styles.fetchall(),
            dict(base.execute("SELECT key, value FROM about")),
            base.execute("PRAGMA integrity_check").fetchone(),
        )
        minor = base.execute("SELECT amount_minor FROM zz_region").fetchall()
    base.close()
    frame = gpd.read_file(path, layer="zz_region")

    assert ([("zz_region", "geom", "<qgis/>", 1)], {"version": "00ff", "notes": '["=1+1"]'}, ("ok",)) == found
    assert {"zz_region", "about", "layer_styles"} == {name for name, _ in pyogrio.list_layers(path)}
    assert 4326 == frame.crs.to_epsg()
    assert ["123.45", "90071992547409.93"] == frame["amount"].dropna().tolist()
    assert [(12345,), (LARGE,), (None,)] == minor


def test_a_parquet_file_is_geoparquet_with_a_covering(made):
    """Read by its standard: longitude first, boxes of every row, amounts as exact decimals."""
    table = pq.read_table(made / "one.parquet")
    geo = json.loads(table.schema.metadata[b"geo"])
    frame = gpd.read_parquet(made / "one.parquet", bbox=(60, 40, 60.9, 40.9))

    assert ("1.1.0", "WKB", ["Point"]) == (
        geo["version"], geo["columns"]["geometry"]["encoding"], geo["columns"]["geometry"]["geometry_types"],
    )  # fmt: skip
    assert [60.5, 40.25, 61.0, 41.0] == geo["columns"]["geometry"]["bbox"]
    assert "00ff" == json.loads(table.schema.metadata[b"budgetmap"])["version"]
    assert ["010"] == frame["unit_id"].tolist()
    assert ["123.45", "90071992547409.93", "None"] == [str(value) for value in table["amount"].to_pylist()]


@pytest.mark.parametrize(("rows", "limits"), [(["not a row"], Limits()), (ROWS, Limits(memory_mb=1))])
def test_what_cannot_be_written_leaves_nothing(tmp_path, rows, limits):
    """An order that is none, or too little memory: an error, and no half file under any name."""
    path = order(tmp_path, rows)
    with pytest.raises(ExportFailed):
        written("xlsx", path, tmp_path / "it.xlsx", limits)

    assert [path] == list(tmp_path.iterdir())


def test_without_its_library_a_format_is_refused(tmp_path, monkeypatch):
    """A server that only serves has none of them."""
    monkeypatch.setitem(sys.modules, "pyogrio", None)

    with pytest.raises(NoWriter):
        written("gpkg", order(tmp_path), tmp_path / "it.gpkg")


def test_more_rows_than_a_sheet_holds_are_refused():
    """The header of an order is no row; one row too many is."""
    lines = [b"header", b"1", b"2"]

    assert lines == list(limited(iter(lines), 2))
    with pytest.raises(TooManyRows):
        list(limited(iter(lines), 1))


def test_a_kept_file_is_made_once(tmp_path):
    """What is asked for again is given as it is; what is not used for longest makes room."""
    folder, made = Kept(tmp_path, 10, 1), []

    def make(path):
        made.append(path.name)
        path.write_bytes(b"123456")

    first = [folder.file(name, make).name for name in ("a", "a", "b")]

    assert ["a", "a", "b"] == first
    assert ["a", "b"] == made
    assert ["b"] == [path.name for path in tmp_path.glob("[!.]*")]


def test_who_asks_for_one_more_than_may_be_made_is_told_to_wait(tmp_path):
    """A kept file is given all the same; a place is free again when its holder is gone."""
    folder = Kept(tmp_path, 1000, 1)
    folder.file("a", lambda path: path.write_bytes(b"1"))
    with (tmp_path / ".slot-0").open("a+b") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(ExportsBusy):
            folder.file("b", lambda path: path.write_bytes(b"2"))
        assert b"1" == folder.file("a", lambda path: path.write_bytes(b"3")).read_bytes()

    assert b"2" == folder.file("b", lambda path: path.write_bytes(b"2")).read_bytes()


def test_a_home_that_may_not_be_written_to_is_left_alone(tmp_path):
    """Files are then kept by the process, elsewhere."""
    (tmp_path / "home").write_text("no folder")
    folder = kept(Settings(home=tmp_path / "home")).folder

    assert folder.is_dir()
    assert tmp_path not in folder.parents
