"""Laws of Kazakhstan's figures: what was counted by hand once is what the map says."""

import csv
from collections import Counter

import pytest

from tests.conftest import DATA
from tests.test_layers import answer_of

BUDGET = DATA / "budget" / "kz"
ATYRAU, ALMATY, ALMATY_REGION, ASTANA = "230000000", "750000000", "190000000", "710000000"
OLD = "2018-06-19"
EAST, ABAI = "630000000", "100000000"
TENGE = 100


def rows(name):
    with (BUDGET / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def minor(text):
    whole, _, rest = text.partition(".")
    return int(whole + rest.ljust(2, "0"))


def by_unit(answer):
    return {row.unit.unit_id: row for row in answer.rows}


@pytest.mark.parametrize(
    ("unit", "apart", "included"), [(ATYRAU, 1088, 1328), (ALMATY, 602, 704), (ALMATY_REGION, 539, 543), ("", 721, 747)]
)
def test_spending_per_person_in_thousand_tenge(kz_version, unit, apart, included):
    """Executed 2024: as counted by hand from the files, with transfers apart and included."""
    answers = [answer_of(kz_version, "executed", "2024", *words) for words in ((), ("transfers=included",))]
    values = [by_unit(answer)[unit].value if unit else answer.overall for answer in answers]

    assert [apart, included] == [round(value / TENGE / 1000) for value in values]


@pytest.mark.parametrize(
    ("year", "published", "difference", "control"),
    [("2024", 15_049_842_185_826_00, -73_00, 15_049_842_185_825_90), ("2023", None, -52_00, 12_885_357_434_623_20)],
)
def test_the_difference_within_the_source_is_a_term(kz_version, year, published, difference, control):
    """The groups add up to a little more than the portal's own line; the Ministry's total stands beside."""
    account = answer_of(kz_version, "executed", year).accounts[0]
    terms = {term.key: term.amount for term in account.terms}

    assert published in (None, account.published)
    assert (difference, control) == (terms["difference"], account.control)
    assert {"on_map", "transfers_apart", "difference"} == set(terms)


def test_east_kazakhstan_of_2018_is_two_regions_of_today(kz_version):
    """63 + 10, about 998.0 billion tenge, to the tiyn."""
    today = by_unit(answer_of(kz_version, "executed", "2024", "per=none", "transfers=included"))
    before = by_unit(answer_of(kz_version, "executed", "2024", "per=none", "transfers=included", f"borders={OLD}"))

    assert today[EAST].amount + today[ABAI].amount == before[EAST].amount
    assert 9980 == round(before[EAST].amount / TENGE / 10**8)
    assert ABAI not in before


def test_almaty_city_did_not_report_the_first_quarter_of_2025(kz_version):
    """Nineteen units have figures; the twentieth is named, not zero."""
    answer = answer_of(kz_version, "executed", "2025-03")
    silent = {term.key: term.units for term in answer.accounts[0].terms}["not_reported"]

    assert 19 == len([row for row in answer.rows if row.state == "value"])
    assert (ALMATY,) == silent
    assert ("not_reported", {"units": [ALMATY]}) in answer.notes


def test_execution_of_a_partial_year_is_measured_against_the_plan_to_date(kz_version):
    """In March nobody has spent the year's plan."""
    answer = answer_of(kz_version, "execution", "2025-03")

    assert [("executed", "2025-03"), ("planned_to_date", "2025-03")] == [(a.phase, a.period) for a in answer.accounts]
    assert 80 < answer.overall < 101


def test_astana_executed_99_percent_of_its_plan(kz_version):
    """Of the adjusted plan of 2024, transfers included."""
    assert 99.3 == round(by_unit(answer_of(kz_version, "execution", "2024", "transfers=included"))[ASTANA].value, 1)


def test_the_bodies_are_those_of_the_files(kz_version):
    """1,060 region–administrator pairs, of which 471 are groups of bodies, and 20 whole budgets."""
    bodies = kz_version.json("bodies.json")
    pairs = {(row["region_kato"], row["administrator"]) for row in rows("local_expenditure_by_administrator.csv")}

    assert {"administrator": 1060, "budget": 20} == Counter(body["kind"] for body in bodies)
    assert pairs == {(body["unit_code"], body["code"]) for body in bodies if body["kind"] == "administrator"}
    assert 471 == sum(body["is_group"] for body in bodies if body["kind"] == "administrator")


@pytest.mark.parametrize("phase", ["approved", "revised", "adjusted", "executed"])
@pytest.mark.parametrize("year", ["2023", "2024"])
def test_the_bodies_add_up_to_the_groups_of_the_file(kz_version, year, phase):
    """At the year-ends the figures by body give each group row of the portal, to the tiyn."""
    period = f"{year}-12"
    expected = {
        (row["region_kato"], row["functional_group"]): minor(row[f"{phase}_kzt"])
        for row in rows("local_expenditure.csv")
        if row["period"] == period
    }
    units = [body["unit_code"] for body in kz_version.json("bodies.json")]
    found = Counter()
    p, f = kz_version.periods.index(period), kz_version.phases.index(phase)
    for row in kz_version.spending[(kz_version.spending["period"] == p) & (kz_version.spending["phase"] == f)]:
        found[units[row["body"]], kz_version.functions[row["function"]]] += int(row["amount"])

    assert {key: amount for key, amount in expected.items() if amount} == {key: n for key, n in found.items() if n}


def test_every_figure_of_the_files_is_in_the_version(kz_version):
    """All quarters and phases: the sum of the arrays is the sum of the file."""
    level, table = kz_version.level("2022-06-08", "region"), rows("local_expenditure.csv")
    stated = {phase: sum(minor(row[f"{phase}_kzt"]) for row in table) for phase in kz_version.phases}

    assert list(stated.values()) == [sum(level.totals[..., f].ravel().tolist()) for f in range(len(kz_version.phases))]
    assert not level.unplaced.any()
