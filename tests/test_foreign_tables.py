"""Laws of foreign CSV and Parquet files: cells arrive as they stand, or every fault is named with its row."""

import csv
import gzip
import io
import os
import threading
import zipfile
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.core.delivery import ROW, Dialect
from geo.core.errors import BadData
from geo.foreign import Limits, cells, read_cells, sniff
from geo.foreign.child import as_faults

SHARED = Path(os.environ.get("BUDGETMAP_SHARED", Path(__file__).resolve().parents[2] / "shared")) / "data"
TABLE = "код,сумма\n01,1.50\n02,2\n"
# Reading in this process is quick enough to be tried on hundreds of files.
MANY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def read(tmp_path):
    """Return a function that reads content as a file of a name."""

    def reading(content, name="a.csv", limits=None, **dialect):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_cells(path, Dialect(**dialect), tmp_path, limits or Limits())

    return reading


@pytest.fixture
def refused(read):
    """Return a function that reads content and gives (row, column, code, value) of every fault of the refusal."""

    def refusing(content, name="a.csv", limits=None, **dialect):
        with pytest.raises(BadData) as refusal:
            read(content, name, limits, **dialect)
        assert {name} == {fault.file for fault in refusal.value.every}
        return [(fault.row, fault.column, fault.code, fault.value) for fault in refusal.value.every]

    return refusing


def in_process(content, scratch, name="a.csv", **dialect):
    """Return the facts that a child would answer, or the codes of its refusal."""
    path = scratch / "copy"
    path.write_bytes(content)
    arguments = {"path": str(path), "name": name, "dialect": asdict(Dialect(**dialect)), "limits": asdict(Limits())}
    try:
        return cells.read(arguments, scratch)
    except BadData as bad:
        return {fault.code for fault in bad.every}


def rows_of(table):
    """Return every row as a list: its number, then its cells."""
    return [list(row.values()) for batch in table.batches() for row in batch.to_pylist()]


def codes(table):
    """Return (row, code, value) of the faults of a table."""
    return [(fault.row, fault.code, fault.value) for fault in table.faults]


def test_cells_stay_text(read):
    """Leading zeros, NA, exponents, formulas, markup and spaces arrive as they stand."""
    odd = ["010000", "NA", "1E+05", "=cmd|' /C calc'!A0", "<script>", " x ", "12345678901234567.89", "01.02.2024"]
    table = read("имя\n" + "".join(f"{cell}\n" for cell in odd))

    assert [[number, cell] for number, cell in enumerate(odd, 2)] == rows_of(table)
    assert ("имя",) == table.columns
    assert (ROW, len(odd), (), ()) == (next(table.batches()).schema.names[0], table.rows, table.faults, table.warnings)


@pytest.mark.parametrize(
    ("encoding", "codec"),
    [("utf-8", "utf-8-sig"), ("utf-8", "utf-8"), ("utf-16", "utf-16"), ("cp1251", "cp1251"), ("kz1048", "kz1048")],
)
def test_a_file_is_read_in_the_encoding_that_was_declared(read, encoding, codec):
    """With a byte order mark or without, in the two tables of one byte as well."""
    name = "Сумма" if codec == "cp1251" else "Ғылым және қоғам"

    assert [[2, name]] == rows_of(read(f"имя\n{name}\n".encode(codec), encoding=encoding))


@pytest.mark.parametrize(
    ("content", "encoding", "row", "value"),
    [
        ("имя\nАстана\n".encode("cp1251"), "utf-8", 1, "0; utf-8 → cp1251"),
        ("имя\nҒылым және қоғам\n".encode("kz1048"), "utf-8", 1, "0; utf-8 → kz1048"),
        (TABLE.encode("utf-16"), "utf-8", 1, "0; utf-8 → utf-16"),
        (TABLE.encode("utf-16-le"), "utf-16", 1, "0; utf-16"),
        (TABLE.encode(), "cp1251", 1, "0; cp1251 → utf-8"),
        ("name\nДа\n".encode(), "kz1048", 2, "5; kz1048 → utf-8"),
        (b"a\nb\n\xd0\x90\n" + "Да\n".encode("cp1251"), "utf-8", 4, "7; utf-8 → cp1251"),
        (b'a\n"b\nc"\nd\0\n', "utf-8", 4, "9; utf-8"),
        (b"a\nb\xd0", "utf-8", 2, "3; utf-8"),
        (b"a\n" + "Құн\n".encode() * 9 + b"\xd0\n", "utf-8", 11, "65; utf-8 → cp1251"),
        (b"a\nb\0\n" + "Да\n".encode("utf-16-le"), "utf-8", 2, "3; utf-8"),
        (TABLE.encode("utf-32"), "utf-16", 1, "0; utf-16"),
        (TABLE.encode("utf-32"), "utf-8", 1, "0; utf-8"),
    ],
)
def test_text_in_another_encoding_is_refused_with_a_guess(refused, content, encoding, row, value):
    """The first bad row, the byte, and what the text looks like."""
    found = refused(content, encoding=encoding)

    assert [(row, "", "E-CSV-07")] == [fault[:3] for fault in found]
    assert value == found[0][3]


def test_kazakh_read_as_russian_is_pointed_out(read):
    """The bytes are valid in both tables; only the letters tell."""
    table = read("имя\nҒылым\n".encode("kz1048"), encoding="cp1251")

    assert ["W-CSV-03"] == [fault.code for fault in table.warnings]


@pytest.mark.parametrize(
    ("content", "dialect", "expected"),
    [
        ("", {}, (0, "", "E-CSV-01", "")),
        ("\n\n", {}, (0, "", "E-CSV-01", "")),
        ("a,b\n", {}, (0, "", "E-CSV-02", "")),
        ("a,b,a\n1,2,3\n", {}, (1, "a", "E-CSV-05", "a")),
        ("750000000,2024-12,01,1234.50,x\n", {}, (1, "", "E-CSV-23", "750000000, 2024-12, 01, 1234.50, x")),
        ("1,2,3\n4,5,6\n", {}, (1, "", "E-CSV-23", "1, 2, 3")),
        ("#row,b\n4,5\n", {}, (1, "", "E-CSV-23", "#row, b")),
        ("a;b\n1;2\n", {}, (1, "", "E-UP-04", "a;b")),
        ("sep=,\na,b\n1,2\n", {}, (1, "", "E-CSV-23", "sep=,")),
        ("Отчёт за год\na,b\n1,2\n", {}, (1, "", "E-CSV-23", "Отчёт за год")),
        ("a,b\n1,2\n", {"delimiter": ";"}, (1, "", "E-UP-04", "a,b")),
        ("a\n1\n", {"delimiter": "::"}, (0, "", "E-UP-03", "delimiter = ::")),
        ("a\n1\n", {"encoding": "latin-1"}, (0, "", "E-UP-03", "encoding = latin-1")),
        ('a,"b\nc,d\n', {}, (1, "", "E-CSV-10", '"b')),
    ],
)
def test_a_file_without_a_table_is_refused(refused, content, dialect, expected):
    """Empty, no rows, no names, names twice, another delimiter."""
    assert [expected] == refused(content, **dialect)


def test_columns_of_years_are_names(read):
    """A wide table has years for names."""
    assert ("код", "2023", "2024") == read("код,2023,2024\n01,1,2\n").columns


def test_every_ragged_row_is_named(read):
    """Rows with a cell too many and with one too few; the whole rows are there all the same."""
    table = read('a,b\n1,2,3\n"4\n4",5\n6\n\n7,8')

    assert [(2, "E-CSV-06", "3 ≠ 2"), (5, "E-CSV-06", "1 ≠ 2")] == codes(table)
    assert [[3, "4\n4", "5"], [7, "7", "8"]] == rows_of(table)


def test_every_row_with_one_cell_more_is_a_fault(read):
    """No column becomes an index in silence; the first thousand are named, the rest counted."""
    table = read("a,b\n" + "1,2,3\n" * 1500)

    assert 1000 == len(table.faults)
    assert (0, "E-UP-08", "501") == codes(table)[0]
    assert 0 == table.rows


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_rows_are_numbered_by_the_line_they_begin_on(read, end):
    """Line breaks inside quotes count, blank lines count, whichever line end is used."""
    table = read(end.join(["title", "a,b", "1,2", '"3', "", '3",4', "", "5,6"]), skip_rows=1)

    assert [3, 4, 8] == [row[0] for row in rows_of(table)]


@pytest.mark.parametrize(
    ("lines", "row", "value"),
    [
        (["1,x"] * 15 + ['2,"open', "3,x"], 17, '"open'),
        (["1,x"] * 15 + ['2,"open', '3,"x"', "4,x"], 17, '"open'),
        (['"a\n\nb","c', "4,x"], 4, '"c'),
        (['"ГУ "Аппарат"",1'], 2, '"ГУ "Аппарат"",1'),
    ],
)
def test_a_quote_that_is_never_closed_is_found(read, lines, row, value):
    """The row is that on which the quote was opened, not the end of the file; rows before it are there."""
    table = read("a,b\n" + "\n".join(lines) + "\n")

    assert [(row, "E-CSV-10", value)] == codes(table)
    assert table.rows == sum(line == "1,x" for line in lines)


def test_a_quote_left_open_in_a_long_file_is_found(refused, read):
    """The rest of the file looks like one endless cell, but the quote is what is wrong."""
    table = read("a,b\n" + "1,x\n" * 15 + '2,"open\n' + "3,x\n" * 1000, limits=Limits(cell_characters=1000))

    assert [(17, "E-CSV-10", '"open')] == codes(table)


def test_columns_without_a_name_have_to_be_empty(read):
    """An empty one holds nothing and is passed over; one that holds something is named."""
    table = read("a,,b,\n1,,2,\n3,x,4, \n5,y,6,\n")

    assert [(3, "2", "E-UP-09", "x")] == [(f.row, f.column, f.code, f.value) for f in table.faults]
    assert ("a", "b") == table.columns
    assert [[2, "1", "2"], [3, "3", "4"], [4, "5", "6"]] == rows_of(table)


def test_names_in_several_rows_are_joined(read):
    """A name is what stands above the column, from top to bottom."""
    assert ("код", "2024 план", "факт") == read("код,2024,\n,план,факт\n01,2,3\n", header_rows=2).columns


@pytest.mark.parametrize(
    ("content", "limits", "row", "code"),
    [
        ("a,b\n1,2\n" + "x" * 101 + ",2\n", {"cell_characters": 100}, 3, "E-LIM-01"),
        ("a,b,c,d\n1,2,3,4\n", {"columns": 3}, 1, "E-LIM-02"),
        ("a,b\n" + "1,2\n" * 10, {"rows": 9}, 0, "E-LIM-03"),
        ("a,b\n" + "1,2\n" * 300_000, {"file_mb": 1}, 0, "E-LIM-03"),
    ],
)
def test_what_is_too_large_is_refused_by_name(read, content, limits, row, code):
    """Cell, columns, rows, bytes: each has its limit and its fault."""
    try:
        found = list(read(content, limits=Limits(**limits)).faults)
    except BadData as bad:
        found = list(bad.every)

    assert [(row, code)] == [(fault.row, fault.code) for fault in found]
    assert "limit" in found[0].values


def test_a_huge_cell_is_refused_within_the_means(refused):
    """Ten megabytes without an end."""
    assert [(1, "E-LIM-01")] == [(fault[0], fault[2]) for fault in refused("x" * 10_000_000 + ",b\n1,2\n")]


def zipped(**entries):
    """Return a ZIP archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (gzip.compress(TABLE.encode()), "GZIP"),
        (zipped(a=TABLE), "ZIP"),
        (b"\n<!DOCTYPE html>\n<html><body>403</body></html>", "HTML"),
        (b"<HTML><head>", "HTML"),
        (b"%PDF-1.7\n", "PDF"),
        (b'{"rows": [1, 2]}', "JSON"),
        (b'[\n {"a": 1}]', "JSON"),
        (b'<?xml version="1.0"?><a/>', "XML"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "XLS"),
        (b"SQLite format 3\0" + bytes(100), "SQLite"),
        (b"PAR1" + bytes(100), "PARQUET"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",  # the bytes of some hold the time
)
def test_something_else_that_is_called_csv_is_named(refused, content, kind):
    """The content decides what a file is, not its name."""
    assert [(0, "", "E-UP-05", kind)] == refused(content)


def test_only_files_are_read(tmp_path):
    """A folder, a pipe without a writer, a device, a name that only a library would understand."""
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "folder.csv").mkdir()
    names = [tmp_path / "pipe.csv", tmp_path / "folder.csv", Path("/dev/zero"), Path("/vsicurl/http://x/a.csv")]
    names += [Path("PG:host=x"), tmp_path / "none.csv", Path("a\0b")]
    found = []
    for name in names:
        with pytest.raises(BadData) as refusal:
            read_cells(name, Dialect(), tmp_path)
        found += [fault.code for fault in refusal.value.every]

    assert ["E-UP-01"] * 3 + ["E-CSV-08"] * 4 == found
    assert ["folder.csv", "pipe.csv"] == sorted(path.name for path in tmp_path.iterdir())


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path):
    """What was hashed is what was read, or nothing is."""
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n" + b"1,2\n" * 5_000_000)
    stop = threading.Event()

    def keep_writing():
        with path.open("r+b") as file:
            while not stop.is_set():
                file.seek(4)
                file.write(os.urandom(1).hex().encode())
                file.flush()

    writing = threading.Thread(target=keep_writing)
    writing.start()
    try:
        with pytest.raises(BadData) as refusal:
            read_cells(path, Dialect(), tmp_path)
    finally:
        stop.set()
        writing.join()

    assert ["E-UP-06"] == [fault.code for fault in refusal.value.every]


def test_parquet_is_read_exactly(read):
    """Whole numbers, decimals, text, dates and truths; what is absent is empty."""
    table = pa.table(
        {
            "код": ["01", None],
            "сумма": pa.array([Decimal("12345678901234567.89"), Decimal("0.10")], pa.decimal128(20, 2)),
            "n": pa.array([2**62, None], pa.int64()),
            "ok": [True, None],
            "kind": pa.array(["x", "x"]).dictionary_encode(),
        }
    )
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    found = read(buffer.getvalue(), "a.parquet")

    assert [[1, "01", "12345678901234567.89", str(2**62), "true", "x"], [2, "", "0.10", "", "", "x"]] == rows_of(found)
    assert {"сумма", "n"} == found.numeric


def test_a_column_of_floats_is_refused_by_name(refused):
    """A double cannot hold an amount exactly."""
    buffer = io.BytesIO()
    pq.write_table(pa.table({"a": ["x"], "b": [1.5], "c": [[1]]}), buffer)

    assert [("b", "E-UP-07", "double"), ("c", "E-UP-07", "list<element: int64>")] == [
        fault[1:] for fault in refused(buffer.getvalue(), "a.parquet")
    ]
    assert [(0, "", "E-UP-02", "PARQUET")] == refused(buffer.getvalue()[:-20], "a.parquet")


def test_one_bad_letter_makes_no_other_encoding(tmp_path):
    """A file in UTF-8 that was damaged, or put together from two, is not taken for one that is all in another."""
    path, seen = tmp_path / "a.csv", set()
    for spoilt in (b"\xd0\n", "Сумма".encode("cp1251"), b"\xc0\x80", b"\xed\xa0\x80"):
        path.write_bytes("Код,Құн\n".encode() * 9 + spoilt)
        seen.add(sniff(path, tmp_path).encoding)

    assert {""} == seen


def test_sniffing_tells_what_a_file_looks_like(tmp_path):
    """Kind, encoding, delimiter and the first rows: enough to recognise a publisher."""
    path = tmp_path / "a.csv"
    path.write_bytes("Код;Атауы\n01;Ғылым\n".encode("kz1048"))
    seen = sniff(path, tmp_path)

    assert ("CSV", "kz1048", ";", ()) == (seen.kind, seen.encoding, seen.delimiter, seen.sheets)
    assert (("Код", "Атауы"), ("01", "Ғылым")) == seen.headers[""]


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the shared data")
def test_a_real_file_arrives_whole(tmp_path):
    """Every cell of a file as published, against the library's own reading."""
    path = SHARED / "kz" / "budget" / "raw_national_local_budget_functional.csv"
    with path.open(encoding="utf-8", newline="") as file:
        expected = list(csv.reader(file, delimiter=";"))
    table = read_cells(path, Dialect(delimiter=";"), tmp_path)

    named = [place for place, name in enumerate(expected[0]) if name]
    assert [[row[place] for place in named] for row in expected[1:]] == [row[1:] for row in rows_of(table)]
    assert () == table.faults


texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)


@MANY
@given(st.lists(st.lists(texts, min_size=2, max_size=2), min_size=1, max_size=8))
def test_whatever_was_written_is_read(tmp_path, rows):
    """For every table of texts: written by the library, read here, the cells are the same."""
    buffer = io.StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_ALL).writerows([["a", "b"], *rows])
    found = in_process(buffer.getvalue().encode(), tmp_path)
    with pa.memory_map(str(tmp_path / "cells.arrow")) as source, pa.ipc.open_file(source) as arrow:
        got = arrow.read_all().to_pylist()

    assert rows == [[row["a"], row["b"]] for row in got]
    assert len(rows) == found["rows"]


@MANY
@given(st.one_of(st.binary(max_size=200), st.text(',;"\n\r\tab1', max_size=60).map(str.encode)), st.data())
def test_any_bytes_are_a_table_or_faults(tmp_path, content, data):
    """No bytes make the reader fail in a way of its own, under any name and in any encoding."""
    name = data.draw(st.sampled_from(["a.csv", "a.xlsx", "a.parquet", "a"]))
    encoding = data.draw(st.sampled_from(["utf-8", "utf-16", "cp1251", "kz1048"]))
    found = in_process(content, tmp_path, name, encoding=encoding)

    assert isinstance(found, set) or as_faults(found["faults"]) is not None


@MANY
@given(st.integers(0, 200), st.integers(0, 255), st.booleans())
def test_a_spoiled_file_is_a_table_or_faults(tmp_path, at, byte, is_cut):
    """A byte flipped or the end cut off: still rows, or faults with a place."""
    whole = ('код,"сумма, тенге"\n' + '01,"1 500,00"\n"02\n2",2\n' * 5).encode()
    at %= len(whole)
    found = in_process(whole[:at] if is_cut else whole[:at] + bytes([byte]) + whole[at + 1 :], tmp_path)

    assert isinstance(found, set) or found["rows"] >= 0
