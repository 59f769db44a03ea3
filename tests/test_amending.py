"""Totals after a few entries went and came are those of adding up all of them, in numbers of Python's own."""

from collections import defaultdict

import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from geo.core.errors import BrokenLaw
from geo.core.model import LARGEST_AMOUNT, WIDER
from geo.sums import amended

IN_FORCE = {"2021-12": "2018", "2024-12": "2022"}
PLACES = [
    *(("2018", "region", body, "10") for body in "abc"),
    *(("2022", "region", body, unit) for body, unit in zip("abc", ("10", "20", ""), strict=True)),
    *(("2022", "district", body, unit) for body, unit in zip("abc", ("101", WIDER, ""), strict=True)),
]
KEYS = ["edition", "level", "unit_id", "period", "function", "phase"]
NAMES = ["body_id", "period", "function", "phase", "amount_minor"]
ENTRY = st.tuples(
    st.sampled_from("abc"),
    st.sampled_from([*IN_FORCE]),
    st.sampled_from(["01", "0101", "15"]),
    st.sampled_from(["approved", "executed"]),
    st.integers(-LARGEST_AMOUNT, LARGEST_AMOUNT) | st.integers(-9, 9),
)


def table(rows, names=NAMES):
    """Return rows as a table of texts and whole numbers."""
    numbers = {"amount_minor": "int64", "entries": "int64"}
    return pd.DataFrame(rows, columns=names).astype({name: numbers.get(name, "str") for name in names})


def added(entries):
    """Return key → (amount, entries), counted one by one."""
    found = defaultdict(lambda: (0, 0))
    for body, period, function, phase, amount in entries:
        for edition, level, of, unit in PLACES:
            if of == body and edition == IN_FORCE[period]:
                key = (edition, level, unit, period, function[:2], phase)
                found[key] = found[key][0] + amount, found[key][1] + 1
    return dict(found)


def is_within(sums):
    """Tell whether every amount fits 64 bits."""
    return all(-(2**63) <= amount < 2**63 for amount, _ in sums.values())


@given(st.lists(ENTRY, max_size=6), st.lists(ENTRY, max_size=6), st.lists(ENTRY, max_size=6))
def test_what_went_and_came_leaves_the_sums_of_what_is_there(stay, went, came):
    """In the order of the keys; a key without entries is gone; a sum beyond 64 bits is refused, never wrapped."""
    before, now = added([*stay, *went]), added([*stay, *came])
    assume(is_within(before))
    own = table([(*key, *sums) for key, sums in before.items()], [*KEYS, "amount_minor", "entries"])
    placed = table(PLACES, ["edition", "level", "body_id", "unit_id"])
    known = (own, (table(went), table(came)), placed, IN_FORCE, 2)
    if not is_within(now):
        with pytest.raises(BrokenLaw, match="64 bits"):
            amended(*known)
        return
    found = amended(*known)

    assert sorted((*key, *sums) for key, sums in now.items()) == [
        tuple(row) for row in found[[*KEYS, "amount_minor", "entries"]].astype(object).values.tolist()
    ]
    assert not found["is_restated"].any()
