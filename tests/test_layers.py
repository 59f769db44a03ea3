"""Laws of layers: for every view that is offered the money adds up, to the minor unit, in every edition of borders."""

from functools import cache

import numpy as np
import pytest

from geo.core.errors import ReaderError
from geo.core.view import MEASURES, parse_view
from geo.layers import layer, offer_of
from tests.country_zz import NEW, OLD, PEOPLE

STATES = {"value", "not_reported", "partly_reported", "no_denominator", "not_comparable"}


def views(version, measure, **fixed):
    """Return every settled view of a measure: period × function × transfers × borders, and the fixed keys."""
    offer, country = offer_of(version), version.country.id
    found = {}
    for period in offer.periods_of(measure, "region"):
        for function in ("", *offer.functions):
            for transfers in ("apart", "included"):
                for borders in offer.borders_of(period if "-" in period else f"{period}-12", "region"):
                    keys = {"function": function, "transfers": transfers, "borders": borders, **fixed}
                    words = [f"{key}={value}" for key, value in keys.items() if value]
                    try:
                        view = parse_view("en", [country, "region", measure, period, *words], {country: offer})
                    except ReaderError:
                        continue
                    found[view.path] = view
    return list(found.values())


@pytest.fixture(scope="module", params=["zz", "kz"])
def version(request):
    return request.getfixturevalue(f"{request.param}_version")


@pytest.fixture(scope="module")
def layers_of(version):
    return cache(lambda measure: [layer(view, version) for view in views(version, measure)])


def portal(version, period, phase):
    """Return the sum of the published lines, by whole numbers of Python."""
    lines = version.facts["published"]["portal"]
    return sum(amount for key, amount in lines.items() if key.endswith(f"/{period}/{phase}"))


def ledger(version, account, view):
    """Return the sum of all bodies' figures behind an account: the arrays are not asked."""
    rows = version.spending
    chosen = rows["period"] == version.periods.index(account.period)
    chosen &= rows["phase"] == version.phases.index(account.phase)
    if view.function:
        chosen &= rows["function"] == version.functions.index(view.function)
    return sum(rows["amount"][chosen].tolist())


@pytest.mark.parametrize("measure", MEASURES)
def test_published_is_the_sum_of_its_terms(version, layers_of, measure):
    """The reconciliation of every view closes exactly."""
    for answer in layers_of(measure):
        for account in answer.accounts:
            terms = [term.amount or 0 for term in account.terms]
            stated = (
                ledger(version, account, answer.view)
                if answer.view.function
                else portal(version, account.period, account.phase)
            )

            assert (account.published, stated) == (sum(terms), account.published), answer.view.path
            assert len({term.key for term in account.terms}) == len(account.terms)


@pytest.mark.parametrize("measure", MEASURES)
def test_all_terms_but_the_difference_are_the_ledger(version, layers_of, measure):
    """On the map, apart, withheld and not placed: together every tenge that was read, once."""
    for answer in layers_of(measure):
        for account in answer.accounts:
            placed = sum(term.amount or 0 for term in account.terms if term.key != "difference")

            assert ledger(version, account, answer.view) == placed, answer.view.path


@pytest.mark.parametrize("measure", MEASURES)
def test_the_sum_is_the_same_in_all_borders(layers_of, measure):
    """Restating moves money between units and neither makes nor loses any."""
    sums = {}
    for answer in layers_of(measure):
        terms = {term.key: term.amount or 0 for term in answer.accounts[0].terms}
        key = answer.view.but(borders="", highlight="").path
        coloured = sum(terms.get(name, 0) for name in ("on_map", "partly_reported", "not_drawn"))
        sums.setdefault(key, set()).add((coloured, terms.get("transfers_apart")))

    assert sums
    assert {} == {key: found for key, found in sums.items() if len(found) > 1}


@pytest.mark.parametrize("measure", MEASURES)
def test_what_is_shown_is_what_is_on_the_map(layers_of, measure):
    """The rows with a value add up to the term; what is reported and has no value is a term that names the units."""
    for answer in layers_of(measure):
        terms = {term.key: term for term in answer.accounts[0].terms}
        undrawn = [row for row in answer.rows if row.state in {"no_denominator", "not_comparable"}]

        assert terms["on_map"].amount == sum(row.amount for row in answer.rows if row.state == "value")
        if undrawn:
            assert terms["not_drawn"].amount == sum(row.amount for row in undrawn), answer.view.path
            assert terms["not_drawn"].units == tuple(row.unit.unit_id for row in undrawn)


def test_a_year_before_counts_only_the_units_that_are_compared(kz_version):
    """Almaty did not report 2025-03: its money of 2024-03 is not on the map of change, and says so."""
    answer = answer_of(kz_version, "change", "2025-03")
    now, before = ({term.key: term for term in account.terms} for account in answer.accounts)

    assert ("750000000",) == before["not_drawn"].units
    assert 100 * (now["on_map"].amount / before["on_map"].amount - 1) == pytest.approx(answer.overall)


@pytest.mark.parametrize("measure", MEASURES)
def test_what_was_not_reported_is_never_zero(version, layers_of, measure):
    """A unit without figures has neither amount nor value nor class, and the note and the term name it."""
    for answer in layers_of(measure):
        level = version.level(answer.edition, "region")
        p, f = version.periods.index(answer.view.month), version.phases.index(answer.measure.of)
        silent = [unit.unit_id for unit, seen in zip(level.units, level.reported[:, p, f], strict=True) if not seen]
        named = [units for term in answer.accounts[0].terms if term.key == "not_reported" for units in term.units]

        assert silent == [row.unit.unit_id for row in answer.rows if row.state == "not_reported"] == named
        for row in answer.rows:
            assert row.state in STATES
            if row.state != "value":
                assert (None, -1, None) == (row.value, row.class_no, row.rank)
            if row.state in {"not_reported", "partly_reported"}:
                assert row.amount is None


@pytest.mark.parametrize("measure", MEASURES)
def test_the_units_of_all_classes_are_the_units_with_a_value(layers_of, measure):
    """The numbers in the legend add up; each value lies in its class, and ranks fall as values do."""
    for answer in layers_of(measure):
        valued = [row for row in answer.rows if row.state == "value"]

        assert len(valued) == sum(answer.counts), answer.view.path
        for row in valued:
            below = answer.bounds[row.class_no - 1] if row.class_no else -np.inf
            assert below < row.value <= answer.bounds[row.class_no], answer.view.path
            assert 1 + sum(other.value > row.value for other in valued) == row.rank


@pytest.mark.parametrize("fixed", [{"per": "km2"}, {"per": "none"}, {"prices": "2024"}, {"classes": "quantile"}])
@pytest.mark.parametrize("measure", MEASURES)
def test_other_keys_change_no_sum(version, layers_of, measure, fixed):
    """A denominator, prices, classes: the money behind the colours stays."""
    plain = {answer.view.path: [account.terms for account in answer.accounts] for answer in layers_of(measure)}
    for view in views(version, measure, **fixed):
        base = view.but(per="person", prices="nominal", classes="").path
        if measure == "change" and view.prices != "nominal" and base not in plain:
            continue

        assert plain[base] == [account.terms for account in layer(view, version).accounts], view.path


def answer_of(version, *words):
    offer = offer_of(version)
    return layer(parse_view("en", [version.country.id, "region", *words], {version.country.id: offer}), version)


def test_a_rate_is_the_amount_by_its_people(zz_version):
    """Executed 2024 in zz, by eye: 1500 for 100 people, 2800 for 200, 600 for 50 …"""
    values = [row.value for row in answer_of(zz_version, "executed", "2024").rows]

    assert [1500, 1400, 1200, 1000, pytest.approx(85_000 / 60)] == values


@pytest.mark.parametrize(
    ("words", "overall"),
    [
        (("executed", "2024"), 615_000 / 450),
        (("executed", "2024", "transfers=included"), 635_000 / 450),
        (("executed", "2024", "per=none"), 615_000),
        (("executed", "2023", "prices=2024"), 492_000 * 1.05 / 450),
        (("execution", "2024"), 100 * 10 / 12),
        (("execution", "2024-06"), 100 * 5 / 6),
        (("change", "2024"), 25),
        (("change", "2024", "prices=2024"), 100 * (1.25 / 1.05 - 1)),
        (("share", "2024", "function=01"), 100 * 4300 / 6350),
    ],
)
def test_the_whole_country_is_measured_like_a_unit(zz_version, words, overall):
    """The value beside the title is that of all units together, not a mean of their values."""
    assert overall == pytest.approx(answer_of(zz_version, *words).overall)


def test_money_per_square_kilometre_is_divided_by_the_area_of_the_borders(zz_version):
    """The whole country's is all money by all area."""
    answer = answer_of(zz_version, "executed", "2024", "per=km2")

    assert 615_000 / (sum(row.unit.area_m2 for row in answer.rows) / 1e6) == pytest.approx(answer.overall)


def test_a_unit_of_which_a_part_did_not_report_is_withheld(zz_version):
    """In the borders of 2010 the silent 50 is a part of 35: what is known of it stands in a term of its own."""
    answer = answer_of(zz_version, "executed", "2024-06", f"borders={OLD}")
    (row,) = [row for row in answer.rows if row.unit.unit_id == "35"]
    terms = {term.key: (term.amount, term.units) for term in answer.accounts[0].terms}

    assert ("partly_reported", None) == (row.state, row.amount)
    assert (22_500, ("35",)) == terms["partly_reported"]


def test_the_source_s_own_difference_is_a_term(zz_version):
    """The line of 10 is 1 below its groups: published 6349 = 6150 + 200 − 1, the control total beside it."""
    account = answer_of(zz_version, "executed", "2024").accounts[0]

    assert (634_900, 634_950) == (account.published, account.control)
    assert [("on_map", 615_000), ("transfers_apart", 20_000), ("difference", -100)] == [
        (term.key, term.amount) for term in account.terms
    ]


def test_people_are_counted_in_the_borders_that_are_shown(zz_version):
    """Executed 2024 without transfers, borders of 2010: 10 has 1500 + a quarter of 600, for 112.5 people."""
    rows = {row.unit.unit_id: row for row in answer_of(zz_version, "executed", "2024", f"borders={OLD}").rows}

    assert (165_000, 112.5) == (rows["10"].amount, rows["10"].denominator)
    assert sum(PEOPLE.values()) == sum(row.denominator for row in rows.values())
    assert NEW == answer_of(zz_version, "executed", "2024").edition
