"""Laws of class bounds that a reader chose: one spelling each, refused by name, the same colours in every period."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.core.allowed import allowed_values
from geo.core.bounds import MOST, MOST_A_SIDE, canonical, numbers, typed
from geo.core.errors import BadBounds, BadKey, BadValue, NeedsKey
from geo.core.view import View, parse_form, parse_view
from geo.faces.legend import tones_of
from geo.layers import layer, offer_of
from geo.layers.rounded import round_bounds

BOUNDS = st.lists(st.integers(-999_999_999, 999_999_999), min_size=1, max_size=MOST, unique=True).map(
    lambda hundredths: [number / 100 for number in sorted(hundredths)]
)


def view_of(version, *words):
    """Return the view of an English address of the level of regions."""
    country = version.country.id
    return parse_view("en", [country, "region", *words], {country: offer_of(version)})


@given(BOUNDS.filter(lambda bounds: max(sum(b > 0 for b in bounds), sum(b < 0 for b in bounds)) <= MOST_A_SIDE))
def test_a_canonical_spelling_reads_back_to_itself(bounds):
    """One address for one set of bounds, whatever zeros were written."""
    spelt = canonical("_".join(f"{bound:.3f}" for bound in bounds), is_signed=True)

    assert spelt == canonical(spelt, is_signed=True) == typed(spelt, "kk")
    assert bounds == list(numbers(spelt))


@pytest.mark.parametrize(
    ("word", "is_signed", "expected"),
    [
        ("100_250.50_0500", False, "100_250.5_500"),
        ("-10_-0_10.0", True, "-10_0_10"),
        ("0.0001", False, "0.0001"),
        ("1_2_3_4", False, "1_2_3_4"),
        ("-2_-1_0_1_2_3", True, "-2_-1_0_1_2_3"),
    ],
)
def test_needless_zeros_are_left_out(word, is_signed, expected):
    """Minus zero is zero."""
    assert expected == canonical(word, is_signed=is_signed)


@pytest.mark.parametrize(
    ("word", "is_signed", "values"),
    [
        ("", False, {"problem": "bounds_spelling", "at": "1"}),
        ("1_", False, {"problem": "bounds_spelling", "at": "2"}),
        ("1_2e5", False, {"problem": "bounds_spelling", "at": "2"}),
        ("nan", False, {"problem": "bounds_spelling", "at": "1"}),
        ("1_inf", True, {"problem": "bounds_spelling", "at": "2"}),
        ("٣", False, {"problem": "bounds_spelling", "at": "1"}),
        ("0.00001", False, {"problem": "bounds_spelling", "at": "1"}),
        ("1_1.0", False, {"problem": "bounds_order", "at": "2"}),
        ("5_3", True, {"problem": "bounds_order", "at": "2"}),
        ("1_2_3_4_5", False, {"problem": "bounds_count", "most": str(MOST_A_SIDE)}),
        ("1_2_3_4_5_6_7", True, {"problem": "bounds_count", "most": str(MOST)}),
        ("1_2_3_4_5", True, {"problem": "bounds_side", "most": str(MOST_A_SIDE)}),
        ("100000000000000_200000000000000_300000000000000_400000000000000.55", False, {"problem": "bounds_length"}),
    ],
)
def test_what_cannot_be_used_is_named(word, is_signed, values):
    """The reader learns which bound and what is allowed; the message never repeats what was sent."""
    with pytest.raises(BadBounds) as raised:
        canonical(word, is_signed=is_signed)

    assert values.items() <= raised.value.values.items()
    assert raised.value.allowed
    for example in raised.value.allowed:
        assert example == canonical(example, is_signed=is_signed)


@pytest.mark.parametrize(
    ("text", "lang", "expected"),
    [
        ("100; 250,5; 500", "ru", "100_250.5_500"),
        ("100 250,5 500", "kk", "100_250.5_500"),
        ("100, 250, 500", "en", "100_250_500"),
        ("100,250,500", "en", "100_250_500"),
        (" −10;  0 ;10.5 ", "ru", "-10_0_10.5"),
        ("10, 20, 30", "kk", "10_20_30"),
        ("-5_5", "en", "-5_5"),
        ("", "kk", ""),
    ],
)
def test_numbers_are_typed_as_people_write_them(text, lang, expected):
    """With the decimal comma of the language, a true minus, any spaces."""
    assert expected == typed(text, lang)


@settings(max_examples=40)
@given(BOUNDS.filter(lambda bounds: max(bounds) >= 0))
def test_every_value_has_one_class_between_the_bounds_of_the_reader(zz_version, bounds):
    """Bounds are those of the address in whole currency, as far as values lie on both sides of them."""
    chosen = [bound for bound in bounds if bound >= 0][:MOST_A_SIDE]
    view = view_of(zz_version, "executed", "2024", "breaks=" + "_".join(f"{bound:.2f}" for bound in chosen))
    answer = layer(view, zz_version)
    minor = [100 * bound for bound in chosen]

    assert set(answer.bounds[:-1]) <= set(minor)
    for row in answer.rows:
        beside = [bound for bound in minor if bound >= row.value]
        assert min([*beside, answer.bounds[-1]]) == answer.bounds[row.class_no]


def test_the_same_bound_has_the_same_colour_in_every_period(kz_version):
    """Two periods of one address compare, also where outer classes are empty."""
    found = {}
    for period in ("2023", "2024", "2025-03"):
        answer = layer(view_of(kz_version, "executed", period, "breaks=100000_300000_600000_900000"), kz_version)
        for bound, tone in zip(answer.bounds[:-1], tones_of(answer), strict=False):
            found.setdefault(bound, set()).add(tone)

    assert found
    assert {} == {bound: tones for bound, tones in found.items() if len(tones) > 1}


def test_bounds_on_both_sides_of_zero_are_equally_strong(kz_version):
    """-10…0 is as pale as 0…10, and more never shares a colour with less."""
    answer = layer(view_of(kz_version, "deviation", "2024", "breaks=-20_-5_5_20"), kz_version)
    tones = dict(zip(answer.bounds, tones_of(answer), strict=True))

    assert ["m4", "m2", "m0", "p0", "p2", "p4"] == [tones[bound] for bound in sorted(tones)]
    assert 0.0 in tones


@pytest.mark.parametrize("measure", ["executed", "execution", "change", "deviation"])
def test_round_bounds_are_bounds_that_an_address_takes(kz_version, measure):
    """Choosing one's own begins near what is shown, and every class of a rate keeps a colour of its own."""
    view = view_of(kz_version, measure, "2024")
    breaks = round_bounds(view, kz_version)
    tones = tones_of(layer(view.but(breaks=breaks), kz_version))

    assert breaks == canonical(breaks, is_signed=view.shown.is_signed)
    assert len(tones) == len(set(tones))
    assert all(one != other for one, other in pairwise(tones))


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("classes=own",), NeedsKey),
        (("classes=quantile", "breaks=1_2"), BadKey),
        (("breaks=1_2", "classes=quantile"), BadKey),
        (("classes=mine",), BadValue),
        (("breaks=2_1",), BadBounds),
        (("palette=pink",), BadValue),
    ],
)
def test_contradictions_are_refused(zz_version, words, error):
    """Own classes need bounds, bounds need no method beside them."""
    with pytest.raises(error):
        view_of(zz_version, "executed", "2024", *words)


@pytest.mark.parametrize(
    ("address", "form", "expected"),
    [
        ("executed/2024", {"breaks": "100 200"}, "executed/2024/breaks=100_200/"),
        ("executed/2024", {"breaks": "100 200", "classes": "natural"}, "executed/2024/breaks=100_200/"),
        (
            "executed/2024/breaks=100_200",
            {"breaks": "100; 200", "classes": "quantile"},
            "executed/2024/classes=quantile/",
        ),
        ("executed/2024/breaks=100_200", {"breaks": "100; 200", "classes": "own"}, "executed/2024/breaks=100_200/"),
        ("executed/2024/breaks=100_200", {"breaks": ""}, "executed/2024/"),
        ("executed/2024/breaks=100_200", {"period": "2023"}, "executed/2023/breaks=100_200/"),
        ("executed/2024/breaks=100_200", {"measure": "change"}, "change/2024/"),
        ("executed/2024/breaks=100_200", {"per": "km2"}, "executed/2024/per=km2/"),
        ("executed/2024", {"classes": "own"}, "executed/2024/"),
        ("executed/2024/palette=viridis", {"measure": "change"}, "change/2024/"),
        ("executed/2024/palette=blue", {"measure": "change"}, "change/2024/palette=blue/"),
    ],
)
def test_a_form_takes_bounds_and_drops_those_that_say_nothing_more(zz_version, address, form, expected):
    """Typing is choosing; another figure or denominator has other bounds."""
    view = view_of(zz_version, *address.split("/"))

    assert f"en/zz/region/{expected}" == parse_form(view, form, offer_of(zz_version)).path


def test_examples_of_bounds_are_bounds(zz_version):
    """What an error shows as allowed is allowed."""
    view = View("en", "zz", "region", "change", "2024")
    for example in allowed_values(view, "breaks", {}, offer_of(zz_version)):
        assert example == canonical(example, is_signed=True)
