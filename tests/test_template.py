"""Laws about the form that a unit fills in: what it says is what will be read, to the last minor unit."""

import io
import re
import tomllib
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.core.country_file import read_country
from geo.core.delivery import ROW, Dialect, Known
from geo.core.model import LANGUAGES, PHASES
from geo.core.text import text_of
from geo.faces.workbook import FACTORS, Form, FormRow, form_words, template
from geo.foreign import read_cells
from geo.profiles import Given, deliver, read_profile

DATA = Path(__file__).parents[1] / "data"
PLACE = DATA / "budget" / "kz" / "profiles" / "kz-template.toml"
PROFILE = tomllib.loads(PLACE.read_text(encoding="utf-8"))
AMOUNT = st.one_of(st.none(), st.integers(-(2**62), 2**62), st.integers(-10_000, 10_000))


def form(lang="kk", **given_fields):
    """Return the form of two units and two functions."""
    fields = {
        "period": "2025-04",
        "units": {"710000000": "Астана қ.", "750000000": "=1+1"},
        "functions": {"01": "Жалпы сипаттағы мемлекеттік қызметтер", "04": "Білім беру"},
        "administrators": {"120": "Аппарат акима области"},
    }
    return Form(**{**form_words(PROFILE, text_of(lang)), **fields, **given_fields})


def rows(amounts):
    """Return a row for each list of five amounts."""
    return [FormRow("710000000", "04", dict(zip(PHASES, five, strict=True))) for five in amounts]


def opened(book):
    """Return a workbook from its bytes."""
    return openpyxl.load_workbook(io.BytesIO(book))


def delivered(book, folder):
    """Return what the importer makes of a workbook."""
    (folder / "form.xlsx").write_bytes(book)
    profile = read_profile(PLACE)
    known = Known(
        country=read_country(DATA / "boundaries" / "kz"),
        units={"2022-06-08": {"region": frozenset({"710000000", "750000000"})}},
        unit_names={},
        functions=frozenset({"01", "04"}),
        administrators={},
    )
    return deliver(profile, read_cells(folder / "form.xlsx", profile.dialect, folder), known, Given(), folder)


def minor(cell, factor):
    """Return an amount cell in minor units."""
    return None if cell in (None, "") else int(Decimal(str(cell)) * factor * 100)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_form_has_the_headings_that_the_profile_accepts(lang):
    """Each heading is one of the profile's, in the language of the form; the first sheet is the one that is read."""
    book = opened(template(form(lang), text_of(lang)))
    columns = {**PROFILE["columns"], **PROFILE["ignored"]}
    place = LANGUAGES.index(lang)

    assert PROFILE["dialect"]["sheet"] == book.sheetnames[0] != book.sheetnames[1]
    assert {words[place] for words in columns.values()} == {cell.value for cell in book.worksheets[0][1]}
    assert "C2" == book.worksheets[0].freeze_panes


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_empty_form_asks_for_each_function_of_each_unit(lang):
    """Codes stay text, the total stands below, no amount is made up."""
    sheet = opened(template(form(lang), text_of(lang))).worksheets[0]
    lines = list(sheet.iter_rows(min_row=2, values_only=True))

    assert [("710000000", "01"), ("710000000", "04"), ("750000000", "01"), ("750000000", "04")] == [
        (line[0], line[3]) for line in lines[:-1]
    ]
    assert lines[-1][0] in PROFILE["totals"]["words"]
    assert {None} == {cell for line in lines for cell in line[-5:]}


@settings(max_examples=12)
@given(st.lists(st.lists(AMOUNT, min_size=5, max_size=5), min_size=1, max_size=4), st.sampled_from(sorted(FACTORS)))
def test_amounts_come_back_to_the_minor_unit(amounts, unit):
    """Whatever their size and unit; the total row is their sum, and nothing is a formula."""
    book = opened(template(form(unit_of_amounts=unit), text_of("kk"), rows(amounts)))
    lines = list(book.worksheets[0].iter_rows(min_row=2, values_only=True))
    exact = [[minor(cell, FACTORS[unit]) for cell in line[-5:]] for line in lines]
    sums = [[five[k] for five in amounts if five[k] is not None] for k in range(5)]

    assert [*amounts, [sum(known) if known else None for known in sums]] == exact
    assert set() == {cell.data_type for row in book.worksheets[0] for cell in row} & {"f", "e", "d"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_reader_of_foreign_files_reads_the_form(lang, tmp_path):
    """The sheet that the profile names, all rows, exact amounts; the guide beside it does not confuse."""
    amounts = [[10**17 + 1, 5, None, 0, -7], [123_45, 6, 8, 9, 10]]
    place = tmp_path / "form.xlsx"
    place.write_bytes(template(form(lang), text_of(lang), rows(amounts)))
    cells = read_cells(place, Dialect(sheet=PROFILE["dialect"]["sheet"]), tmp_path)
    (batch,) = cells.batches()
    lines = [list(line.values()) for line in batch.to_pylist()]

    assert ((), ()) == (cells.faults, cells.warnings)
    assert ROW == batch.schema.names[0]
    assert amounts == [[minor(cell, 1) for cell in line[-5:]] for line in lines[:-1]]
    assert [["710000000", "2025-04", "04"]] * 2 == [[line[1], line[3], line[4]] for line in lines[:-1]]
    assert [10**17 + 1 + 12345, 11, 8, 9, 3] == [minor(cell, 1) for cell in lines[-1][-5:]]


FILLED = [
    FormRow(
        "710000000", "01", dict(zip(PHASES, (900_000_07, 900_000_05, 910_000_00, 400_000_00, 380_000_01), strict=True))
    ),
    FormRow("710000000", "04", dict(zip(PHASES, (500_000_00, 600_000_55, 600_000_00, 200_000_00, None), strict=True))),
]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("unit", sorted(FACTORS))
def test_what_the_form_says_is_what_is_imported(lang, unit, tmp_path):
    """In every language and unit of amounts, to the minor unit; an empty cell is no figure."""
    book = template(form(lang, unit_of_amounts=unit), text_of(lang), FILLED)
    made = delivered(book, tmp_path)
    sums = {(row.function, row.phase): row.amount_minor for row in made.sums.itertuples()}

    assert () == made.faults
    assert {(r.function, phase): amount for r in FILLED for phase, amount in r.amounts.items() if amount} == sums
    assert (3, 2, {"total": 1}) == (made.rows_read, made.rows_taken, dict(made.rows_left))


def test_a_form_whose_total_is_another_is_refused(tmp_path):
    """One digit changed on the way is noticed, and the place is named."""
    book = opened(template(form(), text_of("kk"), FILLED))
    book.worksheets[0]["G2"] = 900_001
    spoilt = io.BytesIO()
    book.save(spoilt)
    faults = delivered(spoilt.getvalue(), tmp_path).faults

    assert ["Бекітілген бюджет"] == [fault.column for fault in faults]
    assert ["form.xlsx"] == [fault.file for fault in faults]


def test_an_empty_form_is_refused_and_nothing_is_made_up(tmp_path):
    """Whoever sends the form back as it came is told so."""
    made = delivered(template(form(), text_of("kk")), tmp_path)

    assert made.faults
    assert 0 == made.rows_taken


def test_the_same_form_is_the_same_bytes():
    """No clock gets in: a form can be compared with the one sent last month."""
    first, second = (template(form(), text_of("ru")) for _ in range(2))
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        days = {entry.date_time for entry in archive.infolist()}
        core = archive.read("docProps/core.xml").decode()

    assert first == second
    assert {(1980, 1, 1, 0, 0, 0)} == days
    assert {"2000-01-01T00:00:00Z"} == set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", core))


def test_names_that_look_like_formulas_or_hold_controls_are_text():
    """A list of codes from a file cannot make the form run or fail."""
    names = {"01": "=HYPERLINK(1)", "02": "+1\x00\x0b", "03": "@x"}
    book = opened(template(form(functions=names, administrators={"1": "-1"}), text_of("en")))
    kinds = {cell.data_type for sheet in book for row in sheet for cell in row}

    assert "f" not in kinds
    assert "=1+1" == book.worksheets[0]["B5"].value


@pytest.mark.parametrize("lang", LANGUAGES)
def test_codes_are_offered_from_the_list_beside(lang):
    """What a cell offers are the codes of the second sheet, all of them and nothing else."""
    book = opened(template(form(lang), text_of(lang)))
    sheet, guide = book.worksheets
    offered = {}
    for choice in sheet.data_validations.dataValidation:
        name, cells = choice.formula1.rsplit("!", 1)
        assert f"'{guide.title}'" == name
        first, last = re.findall(r"\d+", cells)
        offered[str(choice.sqref)[0]] = [guide[f"A{n}"].value for n in range(int(first), int(last) + 1)]
    wanted = form(lang)

    assert {
        "A": list(wanted.units),
        "D": list(wanted.functions),
        "E": list(wanted.administrators),
        "F": list(wanted.unit_words.values()),
    } == offered
