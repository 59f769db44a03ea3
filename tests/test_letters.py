"""Laws of letters as outlines: every letter that the site writes has a shape, and no line is wider than its room."""

import tomllib
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.core.text import MESSAGES
from geo.faces.letters import EM, glyph, shortened, width, wrapped

LINES = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
ALPHABETS = {
    "kk": "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя",
    "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "en": "abcdefghijklmnopqrstuvwxyz",
}
UNKNOWN = "😀"


def box(*, is_bold):
    """Return the path of a letter that no font holds."""
    return glyph(UNKNOWN, is_bold=is_bold).path


def words(plain):
    """Yield every message of a file."""
    for value in plain.values():
        yield from words(value) if isinstance(value, dict) else [str(value)]


@pytest.mark.parametrize("is_bold", [False, True])
@pytest.mark.parametrize("lang", ALPHABETS)
def test_every_letter_of_a_language_has_a_shape(lang, is_bold):
    """Small and capital, with the signs of money, numbers and quotations."""
    letters = {*ALPHABETS[lang], *ALPHABETS[lang].upper(), *"0123456789₸№%−–—…·«»“”’.,:;!?()+<>&=÷×/"}

    assert [] == [one for one in sorted(letters) if glyph(one, is_bold=is_bold).path in {"", box(is_bold=is_bold)}]


@pytest.mark.parametrize("lang", ALPHABETS)
def test_no_word_of_a_language_is_drawn_as_a_box(lang):
    """The messages hold whatever a picture may say; the arrows and key signs of pages are no words."""
    said = {letter for text in words(tomllib.loads((MESSAGES / f"{lang}.toml").read_text("utf-8"))) for letter in text}
    boxes = {letter for letter in said if glyph(letter, is_bold=False).path == box(is_bold=False)}

    assert set() == {letter for letter in boxes if unicodedata.category(letter)[0] in "LNP"}
    assert set() == {letter for letter in boxes if unicodedata.category(letter) == "Sc"}


def test_a_letter_that_no_font_holds_is_a_box_and_never_nothing():
    """A reader sees that something stands there."""
    assert glyph(UNKNOWN, is_bold=False).path
    assert glyph("漢", is_bold=True).path == box(is_bold=True)


def test_a_weight_has_shapes_of_its_own():
    """Names tell them apart within one file."""
    plain, bold = (glyph("Қ", is_bold=is_bold) for is_bold in (False, True))

    assert plain.name != bold.name
    assert plain.path != bold.path
    assert plain.advance < bold.advance


@pytest.mark.parametrize("space", [" ", "\u00a0", "\u2009", "\u202f"])
def test_a_space_takes_room_and_draws_nothing(space):
    """Thousands are parted by one, in every language."""
    made = glyph(space, is_bold=False)

    assert "" == made.path
    assert 0 < made.advance < EM / 2


@pytest.mark.parametrize("sign", ["\u202e", "\u200b", "\ufeff", "\n"])
def test_what_cannot_be_seen_draws_nothing(sign):
    """A name that turns the line around turns nothing here."""
    assert (0, "") == glyph(sign, is_bold=False)[1:]


@given(text=LINES, other=LINES, size=st.floats(4, 80), is_bold=st.booleans())
def test_widths_add_up(text, other, size, is_bold):
    """No pair of letters is drawn nearer together than measured."""
    together = width(text + other, size, is_bold=is_bold)

    assert pytest.approx(together) == width(text, size, is_bold=is_bold) + width(other, size, is_bold=is_bold)


@given(text=LINES, size=st.floats(8, 60), room=st.floats(120, 1200), is_bold=st.booleans())
def test_no_line_is_wider_than_its_room_and_none_loses_a_letter(text, size, room, is_bold):
    """Long words are broken, not hung over the edge."""
    lines = wrapped(text, size, room, is_bold=is_bold)

    assert all(width(line, size, is_bold=is_bold) <= room + 1e-6 for line in lines)
    assert text.replace(" ", "") == "".join(lines).replace(" ", "")


@given(text=LINES, size=st.floats(8, 40), room=st.floats(60, 600))
def test_a_shortened_line_fits_and_says_that_it_goes_on(text, size, room):
    """What fits is left alone."""
    made = shortened(text, size, room)

    assert width(made, size) <= room
    assert made == text or made.endswith("…")
