"""Pictures of a fixed shape, for what networks show of a link: title, map, legend, source, date and mark in each.

Nothing is cut out of a larger picture: words are set for the shape and the map takes the room that they leave.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup

from geo.faces.framed import drawing_of
from geo.faces.legend import Swatch
from geo.faces.reading import Reading
from geo.faces.svg import Drawing, svg_map
from geo.faces.typeset import NOTHING, Block, Type, legend, paragraph, ranking, stack
from geo.versions import Version

_SMALLER = (1.0, 0.93, 0.86, 0.8, 0.74)  # of the sizes of letters, until all words have room
_SHORT = 4.5  # letters of a value that can be written on a map as large as its shape allows
_MOST = {"title": 2, "told": 2, "credits": 3}  # lines, where even the smallest letters have no room
_GAP = 18
_NO_BREAK = "\u00a0"


@dataclass(frozen=True)
class Poster:
    """A shape: pixels of the whole, sizes of letters, the least height of the map, what stands around it."""

    width: int
    height: int
    margin: int
    title: int
    told: int
    label: int  # of legend and list
    credits: int
    least: int  # pixels of height that the map has
    column: int = 0  # pixels of width of what stands beside the map; 0: it stands below
    ranks: int = 0  # units named at either end
    letters: float = 1.7  # of those on a page's map, so that they can be read on a phone


POSTERS = {
    "card": Poster(1200, 630, 36, 40, 18, 24, 14, 340, column=330, ranks=4),
    "square": Poster(1080, 1080, 44, 46, 25, 25, 17, 480),
    "portrait": Poster(1080, 1350, 48, 52, 27, 25, 18, 540, ranks=3),
}


def poster(reading: Reading, version: Version, credit: str, shape: Poster) -> Block:
    """Return the picture, exactly as wide and high as its shape; `credit` stands below everything."""
    drawing = drawing_of(reading.layer, version, "page")
    set_ = _Words(reading, version, credit, shape, _SMALLER[-1], is_cut=True)
    for factor in _SMALLER:
        words = _Words(reading, version, credit, shape, factor)
        if words.has_room:
            set_ = words
            break
    return set_.around(drawing)


def headline(reading: Reading) -> str:
    """Return title and period; the words of the period stay in one line."""
    return f"{reading.title}, {reading.period.replace(' ', _NO_BREAK)}"


def swatches_of(reading: Reading) -> list[Swatch]:
    """Return what a picture's legend names: classes unless values are circles, and reasons for no value."""
    return [*([] if reading.layer.shows_circles else reading.legend), *reading.states]


@dataclass(frozen=True)
class _Words:
    """The words of a poster at one size of letters."""

    reading: Reading
    version: Version
    credit: str
    shape: Poster
    factor: float
    is_cut: bool = False

    @property
    def inner(self) -> int:
        return self.shape.width - 2 * self.shape.margin

    @cached_property
    def head(self) -> Block:
        """Return title, mark, and what a reader must know of the numbers."""
        reading, lang = self.reading, self.reading.text.lang
        told = ", ".join([reading.unit, reading.status, *reading.qualifiers])
        blocks = (
            self._paragraph(headline(reading), "title", is_bold=True),
            self._paragraph(reading.mark, "told", is_bold=True),
            self._paragraph(f"{told}. {self.version.country.scope[lang]}", "told"),
        )
        return stack(blocks, 5)

    @cached_property
    def side(self) -> Block:
        """Return the value of all, the legend and the ends of the list: beside the map or below it."""
        reading, of = self.reading, self._type("label")
        room = self.shape.column or self.inner
        whole = paragraph(reading.overall, Type(of.size * 1.8, is_bold=True), room, 1)
        small = Type(of.size * 0.8, is_soft=True)
        about = paragraph(f"{reading.text('map.all')}, {reading.unit}", small, room, 2)
        circles = paragraph(reading.text("map.circles") if reading.layer.shows_circles else "", small, room)
        key = stack((legend(swatches_of(reading), of, room, is_column=bool(self.shape.column)), circles), _GAP / 2)
        if self.shape.column:
            ends = self._ends(room) if reading.layer.shows_circles else NOTHING  # else the legend has the room
            return stack((stack((whole, about), 0), key, ends), _GAP)
        total = reading.layer.overall
        said = reading.overall if total is None else reading.wording.said(total)
        line = self._paragraph(f"{reading.text('map.all')}: {said}", "label", is_bold=True)
        return stack((key, line, self._ends(room)), _GAP * 0.7)

    @cached_property
    def foot(self) -> Block:
        """Return the credits."""
        return self._paragraph(self.credit, "credits", is_soft=True)

    @cached_property
    def map_height(self) -> float:
        """Return the height that the words leave to the map."""
        high = self.shape.height - 2 * self.shape.margin - self.head.height - self.foot.height - 2 * _GAP
        return high if self.shape.column else high - self.side.height - _GAP

    @property
    def has_room(self) -> bool:
        """Tell whether the map has its least height, and what stands beside it no more than it has."""
        is_beside = not self.shape.column or self.side.height <= self.map_height
        return self.map_height >= self.shape.least and is_beside

    def around(self, drawing: Drawing) -> Block:
        """Return the whole: the words, and the map as large as they let it."""
        shape, head, side = self.shape, self.head, self.side
        free = self.inner - (shape.column + 2 * _GAP if shape.column else 0)
        room = max(self.map_height, shape.least * 0.6)
        wide = min(free, room * drawing["width"] / drawing["height"])
        high = wide * drawing["height"] / drawing["width"]
        x = shape.width - shape.margin - (wide if shape.column else (free + wide) / 2)
        y = shape.margin + head.height + _GAP + (room - high) / 2
        box = (round(x), round(y), round(wide), round(high))
        parts = [
            head.at(shape.margin, shape.margin),
            side.at(shape.margin, y if shape.column else y + (room - high) / 2 + high + _GAP),
            svg_map(self.reading, drawing, labels=self._letters, size=box),
            self.foot.at(shape.margin, shape.height - shape.margin - self.foot.height),
        ]
        return Block(shape.width, shape.height, Markup("").join(parts))

    @property
    def _letters(self) -> float:
        """Return how much larger than a page's the values on the map are: the longer they are, the less."""
        longest = max((len(line.value) for line in self.reading.lines if line.state == "value"), default=1)
        return max(1.15, self.shape.letters * min(1, _SHORT / longest))

    def _ends(self, room: float) -> Block:
        """Return the units with the most, and where there is room the least beside them."""
        count, text = self.shape.ranks, self.reading.text
        known = [(line.name, line.value) for line in self.reading.sorted_lines("value") if line.state == "value"]
        if not count or len(known) < 2 * count:
            return NOTHING
        of, half = self._type("label", 0.86), (room - 2 * _GAP) / 2
        if self.shape.column:
            return ranking(text("card.most"), known[:count], of, room)
        most = ranking(text("card.most"), known[:count], of, half)
        least = ranking(text("card.least"), known[: -count - 1 : -1], of, half)
        return Block(room, most.height, most.at(0, 0) + least.at(half + 2 * _GAP, 0))

    def _type(self, kind: str, share: float = 1.0, *, is_bold: bool = False, is_soft: bool = False) -> Type:
        return Type(getattr(self.shape, kind) * self.factor * share, is_bold, is_soft)

    def _paragraph(self, text: str, kind: str, *, is_bold: bool = False, is_soft: bool = False) -> Block:
        most = _MOST.get(kind, 2) if self.is_cut else 0
        return paragraph(text, self._type(kind, is_bold=is_bold, is_soft=is_soft), self.inner, most)
