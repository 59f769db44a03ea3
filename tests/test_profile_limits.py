"""Laws of files that are wrong throughout, or have very many codes: nothing is lost uncounted or mixed up."""

import dataclasses
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.core.errors import MOST_FAULTS
from geo.profiles import Given, deliver
from geo.profiles.book import Book, _keys
from geo.profiles.coding import Coding
from geo.profiles.findings import Findings
from geo.profiles.lines import Lines
from tests.test_profile_checks import NODES, TREE, grown
from tests.test_profiles import FLAT, FORMULA, KNOWN, cells_of, delivered, profile_of

MANY = 2 * MOST_FAULTS + 345
NOTES = [(str(100 + n), "", "", "0", "", "Remark", "2024-01", "7") for n in range(MANY)]
BELOW = [(str(100 + n), "7", "900", "4", "5", "Office", "2024-01", "0") for n in range(MANY)]
HEADER = ("Code", "Month", "Group", "Office", "Plan", "Spent")
SPENT = [("710000000", "2024-01", "01", f"{n}", "2", "1") for n in range(MANY)]


def column(rows, place, text):
    """Return the rows with one cell of each replaced."""
    return [(*row[:place], text, *row[place + 1 :]) for row in rows]


def told(delivery):
    """Return code → how many faults there are, the counted ones too."""
    counts = Counter(fault.code for fault in delivery.faults if fault.code != "E-PROF-11")
    for fault in delivery.faults:
        if fault.code == "E-PROF-11":
            counts[fault.value] += int(fault.values["count"])
    return counts


@pytest.mark.parametrize(
    ("nodes", "code"),
    [
        ([*NODES, *column(NOTES, 1, "99999")], "E-JOIN-12"),
        ([*NODES, *[(row[0], row[0], *row[2:]) for row in NOTES]], "E-JOIN-13"),
        ([*NODES, *column(NOTES, 3, "2")], "E-JOIN-14"),
        ([*NODES, *column(NOTES, 2, "9")], "E-JOIN-15"),
        ([*NODES, *column(NOTES, 0, "10")], "E-CSV-20"),
        ([*NODES, *column(column(NOTES, 0, "10"), 7, "8")], "E-CSV-24"),
        ([*NODES, *BELOW], "E-JOIN-14"),
    ],
)  # fmt: skip
def test_every_broken_node_is_named_or_counted(tmp_path, nodes, code):
    """A thousand are named, the rest is a number."""
    found = grown(tmp_path, nodes)

    assert MANY == told(found)[code]
    assert MOST_FAULTS == sum(fault.code == code for fault in found.faults)


def test_every_sum_that_is_off_is_named_or_counted(tmp_path):
    """However many blocks of a tree do not add up."""
    below = [(str(100 + n), "4", "2", "1", "4", "Образование", "2024-01", "5") for n in range(MANY)]
    parts = [(str(10_000 + n), str(100 + n), "4", "2", "1", "Дошкольное", "2024-01", "4") for n in range(MANY)]
    offices = [(str(20_000 + n), str(10_000 + n), "1", "3", "900", "Office", "2024-01", "4") for n in range(MANY)]
    spent = str(5 * MANY)
    nodes = [
        *[row for row in NODES if row[0] not in {"5", "6", "7", "8"}],
        *below,
        *parts,
        *offices,
    ]
    nodes = [(*row[:7], spent) if row[0] == "4" else row for row in nodes]
    found = grown(tmp_path, nodes)

    assert MANY == told(found)["E-SUM-05"]


@pytest.mark.parametrize(
    ("formula", "spent", "code"), [("approved * 2", "1", "E-PROF-12"), ("approved * 2", "x", "E-CSV-14")]
)
def test_every_wrong_formula_is_named_or_counted(tmp_path, formula, spent, code):
    """Cells that are no number as well."""
    text = profile_text(formula)
    found = delivered(tmp_path, column(SPENT, 5, spent), text, HEADER)

    assert MANY <= told(found)[code]
    assert MOST_FAULTS == sum(fault.code == code for fault in found.faults)


def profile_text(formula):
    """Return the flat profile with a formula."""
    return FLAT.replace("[amounts]", FORMULA.format(formula))


def book_of(folder, findings, rows=8):
    """Return an empty book of the tree's profile, which writes nothing."""
    return Book(Coding(profile_of(folder, TREE), KNOWN, Given()), findings, rows, None)


def lines(**numbers):
    """Return lines of these numbers, of the first meanings otherwise."""
    count = max(len(values) for values in numbers.values())
    names = ("unit", "period", "function", "body", "kept_apart")
    columns = {name: np.array(numbers.get(name, [0] * count), np.int64) for name in names}
    amounts = {"executed": (np.zeros(count, np.int64), np.ones(count, bool))}
    return Lines(np.arange(2, count + 2), amounts=amounts, **columns)


@pytest.mark.parametrize(
    ("column", "bits"), [("body", 28), ("period", 12), ("function", 20), ("kept_apart", 3), ("unit", 23)]
)
def test_more_codes_than_can_be_told_apart_are_said_to_be(tmp_path, column, bits):
    """And nothing is called a duplicate that is none."""
    findings = Findings("a.csv", "", frozenset())
    book = book_of(tmp_path, findings)
    book.enter(lines(**{column: [0, 1 << bits, 1 << bits]}))
    book.close()

    assert [("E-LIM-07", 3, column, str((1 << bits) + 1), {"limit": str(1 << bits)})] == [
        (fault.code, fault.row, fault.column, fault.value, dict(fault.values)) for fault in findings.faults
    ]


KEYS = st.tuples(
    st.sampled_from([0, 1, (1 << 28) - 1]),
    st.sampled_from([0, 1, (1 << 12) - 1]),
    st.sampled_from([0, 1, (1 << 20) - 1]),
    st.integers(0, 7),
)


@given(st.lists(KEYS, min_size=2, max_size=8))
def test_keys_are_equal_where_every_part_is(keys):
    """Up to the largest number of each part."""
    columns = dict(zip(("body", "period", "function", "kept_apart"), zip(*keys, strict=True), strict=True))
    made = _keys(lines(**columns)).tolist()

    assert len(set(keys)) == len(set(made))
    assert all(number >= 0 for number in made)


def test_two_thousand_groups_are_two_thousand_keys(tmp_path):
    """A country with many functions has no duplicates for it."""
    codes = [f"{group:02}{part:02}" for group in range(1, 31) for part in range(1, 100)]
    many = dataclasses.replace(KNOWN, functions=frozenset(codes))
    rows = [("710000000", month, code, "", "1", "1") for month in ("2024-01", "2024-02") for code in codes]
    made = deliver(profile_of(tmp_path, FLAT), cells_of(tmp_path, HEADER, rows), many, Given(), tmp_path)

    assert () == made.faults
    assert 2 * len(codes) == made.rows_taken
