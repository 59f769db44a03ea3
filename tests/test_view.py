"""Laws of addresses: one for each view, read back to the same view; a wrong word is answered with the right ones."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.core.errors import BadKey, BadValue, NeedsKey, ReaderError, UnknownWord
from geo.core.view import KEYS, MEASURES, View, allowed_values, parse_form, parse_view
from geo.layers import offer_of
from tests.country_zz import NEW, OLD


@pytest.fixture(scope="session")
def offers(zz_version, kz_version):
    return {version.country.id: offer_of(version) for version in (zz_version, kz_version)}


def parsed(offers, address):
    """Return the view of a whole address."""
    lang, *segments = address.strip("/").split("/")
    return parse_view(lang, segments, offers)


@st.composite
def addresses(draw, offers):
    """Return a random address in which every word is known, its keys in any order."""
    offer = offers[draw(st.sampled_from(sorted(offers)))]
    measure = draw(st.sampled_from(sorted(MEASURES)))
    period = draw(st.sampled_from(offer.periods_of(measure, "region")))
    view = View("kk", offer.country.id, "region", measure, period)
    given_keys = {}
    for key in draw(st.permutations([key for key in KEYS if key != "within"])):
        allowed = allowed_values(view, key, given_keys, offer)
        if allowed and key != "highlight" and draw(st.booleans()):
            given_keys[key] = draw(st.sampled_from(allowed))
    if MEASURES[measure].over == "unit_total":
        given_keys["function"] = draw(st.sampled_from(offer.functions))
    return "/".join(["kk", offer.country.id, "region", measure, period, *(f"{k}={v}" for k, v in given_keys.items())])


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_view_and_its_address_are_one(offers, data):
    """The canonical path reads back to the same view, whatever order the keys came in."""
    view = parsed(offers, data.draw(addresses(offers)))
    again = parsed(offers, view.path)

    assert view == again
    assert view.path == again.path


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_canonical_address_has_its_keys_in_one_order_and_no_default(offers, data):
    """Two readers who mean the same share one address, and one cache."""
    view = parsed(offers, data.draw(addresses(offers)))
    keys = [segment.split("=") for segment in view.path.strip("/").split("/")[5:]]

    assert [key for key, _ in keys] == [key for key in KEYS if key in dict(keys)]
    assert [] == [key for key, value in keys if value == KEYS[key]]
    assert view.path == urlsplit(view.path).path


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_a_form_sent_unchanged_changes_nothing(offers, data):
    """What the page filled in leads back to the page."""
    view = parsed(offers, data.draw(addresses(offers)))
    form = {name: getattr(view, name) for name in ("level", "measure", "period", *KEYS)}

    assert view == parse_form(view, form, offers[view.country])


def answered(segments, offers):
    """Return the address of the view, or what would have been one."""
    try:
        return parse_view("kk", segments, offers).path
    except ReaderError as error:
        return error.allowed


@settings(max_examples=100, deadline=None)
@given(data=st.data(), words=st.lists(st.text(max_size=12), max_size=7))
def test_any_words_are_a_view_or_an_answer(offers, data, words):
    """An address of rubbish raises only what readers are answered with, and says what is allowed."""
    good = data.draw(addresses(offers)).split("/")
    at = data.draw(st.integers(0, len(good) - 1))
    for segments in (words, [*good[1:at], *words, *good[at + 1 :]]):
        assert answered(segments, offers)


def test_december_is_the_year(offers):
    """2024-12 is the year 2024: one address for one thing."""
    assert "kk/kz/region/executed/2024/" == parsed(offers, "kk/kz/region/executed/2024-12").path
    assert "2024-12" == parsed(offers, "kk/kz/region/executed/2024").month


@pytest.mark.parametrize(
    ("address", "error", "values", "allowed"),
    [
        ("kk/xx/region/executed/2024", UnknownWord, {"word": "country"}, "kz"),
        ("kk", UnknownWord, {"word": "country"}, "zz"),
        ("kk/zz/village/executed/2024", UnknownWord, {"word": "level"}, "region"),
        ("kk/zz", UnknownWord, {"word": "level"}, "region"),
        ("kk/zz/region/spendings/2024", UnknownWord, {"word": "measure"}, "executed"),
        ("kk/zz/region/executed/2022", UnknownWord, {"word": "period"}, "2024-06"),
        ("kk/zz/region/executed/2024-13", UnknownWord, {"word": "period"}, "2024"),
        ("kk/zz/region/executed/latest", UnknownWord, {"word": "period"}, "2024"),
        ("kk/zz/region/executed", UnknownWord, {"word": "period"}, "2024"),
        ("kk/zz/region/change/2023", UnknownWord, {"word": "period"}, "2024"),
        ("kk/zz/region/executed/2024/colour=red", BadKey, {"problem": "unknown"}, "function"),
        ("kk/zz/region/executed/2024/red", BadKey, {"problem": "unknown"}, "function"),
        ("kk/zz/region/executed/2024/function=01/function=02", BadKey, {"problem": "twice", "key": "function"}, "per"),
        ("kk/zz/region/execution/2024/per=km2", BadKey, {"problem": "not_offered", "key": "per"}, "function"),
        ("kk/zz/region/executed/2024/function=99", BadValue, {"key": "function"}, "01"),
        ("kk/zz/region/executed/2024/per=cow", BadValue, {"key": "per"}, "km2"),
        ("kk/zz/region/executed/2024/transfers=yes", BadValue, {"key": "transfers"}, "included"),
        ("kk/zz/region/executed/2024/borders=1999-01-01", BadValue, {"key": "borders"}, OLD),
        ("kk/zz/region/executed/2024/prices=1990", BadValue, {"key": "prices"}, "2023"),
        ("kk/zz/region/executed/2024/classes=fixed", BadValue, {"key": "classes"}, "quantile"),
        ("kk/zz/region/executed/2024/highlight=35", BadValue, {"key": "highlight"}, "50"),
        (f"kk/zz/region/executed/2024/borders={OLD}/highlight=50", BadValue, {"key": "highlight"}, "35"),
        ("kk/zz/region/executed/2024/sort=colour", BadValue, {"key": "sort"}, "name"),
        ("kk/zz/region/share/2024", NeedsKey, {"key": "function"}, "02"),
    ],
)
def test_every_wrong_word_is_answered_with_what_is_allowed(offers, address, error, values, allowed):
    """The reader learns which word, and what would have been answered; never an echo of what was sent."""
    with pytest.raises(error) as raised:
        parsed(offers, address)

    assert values == raised.value.values
    assert allowed in raised.value.allowed


@pytest.mark.parametrize(
    ("address", "canonical"),
    [
        ("executed/2024/per=person/transfers=apart/prices=nominal", "executed/2024/"),
        (f"executed/2024/borders={NEW}", "executed/2024/"),
        ("executed/2024/classes=natural", "executed/2024/"),
        ("execution/2024/classes=fixed", "execution/2024/"),
        ("executed/2024/function=01/transfers=included", "executed/2024/function=01/"),
        ("execution/2024/prices=2023", "execution/2024/"),
        ("executed/2024/sort=name/function=02", "executed/2024/function=02/sort=name/"),
        (f"executed/2024/highlight=35/borders={OLD}", f"executed/2024/borders={OLD}/highlight=35/"),
    ],
)
def test_what_has_no_effect_is_not_in_the_address(offers, address, canonical):
    """Defaults and keys that change nothing are left out."""
    assert f"en/zz/region/{canonical}" == parsed(offers, f"en/zz/region/{address}").path


@pytest.mark.parametrize(
    ("address", "form", "expected"),
    [
        ("executed/2024/per=km2", {"measure": "execution"}, "execution/2024/"),
        ("executed/2024/classes=quantile", {"measure": "execution"}, "execution/2024/classes=quantile/"),
        ("execution/2024", {"measure": "executed", "classes": "fixed"}, "executed/2024/"),
        ("executed/2024/per=km2", {"per": ""}, "executed/2024/"),
        ("executed/2024", {"per": "none", "function": "01"}, "executed/2024/function=01/per=none/"),
        ("executed/2024", {"period": "2024-06"}, "executed/2024-06/"),
        ("executed/2024", {"borders": OLD}, f"executed/2024/borders={OLD}/"),
        ("executed/2024/function=01", {"measure": "share"}, "share/2024/function=01/"),
        ("executed/2024/prices=2023", {"measure": "execution"}, "execution/2024/"),
    ],
)
def test_a_form_drops_what_the_chosen_measure_does_not_offer(offers, address, form, expected):
    """A form sends all its fields; nobody is refused for a field that he did not touch."""
    view = parsed(offers, f"en/zz/region/{address}")

    assert f"en/zz/region/{expected}" == parse_form(view, form, offers["zz"]).path


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"colour": "red"}, BadKey),
        ({"per": "cow"}, BadValue),
        ({"period": "2022"}, UnknownWord),
        ({"measure": "x"}, UnknownWord),
    ],
)
def test_a_form_with_unknown_words_is_refused(offers, form, error):
    """Dropping is for what has no effect, not for what is wrong."""
    view = parsed(offers, "en/zz/region/executed/2024")

    with pytest.raises(error):
        parse_form(view, form, offers["zz"])
