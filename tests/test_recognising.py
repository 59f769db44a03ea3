"""Laws of recognition: a file is known by its headings where its profile says that they stand."""

import dataclasses

import openpyxl
import pytest

from geo.core.delivery import Dialect
from geo.core.errors import BadData
from geo.foreign import read_cells, sniff
from geo.intake.recognising import recognised
from tests.test_profiles import profile_of

TITLES = ("kk", "ru", "en")


def two_rows(folder, skipped=0, rows=2, **dialect):
    """Return a profile whose header takes two rows below some that are passed over, beside one of plain headings."""
    text = f"""
name = "deep"
kind = "figures"
source = "somebody"
[title]
{"".join(f'{language} = "a"' + chr(10) for language in TITLES)}
[dialect]
formats = ["csv", "xlsx"]
header_rows = {rows}
skip_rows = {skipped}
[columns]
unit = "Code"
period = "Month"
function = "Group"
approved = "Year Plan"
executed = "Year Spent"
[amounts]
unit = "tenge"
"""
    deep = profile_of(folder, text)
    deep = dataclasses.replace(deep, dialect=dataclasses.replace(deep.dialect, **dialect))
    plain = {"approved": ("Plan",), "executed": ("Spent",)}
    flat = dataclasses.replace(
        deep, name="flat", dialect=Dialect(), columns={**deep.columns, **plain}, formats=("csv", "xlsx", "parquet")
    )
    return {"deep": deep, "flat": flat}


def header(skipped):
    """Return titles and the two rows of a header, and a row of figures."""
    titles = [["A report; of spending, by office"]] + [[]] * (skipped - 1) if skipped else []
    rows = [["Code", "Month", "Group", "Year", "Year"], ["", "", "", "Plan", "Spent"]]
    return [*titles, *rows, ["710000000", "2024-01", "01", "1", "2"]]


@pytest.mark.parametrize("skipped", [0, 1, 4, 7, 300, 1000])
@pytest.mark.parametrize("mark", [",", ";"])
def test_a_deep_header_of_a_text_is_found(tmp_path, skipped, mark):
    """Two rows of headings, below as many rows as a profile may pass over; and then they are read."""
    path = tmp_path / "a.csv"
    path.write_text("".join(mark.join(f'"{cell}"' for cell in row) + "\n" for row in header(skipped)))
    profiles = two_rows(tmp_path, skipped, delimiter=mark)
    name = recognised(sniff(path, tmp_path), profiles, "a.csv")

    assert "deep" == name
    assert ("Code", "Month", "Group", "Year Plan", "Year Spent") == read_cells(
        path, profiles[name].dialect, tmp_path
    ).columns


@pytest.mark.parametrize("skipped", [0, 1, 7, 300, 1000])
def test_a_deep_header_of_a_workbook_is_found(tmp_path, skipped):
    """Merged headings are filled as they are when the sheet is read."""
    made = openpyxl.Workbook()
    for row, cells in enumerate(header(skipped), 1):
        for column, cell in enumerate(cells, 1):
            made.active.cell(row, column, cell or None)
    made.active.cell(skipped + 1, 5).value = None
    made.active.merge_cells(start_row=skipped + 1, end_row=skipped + 1, start_column=4, end_column=5)
    made.active.merge_cells(start_row=skipped + 1, end_row=skipped + 1, start_column=20, end_column=21)
    made.save(tmp_path / "a.xlsx")
    profiles = two_rows(tmp_path, skipped)
    name = recognised(sniff(tmp_path / "a.xlsx", tmp_path), profiles, "a.xlsx")

    assert "deep" == name
    assert ("Code", "Month", "Group", "Year Plan", "Year Spent") == read_cells(
        tmp_path / "a.xlsx", profiles[name].dialect, tmp_path
    ).columns


def sheets(folder, **content):
    """Write a workbook of several sheets and return what it looks like."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in content.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(folder / "a.xlsx")
    return sniff(folder / "a.xlsx", folder)


FLAT = [["Code", "Month", "Group", "Plan", "Spent"], ["710000000", "2024-01", "01", "1", "2"]]
NOTES = [["Read me first"], ["Code", "Name"]]


def test_each_sheet_is_looked_at_unless_one_was_named(tmp_path):
    """By the sheet of the operator, by that of the profile, else by all of them."""
    profiles = two_rows(tmp_path)
    both = sheets(tmp_path, notes=NOTES, plain=FLAT, deep=header(0))
    one = sheets(tmp_path, notes=NOTES, plain=FLAT, third=NOTES)
    on_notes = {"flat": dataclasses.replace(profiles["flat"], dialect=Dialect(sheet="notes")), "deep": profiles["deep"]}

    assert ["flat", "deep"] == [recognised(both, profiles, "a.xlsx", name) for name in ("plain", "deep")]
    assert "flat" == recognised(one, profiles, "a.xlsx")
    assert "deep" == recognised(both, on_notes, "a.xlsx")


@pytest.mark.parametrize(
    ("sheet", "code", "value"),
    [("", "E-PROF-10", "deep, flat"), ("notes", "E-PROF-09", "Read me first"), ("none", "E-XLS-06", "none")],
)
def test_what_cannot_be_told_is_asked_about(tmp_path, sheet, code, value):
    """Several profiles, none, or a sheet that is not there."""
    seen = sheets(tmp_path, notes=NOTES, plain=FLAT, deep=header(0))
    with pytest.raises(BadData) as refusal:
        recognised(seen, two_rows(tmp_path), "a.xlsx", sheet)

    assert [(code, value)] == [(fault.code, fault.value) for fault in refusal.value.every]


def test_titles_above_the_header_are_named(tmp_path):
    """A file that is known but for the rows above its header is told just that, in a text and in a workbook."""
    profiles, title = two_rows(tmp_path), [["Report; of 2024"], []]
    path = tmp_path / "a.csv"
    path.write_text("".join(",".join(row) + "\n" for row in [*title, *FLAT]))
    found = []
    for seen in (sniff(path, tmp_path), sheets(tmp_path, plain=[*title, *FLAT])):
        with pytest.raises(BadData) as refusal:
            recognised(seen, {"flat": profiles["flat"]}, "a")
        found += [(fault.code, fault.row, fault.value, fault.sheet) for fault in refusal.value.every]

    assert [("E-CSV-23", 1, "Report; of 2024", sheet) for sheet in ("", "plain")] == found


def test_rows_stand_where_the_file_counts_them(tmp_path):
    """An empty line, and a cell of two lines, move no row behind them."""
    path = tmp_path / "a.csv"
    path.write_text('title\n\n"two\nlines",b\nc,d\n')
    seen = sniff(path, tmp_path)

    assert ((("title",), (), ("two\nlines", "b"), (), ("c", "d")), ",") == (seen.headers[""][:5], seen.delimiter)


def test_a_wide_file_is_cut_not_refused(tmp_path):
    """What a file looks like has to fit into an answer."""
    path = tmp_path / "a.csv"
    path.write_text("\n".join(",".join(f"c{n}" for n in range(1000)) for _ in range(1200)))
    seen = sniff(path, tmp_path)

    assert 100 < len(seen.headers[""]) <= 1010
    assert 1000 == len(seen.headers[""][0])
