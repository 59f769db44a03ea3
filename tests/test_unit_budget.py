"""Laws of a unit's page in numbers: its parts add up to what the map shows."""

from __future__ import annotations

import pytest

from geo.core.view import View
from geo.layers import layer, offer_of
from geo.layers.unit import unit_budget
from tests.country_zz import OLD


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
