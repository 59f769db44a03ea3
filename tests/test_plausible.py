"""Laws of doubt: figures a thousand times wrong are caught wherever they stand; real figures are believed."""

import csv
import os
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.plausible import denominator_doubts, doubts, index_doubts, published_doubts

ROOT = Path(__file__).resolve().parent.parent
BUDGET, BORDERS = ROOT / "data" / "budget" / "kz", ROOT / "data" / "boundaries" / "kz"
SHARED = Path(os.environ.get("BUDGETMAP_SHARED", ROOT.parent / "shared")) / "data" / "kz" / "budget"
MONTHLY = SHARED / "kz_regions_expenditure_by_functional_group_monthly_2023_2025.csv"
PHASES = ("approved", "revised", "adjusted", "planned_to_date", "executed")
IN_THOUSANDS = {
    "approved": "approved_kzt_thousand",
    "revised": "refined_kzt_thousand",
    "adjusted": "adjusted_year_plan_kzt_thousand",
    "planned_to_date": "adjusted_period_plan_kzt_thousand",
    "executed": "executed_ytd_kzt_thousand",
}
ABAI, AKMOLA, AKTOBE = "100000000", "110000000", "150000000"
GROUPS = ("01", "04", "05", "07")

needs_shared = pytest.mark.skipif(not MONTHLY.is_file(), reason="needs the real monthly figures (BUDGETMAP_SHARED)")


def table(rows):
    return pd.DataFrame(rows, columns=["unit_id", "period", "function", "phase", "amount_minor"])


def figures(file, columns, unit="region_kato", per=100):
    """Return the sums of a file of figures, five phases side by side."""
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    made = []
    for row in rows:
        period = row.get("period") or f"{row['year']}-{int(row['month']):02}"
        function = row.get("functional_group", "01").zfill(2)
        amounts = [(phase, round(float(row[column]) * per)) for phase, column in columns.items()]
        made += [(row[unit], period, function, *pair) for pair in amounts if function != "00"]
    return table(made)


@pytest.fixture(scope="module")
def bundled():
    """Return the nine quarters that come with the map."""
    return figures(BUDGET / "local_expenditure.csv", {phase: f"{phase}_kzt" for phase in PHASES})


@pytest.fixture(scope="module")
def few(bundled):
    """Return the quarters of eight of the twenty regions, Abai among them."""
    return bundled[bundled["unit_id"].isin([*sorted(set(bundled["unit_id"]) - {ABAI})[:7], ABAI])]


@pytest.fixture(scope="module")
def monthly():
    """Return twenty-seven real months."""
    return figures(MONTHLY, IN_THOUSANDS, unit="kato", per=100_000)


def codes(found):
    return {fault.code for fault in found}


def times(frame, chosen, power):
    """Return the frame with some amounts a thousand times as large, or as small."""
    amounts = frame["amount_minor"].where(~chosen, (frame["amount_minor"] * 1000 ** max(power, 0)))
    return frame.assign(amount_minor=amounts.where(~chosen | (power > 0), frame["amount_minor"] // 1000))


def chosen_of(frame, **cells):
    """Return which rows lie in the cells named."""
    found = frame["amount_minor"].notna()
    for column, value in cells.items():
        found &= frame[column] == value
    return found


def test_real_quarters_are_believed(bundled):
    """Alone, beside themselves, and each quarter beside those before it."""
    nothing = bundled.head(0)
    found = [doubts(bundled, beside, {}) for beside in (nothing, bundled)]
    found += [
        doubts(bundled[bundled["period"] == period], bundled[bundled["period"] < period], {})
        for period in sorted(set(bundled["period"]))
    ]

    assert [[]] * 11 == found


@needs_shared
def test_real_months_are_believed(bundled, monthly):
    """Twenty regions, twenty-seven months, five phases: not one doubt, whole or as every third month came."""
    nothing = monthly.head(0)
    found = [doubts(monthly, beside, {}) for beside in (nothing, bundled, monthly)]
    for period in sorted(set(monthly["period"]))[::3]:
        part = monthly["period"] == period
        found.append(doubts(monthly[part], monthly[~part], {}))

    assert [] == [fault for faults in found for fault in faults]


WRONG = {
    "everything": {},
    "one phase": {"phase": "executed"},
    "the plan": {"phase": "adjusted"},
    "one quarter": {"period": "2024-06"},
    "one unit": {"unit_id": ABAI},
    "one phase of a unit": {"unit_id": ABAI, "phase": "approved"},
    "one figure of a unit": {"unit_id": ABAI, "phase": "executed", "period": "2024-06"},
    "a large group": {"unit_id": ABAI, "function": "04", "period": "2024-06"},
}


@pytest.mark.parametrize("power", [1, -1])
@pytest.mark.parametrize("name", WRONG)
def test_a_mistaken_unit_is_caught_beside_what_is_in_force(few, name, power):
    """Thousandfold or a thousandth, wherever it stands."""
    wrong = times(few, chosen_of(few, **WRONG[name]), power)

    assert "E-CSV-16" in codes(doubts(wrong, few, {}))


@pytest.mark.parametrize("name", ["everything", "one figure of a unit"])
def test_what_is_accepted_by_name_is_not_said_any_more(few, name):
    """One code, or all that were said."""
    wrong = times(few, chosen_of(few, **WRONG[name]), 1)
    every = codes(doubts(wrong, few, {}))

    assert every - {"E-CSV-16"} == codes(doubts(wrong, few, {}, {"E-CSV-16"}))
    assert [] == doubts(wrong, few, {}, every)


@pytest.mark.parametrize("power", [1, -1])
@pytest.mark.parametrize("name", sorted(set(WRONG) - {"everything"}))
def test_a_mistaken_unit_is_caught_within_one_file(few, name, power):
    """With nothing in force the file is held against itself."""
    wrong = times(few, chosen_of(few, **WRONG[name]), power)

    assert "E-CSV-16" in codes(doubts(wrong, few.head(0), {}))


@pytest.mark.parametrize("power", [1, -1])
def test_years_in_different_units_are_caught_within_one_file(bundled, power):
    """2024 in thousands, the rest in tenge."""
    wrong = times(bundled, bundled["period"].str.startswith("2024"), power)

    assert "E-CSV-16" in codes(doubts(wrong, bundled.head(0), {}))


@pytest.mark.parametrize("power", [1, -1])
def test_the_next_period_in_another_unit_is_caught(bundled, power):
    """A new quarter beside the quarters before it, as it will arrive."""
    new = bundled["period"] == "2025-03"
    wrong = times(bundled[new], bundled[new]["amount_minor"].notna(), power)
    found = [
        fault for fault in doubts(wrong, bundled[~new], {ABAI: "Abai"}, (), "march.csv") if fault.code == "E-CSV-16"
    ]

    assert 19 == len(found)
    assert "march.csv" == found[0].file
    assert f"{found[0].values['ratio']} Abai {ABAI} 2025-03 adjusted, approved" == found[0].value[:47].rstrip(", ")
    assert {"×" if power > 0 else "÷"} == {fault.values["ratio"][0] for fault in found}


def test_a_new_unit_is_held_against_the_others(bundled):
    """A unit without a history, thousand times the unit in the middle."""
    one = chosen_of(bundled, unit_id=ABAI, period="2024-06")
    wrong = times(bundled, one, 1)[bundled["period"] == "2024-06"]

    assert [ABAI] == [
        fault.values["unit"]
        for fault in doubts(wrong, bundled[bundled["unit_id"] != ABAI], {})
        if fault.code == "E-CSV-16"
    ]


def test_executed_ten_times_the_plan_is_an_error(bundled):
    """Nobody spends a year's plan several times over."""
    year_end = bundled[bundled["period"] == "2024-12"]
    wrong = year_end.assign(
        amount_minor=year_end["amount_minor"].where(year_end["phase"] != "executed", lambda a: a * 10)
    )

    assert "E-SUM-10" in codes(doubts(wrong, bundled.head(0), {}))


def test_a_total_of_nothing_is_an_error(bundled):
    """An empty column read as zeros would wipe a region off the map."""
    wrong = bundled.assign(amount_minor=bundled["amount_minor"].where(~chosen_of(bundled, unit_id=ABAI), 0))

    assert ["E-SUM-04"] == sorted(codes(doubts(wrong[wrong["period"] == "2024-06"], bundled, {})))


def test_figures_of_another_unit_or_time_are_recognised(bundled):
    """The same file under two names, the same month sent again, last year's plan as this year's."""
    june, past = bundled[bundled["period"] == "2024-06"], bundled[bundled["period"] < "2024-09"]
    twin = june[june["unit_id"] == AKMOLA].assign(unit_id=AKTOBE)
    again = june.assign(period="2024-09")
    year = bundled[bundled["period"] == "2024-12"].assign(period="2025-12")

    assert "E-SUM-11" in codes(doubts(twin, past, {}))
    assert {"E-SUM-12"} == codes(doubts(again, past, {}))
    assert {"E-SUM-04", "E-SUM-12"} == codes(doubts(year, bundled, {}))  # this year's plan is known as well
    assert [] == doubts(june, bundled, {})


def test_less_than_before_is_an_error(bundled):
    """Months that are not cumulative fall; so does a month that was left out of the sum."""
    september = bundled[bundled["period"] == "2024-09"]
    wrong = september.assign(
        amount_minor=september["amount_minor"].where(september["phase"] != "executed", lambda a: a // 3)
    )
    found = [fault for fault in doubts(wrong, bundled, {}) if fault.code == "E-PER-20"]

    assert 20 == len(found)
    assert "2024-06" == found[0].values["compared"]
    assert found[0].values["ratio"].endswith(" %")


def test_a_lost_group_and_a_jump_of_the_country_are_told(bundled):
    """Warnings: what an operator should look at."""
    june = bundled[bundled["period"] == "2024-06"]
    without = june[june["function"] != "04"]
    fourfold = june.assign(amount_minor=june["amount_minor"] * 4)

    assert "W-SUM-11" in codes(doubts(without, bundled, {}))
    assert "W-SUM-13" in codes(doubts(fourfold, bundled, {}))


def of(found, code):
    """Return the units, periods, phases and groups of the faults of a code."""
    names = ("unit", "periods", "phases", "groups")
    return [tuple(fault.values[name] for name in names) for fault in found if fault.code == code]


def replaced(frame, amount, **cells):
    """Return the frame with other amounts in the cells named; `amount` makes the new one of the old."""
    old = frame["amount_minor"]
    return frame.assign(amount_minor=old.where(~chosen_of(frame, **cells), amount(old)))


def renamed(frame, column, **names):
    """Return the frame with words of a column exchanged."""
    return frame.assign(**{column: frame[column].replace(names)})


@pytest.mark.parametrize("period", ["2023-03", "2024-06", "2025-03"])
def test_two_units_exchanged_in_a_period_in_force_are_recognised(bundled, period):
    """The figures that they replace are those of one another, phase by phase."""
    month = bundled[bundled["period"] == period]
    found = doubts(renamed(month, "unit_id", **{AKMOLA: AKTOBE, AKTOBE: AKMOLA}), bundled, {})

    assert [AKMOLA, AKTOBE] == [unit for unit, *_ in of(found, "E-SUM-11")]
    assert [f"{AKTOBE} {period}", f"{AKMOLA} {period}"] == [f.values["compared"] for f in found if f.code == "E-SUM-11"]


@pytest.mark.parametrize("is_in_force", [True, False])
def test_exchanged_headings_are_recognised(bundled, is_in_force):
    """What is approved under the word executed, and the other way round: in a month in force, and in the next one."""
    month = bundled["period"] == "2025-03"
    if not is_in_force:
        month = bundled["period"] == "2024-12"
    wrong = renamed(bundled[month], "phase", approved="executed", executed="approved")
    history = bundled if is_in_force else bundled[~month]
    found = codes(doubts(wrong, history, {}))

    assert "E-SUM-04" in found
    assert is_in_force == ("E-SUM-10" in found)


@pytest.mark.parametrize("pair", [("approved", "revised"), ("adjusted", "executed"), ("revised", "planned_to_date")])
def test_any_two_phases_exchanged_are_recognised(bundled, pair):
    """Every unit in which they differ, whichever of the two is looked at."""
    one, other = pair
    month = bundled[bundled["period"] == "2024-06"]
    wrong = renamed(month, "phase", **{one: other, other: one})
    units = {fault.values["unit"] for fault in doubts(wrong, bundled, {}) if fault.code in {"E-SUM-10", "E-SUM-04"}}
    wide = month.pivot_table(index="unit_id", columns="phase", values="amount_minor", aggfunc="sum")

    assert set(wide.index[wide[one] != wide[other]]) == units


def test_an_approved_budget_that_moves_within_its_year_is_an_error(bundled):
    """By half it is; by a tenth it is believed; and in another year it may be anything."""
    june, others = bundled[bundled["period"] == "2024-06"], bundled[bundled["period"] != "2024-06"]
    cells = {"unit_id": ABAI, "phase": "approved"}
    by_half, by_a_tenth = (replaced(june, lambda a, n=n: a * n // 10, **cells) for n in (15, 11))
    of_another_year = others[~others["period"].str.startswith("2024")]

    assert [(ABAI, "2024-06", "approved", "–")] == of(doubts(by_half, others, {}), "E-SUM-04")
    assert [] == doubts(by_a_tenth, others, {})
    assert [] == of(doubts(by_half, of_another_year, {}), "E-SUM-04")


def test_a_group_that_spends_more_than_its_plan_is_told(bundled):
    """Ten times in a large group is an error that names it, in a small one a warning."""
    june = bundled[bundled["period"] == "2024-06"]
    cells = {"unit_id": ABAI, "phase": "executed"}
    large = doubts(replaced(june, lambda a: a * 10, **cells, function="04"), bundled, {})
    planned = june[chosen_of(june, unit_id=ABAI, phase="adjusted")].set_index("function")["amount_minor"]
    smallest = planned.idxmin()
    small = doubts(replaced(june, lambda a: a * 0 + 3 * planned[smallest], **cells, function=smallest), bundled, {})

    assert [(ABAI, "2024-06", "executed", "04")] == of(large, "E-SUM-21")
    assert [(ABAI, "2024-06", "executed", smallest)] == of(small, "W-SUM-16")
    assert [] == of(small, "E-SUM-21")


@pytest.mark.parametrize("phase", ["approved", "revised", "adjusted", "executed"])
def test_money_below_zero_is_an_error(bundled, phase):
    """A lost or added sign in one group; what is executed may be below zero where it is so in force."""
    june = bundled[bundled["period"] == "2024-06"]
    cells = {"unit_id": ABAI, "phase": phase, "function": "10"}
    wrong = replaced(june, lambda a: -a, **cells)
    in_force = pd.concat([bundled[bundled["period"] != "2024-06"], wrong])

    assert [(ABAI, "2024-06", phase, "10")] == of(doubts(wrong, bundled, {}), "E-SUM-19")
    assert (phase == "executed") == ([] == of(doubts(wrong, in_force, {}), "E-SUM-19"))


@pytest.mark.parametrize("phase", PHASES)
def test_a_phase_that_would_be_lost_is_told(bundled, phase):
    """An emptied column of a unit is an error, an emptied cell a warning; what is not in force is not missed."""
    june = bundled[bundled["period"] == "2024-06"]
    column = chosen_of(june, unit_id=ABAI, phase=phase)
    cell = column & (june["function"] == "04")
    new = bundled[bundled["period"] != "2024-06"]

    assert (ABAI, "2024-06", phase, "–") in of(doubts(june[~column], bundled, {}), "E-SUM-04")
    assert [(ABAI, "2024-06", phase, "04")] == of(doubts(june[~cell], bundled, {}), "W-SUM-15")
    assert [] == of(doubts(june[~column], new, {}), "E-SUM-04") + of(doubts(june[~cell], new, {}), "W-SUM-15")


AMOUNTS = st.lists(st.integers(10**9, 10**11), min_size=len(GROUPS), max_size=len(GROUPS))


@settings(max_examples=10, deadline=None)
@given(amounts=AMOUNTS, growth=st.floats(0.7, 1.6), power=st.sampled_from([-2, -1, 1, 2]))
def test_any_unit_is_caught_a_year_later(amounts, growth, power):
    """Whatever a unit spends and however it grows: in its own unit it is believed, in any other it is not."""
    before = table([("10", "2023-12", group, "executed", a) for group, a in zip(GROUPS, amounts, strict=True)])
    after = before.assign(period="2024-12", amount_minor=(before["amount_minor"] * growth).astype("int64") + 1)
    wrong = after.assign(amount_minor=(after["amount_minor"] * 1000.0**power).astype("int64"))

    assert [] == doubts(after, before, {})
    assert ["E-CSV-16"] == sorted(codes(doubts(wrong, before, {})))


CELLS = st.tuples(
    st.sampled_from(["1", "2"]),
    st.sampled_from(["2024-01", "2024-02", "2023-12"]),
    st.sampled_from(["01", "02"]),
    st.sampled_from(PHASES),
    st.integers(-(2**62), 2**62),
)


@settings(max_examples=15, deadline=None)
@given(st.lists(CELLS, max_size=30), st.integers(0, 30))
def test_any_figures_at_all_are_judged(rows, cut):
    """Zeros, negatives, the largest amounts, one phase, no history: judged without a crash, and again the same."""
    sums, history = table(rows[:cut]), table(rows[cut:])

    assert doubts(sums, history, {}) == doubts(sums.iloc[::-1], history, {})


@pytest.fixture(scope="module")
def people():
    rows = pd.read_csv(BORDERS / "population.csv", dtype={"unit_id": "str", "year": "str"})
    return rows.rename(columns={"people": "value"}).assign(series="person")


def test_real_people_prices_and_published_totals_are_believed(people):
    """What comes with the map raises no doubt, alone or beside itself."""
    prices = pd.read_csv(BORDERS / "prices.csv", dtype={"year": "str"}).set_index("year")["index_december"].to_dict()
    columns = {phase: f"{phase}_kzt" for phase in PHASES}
    published = figures(BUDGET / "published_totals.csv", columns).assign(source="portal")

    assert [] == denominator_doubts(people) + denominator_doubts(people, people) + index_doubts(prices)
    assert [] == published_doubts(published) + published_doubts(published, published)


def test_people_in_thousands_are_caught(people):
    """One year, one unit in all years, or all units beside what is in force."""
    one = people["unit_id"] == ABAI
    parts = [one & (people["year"] == "2020"), one, people["year"] == "2025"]
    wrong = [people.assign(value=people["value"].where(~part, people["value"] / 1000)) for part in parts]
    everything = people.assign(value=people["value"] / 1000)

    assert [{"E-SUM-14"}] * 3 == [codes(denominator_doubts(frame)) for frame in wrong]
    assert 20 == len(denominator_doubts(everything, people))
    assert [] == denominator_doubts(everything, people, {}, {"E-SUM-14"})


def test_an_index_that_is_a_growth_is_caught():
    """5.3 in place of 105.3, and 10530."""
    found = index_doubts({"2018": 105.3, "2019": 5.3, "2020": 10530.0})

    assert [("E-SUM-15", "2019-12"), ("E-SUM-15", "2020-12")] == [(fault.code, fault.value) for fault in found]
    assert [] == index_doubts({"2019": 5.3}, {"E-SUM-15"})


def test_published_totals_in_another_unit_are_caught():
    """The same month a year before is the measure."""
    rows = pd.DataFrame({"unit_id": "", "period": ["2023-12", "2024-12"], "phase": "executed", "source": "portal"})
    wrong = rows.assign(amount_minor=[1_000_000_00, 1_100_00])

    assert ["E-SUM-16"] == [fault.code for fault in published_doubts(wrong)]
    assert ["E-SUM-16"] == [fault.code for fault in published_doubts(wrong.tail(1), wrong.head(1))]
    assert [] == published_doubts(rows.assign(amount_minor=[1_000_000_00, 1_100_000_00]))
