"""Laws of pictures: outlines alone, the same bytes twice, exact sizes, no word outside; whatever a name holds."""

import re
import struct
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import geo
from geo.core.errors import CannotDraw
from geo.core.view import parse_view
from geo.faces.letters import EM, glyph
from geo.faces.picture import SIZES, literal, picture
from geo.faces.png import png
from geo.faces.poster import POSTERS
from geo.faces.reading import read
from geo.layers import layer, offer_of

SVG = "{http://www.w3.org/2000/svg}"
STATIC = Path(geo.__file__).parent / "web" / "static"
STYLES = literal(
    "\n".join((STATIC / name).read_text("utf-8").strip() for name in ("map.css", "places.css", "mark.css"))
)
MOVED = re.compile(r"translate\((-?[\d.]+) (-?[\d.]+)\)")
SCALED = re.compile(r"scale\(([\d.e-]+) -")
HOSTILE = ("</style><script>x</script>", "\x00\x0b\ud7ff\ufffe", "]]>&#0;", "\u202eтілкері", "W" * 400, "а " * 300, "")
PLACES = (
    "region/executed/2024",
    "region/executed/2024/per=none",
    "region/change/2024",
    "region/share/2024/function=01",
)
each_size = pytest.mark.parametrize("size", SIZES)


@pytest.fixture(scope="module")
def readings(zz_version, kz_version):
    """Return a view in words: `readings(lang, country, place)` is (reading, version)."""
    versions = {"zz": zz_version, "kz": kz_version}

    def made(lang, country, place):
        version = versions[country]
        view = parse_view(lang, [country, *place.split("/")], {country: offer_of(version)})
        return read(layer(view, version), version), version

    return made


def drawn(given, size="page", published=""):
    """Return a picture taken apart."""
    return ElementTree.fromstring(picture(*given, STYLES, size, published))


def written(tree):
    """Return the words that a picture draws, in their order."""
    return [group.get("aria-label") for group in tree.iter(f"{SVG}g") if group.get("aria-label") is not None]


class Line(NamedTuple):
    """A line as it is drawn outside of the map, in pixels of the picture."""

    left: float
    right: float
    base: float
    size: float

    def touches(self, other):
        """Tell whether letters of two lines may lie on each other."""
        is_beside = self.right <= other.left + 0.1 or other.right <= self.left + 0.1
        return not is_beside and abs(self.base - other.base) < 0.9 * min(self.size, other.size)


def lines_of(element, x=0.0, y=0.0):
    """Yield the lines that are written outside of the map."""
    for child in element:
        left, top = x, y
        if moved := MOVED.search(child.get("transform", "")):
            left, top = x + float(moved[1]), y + float(moved[2])
        if child.get("class") == "map":
            continue
        if scaled := SCALED.search(child.get("transform", "")):
            scale, letters = float(scaled[1]), list(child.iter(f"{SVG}use"))
            if letters:
                end = int(letters[-1].get("x", 0)) + advance(letters[-1].get("href"))
                yield Line(left, left + end * scale, top, EM * scale)
        else:
            yield from lines_of(child, left, top)


def advance(href):
    """Return how far the next letter stands behind one that is used."""
    return glyph(chr(int(href[2:], 16)), is_bold=href[1] == "b").advance


@each_size
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_a_picture_is_made_of_outlines_and_asks_for_nothing(readings, lang, place, size):
    """No text, no font, no address but of a shape within; every letter that is used has one."""
    tree = drawn(readings(lang, "kz", place), size)
    used = {element.get("href") for element in tree.iter() if "href" in element.attrib}
    shapes = {f"#{path.get('id')}": path.get("d") for path in tree.iter(f"{SVG}path") if "id" in path.attrib}

    assert [] == [element.tag for element in tree.iter() if element.tag in {f"{SVG}text", f"{SVG}image"}]
    assert used == set(shapes)
    assert all(shapes.values())
    assert "url(http" not in STYLES
    assert "@font-face" not in STYLES


@each_size
def test_every_word_is_drawn_letter_by_letter(readings, size):
    """As many shapes as there are letters that can be seen."""
    for group in drawn(readings("kk", "kz", PLACES[0]), size).iter(f"{SVG}g"):
        words = group.get("aria-label")
        if words is not None:
            assert len(re.sub(r"\s", "", words)) == len(list(group.iter(f"{SVG}use")))


@each_size
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_no_word_stands_outside_of_the_picture_or_on_another(readings, lang, place, size):
    """Measured by the letters' own widths: within the margins, and no two lines at one height overlap."""
    tree = drawn(readings(lang, "kz", place), size)
    wide, high = float(tree.get("width")), float(tree.get("height"))
    lines = list(lines_of(tree))

    assert len(lines) > 4
    assert all(30 <= line.left <= line.right <= wide - 30 and 30 <= line.base <= high - 30 for line in lines)
    assert [] == [pair for pair in combinations(lines, 2) if pair[0].touches(pair[1])]


@each_size
def test_a_picture_says_what_a_picture_has_to_say(readings, size):
    """Title, unit, scope, source, licence, version, its day, and the mark of a synthetic country."""
    reading, version = readings("ru", "zz", PLACES[0])
    said = " ".join(written(drawn((reading, version), size, "опубликована 1 мая 2026"))).replace("\u00a0", " ")

    for words in (
        *(reading.title, reading.period, reading.unit, reading.mark, version.country.scope["ru"]),
        *(version.country.sources[0].name["ru"], version.id, "опубликована 1 мая 2026"),
        *(swatch.label for swatch in reading.legend),
    ):
        assert words.replace("\u00a0", " ") in said


@each_size
def test_the_same_picture_has_the_same_bytes(readings, size):
    """A tag of its content is that of the view."""
    given = readings("en", "zz", PLACES[0])

    assert picture(*given, STYLES, size) == picture(*given, STYLES, size)


@pytest.mark.parametrize("words", HOSTILE)
@each_size
def test_hostile_words_are_words(readings, words, size):
    """In a title, in every name, in the notes: the file stays whole and every line within it."""
    reading, version = readings("en", "zz", PLACES[0])
    named = tuple(replace(line, name=words) for line in reading.lines)
    given = replace(reading, title=words, unit=words, lines=named, notes=(words,), alt=words), version
    tree = drawn(given, size)
    wide, high = float(tree.get("width")), float(tree.get("height"))
    lines = list(lines_of(tree))

    assert {"script"}.isdisjoint(element.tag.removeprefix(SVG) for element in tree.iter())
    assert all(line.right <= wide and line.base <= high for line in lines)
    assert [] == [pair for pair in combinations(lines, 2) if pair[0].touches(pair[1])]


@settings(max_examples=15)
@given(title=st.text(max_size=200), size=st.sampled_from(SIZES))
def test_any_title_can_be_drawn(readings, title, size):
    """Whatever letters there are."""
    reading, version = readings("en", "zz", PLACES[0])
    tree = drawn((replace(reading, title=title), version), size)

    assert tree.tag == f"{SVG}svg"
    assert all(line.right <= float(tree.get("width")) for line in lines_of(tree))


@pytest.mark.parametrize(("size", "scale"), [*((size, 1) for size in POSTERS), ("card", 2)])
def test_pixels_are_as_many_as_the_size_says(readings, size, scale):
    """Networks cut what is larger and refuse what is smaller."""
    content = png(picture(*readings("kk", "zz", PLACES[0]), STYLES, size), scale)
    shape = POSTERS[size]

    assert b"\x89PNG\r\n\x1a\n" == content[:8]
    assert (shape.width * scale, shape.height * scale) == struct.unpack(">II", content[16:24])


def test_the_same_picture_has_the_same_pixels(readings):
    """Two processes draw alike, so that two servers give one tag."""
    svg = picture(*readings("kk", "zz", PLACES[0]), STYLES, "card")

    assert png(svg) == png(svg)


def test_what_cannot_be_drawn_is_an_error_and_ends_nothing():
    """The child's trouble is the child's."""
    with pytest.raises(CannotDraw):
        png(b"<svg>")
