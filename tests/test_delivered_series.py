"""Laws of a series that somebody sent: a positive number for each unit and year, or every fault with its row."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.core.delivery import ROW
from geo.denominators.delivered import Described, read_series

UNITS = frozenset({"10", "20", "30"})
PLACE = ("people.csv", "")
GOOD = [("10", "2024", "100"), ("20", "2024", "200.5"), ("30", "2024", "50"), ("00", "2024", "350.5")]


def read(rows, total="00"):
    """Return the table and the faults of rows that begin below a header."""
    frame = pd.DataFrame([(number, *row) for number, row in enumerate(rows, 2)], columns=[ROW, "unit", "year", "value"])
    return read_series(frame, PLACE, UNITS, Described("person", total))


def test_units_are_kept_and_the_total_row_is_compared():
    """The total row proves the others and is no unit."""
    table, faults = read(GOOD)

    assert () == faults
    assert [("10", 100.0), ("20", 200.5), ("30", 50.0)] == list(
        table[["unit_id", "value"]].itertuples(index=False, name=None)
    )


@pytest.mark.parametrize(
    ("row", "changed", "code", "at"),
    [
        (0, ("10", "2024", "0"), "E-CSV-21", 2),
        (0, ("10", "2024", "-1"), "E-CSV-21", 2),
        (0, ("10", "2024", "many"), "E-CSV-14", 2),
        (0, ("10", "2024", "1.005"), "E-CSV-17", 2),
        (0, ("11", "2024", "100"), "E-JOIN-01", 2),
        (0, ("10", "24", "100"), "E-CSV-18", 2),
        (0, ("20", "2024", "100"), "E-CSV-20", 3),
        (0, ("10", "2024", "900"), "E-SUM-17", 5),
        (0, ("10", "2023", "100"), "E-PER-03", 0),
    ],
)
def test_each_mistake_has_its_place(row, changed, code, at):
    """One wrong row refuses the file and is named."""
    rows = [*GOOD]
    rows[row] = changed
    _, faults = read(rows)

    assert (code, at) in {(fault.code, fault.row) for fault in faults}


@given(st.lists(st.sampled_from(GOOD), unique=True, max_size=4), st.randoms())
def test_a_file_with_a_row_less_is_refused_or_says_the_same(rows, random):
    """Nothing is left out in silence: without a unit the year is incomplete, without the total nothing is lost."""
    random.shuffle(rows)
    table, faults = read(rows)
    whole = {row for row in GOOD if row[0] != "00"} <= set(rows)

    assert faults or whole or not rows
    assert whole or not len(table) or faults
