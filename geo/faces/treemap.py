"""A treemap: rectangles whose areas are the values, as near to squares as can be, labelled where a label fits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

WIDTH, HEIGHT = 360, 300
_SIZES = (13, 11)  # of letters, the larger first
_LINE, _LETTER, _EDGE = 1.25, 0.6, 6  # of a letter's size: distance of lines, width of a letter; room at the edge
_WORD = re.compile(r"[^\s-]+-?\s*|-\s*")
_LARGE, _MIDDLE = 0.2, 0.05  # shares that are drawn darker


@dataclass(frozen=True)
class Tile:
    """One part: its value, a short name, its figure, all in words, and where it leads (empty: nowhere)."""

    value: float
    name: str
    figure: str
    said: str
    address: str = ""


@dataclass(frozen=True)
class Rectangle:
    """A rectangle of a drawing, y down."""

    x: float
    y: float
    width: float
    height: float


def treemap(tiles: Sequence[Tile]) -> Markup:
    """Return the drawing of some parts, the largest first; those that are not above zero have no area and are left out.

    It is hidden from screen readers and the keyboard: the table beside it says the same, in order.
    """
    shown = sorted((tile for tile in tiles if tile.value > 0), key=lambda tile: -tile.value)
    whole = sum(tile.value for tile in shown)
    places = squarify([tile.value for tile in shown], WIDTH, HEIGHT)
    made = [_drawn(tile, place, tile.value / whole) for tile, place in zip(shown, places, strict=True)]
    return Markup('<svg class="treemap" viewBox="0 0 %s %s" aria-hidden="true">%s</svg>') % (
        WIDTH,
        HEIGHT,
        Markup("").join(made),
    )


def squarify(values: Sequence[float], width: float, height: float) -> list[Rectangle]:
    """Return a rectangle for each of some values above zero, the largest first; areas are exactly proportional.

    Rows are laid along the shorter side and take values as long as the worst ratio of sides gets no worse
    (Bruls, Huizing, van Wijk: Squarified Treemaps, 2000).
    """
    scale = width * height / sum(values) if values else 0.0
    areas = [value * scale for value in values]
    room, found, start = Rectangle(0.0, 0.0, float(width), float(height)), list[Rectangle](), 0
    while start < len(areas):
        side, end = min(room.width, room.height), start + 1
        while end < len(areas) and _worst(areas[start : end + 1], side) <= _worst(areas[start:end], side):
            end += 1
        row, room = _laid(areas[start:end], room)
        found += row
        start = end
    return found


def _worst(areas: Sequence[float], side: float) -> float:
    """Return the largest ratio of sides in a row of areas laid along a side."""
    thickness = sum(areas) / side
    return max(max(thickness**2 / area, area / thickness**2) for area in areas) if thickness else float("inf")


def _laid(areas: Sequence[float], room: Rectangle) -> tuple[list[Rectangle], Rectangle]:
    """Return a row of areas along the shorter side of the room, and the room that is left."""
    is_column = room.width >= room.height
    side = room.height if is_column else room.width
    thickness, at, row = (sum(areas) / side if side else 0.0), 0.0, []
    for area in areas:
        length = area / thickness if thickness else 0.0
        row.append(
            Rectangle(room.x, room.y + at, thickness, length)
            if is_column
            else Rectangle(room.x + at, room.y, length, thickness)
        )
        at += length
    if is_column:
        return row, Rectangle(room.x + thickness, room.y, max(0.0, room.width - thickness), room.height)
    return row, Rectangle(room.x, room.y + thickness, room.width, max(0.0, room.height - thickness))


def _drawn(tile: Tile, place: Rectangle, share: float) -> Markup:
    tone = 2 if share >= _LARGE else 1 if share >= _MIDDLE else 0
    x, y, width, height = (round(n, 2) for n in (place.x, place.y, place.width, place.height))
    shape = Markup('<rect class="t%s" x="%s" y="%s" width="%s" height="%s"><title>%s</title></rect>%s') % (
        *(tone, x, y, width, height, tile.said),
        _label(tile, place, tone),
    )
    return Markup('<a href="%s" tabindex="-1">%s</a>') % (tile.address, shape) if tile.address else shape


def _label(tile: Tile, place: Rectangle, tone: int) -> Markup:
    """Return the name and figure in the largest letters that have room, else the figure alone, else nothing."""
    wanted = [(size, True) for size in _SIZES] + [(_SIZES[0], False)]
    for size, with_name in wanted:
        across, down = (place.width - 2 * _EDGE) / (size * _LETTER), (place.height - 2 * _EDGE) / (size * _LINE)
        names = _wrapped(tile.name, int(across)) if with_name else []
        shown = [*names, tile.figure]
        if bool(names) == with_name and len(shown) <= down + 0.2 and max(map(len, shown)) <= across:
            return _written(shown, place, size, tone)
    return Markup("")


def _written(lines: Sequence[str], place: Rectangle, size: int, tone: int) -> Markup:
    left, top = round(place.x + _EDGE, 1), place.y + _EDGE + size * 0.85
    made = [
        Markup('<text class="l%s%s" x="%s" y="%s" font-size="%s">%s</text>')
        % (tone, " f" if line is lines[-1] else "", left, round(top + k * size * _LINE, 1), size, line)
        for k, line in enumerate(lines)
    ]
    return Markup("").join(made)


def _wrapped(name: str, across: int) -> list[str]:
    """Return a name in lines of at most so many letters; none where a part of a word is longer."""
    lines = [""]
    for word in _WORD.findall(name):
        if len(lines[-1]) + len(word.rstrip()) > across:
            lines.append("")
        lines[-1] += word
    shown = [line.rstrip() for line in lines if line.strip()]
    return shown if all(len(line) <= across for line in shown) else []
