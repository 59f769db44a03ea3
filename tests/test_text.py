"""Laws of words and numbers for people: exact, in the reader's language, with the signs that language uses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.core.model import LANGUAGES
from geo.core.text import Scale, text_of

DIGITS = str.maketrans("", "", "\u00a0\u202f, ")
MINUS = "\u2212"
each_language = pytest.mark.parametrize("lang", LANGUAGES)


def read(shown, lang):
    """Return the whole number that a text shows, read as a person would."""
    return int(shown.translate(DIGITS).replace(MINUS, "-"))


@each_language
@given(st.integers(-(10**30), 10**30))
def test_a_whole_number_is_shown_to_the_last_digit(lang, value):
    """No digit is rounded, however many there are; the minus is a minus."""
    shown = text_of(lang).number(value)

    assert value == read(shown, lang)
    assert "-" not in shown
    assert " " not in shown


@each_language
@given(st.integers(-(2**62), 2**62))
def test_money_is_shown_to_the_minor_unit(lang, amount):
    """Tiyn stand behind the mark where there are any, always two, and the sign stands in front."""
    shown = text_of(lang).money(amount, 100, "₸")
    mark = "." if lang == "en" else ","
    digits = "".join(c for c in shown if c.isdigit())
    minor = digits if mark in shown.replace(",", "" if lang == "en" else ",") else digits + "00"

    assert abs(amount) == int(minor)
    assert shown.startswith(MINUS) == (amount < 0)


@pytest.mark.parametrize(
    ("lang", "amount", "shown"),
    [
        ("kk", 123_456_789_05, "123\u00a0456\u00a0789,05\u00a0₸"),
        ("ru", 123_456_789_05, "123\u00a0456\u00a0789,05\u00a0₸"),
        ("en", 123_456_789_05, "₸123,456,789.05"),
        ("kk", -5, f"{MINUS}0,05\u00a0₸"),
        ("ru", 100, "1\u00a0₸"),
        ("en", -73_00, f"{MINUS}₸73"),
        ("en", 0, "₸0"),
    ],
)
def test_money_is_written_as_in_the_language(lang, amount, shown):
    """A no-break space or a comma between thousands, the sign of the tenge where it belongs."""
    assert shown == text_of(lang).money(amount, 100, "₸")


@pytest.mark.parametrize(
    ("lang", "value", "decimals", "shown"),
    [
        ("kk", 1234567.891, 1, "1\u00a0234\u00a0567,9"),
        ("ru", -1234.5, 2, f"{MINUS}1\u00a0234,50"),
        ("en", 1234.5, 0, "1,234"),
        ("en", 0.0, 2, "0.00"),
        ("kk", 7, 1, "7,0"),
    ],
)
def test_a_number_has_exactly_the_decimals_asked_for(lang, value, decimals, shown):
    """Columns of numbers stand under one another."""
    assert shown == text_of(lang).number(value, decimals)


@pytest.mark.parametrize(
    ("lang", "value", "is_change", "shown"),
    [
        ("kk", 99.34, False, "99,3%"),
        ("ru", 99.34, False, "99,3\u00a0%"),
        ("en", 99.34, False, "99.3%"),
        ("en", 5.0, True, "+5.0%"),
        ("ru", -5.04, True, f"{MINUS}5,0\u00a0%"),
        ("en", 0.04, True, "0.0%"),
    ],
)
def test_a_share_is_written_in_per_cent(lang, value, is_change, shown):
    """A change has its sign; what rounds to nothing has none."""
    assert shown == text_of(lang).percent(value, is_change=is_change)


@pytest.mark.parametrize(
    ("lang", "period", "shown"),
    [
        ("en", "2024", "2024"),
        ("en", "2024-12", "2024"),
        ("kk", "2024-12", "2024"),
        ("ru", "2024-12", "2024"),
        ("en", "2024-06", "January"),
        ("ru", "2024-06", "январь"),
        ("kk", "2024-06", "қаңтар"),
        ("kk", "2025-03", "наурыз"),
        ("ru", "2025-01", "январь"),
    ],
)
def test_a_period_is_named_for_people(lang, period, shown):
    """A year by its number, a part of one by its months, which are small letters in Kazakh and Russian."""
    text = text_of(lang).period(period)

    assert shown in text
    assert period[:4] in text


@pytest.mark.parametrize(("lang", "part"), [("kk", "маусым"), ("ru", "июня"), ("en", "June")])
def test_a_day_has_its_month_in_words(lang, part):
    """8 June 2022, in the case that the language asks for."""
    day = text_of(lang).day("2022-06-08")

    assert part in day
    assert "8" in day
    assert "2022" in day


@given(st.floats(0, 1e17))
def test_a_scale_leaves_two_digits_or_more_before_the_mark(largest):
    """The largest value of a picture is neither 0.01 billion nor 10,000,000 of anything small."""
    scale = Scale.of(largest)
    shown = largest / 10**scale.exponent

    assert scale.exponent in {0, 3, 6, 9, 12}
    assert shown >= 10 or scale.exponent == 0
    assert shown < 10_000 or scale.exponent == 12
    assert scale == Scale.of(-largest)


@pytest.mark.parametrize(
    ("largest", "exponent", "decimals"),
    [(0, 0, 2), (9.99, 0, 2), (99, 0, 1), (999, 0, 0), (9_999, 0, 0), (10_000, 3, 1), (15e12, 12, 1), (998e9, 9, 0)],
)
def test_a_scale_is_chosen_for_the_largest(largest, exponent, decimals):
    """Three digits are shown, two of them before the mark."""
    assert Scale(exponent, decimals) == Scale.of(largest)


@each_language
def test_an_unknown_word_is_an_error(lang):
    """A key never stands where a word should."""
    text = text_of(lang)

    with pytest.raises(KeyError):
        text("no.such.word")
    assert not text.has("no.such.word")


def test_a_language_that_is_not_spoken_is_an_error():
    """No silent English."""
    with pytest.raises(KeyError):
        text_of("de")


@pytest.mark.parametrize(
    ("value", "kk", "ru", "en"),
    [
        (5.3e12, "5,3 трлн ₸", "5,3 трлн ₸", "₸5.3 trillion"),
        (15_049_842_185_826, "15,05 трлн ₸", "15,05 трлн ₸", "₸15.05 trillion"),
        (53.12e9, "53,1 млрд ₸", "53,1 млрд ₸", "₸53.1 billion"),
        (999_960, "1 млн ₸", "1 млн ₸", "₸1 million"),
        (812_345, "812 мың ₸", "812 тыс. ₸", "₸812 thousand"),
        (4_321, "4 321 ₸", "4 321 ₸", "₸4,321"),
        (-2.5e9, "−2,5 млрд ₸", "−2,5 млрд ₸", "−₸2.5 billion"),
        (100, "100 ₸", "100 ₸", "₸100"),
        (0, "0 ₸", "0 ₸", "₸0"),
    ],
)
def test_a_sentence_says_money_as_its_language_does(value, kk, ru, en):
    """The sign before the number in English, behind it elsewhere; never broken over two lines."""
    shown = {lang: text_of(lang).in_words(value, "₸") for lang in LANGUAGES}

    assert {"kk": kk, "ru": ru, "en": en} == {lang: text.replace("\u00a0", " ") for lang, text in shown.items()}
    assert [] == [text for text in shown.values() if " " in text]


@pytest.mark.parametrize(
    ("count", "kk", "ru", "en"),
    [
        (1, "1 облыс", "1 область", "1 region"),
        (3, "3 облыс", "3 области", "3 regions"),
        (11, "11 облыс", "11 областей", "11 regions"),
        (17, "17 облыс", "17 областей", "17 regions"),
        (21, "21 облыс", "21 область", "21 regions"),
    ],
)
def test_a_count_has_the_form_of_its_word(count, kk, ru, en):
    """Kazakh has one form behind a number, Russian three, English two."""
    assert [kk, ru, en] == [text_of(lang).counted("kinds.region", count) for lang in ("kk", "ru", "en")]
