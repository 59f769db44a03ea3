"""Laws of foreign workbooks: cells as they are stored, sheets by name, and harmful packages refused in time."""

import io
import re
import time
import zipfile
from dataclasses import asdict
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.core.delivery import Dialect
from geo.core.errors import BadData
from geo.foreign import Limits, cells, read_cells, sniff
from geo.foreign.numbers import number_text
from tests.test_foreign_tables import rows_of

MANY = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
CELL = '<row r="{row}"><c r="{name}" t="inlineStr"><is><t>x</t></is></c></row>'

FIRST = CELL.format(row=1, name="A1")


def book(*rows, sheets=None, change=None):
    """Return the bytes of a workbook of these rows, or of several sheets."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, content in (sheets or {"Лист": rows}).items():
        sheet = made.create_sheet(name)
        for row in content:
            sheet.append(row)
        if change:
            change(sheet)
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def edited(content, **parts):
    """Return a workbook with parts replaced or added; a part may be a function of the old bytes. `__` stands for /."""
    parts = {re.sub("__(?=_rels)|__(?=[^_])", "/", name): part for name, part in parts.items()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in [*old.namelist(), *(name for name in parts if name not in old.namelist())]:
            part = parts.get(name, old.read(name) if name in old.namelist() else b"")
            new.writestr(name, part(old.read(name)) if callable(part) else part)
    return buffer.getvalue()


def with_sheet(inner, before="", after=""):
    """Return a workbook whose sheet holds these rows as XML."""
    xml = f'<?xml version="1.0"?>{before}<worksheet xmlns="{MAIN}">{inner}{after}</worksheet>'
    return edited(book(["a"]), **{"xl__worksheets__sheet1.xml": xml.encode()})


def stored(*values, attributes=""):
    """Return a workbook with a column `a` whose cells hold these stored values."""
    rows = "".join(f'<row r="{n}"><c r="A{n}"{attributes}>{value}</c></row>' for n, value in enumerate(values, 2))
    return with_sheet(f"<sheetData>{FIRST}{rows}</sheetData>")


@pytest.fixture
def read(tmp_path):
    """Return a function that reads a workbook."""

    def reading(content, name="a.xlsx", limits=None, **dialect):
        path = tmp_path / name
        path.write_bytes(content)
        return read_cells(path, Dialect(**dialect), tmp_path, limits or Limits())

    return reading


@pytest.fixture
def wrong(read):
    """Return a function that reads a workbook and gives (row, code, value, values) of every fault found."""

    def finding(content, name="a.xlsx", **more):
        try:
            found = read(content, name, **more).faults
        except BadData as bad:
            found = bad.every
        return [(fault.row, fault.code, fault.value, dict(fault.values)) for fault in found]

    return finding


def test_cells_are_what_is_stored(read):
    """Numbers without an exponent, dates as ISO, truths as words, text untouched; the kinds of columns are known."""
    moment = datetime(2024, 1, 2, 3, 4, 5)  # noqa: DTZ001 - a workbook knows no zone
    rows = [
        ["код", "сумма", "день", "когда", "да", "текст"],
        ["010000", 1234.5, date(2024, 12, 31), moment, True, "=1+1 'x"],
        ["NA", -7, None, None, False, None],
        ["x", 1e20, None, None, None, " <b>әі\n"],
    ]
    made = book(*rows[:1], *([*row[:5], None] for row in rows[1:]), change=lambda sheet: texts(sheet, rows))
    table = read(made)

    assert [
        [2, "010000", "1234.5", "2024-12-31", "2024-01-02T03:04:05", "true", "=1+1 'x"],
        [3, "NA", "-7", "", "", "false", ""],
        [4, "x", "100000000000000000000", "", "", "", " <b>әі\n"],
    ] == rows_of(table)
    assert (frozenset({"сумма"}), "Лист", ()) == (table.numeric, table.sheet, table.faults)


def texts(sheet, rows):
    """Set the last column as text, whatever it looks like."""
    for number, row in enumerate(rows[1:], 2):
        cell = sheet.cell(number, 6)
        cell.value = row[5]
        if row[5] is not None:
            cell.data_type = "s"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1.1000000000000001", "1.1"),
        ("1234.5599999999999", "1234.56"),
        ("1.5E+7", "15000000"),
        ("-0", "0"),
        ("2.50", "2.5"),
        ("100", "100"),
        ("1e-7", "0.0000001"),
        ("0.30000000000000004", "0.3"),
    ],
)
def test_a_number_is_its_shortest_exact_text(read, value, text):
    """A workbook stores seventeen digits of a double; those that say nothing are left away."""
    assert [[2, text]] == rows_of(read(stored(f"<v>{value}</v>")))


def test_what_a_computation_leaves_behind_is_said(read):
    """0.1 + 0.2 is taken as 0.3, and a warning says so once for a column."""
    table = read(stored("<v>0.30000000000000004</v>", "<v>0.30000000000000004</v>"))

    assert [("W-XLS-04", 2)] == [(warning.code, warning.row) for warning in table.warnings]


@pytest.mark.parametrize("value", ["12345678901234567.89", "12345678901234567", "1e400", "1E+99999999"])
def test_a_number_that_is_not_known_exactly_is_refused(wrong, value):
    """Nothing is rounded in silence."""
    assert [(2, "E-XLS-13", value, {"cell": "A2"})] == wrong(stored(f"<v>{value}</v>"))


@pytest.mark.parametrize(
    ("cell", "attributes", "code", "value"),
    [
        ("<f>SUM(B1:B9)</f>", "", "E-XLS-10", ""),
        ("<f>SUM(B1:B9)</f><v></v>", "", "E-XLS-10", ""),
        ("<v>#REF!</v>", ' t="e"', "E-XLS-11", "#REF!"),
        ("<f>1/0</f><v>#DIV/0!</v>", ' t="e"', "E-XLS-11", "#DIV/0!"),
        ("<v>99</v>", ' t="s"', "E-XLS-02", "99"),
        ("<v>x</v>", ' t="s"', "E-XLS-02", "x"),
        ("<v>abc</v>", "", "E-XLS-02", "abc"),
        ("<v>INF</v>", "", "E-XLS-02", "INF"),
        ("<v>NaN</v>", "", "E-XLS-02", "NaN"),
        ("<v>39 746 471 202</v>", "", "E-XLS-02", "39 746 471 202"),
    ],
)
def test_a_cell_without_a_value_is_named(wrong, cell, attributes, code, value):
    """A formula that was never computed, an error, a text that is not there: never an empty cell in silence."""
    assert [(2, code, value, {"cell": "A2"})] == wrong(stored(cell, attributes=attributes))


def test_the_stored_value_of_a_formula_is_taken(read):
    """An empty text that a formula gives is a value too."""
    assert [[2, "3"]] == rows_of(read(stored("<f>1+2</f><v>3</v>")))
    assert [[2, "y"]] == rows_of(read(stored("<f>x</f><v>y</v>", attributes=' t="str"')))


def test_an_impossible_date_is_named(wrong):
    """A cell that is shown as a date holds one."""

    def change(sheet):
        sheet["A2"].number_format = "dd.mm.yyyy"

    assert [(2, "E-XLS-12", "99999999", {"cell": "A2"})] == wrong(book(["a"], [99999999], change=change))


def test_per_cent_is_the_stored_value_with_a_warning(read):
    """Shown 12 %, stored 0.12."""

    def change(sheet):
        sheet["A2"].number_format = "0.00%"

    table = read(book(["a"], [0.12], change=change))

    assert [[2, "0.12"]] == rows_of(table)
    assert [("W-XLS-03", "0.12")] == [(warning.code, warning.value) for warning in table.warnings]


def test_a_sheet_is_chosen_by_name_or_is_the_only_one(read, wrong):
    """Several with rows are listed, never the first taken; empty ones do not count."""
    both = book(sheets={"2023": [["a"], ["x"]], "пусто": [], "2024": [["a"], ["y"]]})

    assert [(0, "E-XLS-07", "2", {"sheets": "2023, 2024"})] == wrong(both)
    assert [(0, "E-XLS-06", "2025", {"sheets": "2023, пусто, 2024"})] == wrong(both, sheet="2025")
    assert [[2, "y"]] == rows_of(read(both, sheet="2024"))
    assert "x" == read(book(sheets={"пусто": [], "x": [["a"], ["y"]]})).sheet
    assert ["E-CSV-01"] == [fault[1] for fault in wrong(book(sheets={"пусто": []}))]


def test_empty_rows_and_columns_are_passed_over(read, wrong):
    """Rows keep the numbers of the sheet; a column without a name must be empty."""
    made = book(["a", None, "b"], [None], ["x", None, "y"], [None, None, None], ["z", "", None], [None])

    assert [[3, "x", "y"], [5, "z", ""]] == rows_of(read(made))
    assert [(2, "E-UP-09", "q", {})] == wrong(book(["a", None], ["x", "q"]))
    assert [(0, "E-CSV-02", "", {})] == wrong(book(["a", "b"], [None, None]))
    assert [(1, "E-CSV-23", "1, 2", {})] == wrong(book([1, 2], [3, 4]))
    assert [(1, "E-CSV-23", "Отчёт", {})] == wrong(book(["Отчёт"], ["a", "b", "c"], [3, 4, 5]))


def merged(sheet):
    """Merge a name over two columns and another over two rows."""
    sheet.merge_cells("A1:A2")
    sheet.merge_cells("B1:C1")


def test_merged_header_cells_are_filled_only_where_declared(read, wrong):
    """Two rows of a header are joined, each merged name repeated; one row is refused."""
    made = book(["код", "2024", None], [None, "план", "факт"], ["01", "2", "3"], change=merged)

    assert ("код", "2024 план", "2024 факт") == read(made, header_rows=2).columns
    assert [("E-XLS-08", "A1:A2"), ("E-XLS-08", "B1:C1")] == [fault[1:3] for fault in wrong(made)]


def test_titles_above_and_merged_cells_below_the_header_are_told_apart(read):
    """A merged title is passed over with its row; merged cells among the rows are a warning."""

    def change(sheet):
        sheet.merge_cells("A1:B1")
        sheet.merge_cells("A3:A4")

    table = read(book(["Отчёт", None], ["a", "b"], ["x", "1"], [None, "2"], change=change), skip_rows=1)

    assert [[3, "x", "1"], [4, "", "2"]] == rows_of(table)
    assert [("W-XLS-05", "A3:A4")] == [(warning.code, warning.value) for warning in table.warnings]


def hiding(sheet):
    """Hide rows that hold values and one that holds none, a column of the table and one beside it."""
    for row in (1, 3, 4, 6, 9):
        sheet.row_dimensions[row].hidden = True
    for column in "BX":
        sheet.column_dimensions[column].hidden = True


def test_what_a_workbook_hides_is_read_and_told(read):
    """A filter or a hidden row takes nothing away from a sum, and nobody should believe that it did."""
    rows = [["Отчёт"], ["a", "b"], *(["x", str(number)] for number in range(5))]
    seen = read(book(["a"], ["x"]))
    table = read(book(*rows, change=hiding), skip_rows=1)

    assert [[3, "x", "0"], [4, "x", "1"], [5, "x", "2"], [6, "x", "3"], [7, "x", "4"]] == rows_of(table)
    assert [("W-XLS-06", 3, "3:4, 6:6, B:B")] == [(w.code, w.row, w.value) for w in table.warnings]
    assert () == seen.warnings


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_read_only_with_a_warning(read, state):
    """It may be the one that was meant; whoever opens the workbook sees another."""
    made = book(sheets={"видно": [["a"], ["x"]], "скрыто": [["a"], ["y"]]})
    name = f'state="{state}"'.encode()
    content = edited(
        made, **{"xl__workbook.xml": lambda old: old[::-1].replace(b'"elbisiv"=etats', name[::-1], 1)[::-1]}
    )
    table = read(content, sheet="скрыто")

    assert [[2, "y"]] == rows_of(table)
    assert [("W-XLS-07", "скрыто")] == [(warning.code, warning.value) for warning in table.warnings]
    assert () == read(content, sheet="видно").warnings


def test_macros_and_links_are_warnings(read):
    """Neither is followed; the stored values are taken."""
    parts = {"xl__vbaProject.bin": b"x", "xl__externalLinks__externalLink1.xml": b"<a/>"}
    content = edited(book(["a"], ["x"]), **parts)
    table = read(content, "a.xlsm")

    assert ["W-XLS-01", "W-XLS-02"] == [warning.code for warning in table.warnings]
    assert [[2, "x"]] == rows_of(table)


def other(**entries):
    """Return a ZIP archive with these entries."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/"), content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "XLS"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "XLSX (encrypted)"),
        (other(**{"xl__workbook.bin": b"", "xl__a": b""}), "XLSB"),
        (other(mimetype=b"application/vnd.oasis.opendocument.spreadsheet", a=b""), "ODS"),
        (other(word__document=b""), "DOCX"),
        (other(mimetype=b"a", **{"content.xml": b""}), "ODS"),
        (other(**{"ppt/presentation.xml": b""}), "PPTX"),
        (b"\x01\x02 something else", "BINARY"),
        (b"a,b\n1,2\n", "CSV"),
        (b"<html>", "HTML"),
        (other(a=b""), "ZIP"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",  # the bytes of some hold the time
)
def test_something_else_that_is_called_xlsx_is_named(wrong, content, kind):
    """The content decides; so it does for a workbook that is called CSV."""
    assert [(0, "E-XLS-01", kind, {})] == wrong(content)
    assert [(0, "E-UP-05", "XLSX", {})] == wrong(book(["a"], ["x"]), "a.csv")


def bomb():
    """Return a workbook of a few hundred kilobytes with a hundred megabytes inside."""
    return edited(book(["a"], ["x"]), **{"xl__media__image1.bin": bytes(100 * 2**20)})


def spelled(encoding):
    """Return a workbook whose sheet says that it is in some encoding."""
    part = f'<?xml version="1.0" encoding="{encoding}"?><worksheet xmlns="{MAIN}"><sheetData/></worksheet>'
    return edited(book(["a"]), **{"xl__worksheets__sheet1.xml": part.encode()})


def same_name(part):
    """Return a workbook's main part with its second sheet called like the first."""
    return part.replace(b'name="2"', b'name="1"')


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (lambda: with_sheet(f"<sheetData>{CELL.format(row=1048576, name='ZZ1048576')}</sheetData>"), "E-XLS-04"),
        (lambda: with_sheet(f'<dimension ref="A1:XFD1048576"/><sheetData>{FIRST}</sheetData>'), "E-XLS-04"),
        (bomb, "E-XLS-05"),
        (lambda: with_sheet("<sheetData/>", before=LAUGHS), "E-XLS-05"),
        (lambda: edited(book(["a"]), **{"xl__workbook.xml": f"{LAUGHS}<a>&c;</a>".encode("utf-16")}), "E-XLS-05"),
        (lambda: edited(book(["a"]), **{"..__x.xml": b""}), "E-XLS-05"),
        (lambda: edited(book(["a"]), **{"xl__embeddings__a.bin": book(["a"])}), "E-XLS-05"),
        (lambda: edited(book(["a"]), **{f"x{n}": b"" for n in range(2001)}), "E-XLS-05"),
        (lambda: book(["a"], ["x"])[:-100], "E-UP-02"),
        (lambda: book(["a"], ["x"])[:1000], "E-UP-02"),
        (lambda: with_sheet("<sheetData>"), "E-XLS-02"),
        (lambda: with_sheet("<sheetData>" + CELL.format(row=2, name="A2") * 2 + "</sheetData>"), "E-XLS-02"),
        (lambda: stored("<v>12</v><v>34</v>"), "E-XLS-02"),
        (lambda: stored("<is><t>12</t></is><v>34</v>"), "E-XLS-02"),
        (lambda: spelled("UTF-7"), "E-XLS-02"),
        (lambda: spelled("utf-32"), "E-XLS-02"),
        (lambda: spelled("nonsense"), "E-XLS-02"),
        (lambda: edited(book(["a"]), **{"xl__workbook.xml": lambda old: old.replace(b"rId1", b"rId7")}), "E-XLS-02"),
        (lambda: edited(book(sheets={"1": [["a"]], "2": [["a"]]}), **{"xl__workbook.xml": same_name}), "E-XLS-02"),
    ],
)
def test_a_harmful_workbook_is_refused_in_time(wrong, content, code):
    """Far cells, bombs, entities, packages inside, false paths, cut ends: one fault within seconds."""
    made = content()
    began = time.monotonic()
    found = wrong(made)

    assert [code] == [fault[1] for fault in found]
    assert time.monotonic() - began < 20


def test_a_part_whose_checksum_is_wrong_is_named(wrong):
    """Bytes that were damaged on the way are not read."""
    made = bytearray(edited(book(["a"], ["x"]), **{"xl__note.bin": b"unchanging text"}))
    with zipfile.ZipFile(io.BytesIO(bytes(made))) as archive:
        at = archive.getinfo("xl/note.bin").header_offset
    made[at + 14 : at + 18] = b"\1\2\3\4"
    central = bytes(made).rindex(b"xl/note.bin") - 46
    made[central + 16 : central + 20] = b"\1\2\3\4"

    assert [(0, "E-UP-02", "xl/note.bin", {})] == wrong(bytes(made))


def shared(*texts):
    """Return a workbook whose cells refer to shared texts, given as XML."""
    parts = "".join(f"<si>{text}</si>" for text in texts)
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>{n - 1}</v></c></row>' for n in range(1, len(texts) + 1))
    link = b'<Relationship Id="rIdS" Target="sharedStrings.xml" Type="http://x/relationships/sharedStrings"/>'
    ending = b"</Relationships>"
    return edited(
        with_sheet(f"<sheetData>{rows}</sheetData>"),
        **{
            "xl__sharedStrings.xml": f'<sst xmlns="{MAIN}">{parts}</sst>'.encode(),
            "xl___rels__workbook.xml.rels": lambda old: old.replace(ending, link + ending),
        },
    )


PIECES = "<r><t>ж</t></r><r><t>ол_x000A_</t></r><rPh><t>q</t></rPh>"


def test_texts_in_pieces_are_whole(read):
    """Bold letters within a cell, a line break spelled out, what tells the pronunciation left away."""
    assert [[2, "жол\n"], [3, " b "]] == rows_of(read(shared("<t>a</t>", PIECES, "<t> b </t>")))


def test_sniffing_lists_the_sheets_and_their_first_rows(tmp_path):
    """Enough to recognise a publisher, never used to read."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(book(sheets={"2023": [["код", "сумма"], ["01", 5]], "пусто": []}))
    seen = sniff(path, tmp_path)

    assert ("XLSX", ("2023", "пусто")) == (seen.kind, seen.sheets)
    assert (("код", "сумма"), ("01", "5")) == seen.headers["2023"]


@MANY
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_double_is_exact_or_refused(value):
    """What is taken without a word is the same double."""
    text, is_dusty = number_text(repr(value))

    assert not text or (is_dusty and abs(float(text) - value) < 1e-6) or float(text) == value
    assert "e" not in text.lower()


WHOLE = book(["код", "сумма"], ["01", 1.5], ["02", 2])
SHARED = shared("<t>a</t>", PIECES, "<t> b </t>")


@MANY
@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 255), st.booleans())
def test_a_spoiled_workbook_is_a_table_or_faults(tmp_path, at, byte, is_cut):
    """A byte flipped or the end cut off never ends in a way of its own."""
    path = tmp_path / "copy"
    path.write_bytes(WHOLE[:at] if is_cut else WHOLE[:at] + bytes([byte]) + WHOLE[at + 1 :])
    arguments = {"path": str(path), "name": "a.xlsx", "dialect": asdict(Dialect()), "limits": asdict(Limits())}
    try:
        found = cells.read(arguments, tmp_path)["rows"]
    except BadData as bad:
        found = len(bad.every)

    assert found > 0


@MANY
@given(
    st.integers(0, 600),
    st.integers(32, 126),
    st.sampled_from(["worksheets__sheet1", "workbook", "sharedStrings", "styles"]),
)
def test_a_spoiled_part_is_a_table_or_faults(tmp_path, at, letter, part):
    """The same inside the package, where checksums do not help."""

    def spoil(old):
        place = at % len(old)
        return old[:place] + bytes([letter]) + old[place + 1 :]

    path = tmp_path / "copy"
    path.write_bytes(edited(SHARED, **{f"xl__{part}.xml": spoil}))
    arguments = {"path": str(path), "name": "a.xlsx", "dialect": asdict(Dialect()), "limits": asdict(Limits())}
    try:
        found = cells.read(arguments, tmp_path)["rows"]
    except BadData as bad:
        found = len(bad.every)

    assert found >= 0
