"""Laws of strict rows: an amount is exact or refused, and a fault names the row as the file counts."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.core.errors import MOST_FAULTS, BadData, Fault
from geo.core.model import LARGEST_AMOUNT
from geo.core.rows import minor_units, read_rows


@given(st.integers(-LARGEST_AMOUNT, LARGEST_AMOUNT), st.sampled_from([1, 10, 100, 1000]))
def test_an_amount_survives_being_written_and_read(amount, per_unit):
    """Every whole number of minor units is read back exactly, up to the largest."""
    places = len(str(per_unit)) - 1
    written = f"{Decimal(amount).scaleb(-places):.{places}f}"

    assert amount == minor_units(written, per_unit)


@given(st.from_regex(r"\A-?[0-9]{1,17}(\.[0-9]{1,20})?\Z"), st.sampled_from([1, 100]))
def test_an_amount_is_exact_or_refused(text, per_unit):
    """A fraction of a minor unit is never rounded away, however small."""
    exact = Fraction(text) * per_unit
    expected = "E-CSV-17" if exact.denominator > 1 else int(exact)

    assert expected == minor_units(text, per_unit) or abs(exact) > LARGEST_AMOUNT


@given(st.text(max_size=60))
def test_any_text_is_an_amount_or_a_code(text):
    """No text raises anything."""
    assert isinstance(minor_units(text, 100), int) or minor_units(text, 100).startswith("E-CSV-")


@given(st.binary(max_size=400))
def test_any_bytes_are_rows_or_faults(tmp_path_factory, content):
    """A file of rubbish is refused, never a crash, and never without a word."""
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(content)
    rows = read_rows(path, ["a"])

    assert rows.faults or rows.rows


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_row_is_named_as_the_file_counts(tmp_path, end):
    """The header is row 1; a cell of two lines counts as the editor shows it."""
    path = tmp_path / "a.csv"
    path.write_text(end.join(["a,b", '1,"x', 'y"', "2", "3,z", ""]), encoding="utf-8", newline="")
    rows = read_rows(path, ["a"])

    assert [2, 5] == [number for number, _ in rows]
    assert [("E-CSV-06", 4)] == [(fault.code, fault.row) for fault in rows.faults]


def test_a_cell_that_cannot_be_shown_is_cleaned_in_every_field():
    """Whatever a file brings into a message, a terminal shows no control of it."""
    nasty = "\x1b[31m\u202e" + "x" * 1000
    fault = Fault("f", 1, nasty, "E-CSV-04", nasty, {"found": nasty})

    shown = (fault.column, fault.value, fault.values["found"])

    assert (80, 80, 600) == tuple(map(len, shown))
    assert all(text.isprintable() and text.endswith("x…") for text in shown)
    assert "x" * 80 == Fault("f", 1, "", "E-CSV-04", "x" * 80).value


def test_a_thousand_faults_are_named_and_the_rest_counted():
    """A wrong file of a million rows still gives an answer that can be read."""
    error = BadData(Fault("f", row, "", "E-CSV-14") for row in range(2500, 0, -1))

    assert list(range(1, MOST_FAULTS + 1)) == [fault.row for fault in error.faults]
    assert {"count": "2500", "unnamed": "1500"} == error.values
