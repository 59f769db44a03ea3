"""Blocks of a picture: paragraphs, legends and lists, set in a given room by how wide their letters really are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from geo.faces.legend import Swatch
from geo.faces.letters import shortened, wrapped
from geo.faces.letters import width as width_of
from geo.faces.patterns import legend_swatch

LEADING = 1.28  # of the size: from line to line
_RISE = 0.92  # of the size: from the top of a block to its first base line
_COUNT = 0.8  # of the size: how many units a class holds


@dataclass(frozen=True)
class Type:
    """How words are set: the size of letters in pixels, their weight, and whether they stand back."""

    size: float
    is_bold: bool = False
    is_soft: bool = False

    @property
    def line(self) -> float:
        """Return the distance from line to line."""
        return self.size * LEADING


@dataclass(frozen=True)
class Block:
    """What stands together: drawn from its upper left corner, so wide and so high."""

    width: float
    height: float
    drawn: Markup

    def at(self, x: float, y: float) -> Markup:
        """Return it in its place."""
        return Markup('<g transform="translate(%s %s)">%s</g>') % (round(x, 1), round(y, 1), self.drawn)


NOTHING = Block(0, 0, Markup(""))


def paragraph(text: str, of: Type, room: float, most: int = 0) -> Block:
    """Return a text in lines no wider than its room; with `most`, so many lines and a sign where it goes on."""
    lines = wrapped(text, of.size, room, is_bold=of.is_bold)
    if most and len(lines) > most:
        lines = [*lines[: most - 1], shortened(" ".join(lines[most - 1 :]), of.size, room, is_bold=of.is_bold)]
    made = [_line(line, of, 0, place * of.line) for place, line in enumerate(lines)]
    wide = max((width_of(line, of.size, is_bold=of.is_bold) for line in lines), default=0)
    return Block(wide, len(lines) * of.line, Markup("").join(made))


def legend(swatches: Sequence[Swatch], of: Type, room: float, *, is_column: bool = False) -> Block:
    """Return the rows of a legend: one below the other, or beside each other as far as there is room."""
    made, x, y, wide = list[Markup](), 0.0, 0.0, 0.0
    for swatch in swatches:
        row = _swatch(swatch, of, room)
        if x and (is_column or x + row.width > room):
            x, y = 0.0, y + of.size * 1.75
        made.append(row.at(x, y))
        wide = max(wide, x + row.width)
        x += row.width + of.size * 1.3
    return Block(wide, y + of.size * 1.4 if made else 0, Markup("").join(made))


def ranking(title: str, rows: Iterable[tuple[str, str]], of: Type, room: float) -> Block:
    """Return a list of (name, value) under its heading, values at the right edge of the room."""
    bold = Type(of.size, is_bold=True)
    made = [_line(shortened(title, of.size, room), Type(of.size, is_soft=True), 0, 0)]
    for place, (name, value) in enumerate(rows, start=1):
        y, long = place * of.line * 1.08, width_of(value, of.size, is_bold=True)
        made.append(_line(shortened(name, of.size, max(room - long - of.size, of.size)), of, 0, y))
        made.append(_line(value, bold, room - long, y))
    return Block(room, (len(made) + 1) // 2 * of.line * 1.08 + of.line * 0.5, Markup("").join(made))


def stack(blocks: Iterable[Block], gap: float) -> Block:
    """Return blocks below each other; empty ones take no room."""
    made, y, wide = list[Markup](), 0.0, 0.0
    for block in blocks:
        if block.height:
            y += gap if made else 0
            made.append(block.at(0, y))
            y, wide = y + block.height, max(wide, block.width)
    return Block(wide, y, Markup("").join(made))


def _swatch(swatch: Swatch, of: Type, room: float) -> Block:
    """Return one row of a legend: the square, what it stands for, how many units have it."""
    side = round(of.size * 1.25)
    text, small = side + of.size * 0.45, Type(of.size * _COUNT, is_soft=True)
    count = str(swatch.count)
    counted = width_of(count, small.size) + of.size * 0.4
    label = shortened(swatch.label, of.size, room - text - counted)
    long = width_of(label, of.size)
    parts = [
        Markup('<svg width="%s" height="%s">%s</svg>') % (side, side, legend_swatch(swatch.tone)),
        _line(label, of, text, of.size * 0.1),
        _line(count, small, text + long + of.size * 0.4, of.size * 0.1 + (of.size - small.size) * _RISE),
    ]
    return Block(text + long + counted, side, Markup("").join(parts))


def _line(text: str, of: Type, x: float, y: float) -> Markup:
    named = Markup(' class="soft"') if of.is_soft else Markup("")
    return Markup('<text x="%s" y="%s" font-size="%s" font-weight="%s"%s>%s</text>') % (
        *(round(x, 1), round(y + of.size * _RISE, 1), round(of.size, 2)),
        *(700 if of.is_bold else 400, named, text),
    )
