"""Laws about months: within a year they share one scale, so that colours and circles compare while time goes by."""

import json

import numpy as np
import pytest

from geo.core.view import parse_view
from geo.faces.legend import circle_radius, circle_sizes, tones_of
from geo.faces.reading import read
from geo.faces.values import values_json
from geo.layers import layer, offer_of
from geo.layers.classes import MOST_COUNTED, classes_of

MONTHS = ("2024-03", "2024-06", "2024-09")
VIEWS = [
    ("executed",),
    ("executed", "classes=quantile"),
    ("executed", "per=none"),
    ("executed", "per=km2", "function=04", "prices=2023"),
    ("executed", "borders=2018-06-19"),
    ("executed", "breaks=100000_400000"),
    ("adjusted",),
    ("execution",),
    ("execution", "classes=natural"),
    ("change",),
    ("change", "breaks=-10_0_10"),
    ("deviation",),
    ("share", "function=04"),
]


def answer_of(version, period, measure, *words):
    """Return the layer of a view of the regions."""
    offer = offer_of(version)
    segments = [version.country.id, "region", measure, period, *words]
    return layer(parse_view("en", segments, {version.country.id: offer}), version)


def answers_of(version, words, periods=MONTHS):
    """Return the layers of the same view in some periods."""
    return [answer_of(version, period, *words) for period in periods]


@pytest.mark.parametrize("words", VIEWS, ids="/".join)
def test_months_of_a_year_have_the_same_bounds_and_colours(kz_version, words):
    """One colour is one value in all of them, and the legend says the same beside it."""
    answers = answers_of(kz_version, words)
    readings = [read(answer, kz_version) for answer in answers]

    assert [MONTHS] * 3 == [answer.classes.periods for answer in answers]
    assert 1 == len({answer.bounds for answer in answers})
    assert 1 == len({tuple(tones_of(answer)) for answer in answers})
    assert 1 == len({tuple(swatch.label for swatch in reading.legend) for reading in readings})
    assert 1 == len({reading.unit for reading in readings})


@pytest.mark.parametrize("words", VIEWS, ids="/".join)
def test_every_class_is_held_by_some_month(kz_version, words):
    """The scale is made of what the months show: no class is empty in all of them, and one may be in each."""
    answers = answers_of(kz_version, words)
    together = [sum(counts) for counts in zip(*(answer.counts for answer in answers), strict=True)]
    values = [row.value for answer in answers for row in answer.rows if row.value is not None]

    assert len(values) == sum(together)
    assert max(values) == answers[0].bounds[-1]
    if not answers[0].view.breaks and answers[0].view.method != "fixed":
        assert all(together)


@pytest.mark.parametrize("words", VIEWS, ids="/".join)
def test_a_class_is_named_by_what_the_months_together_hold(kz_version, words):
    """The extents of each class are the least and the largest of its values in all months."""
    answers = answers_of(kz_version, words)
    for k, (low, high) in enumerate(answers[0].classes.extents):
        held = [row.value for answer in answers for row in answer.rows if row.class_no == k]

        assert (low, high) == ((min(held), max(held)) if held else (answers[0].bounds[k],) * 2)


@pytest.mark.parametrize("words", [("executed",), ("execution",), ("change",), ("executed", "per=none")], ids="/".join)
def test_a_whole_year_has_classes_of_its_own(kz_version, words):
    """It is another thing than a part of it: its largest value is the last bound, and no note speaks of months."""
    answer = answer_of(kz_version, "2024", *words)

    assert ("2024",) == answer.classes.periods
    assert max(row.value for row in answer.rows if row.value is not None) == answer.bounds[-1]
    assert "shared_scale" not in dict(answer.notes)


def test_one_month_alone_shares_nothing(kz_version):
    """Of 2025 the first quarter alone is known: its classes are its own, and no note says otherwise."""
    answer = answer_of(kz_version, "2025-03", "executed")

    assert ("2025-03",) == answer.classes.periods
    assert "shared_scale" not in dict(answer.notes)


def test_months_of_other_years_have_scales_of_their_own(kz_version):
    """Only within a year is the year to date on one scale."""
    one, other = (answer_of(kz_version, period, "executed") for period in ("2023-03", "2024-03"))

    assert one.bounds != other.bounds


@pytest.mark.parametrize("keys", [("highlight=710000000",), ("palette=grey",), ("sort=name",)])
def test_keys_of_looks_leave_the_scale(kz_version, keys):
    """What stands out, colours and the order of the table change no class."""
    plain, other = (answer_of(kz_version, "2024-06", "executed", *words) for words in ((), keys))

    assert plain.classes == other.classes


def test_spending_to_date_never_falls_a_class(kz_version):
    """Money adds up through the year, so a territory's colour only deepens: the play of the slider means something."""
    numbers = np.array([[row.class_no for row in answer.rows] for answer in answers_of(kz_version, ("executed",))])

    assert (np.diff(numbers, axis=0) >= 0).all()
    assert numbers[0].max() < numbers[-1].max()


def test_circles_of_a_year_have_one_size(kz_version):
    """An amount has the same area in every month, and the legend shows the same circles."""
    answers = answers_of(kz_version, ("executed", "per=none"))
    wordings = [read(answer, kz_version).wording for answer in answers]

    assert 1 == len({circle_radius(10.0**13, answer, 1000) for answer in answers})
    assert 1 == len({tuple(circle_sizes(wording)) for wording in wordings})


def test_the_largest_circle_of_march_is_smaller_than_that_of_september(kz_version):
    """While time goes by circles grow as the sums do."""
    sheets = [
        json.loads(values_json(read(answer, kz_version), kz_version))
        for answer in answers_of(kz_version, ("executed", "per=none"))
    ]
    largest = [max(sheet["radii"]) for sheet in sheets]

    assert sorted(largest) == largest
    assert largest[0] < largest[-1]


def test_months_that_do_not_offer_a_view_are_left_out(zz_version):
    """The year 2024 of zz has one month: nothing is made of what is not there."""
    answer = answer_of(zz_version, "2024-06", "executed")

    assert ("2024-06",) == answer.classes.periods
    assert max(row.value for row in answer.rows if row.value is not None) == answer.bounds[-1]


def test_classes_of_a_year_are_made_once(kz_version):
    """The second month finds what the first has made."""
    first, second = answers_of(kz_version, ("executed", "per=km2"), MONTHS[:2])

    assert first.classes is second.classes


@pytest.mark.parametrize("method", ["natural", "quantile"])
def test_many_values_are_counted_at_even_steps(kz_version, method):
    """Districts by the month are thousands of values: the largest is the last bound, and none lies beyond."""
    values = np.random.default_rng(5).lognormal(12, 1, 10 * MOST_COUNTED)
    view = answer_of(kz_version, "2024", "executed", *(["classes=quantile"] if method == "quantile" else [])).view
    made = classes_of(view, values.tolist(), kz_version)

    assert 5 == len(made.bounds)
    assert values.max() == made.bounds[-1]
    assert values.min() == made.extents[0][0]
    assert set(made.bounds) <= set(values.tolist()) or method == "quantile"
