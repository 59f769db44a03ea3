"""Laws of codes: a BIN proves itself as far as its arithmetic goes, and letters that only look right are named."""

import csv
import os
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from geo.core.codes import bin_check_digit, has_bin_form, in_cyrillic, is_bin, look_alikes

SHARED = Path(os.environ.get("BUDGETMAP_SHARED", Path(__file__).resolve().parents[2] / "shared"))
REGISTER = SHARED / "data/kz/organisations/kz_state_organisations_sample_from_legal_entity_register.csv"
# Nothing but zeros is no number, and the eleventh digit weighs nothing.
ELEVEN = st.text("0123456789", min_size=11, max_size=11).filter(lambda digits: digits[:10].strip("0"))


def first_rest(digits):
    """Weigh eleven digits with 1 … 11."""
    return sum(weight * int(digit) for weight, digit in enumerate(digits, 1)) % 11


def numbers():
    """Draw BINs whose check digit the first row of weights settles: ten in eleven of all."""
    return ELEVEN.filter(lambda digits: first_rest(digits) < 10).map(lambda digits: f"{digits}{first_rest(digits)}")


def swapped(text, at):
    """Exchange two neighbours."""
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


@pytest.mark.skipif(not REGISTER.exists(), reason="needs the shared register of legal entities")
def test_every_real_number_passes():
    """All state bodies of the register have numbers that prove themselves."""
    with REGISTER.open(encoding="utf-8-sig", newline="") as file:
        numbers = [row["bin"] for row in csv.DictReader(file)]

    assert [] == [number for number in numbers if not is_bin(number)]
    assert len(numbers) > 100


def test_twelve_zeros_are_no_number():
    """Their check digit is right, and they stand where a form wanted something written."""
    assert 0 == bin_check_digit("0" * 11)
    assert not is_bin("0" * 12)
    assert has_bin_form("0" * 12)


@given(ELEVEN)
def test_at_most_one_last_digit_fits(eleven):
    """Eleven digits have one check digit, or none where both rows of weights leave 10."""
    fitting = [digit for digit in "0123456789" if is_bin(eleven + digit)]

    assert [str(digit) for digit in [bin_check_digit(eleven)] if digit < 10] == fitting


@given(numbers(), st.integers(0, 9), st.integers(1, 9))
def test_a_slip_in_one_of_the_first_ten_digits_is_seen(number, at, by):
    """Each weighs something modulo 11; only a slip that makes the first row leave 10 may be missed."""
    slipped = number[:at] + str((int(number[at]) + by) % 10) + number[at + 1 :]
    assume(first_rest(slipped[:-1]) < 10)

    assert not is_bin(slipped)


@given(numbers(), st.integers(1, 9))
def test_a_slip_in_the_eleventh_digit_is_not_seen(number, by):
    """It weighs 11, which is nothing: the arithmetic of the state, not ours."""
    assert is_bin(number[:10] + str((int(number[10]) + by) % 10) + number[11])


@given(numbers(), st.integers(0, 9))
def test_exchanged_neighbours_are_seen(number, at):
    """Neighbouring weights differ by one, so two different digits cannot change places among the first eleven."""
    exchanged = swapped(number, at)
    assume(number[at] != number[at + 1] and first_rest(exchanged[:-1]) < 10)

    assert not is_bin(exchanged)


def test_nine_slips_in_ten_are_seen():
    """Over all slips of one digit and all exchanges of neighbours of a thousand numbers."""
    numbers = [
        f"{digits}{bin_check_digit(digits)}" for digits in (f"{n * 98_765_431 % 10**11:011}" for n in range(1000))
    ]
    numbers = [number for number in numbers if len(number) == 12]
    slips = [
        number[:at] + digit + number[at + 1 :] for number in numbers for at in range(12) for digit in "0123456789"
    ] + [swapped(number, at) for number in numbers for at in range(11)]
    wrong = [slip for slip in slips if slip not in set(numbers)]

    assert sum(is_bin(slip) for slip in wrong) / len(wrong) < 0.1


@given(st.text(max_size=14))
def test_no_text_breaks_the_check(text):
    """Digits of other scripts are none; whatever comes in, the answer is yes or no."""
    assert is_bin(text) <= has_bin_form(text)
    assert has_bin_form(text) == (len(text) == 12 and text.isascii() and text.isdigit())


@pytest.mark.parametrize(
    ("text", "letters"),
    [("Aкмола", "A"), ("Акмола", ""), ("Akmola", ""), ("село Aбай, Kaрaтay", "AKaaay"), ("ІТ-мектеп", "")],
)
def test_latin_letters_inside_cyrillic_words_are_named(text, letters):
    """A word of one script is left alone; a mixed one tells which letters are not of it."""
    assert letters == look_alikes(text)
    assert "" == look_alikes(in_cyrillic(text))
