"""Laws of comparing a unit with others: who its peers are, where the middle is, who is like it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.layers import offer_of
from geo.layers.alike import FEWEST, MOST, alike, distance, nearest
from geo.layers.peers import ALL, peer_median, peers, peers_of, spread
from geo.versions.opened import Unit

KINDS = st.lists(st.sampled_from(["region", "city", "island"]), min_size=1, max_size=12)
SIZES = st.floats(1, 1e7)


def units_of(kinds):
    return [Unit(str(k), "", kind, {}, 0, 0.0, 0.0) for k, kind in enumerate(kinds)]


@st.composite
def valued(draw):
    kinds = draw(KINDS)
    values = [draw(st.one_of(st.just(math.nan), st.floats(-1e6, 1e6))) for _ in kinds]
    return kinds, np.array(values)


@given(valued())
def test_a_median_is_that_of_the_kind_or_of_all(given_values):
    """A kind with three values has its own middle; one with fewer is measured by all."""
    kinds, values = given_values
    found = peer_median(values, peers_of(units_of(kinds)))
    for kind, median in zip(kinds, found, strict=True):
        own = [v for k, v in zip(kinds, values, strict=True) if k == kind and not math.isnan(v)]
        every = [v for v in values if not math.isnan(v)]
        chosen = own if len(own) >= 3 else every

        assert (math.nan if not chosen else float(np.median(chosen))) == pytest.approx(median, nan_ok=True)


@given(valued(), st.randoms(use_true_random=False))
def test_peers_do_not_depend_on_the_order_of_units(given_values, chance):
    """Whoever stands first in the list has the same peers."""
    kinds, values = given_values
    order = list(range(len(kinds)))
    chance.shuffle(order)
    before = peer_median(values, peers_of(units_of(kinds)))
    after = peer_median(values[order], peers_of(units_of([kinds[k] for k in order])))

    assert np.array_equal(before[order], after, equal_nan=True)


def test_a_kind_of_two_has_no_group_of_its_own():
    """Of two values each is as far from the middle as the other."""
    groups = peers_of(units_of(["city", "region", "region", "region", "city"]))

    assert [ALL, 0, 0, 0, ALL] == groups.tolist()
    assert 5 == peers(0, np.arange(5.0), groups).sum()
    assert 3 == peers(1, np.arange(5.0), groups).sum()


def test_a_spread_has_its_ends_and_middle():
    """Five numbers, whatever is missing between."""
    found = spread(np.array([4.0, math.nan, 1.0, 2.0, 3.0, 5.0]))

    assert (1.0, 2.0, 3.0, 4.0, 5.0, 5) == (
        found.least, found.lower, found.median, found.upper, found.most, found.count,
    )  # fmt: skip
    assert spread(np.array([math.nan])) is None


@given(st.lists(SIZES, min_size=2, max_size=2))
def test_two_units_are_as_far_from_each_other_from_either_side(sizes):
    """The distance is symmetric, zero to itself, and ln 2 between one and twice as much."""
    one, other = sizes
    there, back = (float(distance(np.array([a]), b)[0]) for a, b in ((one, other), (other, one)))

    assert there == pytest.approx(back, abs=1e-12)
    assert 0.0 == distance(np.array([one]), one)[0]
    assert math.log(2) == pytest.approx(float(distance(np.array([2 * one]), one)[0]))


@given(st.lists(st.tuples(SIZES, SIZES, st.sampled_from("ab")), min_size=2, max_size=12), st.randoms())
def test_who_is_like_a_unit_does_not_depend_on_the_order_of_units(rows, chance):
    """The same distances are found whichever unit stands first."""
    order = list(range(len(rows)))
    chance.shuffle(order)
    people, density = (np.array([row[k] for row in rows]) for k in (0, 1))
    kinds = [row[2] for row in rows]
    own = nearest(people, density, kinds, order[0])
    shuffled = nearest(people[order], density[order], [kinds[k] for k in order], 0)

    assert [away for _, away in own] == pytest.approx([away for _, away in shuffled])
    assert len(own) == min(len(rows) - 1, max(FEWEST, min(MOST, kinds.count(kinds[order[0]]) - 1)))


def test_like_ones_are_of_the_kind_and_know_the_same_distance_back(kz_version):
    """What a page says of its neighbour in size, that neighbour's page says of it."""
    edition, units = "2022-06-08", kz_version.level("2022-06-08", "region").units
    for unit in units:
        found = alike(kz_version, edition, "region", unit.unit_id, "2024")

        assert 3 <= len(found.units) <= 5
        assert unit.unit_id not in {units[one.number].unit_id for one in found.units}
        assert [one.is_same_kind for one in found.units] == sorted((o.is_same_kind for o in found.units), reverse=True)
        for one in found.units:
            back = alike(kz_version, edition, "region", units[one.number].unit_id, "2024")
            same = [other.distance for other in back.units if units[other.number].unit_id == unit.unit_id]
            assert [one.distance] * len(same) == pytest.approx(same)


def test_where_nobody_counted_the_people_nobody_is_like_another(kz_version):
    """An unknown number is not a small one."""
    edition = sorted(offer_of(kz_version).units["region"])[-1]

    assert () == alike(kz_version, edition, "region", "750000000", "1900").units
