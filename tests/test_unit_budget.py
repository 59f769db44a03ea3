"""Laws of a unit's page in numbers: its parts add up to what the map shows."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from geo.core.text import text_of
from geo.core.view import View
from geo.faces.lead import lead
from geo.faces.unit import read_unit
from geo.layers import layer, offer_of
from geo.layers.trend import growth, trend
from geo.layers.unit import Standing, unit_budget
from tests.country_zz import OLD

MONEY = ("approved", "revised", "adjusted", "executed")


def view_of(version, period, **words):
    return View("kk", version.country.id, "region", "executed", period, **words)


@pytest.mark.parametrize("period", ["2023", "2024", "2024-06", "2025-03"])
def test_a_unit_s_functions_and_transfers_add_up_to_its_budget(kz_version, period):
    """Whatever the period, functions = all functions, and what the map shows + transfers = all functions."""
    for unit_id in sorted(offer_of(kz_version).units["region"]["2022-06-08"]):
        budget = unit_budget(view_of(kz_version, period), unit_id, kz_version)
        whole = budget.phases["executed"].amount

        if whole is None:
            assert (False, (), ()) == (budget.is_reported, budget.functions, budget.bodies)
            continue
        assert whole == sum(part.standing.amount for part in budget.functions)
        assert whole == budget.as_on_map.amount + budget.transfers


def test_named_bodies_add_up_to_the_functions_at_a_year_end(kz_version):
    """The largest bodies and the others together are the function's money, to the tiyn."""
    for unit_id in sorted(offer_of(kz_version).units["region"]["2022-06-08"]):
        budget = unit_budget(view_of(kz_version, "2024"), unit_id, kz_version)
        functions = {part.code: part.standing.amount for part in budget.functions}

        assert functions == {group.code: group.total for group in budget.bodies}
        for group in budget.bodies:
            assert group.total == sum(part.amount for part in group.largest) + group.others_amount


def test_a_merged_unit_holds_the_revenue_and_bodies_of_its_parts(kz_version):
    """East Kazakhstan in the borders of 2018 is itself and Abai, whole."""
    merged = unit_budget(view_of(kz_version, "2024", borders="2018-06-19"), "630000000", kz_version)
    parts = [unit_budget(view_of(kz_version, "2024"), unit, kz_version) for unit in ("100000000", "630000000")]

    assert ("100000000", "630000000") == merged.parts
    assert merged.revenue["revenue"] == sum(part.revenue["revenue"] for part in parts)
    assert merged.phases["executed"].amount == sum(part.phases["executed"].amount for part in parts)


def test_a_divided_unit_names_no_bodies_and_no_revenue(zz_version):
    """In the borders of 2010 a part of a unit went elsewhere: who spent its share is unknown, so nobody is named."""
    budget = unit_budget(view_of(zz_version, "2024", borders=OLD), "10", zz_version)

    assert ((), (), {}) == (budget.parts, budget.bodies, budget.revenue)
    assert budget.phases["executed"].amount


def test_the_place_of_a_unit_is_that_of_the_map(kz_version):
    """The page's row without transfers states the value and rank that the map shows."""
    answer = layer(view_of(kz_version, "2024"), kz_version)
    for row in answer.rows:
        standing = unit_budget(view_of(kz_version, "2024"), row.unit.unit_id, kz_version).as_on_map

        assert (row.amount, row.value, row.rank) == (standing.amount, standing.per_person, standing.rank)


@pytest.mark.parametrize("period", ["2023", "2024-06", "2025-03"])
@pytest.mark.parametrize("borders", ["", "2018-06-19"])
def test_every_place_and_value_is_that_of_a_map(kz_version, period, borders):
    """Each phase and each function of a unit's page, in either borders, is a row of the map of it."""
    view = view_of(kz_version, period, borders=borders)
    edition = borders or "2022-06-08"
    for unit_id in sorted(offer_of(kz_version).units["region"][edition])[::4]:
        number = kz_version.level(edition, "region").numbers[unit_id]
        budget = unit_budget(view, unit_id, kz_version)
        maps = {phase: view.but(measure=phase, transfers="included") for phase in budget.phases if phase in MONEY}
        maps |= {part.code: view.but(function=part.code) for part in budget.functions}
        stated = {**budget.phases, **{part.code: part.standing for part in budget.functions}}
        for key, asked in maps.items():
            row = layer(asked, kz_version).rows[number]

            assert (row.amount, row.value, row.rank) == (
                stated[key].amount, stated[key].per_person, stated[key].rank,
            ), key  # fmt: skip


@pytest.mark.parametrize("edition", ["2022-06-08", "2018-06-19"])
def test_the_course_of_a_unit_is_its_budget_in_each_period(kz_version, edition):
    """What a line shows for a period is what the page of that period says, restated or not."""
    for unit_id in ("630000000", "750000000"):
        for point in trend(kz_version, edition, "region", unit_id):
            view = view_of(kz_version, point.word, borders=edition)
            budget = unit_budget(view, unit_id, kz_version)

            assert {phase: standing.amount for phase, standing in budget.phases.items()} == dict(point.amounts)
            assert (edition != "2022-06-08") == point.is_restated


def test_growth_is_that_of_the_map_of_change(kz_version):
    """As it stands and in constant prices; nothing is said where a year before is missing."""
    view = view_of(kz_version, "2024")
    rows, real = (layer(view.but(measure="change", prices=prices), kz_version).rows for prices in ("nominal", "2024"))
    for number, row in enumerate(rows):
        found = growth(view, number, kz_version)

        assert (row.value, real[number].value, "2023-12") == (found.nominal, found.real, found.before)
    assert growth(view_of(kz_version, "2023"), 0, kz_version) is None


def test_a_unit_s_published_line_is_its_functions_and_a_difference(kz_version):
    """All units together have the difference that the map's reconciliation has."""
    view = view_of(kz_version, "2024")
    lines = [unit_budget(view, unit, kz_version).published for unit in kz_version.level("2022-06-08", "region").numbers]
    account = layer(view, kz_version).accounts[0]
    difference = next(term.amount for term in account.terms if term.key == "difference")

    assert account.published == sum(line.amount for line in lines)
    assert difference == sum(line.difference for line in lines)


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_what_is_read_adds_up_to_the_last_minor_unit(kz_version, lang):
    """The amounts that a page gives to programs are exact: functions = executed, part by part."""
    for unit_id in ("100000000", "790000000"):
        reading = read_unit(unit_budget(view_of(kz_version, "2024"), unit_id, kz_version), text_of(lang), kz_version)
        executed = next(row for row in reading.overview if row.label == text_of(lang)("phase.executed"))
        parts = [Decimal(row.amount.plain) for row in reading.overview if row.kind == "part"]

        assert Decimal(executed.amount.plain) == sum(Decimal(row.amount.plain) for row in reading.functions)
        assert Decimal(executed.amount.plain) == sum(parts)


def test_the_largest_bodies_are_those_that_a_search_through_all_figures_finds(kz_version):
    """Ordered by unit once, or looked through one by one: the same bodies with the same money."""
    bodies, rows = kz_version.json("bodies.json"), kz_version.spending
    period, phase = kz_version.periods.index("2024-12"), kz_version.phases.index("executed")
    for unit_id in ("190000000", "710000000"):
        budget = unit_budget(view_of(kz_version, "2024"), unit_id, kz_version)
        for group in budget.bodies:
            function = kz_version.functions.index(group.code)
            seen = [
                (-int(row["amount"]), int(row["body"]))
                for row in rows[(rows["period"] == period) & (rows["phase"] == phase) & (rows["function"] == function)]
                if bodies[row["body"]]["unit_code"] == unit_id and row["amount"]
            ]

            assert sorted(seen)[: len(group.largest)] == [
                (-part.amount, next(k for k, body in enumerate(bodies) if body is part.body)) for part in group.largest
            ]
            assert group.total == -sum(amount for amount, _ in seen)


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_the_first_sentence_says_only_what_is_known(kz_version, lang):
    """Without people it has no rate, without a year before no change, without a figure no sentence at all."""
    text, budget = text_of(lang), unit_budget(view_of(kz_version, "2024"), "190000000", kz_version)
    uncounted = replace(budget, people=None, has_people=False, as_on_map=replace(budget.as_on_map, per_person=None))
    silent = replace(budget, as_on_map=Standing(None, None, None, 0))

    assert "833" in lead(uncounted, None, text, kz_version)
    assert text("place.growth_none") in lead(budget, None, text, kz_version)
    assert "" == lead(silent, None, text, kz_version)
