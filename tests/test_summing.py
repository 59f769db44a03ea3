"""Laws of the sums that an import is judged by: less rows, the same money."""

import pandas as pd
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from geo.atlas.summing import KEYS, summed

ROWS = st.lists(
    st.tuples(
        st.sampled_from(["10", "20"]),
        st.sampled_from(["110", "111", "budget"]),
        st.sampled_from(["2024-12", "2025-03"]),
        st.sampled_from(["01", "0101", "02"]),
        st.sampled_from(["approved", "executed"]),
        st.integers(-(10**15), 10**15),
        st.booleans(),
    ),
    max_size=30,
)


def table(rows):
    """Return delivered entries; those of a single body stand in its own report."""
    made = [
        {
            "source": "portal",
            "report": f"{unit if is_own else code}/{period}",
            "unit_id": unit,
            "body_id": f"{unit}-{code}",
            "period": period,
            "function": function,
            "phase": phase,
            "amount_minor": amount,
            "source_file": "a.csv",
            "source_row": number,
        }
        for number, (unit, code, period, function, phase, amount, is_own) in enumerate(rows, 2)
    ]
    texts = dict.fromkeys([*KEYS, "source_file"], pa.string())
    kinds = {**texts, "amount_minor": pa.int64(), "source_row": pa.int64()}
    return pa.Table.from_pylist(made, schema=pa.schema(kinds))


def found(rows, alike, size=7):
    parts = [*summed(table(rows).to_batches(size), alike)]
    return pa.Table.from_batches(parts).to_pandas() if parts else pd.DataFrame(columns=[*KEYS, "amount_minor"])


def by(frame, *keys):
    sums = frame.groupby([*keys])["amount_minor"].sum()
    return sums[sums != 0].to_dict()


@given(ROWS)
def test_no_amount_is_lost_or_counted_twice(rows):
    """Of every unit, period, function and phase, whichever bodies stand for one another."""
    alike = {f"{unit}-{code}": f"{unit}-110" for unit in ("10", "20") for code in ("110", "111", "budget")}
    keys = ("unit_id", "period", "function", "phase")

    assert by(table(rows).to_pandas(), *keys) == by(found(rows, alike), *keys)


@given(ROWS, st.randoms())
def test_the_sums_know_no_order_and_no_batches(rows, random):
    """The same figures give the same table, in the same order; only the row that is named may be another."""
    shuffled = list(rows)
    random.shuffle(shuffled)
    columns = [*KEYS, "amount_minor"]

    assert found(rows, {})[columns].values.tolist() == found(shuffled, {}, 3)[columns].values.tolist()


def test_only_bodies_said_to_be_alike_are_taken_together():
    """Others keep their names; of a cell the first row is named."""
    rows = [
        ("10", "110", "2024-12", "01", "executed", 5, True),
        ("10", "111", "2024-12", "01", "executed", 7, True),
        ("10", "budget", "2024-12", "01", "executed", 1, True),
    ]
    sums = found(rows, {"10-111": "10-110"})

    assert {"10-110": 12, "10-budget": 1} == dict(zip(sums["body_id"], sums["amount_minor"], strict=True))
    assert [2, 4] == sums["source_row"].tolist()


def test_the_reports_of_single_bodies_lose_their_names():
    """They replace no unit's report, so nobody asks which they were."""
    rows = [("10", "110", "2024-12", "01", "executed", 5, False), ("10", "111", "2024-12", "01", "executed", 7, True)]

    assert {"", "10/2024-12"} == set(found(rows, {})["report"])
