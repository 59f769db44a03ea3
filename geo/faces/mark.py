"""The mark of a country that was made up: words across the map itself, in names of files and before every title."""

from __future__ import annotations

from typing import Protocol

from markupsafe import Markup

from geo.core.country import Country
from geo.core.text import Text

_LETTER = 0.6  # of the size of its letters is a letter wide, with the space beside it
_ROWS = (1 / 5, 1 / 2, 4 / 5)  # of the height
_TURN = -18  # degrees


class Shown(Protocol):
    """A country, or something that shows its figures."""

    @property
    def is_synthetic(self) -> bool:
        """Tell whether the organisations are made up."""


def mark_of(shown: Shown, text: Text) -> str:
    """Return the words that mark everything of a synthetic country; empty for a real one."""
    return text("synthetic.mark") if shown.is_synthetic else ""


def marked(mark: str, words: str) -> str:
    """Return words with the mark before them, where there is one."""
    return f"{mark}. {words}" if mark else words


def warning(shown: Shown, text: Text) -> Markup:
    """Return the paragraph with which a page about a synthetic country begins; nothing for a real one."""
    return Markup("<p><strong>%s</strong></p>\n") % text("note.synthetic") if shown.is_synthetic else Markup("")


def file_name(country: Country, stem: str, ending: str) -> str:
    """Return the name under which a file is saved; one of a synthetic country says so in the name."""
    return f"{stem}-synthetic.{ending}" if country.is_synthetic else f"{stem}.{ending}"


def watermark(mark: str, width: int, height: int) -> Markup:
    """Return the mark across a drawing, in rows that no cut of a map leaves out; nothing without a mark.

    It is drawn over the colours and under the numbers, and the pointer goes through it.
    """
    if not mark:
        return Markup("")
    size = round(width / 26)
    count = max(1, round(width / (size * _LETTER * (len(mark) + 4))))
    made = []
    for row, share in enumerate(_ROWS):
        shift = 0.5 if row % 2 else 0.0
        for place in range(count + bool(shift)):
            x, y = round(width * (place + 0.5 - shift) / count), round(height * share)
            made.append(Markup('<text transform="translate(%s %s)rotate(%s)">%s</text>') % (x, y, _TURN, mark))
    # A picture in the picture: it cuts what would stand out beyond the drawing where a page leaves room beside it.
    rows = Markup('<svg class="mark" width="%s" height="%s" font-size="%s" aria-hidden="true">%s</svg>')
    return rows % (width, height, size, Markup("").join(made))
