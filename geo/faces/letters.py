"""Letters of pictures as outlines: how wide words are, where lines break, the path of each letter.

A picture travels without fonts, so its words are drawn with the ones that came at set-up, whoever opens it.
"""

from __future__ import annotations

import threading
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from geo.core.errors import MissingPart

EM = 1000  # units of a letter's path for one of its size
CAPITAL = 714  # of them, how high a capital is
FONTS = Path(__file__).parents[1] / "web" / "vendor" / "fonts"
BOLD = 600  # from this weight on the heavier of the two is drawn
_SUBSETS = ("latin", "cyrillic", "cyrillic-ext", "latin-ext")  # as often as they are needed
_BOX = "M60 0V714H540V0ZM120 60H480V654H120Z"  # for a letter that no font holds
_SPACE = 260  # one that no font holds
_INVISIBLE = {"Cc", "Cf"}  # controls and marks of direction: nothing is drawn for them anywhere
_reading = threading.Lock()


class Glyph(NamedTuple):
    """One letter of one weight: a name for its shape, how far the next one stands, and its path, y upwards."""

    name: str
    advance: int
    path: str


@lru_cache(maxsize=4096)
def glyph(letter: str, *, is_bold: bool) -> Glyph:
    """Return a letter in units of EM; a box where no font holds it. Raises MissingPart where there are no fonts."""
    name = f"{'b' if is_bold else 'r'}{ord(letter):x}"
    kind = unicodedata.category(letter)
    if kind in _INVISIBLE:
        return Glyph(name, 0, "")
    weight = 700 if is_bold else 400
    with _reading:
        for subset in _SUBSETS:
            font = _font(subset, weight)
            found = font.getBestCmap().get(ord(letter))
            if found is not None:
                return Glyph(name, *_drawn(font, found))
    return Glyph(name, _SPACE, "") if kind == "Zs" else Glyph(name, 600, _BOX)


def width(text: str, size: float, *, is_bold: bool = False) -> float:
    """Return how wide a line is, in the unit of `size`."""
    return sum(glyph(letter, is_bold=is_bold).advance for letter in text) * size / EM


def wrapped(text: str, size: float, room: float, *, is_bold: bool = False) -> list[str]:
    """Return the lines of a text, none wider than `room`; a word that is wider by itself is broken."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        joined = f"{line} {word}" if line else word
        if width(joined, size, is_bold=is_bold) <= room:
            line = joined
            continue
        if line:
            lines.append(line)
        *whole, line = _pieces(word, size, room, is_bold=is_bold)
        lines += whole
    return [*lines, line] if line else lines


def shortened(text: str, size: float, room: float, *, is_bold: bool = False) -> str:
    """Return a line as it is where there is room for it, else its beginning with a sign that it goes on."""
    if width(text, size, is_bold=is_bold) <= room:
        return text
    while text and width(f"{text}…", size, is_bold=is_bold) > room:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _pieces(word: str, size: float, room: float, *, is_bold: bool) -> list[str]:
    pieces, piece = list[str](), ""
    for letter in word:
        if piece and width(piece + letter, size, is_bold=is_bold) > room:
            pieces.append(piece)
            piece = ""
        piece += letter
    return [*pieces, piece]


@cache
def _font(subset: str, weight: int) -> Any:
    from fontTools.ttLib import TTFont

    path = FONTS / f"noto-sans-{subset}-{weight}-normal.woff2"
    if not path.is_file():
        raise MissingPart(name=path.name, remedy="make setup")
    return TTFont(path, lazy=False)


def _drawn(font: Any, name: str) -> tuple[int, str]:
    """Return the advance and the path of a glyph, in whole units."""
    from fontTools.pens.svgPathPen import SVGPathPen

    glyphs = font.getGlyphSet()
    pen = SVGPathPen(glyphs, ntos=lambda value: str(round(value)))
    glyphs[name].draw(pen)
    return round(glyphs[name].width), pen.getCommands()
