"""Laws of what stands beside codes and figures: a name, a computed column, a number too large to compute with."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.foreign.numbers import is_number, number_text
from geo.profiles import Given, deliver, find_profiles
from geo.profiles.formulas import FormulaError, names_of
from geo.profiles.keys import _is_amount
from tests.test_profile_checks import NODES, TREE, TREE_HEADER
from tests.test_profiles import (
    ABAI,
    ASTANA,
    FLAT,
    HEADER,
    KNOWN,
    PROFILES,
    ROWS,
    ULYTAU,
    cells_of,
    delivered,
    faults,
    spoilt,
)

NAMED = FLAT.replace('period = "Month"', 'unit_name = "Place"\nfunction_name = "What"\nperiod = "Month"')
BESIDE = (*HEADER, "Place", "What")
MONTHLY = ("kato", "iso3166_2", "region_file", "year", "month", "functional_group", "name_ru")
PHASES = ("approved", "refined", "adjusted_year_plan", "adjusted_period_plan", "executed_ytd")
OTHERS = FLAT.replace("[amounts]", '[others]\nleft = "Left"\nshare = "Share"\n{}[amounts]').format(
    '[[formulas]]\ncolumn = "share"\nequals = "executed / left"\nrelative = "1e-9"\n'
)


def beside(folder, place, what, rows=ROWS[:1], **fields):
    """Return what a flat file says whose rows have a name of the unit and of the function."""
    return delivered(folder, [(*row, place, what) for row in rows], NAMED, BESIDE, **fields)


def monthly(folder, *rows):
    """Return a file of regions by group whose rows are (code, ISO code, name, group, its name)."""
    header = [*MONTHLY, *(f"{phase}_kzt_thousand" for phase in PHASES)]
    lines = [(*row[:3], "2024", "1", *row[3:], *["3.000"] * 5) for row in rows]
    totals = [(*row[:3], "2024", "1", "0", "II. ЗАТРАТЫ", *["3.000"] * 5) for row in rows]
    cells = cells_of(folder, header, [*lines, *totals])
    return deliver(find_profiles(PROFILES)["kz-monthly-groups"], cells, KNOWN, Given(), folder)


@pytest.mark.parametrize("place", ["Астана қ.", "г.Астана", "г_Астана", "Астана", "  ASTANA ", "", "Nowhere", ASTANA])
@pytest.mark.parametrize("what", ["General public services", "", "Всякое"])
def test_a_name_of_the_same_code_or_of_none_says_nothing(place, what, tmp_path):
    """In any language, case and punctuation; what nobody knows proves nothing."""
    assert () == beside(tmp_path, place, what).faults


def test_a_name_of_another_code_is_named_with_both(tmp_path):
    """Neither the code nor the name is believed; the cell of the name is the place."""
    made = beside(tmp_path, "Ұлытау облысы", "образование")

    assert [("E-JOIN-19", 2, "Place"), ("E-JOIN-20", 2, "What")] == faults(made)
    assert [(ASTANA, ULYTAU), ("01", "04")] == [(fault.value, fault.values["other"]) for fault in made.faults]


@pytest.mark.parametrize("name", ["Ұлытау", "ОБЛАСТЬ ҰЛЫТАУ", "Ulytau oblast"])
def test_a_name_without_the_kind_of_unit_is_still_a_name(name, tmp_path):
    """People leave the word for region or city away, or use another."""
    assert [("E-JOIN-19", 2, "Place")] == faults(beside(tmp_path, name, ""))


def test_beside_a_subgroup_the_name_may_be_of_its_group(tmp_path):
    """A group holds its subgroups."""
    assert () == beside(tmp_path, "", "Образование", ROWS[1:2]).faults
    assert [("E-JOIN-20", 2, "What")] == faults(beside(tmp_path, "", "Оборона", ROWS[1:2]))


def test_a_unit_keeps_its_name_when_its_code_changes(tmp_path):
    """A former code beside the name that the unit has under its new one is no contradiction."""
    facts = dataclasses.replace(KNOWN, former_codes={"711000000": ASTANA})

    assert () == beside(tmp_path, "Астана қ.", "", spoilt(0, "Code", "711000000", ROWS[:1]), knows=facts).faults


@pytest.mark.parametrize("beside_code", [("KZ-71", "-"), ("", "г_Астана")])
def test_exchanged_codes_of_regions_are_noticed(beside_code, tmp_path):
    """By the code of ISO 3166-2 or the name, whichever stands there."""
    one, two = (ASTANA, *beside_code, "4", ""), (ULYTAU, "KZ-62", "Улытауская", "4", "")

    assert () == monthly(tmp_path, one, two).faults
    assert {"E-JOIN-19"} == {f.code for f in monthly(tmp_path, (ULYTAU, *one[1:]), (ASTANA, *two[1:])).faults}


def test_exchanged_codes_of_functions_are_noticed(tmp_path):
    """Names stay where they were, codes do not."""
    made = monthly(tmp_path, (ABAI, "KZ-10", "Абайская", "4", "Оборона"))

    assert [("E-JOIN-20", 2, "name_ru")] == faults(made)


def test_the_name_of_a_group_in_a_tree_is_of_its_code(tmp_path):
    """The row of the group is the place, once however many rows lie below it."""
    renamed = [tuple("Оборона" if cell == "Образование" else cell for cell in row) for row in NODES]

    assert () == delivered(tmp_path, NODES, TREE, TREE_HEADER, Given(unit_id=ASTANA)).faults
    assert [("E-JOIN-20", 6, "name")] == faults(delivered(tmp_path, renamed, TREE, TREE_HEADER, Given(unit_id=ASTANA)))


@pytest.mark.parametrize("cell", ["1e999999999", "-1e999999999", "1e99999999999999999999", "1e308", "inf"])
def test_a_number_beyond_all_computing_is_named(cell, tmp_path):
    """It is compared, never computed with."""
    assert [("E-CSV-15", 2, "Plan")] == faults(delivered(tmp_path, spoilt(0, "Plan", cell)))


@given(st.from_regex(r"[+-]?[0-9]{0,12}([.,][0-9]{0,5})?([eE][+-]?[0-9]{0,25})?", fullmatch=True))
def test_whatever_looks_like_a_number_is_read_or_named(tmp_path_factory, text):
    """No spelling of a number leads to anything but a delivery."""
    made = delivered(tmp_path_factory.getbasetemp(), spoilt(0, "Plan", text))

    assert {fault.row for fault in made.faults} <= {2}


@pytest.mark.parametrize("text", ["1e999999999", "1e3", "-1", "NaN", "9" * 30, "", " 1", "1e-999999999"])
def test_a_tolerance_is_a_plain_amount(text):
    """What could not be computed with exactly is refused before any file is read."""
    assert [False, True] == [_is_amount(text), _is_amount("0.5")]


@pytest.mark.parametrize("constant", ["1e999", "9" * 400])
def test_a_formula_holds_no_endless_number(constant):
    """A column of numbers could not hold it."""
    with pytest.raises(FormulaError) as raised:
        names_of(f"a + {constant}")

    assert (f"a + {constant}",) == raised.value.args


@pytest.mark.parametrize(
    ("left", "share", "expected"),
    [
        ("2", "0.5", []),
        ("1e308", "0.5", [("E-CSV-15", 2, "Left")]),
        ("two", "0.5", [("E-CSV-14", 2, "Left")]),
        ("", "0.5", [("E-CSV-19", 2, "Left")]),
        ("2", "half", [("E-CSV-14", 2, "Share")]),
        ("2", "0.25", [("E-PROF-12", 2, "Share")]),
    ],
)
def test_no_cell_switches_a_formula_off(left, share, expected, tmp_path):
    """A cell of a computed column is a number, or it is named."""
    made = delivered(tmp_path, [(*ROWS[0], left, share)], OTHERS, (*HEADER, "Left", "Share"))

    assert expected == faults(made)


@pytest.mark.parametrize("name", ["kz-template", "kz-template-bodies"])
def test_spending_beyond_the_plan_to_date_is_asked_about(name, tmp_path):
    """Two exchanged headings of a form look so; an operator who knows better may accept it."""
    profile = find_profiles(PROFILES)[name]
    header = [words[0] for words in profile.columns.values()]
    last = {"kz-template": "110", "kz-template-bodies": "050340004529"}[name]
    rows = [(ASTANA, "", "2025-04", "01", last, "тенге", *row) for row in (["30", "30", "30", "9", "20"],)]
    rows.append(("Итого", *[""] * 4, "", "30", "30", "30", "9", "20"))
    made = deliver(profile, cells_of(tmp_path, header, rows), KNOWN, Given(), tmp_path)
    accepted = Given(accepted=frozenset({"E-SUM-08"}))

    assert ["E-SUM-08"] == [code for code, _, _ in faults(made)]
    assert () == deliver(profile, cells_of(tmp_path, header, rows), KNOWN, accepted, tmp_path).faults


@pytest.mark.parametrize(
    ("stored", "answer"), [("abc", False), ("INF", False), ("39 746 471 202", False), ("1E+99999999", True)]
)
def test_a_text_is_told_from_a_number_that_is_too_long(stored, answer):
    """Neither has an exact text; only the second is a number."""
    assert [answer, ""] == [is_number(stored), number_text(stored)[0]]


def test_a_name_of_a_unit_in_the_column_of_codes_is_known_or_told_as_a_name(tmp_path):
    """The country's own names need no alias; another word is an unknown unit, not a word of strange letters."""
    known = dataclasses.replace(KNOWN, unit_names={"область ұлытау": ULYTAU})
    good = delivered(tmp_path, spoilt(0, "Code", "область Ұлытау"), knows=known)
    wrong = delivered(tmp_path, spoilt(0, "Code", "Караганда"), knows=known)

    assert () == good.faults
    assert [("E-JOIN-01", "Караганда")] == [(fault.code, fault.value) for fault in wrong.faults]
