"""Laws of the one ledger that bundled and delivered figures make: every amount of money stands once."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.core.errors import BadData
from geo.core.model import TABLES
from geo.entries import Ledger
from geo.entries.merged import Delivered, merged

PERIOD = "2024-12"


def entry(unit, body, function, amount, source="", sequence=0, report=""):
    return {
        "unit_id": unit,
        "body_id": body,
        "period": PERIOD,
        "function": function,
        "phase": "executed",
        "amount_minor": amount,
        "source_file": f"{source or 'bundled'}.csv",
        "source_row": 2,
        "source": source,
        "sequence": sequence,
        "report": report or f"{unit}/{PERIOD}",
    }


def body(name, unit, kind="budget"):
    plain = dict.fromkeys(TABLES["bodies"], "")
    return {**plain, "body_id": name, "unit_code": unit, "kind": kind, "exactness": "region"} | {
        "is_group": kind == "budget",
        "is_synthetic": False,
        "lon": float("nan"),
        "lat": float("nan"),
    }


def empty(table):
    return pd.DataFrame({name: pd.Series(dtype=column.dtype) for name, column in TABLES[table].items()})


def ledger(rows, published=()):
    """Return what is bundled: entries of whole budgets, and published lines by unit."""
    bodies = [body(name, unit) for name, unit in {(row["body_id"], row["unit_id"]) for row in rows}]
    lines = [
        {"unit_id": unit, "period": PERIOD, "phase": "executed", "amount_minor": amount, "source": "portal"}
        for unit, amount in published
    ]
    return Ledger(
        entries=pd.DataFrame(rows)[list(TABLES["entries"])],
        bodies=pd.DataFrame(bodies),
        published=pd.DataFrame(lines, columns=list(TABLES["published"])).astype({"amount_minor": "int64"}),
        revenue=empty("revenue"),
        functions={"01": {}, "0101": {}, "02": {}},
        administrators={},
        rows_read=len(rows),
    )


def delivered(rows):
    bodies = [body(name, name.split("-")[0], "administrator") for name in sorted({row["body_id"] for row in rows})]
    columns = [*TABLES["entries"], "unit_id", "report", "source", "sequence"]
    return Delivered(
        entries=pd.DataFrame(rows, columns=columns),
        bodies=pd.DataFrame(bodies, columns=list(TABLES["bodies"])),
        published=empty("published"),
        revenue=empty("revenue"),
        rows=len(rows),
    )


def one(base, rows, owners=None):
    return merged(base, delivered(rows), owners or {}, 2, 100)


def sums(found):
    return found.entries.groupby("function")["amount_minor"].sum().to_dict()


BASE = [entry("10", "10-budget", "01", 1000), entry("10", "10-budget", "02", 500), entry("20", "20-budget", "01", 70)]


def test_a_delivered_report_replaces_what_is_bundled_for_its_unit_and_period():
    """Other units keep their figures, and nothing of the old report stays."""
    found = one(ledger(BASE), [entry("10", "10-110", "0101", 900, "portal", 1)])

    assert {"01": 70, "0101": 900} == sums(found)
    assert {"10-110", "20-budget"} == set(found.bodies["body_id"])


def test_the_later_source_counts_where_two_disagree():
    """Of two deliveries for one unit and period money is never added twice."""
    rows = [entry("10", "10-110", "0101", 900, "portal", 2), entry("10", "10-budget", "01", 800, "other", 1)]

    assert {"01": 70, "0101": 900} == sums(one(ledger(BASE), rows))
    assert {"01": 70, "0101": 900} == sums(one(ledger(BASE), rows[::-1]))


def test_where_two_sources_say_the_same_the_one_that_names_more_bodies_counts():
    """A coarse table that comes later takes no detail away."""
    fine = [entry("10", "10-110", "0101", 600, "portal", 1), entry("10", "10-111", "0101", 400, "portal", 1)]
    coarse = [entry("10", "10-budget", "01", 1000, "other", 2)]

    assert {"10-110", "10-111", "20-budget"} == set(one(ledger(BASE), fine + coarse).entries["body_id"])


def test_single_bodies_are_a_part_of_their_units_budget():
    """What is left stays with the budget as a whole, so the unit's sum does not change."""
    rows = [entry("", "123456789012", "01", 300, "register", 1, f"123456789012/{PERIOD}")]
    found = one(ledger(BASE), rows, {"123456789012": "10"})
    by_body = found.entries[found.entries["function"] == "01"].set_index("body_id")["amount_minor"].to_dict()

    assert {"10-budget": 700, "123456789012": 300, "20-budget": 70} == by_body


def test_bodies_that_spend_more_than_the_whole_budget_are_refused():
    """The fault names the unit, the period, the function and the phase."""
    rows = [entry("", "123456789012", "01", 1001, "register", 1, f"123456789012/{PERIOD}")]
    with pytest.raises(BadData) as error:
        one(ledger(BASE), rows, {"123456789012": "10"})

    assert [("E-SUM-20", f"10 {PERIOD} 01 executed")] == [(row.code, row.value) for row in error.value.faults]


def test_a_body_without_a_place_is_kept():
    """Nobody knows whose money it is, so it is added beside."""
    rows = [entry("", "123456789012", "01", 300, "register", 1, f"123456789012/{PERIOD}")]

    assert {"01": 1370, "02": 500} == sums(one(ledger(BASE), rows))


def test_a_published_line_stays_only_where_it_agrees_with_the_chosen_figures():
    """The line of a report that was replaced by another says nothing about the new one."""
    base = ledger(BASE, [("10", 1500), ("20", 70)])
    kept = one(base, [entry("10", "10-110", "0101", 1500, "portal", 1)])
    gone = one(base, [entry("10", "10-110", "0101", 5000, "portal", 1)])

    assert ["10", "20"] == list(kept.published["unit_id"])
    assert ["20"] == list(gone.published["unit_id"])


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["10", "20", "30"]),
        st.sampled_from(["110", "111", "budget"]),
        st.sampled_from(["01", "0101", "02"]),
        st.integers(1, 10**15),
        st.sampled_from([("portal", 1), ("other", 2), ("third", 3)]),
    ),
    max_size=12,
    unique_by=lambda row: (row[0], row[1], row[2], row[4]),
)


@settings(max_examples=20)
@given(ROWS, st.randoms())
def test_each_unit_has_the_figures_of_one_source_in_any_order(rows, random):
    """Whatever comes in whichever order, a unit's sum is the sum of one of its sources, to the tiyn."""
    made = [entry(unit, f"{unit}-{code}", function, amount, *who) for unit, code, function, amount, who in rows]
    found = one(ledger(BASE), made)
    shuffled = list(made)
    random.shuffle(shuffled)
    again = one(ledger(BASE), shuffled)
    by_source = pd.DataFrame([*BASE, *made]).groupby(["unit_id", "source"])["amount_minor"].sum()

    assert found.entries.equals(again.entries)
    for unit, amount in found.entries.groupby(found.entries["body_id"].str[:2])["amount_minor"].sum().items():
        assert amount in set(by_source[unit])
