"""Laws of classes: every value has exactly one, and the natural ones are as good as can be."""

import mapclassify
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.core.classes import breaks, classify

MOST = 5
FIXED = (90.0, 95.0, 98.0, 100.0)
METHODS = ("natural", "quantile", "fixed")
NUMBERS = st.one_of(
    st.floats(-1e12, 1e12), st.integers(0, 12).map(float), st.sampled_from([float("nan"), float("inf"), 95.0])
)
VALUES = st.lists(NUMBERS, max_size=40)


def deviations(values, bounds):
    """Return the sum of squared deviations inside the classes."""
    array, classes = np.array(values), np.array(classify(values, bounds))
    return sum(((array[classes == k] - array[classes == k].mean()) ** 2).sum() for k in set(classes.tolist()))


@pytest.mark.parametrize("method", METHODS)
@given(VALUES)
def test_every_value_has_exactly_one_class(method, values):
    """A finite value lies above the bound below it, up to and including its own; another has no class."""
    bounds = breaks(values, method, MOST, FIXED)
    lower = [-np.inf, *bounds]

    for value, klass in zip(values, classify(values, bounds), strict=True):
        fitting = [k for k in range(len(bounds)) if lower[k] < value <= bounds[k]] if np.isfinite(value) else [-1]
        assert fitting == [klass]


@pytest.mark.parametrize("method", METHODS)
@given(VALUES)
def test_bounds_ascend_to_the_largest_value(method, values):
    """No class is turned round, and the legend ends where the data end."""
    known = [value for value in values if np.isfinite(value)]
    bounds = breaks(values, method, MOST, FIXED)

    assert bounds == sorted(set(bounds))
    assert bounds[-1:] == ([max(known)] if known else [])
    assert len(bounds) <= MOST


@pytest.mark.parametrize("method", METHODS)
@given(VALUES, st.randoms())
def test_the_order_of_the_values_does_not_matter(method, values, random):
    """A map sorted otherwise has the same colours."""
    shuffled = list(values)
    random.shuffle(shuffled)

    assert breaks(values, method, MOST, FIXED) == breaks(shuffled, method, MOST, FIXED)


@pytest.mark.filterwarnings("ignore:Numba not installed")  # the oracle may be slow
@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6).map(lambda value: round(value, 3)), min_size=8, max_size=40), st.integers(2, 5))
def test_natural_breaks_are_as_good_as_those_of_mapclassify(values, most):
    """The oracle finds no classes with smaller deviations."""
    if len(set(values)) <= most:
        values = [*values, *(1e6 + n for n in range(most))]
    oracle = mapclassify.FisherJenks(np.array(values), k=most).bins

    assert deviations(values, breaks(values, "natural", most)) == pytest.approx(deviations(values, oracle), abs=1e-4)


@pytest.mark.parametrize("method", ["natural", "quantile"])
@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], []),
        ([float("nan")], []),
        ([7.0] * 20, [7.0]),
        ([7.0, 3.0] * 10, [3.0, 7.0]),
        ([float("nan"), 1.0, float("-inf")], [1.0]),
    ],
)
def test_few_values_give_a_class_each(method, values, expected):
    """Nothing, one value, two values: no empty class fills the legend."""
    assert expected == breaks(values, method, MOST)


def test_fixed_classes_compare_across_years():
    """Inner bounds stay even where a class is empty; those outside the data go."""
    assert [95.0, 98.0, 99.0] == breaks([91.0, 99.0], "fixed", MOST, FIXED)
    assert [100.0, 120.0] == breaks([99.5, 120.0], "fixed", MOST, FIXED)


def test_an_unknown_method_is_refused():
    """No silent default."""
    with pytest.raises(KeyError):
        breaks([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], "equal", MOST)
