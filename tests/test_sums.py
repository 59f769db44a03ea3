"""Laws of sums: exact to the minor unit, in any order, and kept whole when restated into other borders."""

from fractions import Fraction
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.core.engine import connect
from geo.core.errors import BadSetting, BrokenLaw, MissingPart
from geo.sums import MILLION, Adder, apportioned, restate, totals
from geo.versions.content import spending_rows

AMOUNTS = st.one_of(
    st.integers(-(2**62), 2**62), st.integers(-1000, 1000), st.sampled_from([0, 1, -1, 2**62, -(2**62)])
)
IN_FORCE = {"2023-12": "2020-01-01", "2024-12": "2020-01-01"}
SMALL = st.integers(-(2**55), 2**55)


@st.composite
def parts_of_a_million(draw):
    """Return shares of 1 to 6 heirs, each above zero."""
    cuts = draw(st.lists(st.integers(1, MILLION - 1), max_size=5, unique=True))
    edges = [0, *sorted(cuts), MILLION]
    return [high - low for low, high in pairwise(edges)]


def split_table(amounts, shares):
    """Return one row per amount and heir, as `apportioned` reads it."""
    rows = [
        (row, amount, f"u{heir}", share)
        for row, (amount, parts) in enumerate(zip(amounts, shares, strict=True))
        for heir, share in enumerate(parts)
    ]
    return pd.DataFrame(rows, columns=["row", "amount_minor", "to_unit", "share_ppm"])


def ledger(rows):
    """Return entries and the placements of their bodies; body `x` is placed nowhere, `y` is not even named."""
    entries = pd.DataFrame(rows, columns=["body_id", "period", "function", "phase", "amount_minor"])
    places = pd.DataFrame({"body_id": ["a", "b", "c", "x"], "unit_id": ["10", "10", "20", ""]})
    return entries, places.assign(edition="2020-01-01", level="region")


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", "x", "y"]),
        st.sampled_from(["2023-12", "2024-12"]),
        st.sampled_from(["01", "0101", "0102", "0201"]),
        st.sampled_from(["approved", "executed"]),
        SMALL,
    ),
    min_size=1,
    max_size=30,
)


@pytest.fixture(scope="module")
def engine():
    return connect("duckdb://")


@settings(max_examples=25, deadline=None)
@given(rows=ROWS, random=st.randoms())
def test_totals_are_exact_and_need_no_order(engine, rows, random):
    """The engine's sums are those of Python's whole numbers, whichever way the entries stand."""
    owner = {"a": "10", "b": "10", "c": "20"}
    expected = {}
    for body, period, function, phase, amount in rows:
        key = (owner.get(body, ""), period, function[:2], phase)
        expected[key] = expected.get(key, 0) + amount
    shuffled = list(rows)
    random.shuffle(shuffled)
    one, other = (totals(*ledger(part), IN_FORCE, 2, Adder(engine)) for part in (rows, shuffled))
    found = {
        tuple(row[:4]): row[4] for row in one[["unit_id", "period", "function", "phase", "amount_minor"]].to_numpy()
    }

    assert expected == found
    assert one.equals(other)


@given(st.data(), st.lists(AMOUNTS, min_size=1, max_size=6))
def test_an_amount_is_divided_without_loss(data, amounts):
    """The parts of each amount add up to it, each less than one minor unit from its exact share."""
    shares = [data.draw(parts_of_a_million()) for _ in amounts]
    split = split_table(amounts, shares)
    split["part"] = apportioned(split)

    assert amounts == [sum(map(int, part)) for _, part in split.groupby("row")["part"]]
    for row in split.itertuples():
        assert abs(Fraction(row.amount_minor * row.share_ppm, MILLION) - row.part) < 1


@given(st.data(), st.lists(AMOUNTS, min_size=1, max_size=4), st.randoms())
def test_a_division_needs_no_order(data, amounts, random):
    """Rows in another order get the same parts."""
    split = split_table(amounts, [data.draw(parts_of_a_million()) for _ in amounts])
    order = list(split.index)
    random.shuffle(order)

    assert apportioned(split).to_dict() == apportioned(split.loc[order]).to_dict()


@pytest.mark.parametrize(
    ("amount", "shares", "parts"),
    [
        (100, [333_333, 333_333, 333_334], [33, 33, 34]),
        (1, [500_000, 500_000], [1, 0]),
        (-1, [500_000, 500_000], [0, -1]),
        (7, [100_000, 900_000], [1, 6]),
        (5, [250_000, 750_000], [1, 4]),
        (0, [1, 999_999], [0, 0]),
    ],
)
def test_what_is_left_goes_to_the_largest_remainder(amount, shares, parts):
    """Ties go to the smallest unit_id; a negative amount is divided downwards first."""
    assert parts == list(apportioned(split_table([amount], [shares])))


@settings(max_examples=50, deadline=None)
@given(st.data(), st.lists(SMALL, min_size=4, max_size=4))
def test_a_restated_table_keeps_every_sum(data, amounts):
    """For each period, function and phase the money is the same in other borders, what is not placed included."""
    units, heirs = ["10", "20", "30"], ["A", "B", "C", "D", "E", "F"]
    rows = [(unit, amount) for unit, amount in zip([*units, ""], amounts, strict=True)]
    table = pd.DataFrame(rows, columns=["unit_id", "amount_minor"]).assign(
        edition="new", level="region", period="2024-12", function="01", phase="executed", entries=1
    )
    pairs = [
        (unit, heir, share)
        for unit in units
        for heir, share in zip(heirs, data.draw(parts_of_a_million()), strict=False)
    ]
    shares = pd.DataFrame(pairs, columns=["from_unit", "to_unit", "share_ppm"]).assign(to_edition="old")
    restated = restate(table, shares)
    turned = restate(table.iloc[::-1].reset_index(drop=True), shares.iloc[::-1].reset_index(drop=True))

    assert sum(amounts) == sum(map(int, restated["amount_minor"]))
    assert amounts[-1:] == restated.loc[restated["unit_id"] == "", "amount_minor"].tolist()
    assert restated.equals(turned)


def test_a_unit_without_shares_is_refused():
    """Its money would be lost."""
    table = pd.DataFrame({"unit_id": ["10", "20"], "amount_minor": [1, 2]})
    shares = pd.DataFrame({"from_unit": ["10"], "to_unit": ["A"], "share_ppm": [MILLION], "to_edition": ["old"]})

    with pytest.raises(KeyError, match="20"):
        restate(table, shares)


def test_shares_into_two_editions_are_refused():
    """One restatement leads into one set of borders."""
    shares = pd.DataFrame(
        {"from_unit": ["1", "1"], "to_unit": ["A", "B"], "share_ppm": MILLION, "to_edition": ["x", "y"]}
    )

    with pytest.raises(ValueError, match="more than one edition"):
        restate(pd.DataFrame({"unit_id": ["1"], "amount_minor": [1]}), shares)


@pytest.mark.parametrize(
    ("url", "error"), [("", BadSetting), ("duckdb", BadSetting), ("http://[", BadSetting), ("nothing://x", MissingPart)]
)
def test_an_engine_that_is_none_is_refused(url, error):
    """The operator reads what helps, not a trace."""
    with pytest.raises(error):
        connect(url)


@given(st.lists(st.sampled_from([2**62, -(2**62), 2**32, -1, 0, 2**53 + 1]), min_size=1, max_size=8))
def test_what_a_body_has_in_a_group_is_exact_or_refused(amounts):
    """Also where the sum of its unit would fit 64 bits again: four subgroups of 2⁶² are not nothing."""
    entries = pd.DataFrame({"amount_minor": amounts})
    entries = entries.assign(body_id="a", period="p", phase="executed", function="0101")
    tables = {"entries": entries, "bodies": pd.DataFrame({"body_id": ["a"]})}
    axes = {"periods": ["p"], "phases": ["executed"], "functions": ["01"]}
    if not -(2**63) <= sum(amounts) < 2**63:
        with pytest.raises(BrokenLaw, match="64 bits"):
            spending_rows(tables, axes, 2)
        return

    assert [sum(amounts)] == spending_rows(tables, axes, 2)["amount"].tolist()
