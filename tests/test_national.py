"""Laws of a table of the whole country: where all units have reported, they add up to it."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from geo.plausible.national import national_doubts

UNITS = {"2024-12": frozenset({"10", "20"})}


def table(rows):
    return pd.DataFrame(rows, columns=["unit_id", "period", "function", "phase", "amount_minor"])


def said(national, units, tolerance=0):
    found = national_doubts(national, units, UNITS, (["01"], {"executed": tolerance}), "all.csv")
    return [(fault.code, fault.value) for fault in found]


@given(st.integers(0, 10**15), st.integers(0, 10**15), st.integers(-(10**6), 10**6), st.integers(0, 10**6))
def test_a_difference_beyond_the_tolerance_is_told(first, second, difference, tolerance):
    """To the minor unit, however large the sums are."""
    history = table([(unit, "2024-12", "01", "executed", a) for unit, a in (("10", first), ("20", second))])
    national = table([("", "2024-12", "01", "executed", first + second + difference)])
    told = [("E-SUM-18", "2024-12 01 executed")] if abs(difference) > tolerance else []

    assert told == said(national, history, tolerance)


def test_a_period_that_a_unit_has_not_reported_is_not_compared():
    """What is missing is no mistake, and groups that are counted otherwise are not compared either."""
    history = table([("10", "2024-12", "01", "executed", 5)])
    whole = table([("10", "2024-12", "02", "executed", 5), ("20", "2024-12", "02", "executed", 5)])

    assert [] == said(table([("", "2024-12", "01", "executed", 9)]), history)
    assert [] == said(table([("", "2024-12", "02", "executed", 9)]), whole)
