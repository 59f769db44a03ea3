"""Laws of cells and sums: what is not plainly right is named by row and column, with all its fellows."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.cli.say import fault_line
from geo.core.errors import MOST_FAULTS
from geo.core.model import LANGUAGES
from geo.core.text import text_of
from geo.profiles import Given
from geo.profiles.cells import judge_code, odd_characters
from geo.profiles.formulas import FormulaError, computed, names_of
from tests.test_profiles import ASTANA, FLAT, HEADER, ROWS, cells_of, delivered, entries, faults, spoilt, sums

TREE = """
name = "tree"
kind = "figures"
source = "somebody"
layout = "tree"
[title]
kk = "а"
ru = "а"
en = "a"
[columns]
id = "id"
parent = "up"
parent_code = "upcode"
level = "level"
code = "code"
name = "name"
period = "month"
executed = "spent"
[codes]
function_digits = 2
names_from_file = true
[amounts]
unit = "tenge"
decimal = "."
[[blocks]]
code = "1"
name = "REVENUE"
take = "revenue"
items = {revenue = "REVENUE", transfers = "TRANSFERS"}
[[blocks]]
code = "2"
name = "SPENDING"
take = "expenditure"
required = true
levels = ["block", "function", "subgroup", "administrator"]
tolerance = {executed = "1"}
[[blocks]]
code = "3"
name = "DEFICIT"
take = "nothing"
[[balances]]
total = "3"
plus = ["1"]
minus = ["2"]
tolerance = "1"
"""
TREE_HEADER = ("id", "up", "upcode", "level", "code", "name", "month", "spent")
NODES = (
    ("1", "", "", "0", "1", "REVENUE", "2024-01", "50"),
    ("2", "1", "1", "1", "", "TRANSFERS", "2024-01", "30"),
    ("3", "1", "1", "1", "", "TAXES", "2024-01", "20"),
    ("4", "", "", "0", "2", "SPENDING", "2024-01", "45.5"),
    ("5", "4", "2", "1", "4", "Образование", "2024-01", "46"),
    ("6", "5", "4", "2", "1", "Дошкольное", "2024-01", "46"),
    ("7", "6", "1", "3", "900", "Новое управление", "2024-01", "40"),
    ("8", "6", "1", "3", "901", "Другое управление", "2024-01", "6"),
    ("9", "", "", "0", "3", "DEFICIT", "2024-01", "4.5"),
    ("10", "", "", "0", "", "Remark", "2024-01", "7"),
)
CHECKED = (
    FLAT
    + """
[checks]
falls = ["unit"]
constant = ["approved"]
within = [["executed", "approved"]]
"""
)


def grown(folder, nodes=NODES, text=TREE):
    """Return what a tree gives for Astana."""
    return delivered(folder, nodes, text, TREE_HEADER, Given(unit_id=ASTANA))


def changed(row, column, text):
    """Return the nodes with one cell replaced."""
    made = [list(cells) for cells in NODES]
    made[row][TREE_HEADER.index(column)] = text
    return made


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1E+05", "E-CSV-11"), ("121.0", "E-CSV-11"), ("121 ", "E-CSV-12"), ("\u00a0121", "E-CSV-12"),
        ("12\u200b1", "E-CSV-12"), ("\u202e121", "E-CSV-12"), ("121\x07", "E-CSV-12"), ("12\u0417", "E-CSV-12"),
        ("12/1", "E-JOIN-05"), ("999", "E-JOIN-07"), ("Итого", "E-CSV-22"), ("Барлығы", "E-CSV-22"),
    ],
)  # fmt: skip
def test_a_code_that_somebody_or_something_changed_is_named(tmp_path, text, code):
    """With its row and column; nothing is trimmed or rounded in silence."""
    assert [(code, 4, "Office")] == faults(delivered(tmp_path, spoilt(2, "Office", text)))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1,5", "E-CSV-13"), ("1.234,5", "E-CSV-13"), ("1 234.5", "E-CSV-13"), ("1.234.567", "E-CSV-13"),
        ("12%", "E-CSV-14"), ("12 ₸", "E-CSV-14"), ("тысяча", "E-CSV-14"), ("n/a", "E-CSV-14"), ("1e3", "E-CSV-14"),
        ("+5", "E-CSV-14"), (".5", "E-CSV-14"), ("5.", "E-CSV-14"), ("(5)", "E-CSV-14"), ("−5", "E-CSV-14"),
        ("inf", "E-CSV-15"), ("NaN", "E-CSV-15"), ("1e400", "E-CSV-15"), ("9" * 30, "E-CSV-15"), ("9" * 60, "E-CSV-15"),
        ("1.000001", "E-CSV-17"), ("5\u200b", "E-CSV-12"),
    ],
)  # fmt: skip
def test_what_is_not_plainly_an_amount_is_named(tmp_path, text, code):
    """No mark, percent, currency or blank is guessed away."""
    assert [(code, 3, "Spent")] == faults(delivered(tmp_path, spoilt(1, "Spent", text)))


def test_a_doubtful_number_is_asked_about_where_no_mark_is_declared(tmp_path):
    """1.234 may be a thousand and more; stored as a number in a workbook it is not in doubt."""
    text = FLAT.replace('decimal = "."\n', "")
    rows = spoilt(0, "Spent", "1.234")
    made = delivered(tmp_path, rows, text)
    stored = delivered(tmp_path, rows, text, numeric=frozenset({"Spent"}))

    assert [("E-CSV-13", 2, "Spent")] == faults(made)
    assert () == stored.faults
    assert () == delivered(tmp_path, ROWS, text).faults
    assert () == delivered(tmp_path, spoilt(0, "Spent", "0.500"), text).faults


@pytest.mark.parametrize("mark", [" ", "\u00a0", "\u2009", "\u202f", "'", "\u2019", ","])
def test_thousands_are_read_with_the_declared_mark_and_asked_about_with_any_other(tmp_path, mark):
    """Blanks of every width look alike in print; only the profile says which one is meant."""
    rows = [(*row[:4], f"1{mark}234{mark}567", "12") for row in ROWS]
    declared = FLAT.replace('decimal = "."', f'decimal = "."\nthousands = "{mark}"')

    assert {123_456_700_000, 1_200_000} == set(entries(delivered(tmp_path, rows, declared)).values())
    assert {"E-CSV-13"} == {code for code, _, _ in faults(delivered(tmp_path, rows))}


def test_declared_marks_are_read(tmp_path):
    """A comma before the decimals and blanks between thousands, in groups of three only."""
    text = FLAT.replace('decimal = "."', 'decimal = ","\nthousands = " "')
    rows = [(*row[:4], "1 234 567,89", "12,5") for row in ROWS]
    made = delivered(tmp_path, rows, text)

    assert {123_456_789_000, 1_250_000} == set(entries(made).values())
    assert [("E-CSV-14", 2, "Plan")] == faults(delivered(tmp_path, spoilt(0, "Plan", "12 34,5", rows), text))
    assert [("E-CSV-13", 2, "Plan")] == faults(delivered(tmp_path, spoilt(0, "Plan", "1.5", rows), text))


@given(st.integers(-(10**13), 10**13))
def test_an_amount_is_exact_whatever_its_size(tmp_path_factory, tiyn):
    """Written in thousand tenge with all decimals, read back to the tiyn."""
    sign, digits = "-" if tiyn < 0 else "", f"{abs(tiyn):06}"
    made = delivered(
        tmp_path_factory.getbasetemp(),
        spoilt(0, "Plan", f"{sign}{digits[:-5]}.{digits[-5:]}"),
        FLAT + "reversed = false",
    )

    assert tiyn == entries(made)["710000000-121", "2024-01", "01", "approved"]


def test_a_reversed_sign_is_turned(tmp_path):
    """Where the publisher writes spending with a minus."""
    assert -100_000 == min(entries(delivered(tmp_path, ROWS[:1], FLAT + "reversed = true")).values()) / 100.5


def test_all_faults_of_a_file_are_told_together(tmp_path):
    """Each column's, each row's, in the order of the file."""
    rows = spoilt(3, "Group", "77", spoilt(2, "Month", "2024", spoilt(0, "Code", "71", spoilt(0, "Plan", "x"))))

    assert [
        ("E-JOIN-01", 2, "Code"),
        ("E-CSV-14", 2, "Plan"),
        ("E-CSV-18", 4, "Month"),
        ("E-JOIN-06", 5, "Group"),
    ] == faults(delivered(tmp_path, rows))


def test_a_thousand_faults_are_named_and_the_rest_counted(tmp_path):
    """One wrong code in every row does not fill the memory or the screen."""
    rows = [(ASTANA, "2024-01", "01", "9999", "1", "1")] * (MOST_FAULTS + 250)
    made = delivered(tmp_path, rows)
    rest = [fault for fault in made.faults if fault.code == "E-PROF-11"]

    assert MOST_FAULTS + 1 == len(made.faults)
    assert [("E-JOIN-07", "250")] == [(fault.value, fault.values["count"]) for fault in rest]


def test_a_key_that_stands_twice_is_named_with_the_first(tmp_path):
    """The same amounts are a row too many, other amounts a contradiction."""
    same = delivered(tmp_path, [*ROWS, ROWS[0]])
    other = delivered(tmp_path, [*ROWS, (*ROWS[0][:5], "7")])

    assert [("E-CSV-20", 6, "2")] == [(f.code, f.row, f.values["first"]) for f in same.faults]
    assert [("E-CSV-24", 6, "2")] == [(f.code, f.row, f.values["first"]) for f in other.faults]


def test_executed_that_falls_and_approved_that_changes_are_judgements(tmp_path):
    """Refused, unless the operator has looked; then they stay as warnings."""
    falls, changes = spoilt(2, "Spent", "0.5", ROWS[:3]), spoilt(2, "Plan", "7000", ROWS[:3])
    both = [falls[0], [*changes[2][:5], "0.5"]]
    refused = delivered(tmp_path, both, CHECKED)
    accepted = delivered(tmp_path, both, CHECKED, given=Given(accepted=frozenset({"E-PER-06", "E-PER-09"})))

    assert {"E-PER-06", "E-PER-09"} == {fault.code for fault in refused.faults}
    assert () == accepted.faults
    assert {"E-PER-06", "E-PER-09"} == {warning.code for warning in accepted.warnings}


def test_what_is_proven_wrong_cannot_be_accepted(tmp_path):
    """An amount that is no number stays refused whatever is accepted."""
    accepted = Given(accepted=frozenset({"E-CSV-14"}))

    assert [("E-CSV-14", 2, "Plan")] == faults(delivered(tmp_path, spoilt(0, "Plan", "x"), given=accepted))


def test_a_tree_gives_its_lowest_rows(tmp_path):
    """Spending as entries, the root as published, revenue and transfers beside; notes and headings are counted."""
    made = grown(tmp_path)

    assert () == made.faults
    assert {("710000000-900", "0401"): 4000, ("710000000-901", "0401"): 600} == {
        (key[0], key[2]): amount for key, amount in entries(made).items()
    }
    assert {"block": 1, "heading": 3, "note": 1, "revenue": 3} == made.rows_left


@pytest.mark.parametrize(
    ("row", "column", "text", "expected"),
    [
        (7, "spent", "7", ("E-SUM-05", 7, "spent")),
        (5, "spent", "45", ("E-SUM-05", 7, "spent")),
        (3, "spent", "47.5", ("E-SUM-05", 5, "spent")),
        (2, "spent", "21", ("E-SUM-05", 2, "spent")),
        (8, "spent", "6", ("E-SUM-09", 10, "spent")),
        (7, "up", "66", ("E-JOIN-12", 9, "up")),
        (5, "up", "4", ("E-JOIN-14", 7, "level")),
        (6, "level", "4", ("E-JOIN-14", 8, "level")),
        (6, "upcode", "2", ("E-JOIN-15", 8, "upcode")),
        (4, "code", "5", ("E-JOIN-15", 7, "upcode")),
        (3, "name", "SPENDINGS", ("E-PROF-13", 5, "name")),
        (3, "code", "8", ("E-JOIN-15", 6, "upcode")),
        (1, "name", "TRANSFER", ("E-PROF-14", 2, "name")),
        (7, "id", "7", ("E-CSV-24", 9, "id")),
        (7, "id", "x", ("E-CSV-14", 9, "id")),
        (7, "month", "2024-02", ("E-JOIN-12", 9, "up")),
        (7, "code", "900", ("E-CSV-24", 9, "")),
        (7, "name", "Новое управление", ("E-JOIN-16", 9, "name")),
        (7, "name", "Отдeл", ("E-CSV-12", 9, "name")),
        (5, "code", "7", ("E-JOIN-15", 8, "upcode")),
    ],
)
def test_damage_to_a_tree_is_named_where_it_is(tmp_path, row, column, text, expected):
    """Sums by level, parents, levels, blocks, names: each by its own fault."""
    found = faults(grown(tmp_path, changed(row, column, text)))

    assert expected in found or (expected[0], expected[1]) in {(code, at) for code, at, _ in found}


def test_rows_in_a_circle_end(tmp_path):
    """A row below itself is named, and nobody waits for ever."""
    made = [list(row) for row in NODES]
    made[4][1] = "6"

    assert {"E-JOIN-13"} == {code for code, _, _ in faults(grown(tmp_path, made))}


def test_a_missing_block_is_named(tmp_path):
    """A period without its spending has been cut."""
    made = [
        *NODES,
        ("1", "", "", "0", "1", "REVENUE", "2024-02", "0"),
        ("2", "1", "1", "1", "", "TRANSFERS", "2024-02", "0"),
    ]

    assert [("E-PROF-14", 12, "name")] == faults(grown(tmp_path, made))


@pytest.mark.parametrize("file", ["raw_region_astana_as_published.csv", "Г.Астана 2024.csv", "2024-астана қ.csv"])
def test_the_unit_may_stand_in_the_name_of_the_file(tmp_path, file):
    """As whole words, in any language; the longest name wins."""
    text = TREE.replace("[columns]", "[unit]\nfrom_file_name = true\n[columns]")
    made = delivered(tmp_path, NODES, text, TREE_HEADER, file=file)

    assert {ASTANA} == {unit for unit, *_ in sums(made)}


@pytest.mark.parametrize("file", ["region.csv", "astana-and-shymkent.csv", "astanas.csv"])
def test_a_file_whose_name_tells_no_unit_or_two_is_asked_about(tmp_path, file):
    """The operator says --unit."""
    text = TREE.replace("[columns]", "[unit]\nfrom_file_name = true\n[columns]")

    assert [("E-JOIN-10", 0, "")] == faults(delivered(tmp_path, NODES, text, TREE_HEADER, file=file))


def test_the_operators_unit_must_be_that_of_the_rows(tmp_path):
    """A file of another unit is not booked under this one."""
    made = delivered(tmp_path, given=Given(unit_id="620000000"))

    assert {("E-JOIN-09", 2, "Code")} <= set(faults(made))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fault_can_be_said_in_every_language(tmp_path, language):
    """With its place, and no placeholder left open."""
    text = text_of(language)
    wrong = spoilt(3, "Group", "77", spoilt(2, "Month", "20x4", spoilt(1, "Office", "1E5", spoilt(0, "Plan", "1,5"))))
    told = [*delivered(tmp_path, wrong).faults, *grown(tmp_path, changed(7, "spent", "7")).faults]
    lines = [fault_line(fault, text) for fault in told]

    assert 5 <= len(lines)
    assert [] == [line for line in lines if re.search(r"[{}]", line) or "file.csv" not in line]


@given(st.text(max_size=30))
def test_any_text_is_a_code_or_a_fault(text):
    """And a code that passes has nothing in it that nobody sees."""
    judged = judge_code(text)

    assert not isinstance(judged, str) or (judged == text and not odd_characters(text))


@given(st.text(max_size=60))
def test_any_text_is_a_formula_or_none(text):
    """Nothing but names, numbers and four signs is ever computed."""
    try:
        named = names_of(text)
    except FormulaError:
        named = None

    assert named is None or all(name.isidentifier() for name in named)
    assert [2.5, 0.0] == computed("(a + 1) / b", {"a": [4.0], "b": 2.0}).tolist() + computed(
        "a / 0", {"a": 1}
    ).ravel().tolist()


@given(st.lists(st.lists(st.text(max_size=12), min_size=6, max_size=6), min_size=1, max_size=4))
def test_no_cells_lead_to_anything_but_a_delivery(tmp_path_factory, rows):
    """Whatever stands in them."""
    rows = [[cell.encode("utf-8", "replace").decode() for cell in row] for row in rows]
    made = delivered(tmp_path_factory.getbasetemp(), rows)

    assert made.faults
    assert all(fault.row or fault.code.startswith("E-PROF") for fault in made.faults)
    assert cells_of(tmp_path_factory.getbasetemp(), HEADER, rows).rows == made.rows_read
