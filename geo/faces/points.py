"""Places on a map: a point each on the quiet ground of the territories around them, and the names that have room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from markupsafe import Markup

from geo.faces.legend import circle_radius
from geo.faces.patterns import hatched
from geo.faces.reading import Line, Reading

Spot = tuple[int, int]
_POINT = 0.0072  # of the drawing's width: the radius of a place whose colour says its value
_LEAST = 0.0026  # of it: a circle that can still be seen
_NAME = 11  # grid units: smaller names could not be read in an embed
_LETTER = 0.56  # of the size of its letters is a letter wide


class _Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def touches(self, other: _Box) -> bool:
        """Tell whether two boxes share a point."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


def radius_of(number: int, reading: Reading, width: int) -> float:
    """Return the radius of a place: that of a point, or of its value's circle, which is never too small to be seen."""
    if not reading.layer.shows_circles:
        return round(width * _POINT, 1)
    return max(circle_radius(reading.layer.rows[number].value, reading.layer, width), round(width * _LEAST, 1))


def order_of(reading: Reading) -> list[int]:
    """Return the numbers of the places in the order of drawing: large circles first, so that none hides another."""
    rows = reading.layer.rows
    if not reading.layer.shows_circles:
        return list(range(len(rows)))
    return sorted(range(len(rows)), key=lambda i: (-(rows[i].value or 0.0), rows[i].unit.unit_id))


def point(number: int, reading: Reading, spot: Spot, width: int, address: str | None) -> Markup:
    """Return a place: a link that the keyboard reaches where it has an address, else a circle with a title."""
    line, (x, y), radius = reading.lines[number], spot, radius_of(number, reading, width)
    shape = Markup('<circle class="%s"%s cx="%s" cy="%s" r="%s"') % (*_dress(line, reading), x, y, radius)
    said = f"{line.name}: {line.value}"
    if address is None:
        return shape + Markup(' data-u="%s"><title>%s</title></circle>') % (number, said)
    return Markup('<a href="%s" data-u="%s" aria-label="%s">%s/></a>') % (address, number, said, shape)


def names(reading: Reading, spots: Sequence[Spot], width: int, height: int, letters: float = 1.0) -> Markup:
    """Return the names of the places beside their points, the largest first, as far as there is room."""
    size = max(round(width / 76 * letters), _NAME)
    discs = [_disc(spot, radius_of(number, reading, width)) for number, spot in enumerate(spots)]
    taken: list[_Box] = []
    made = []
    for number in _by_amount(reading):
        radius = radius_of(number, reading, width)
        for anchor, x, y, box in _beside(reading.lines[number].name, spots[number], radius, size):
            is_inside = box.left >= 0 and box.top >= 0 and box.right <= width and box.bottom <= height
            others = (disc for other, disc in enumerate(discs) if other != number)
            if is_inside and not any(map(box.touches, taken)) and not any(map(box.touches, others)):
                taken.append(box)
                end = Markup(' text-anchor="%s"') % anchor if anchor != "start" else ""
                made.append(Markup('<text x="%s" y="%s"%s>%s</text>') % (x, y, end, reading.lines[number].name))
                break
    return Markup('<g class="values town" font-size="%s" aria-hidden="true">%s</g>') % (size, Markup("").join(made))


def _dress(line: Line, reading: Reading) -> tuple[str, Markup]:
    """Return the classes of a place, and the pattern of one without a value."""
    tone = "sum" if reading.layer.shows_circles and line.state == "value" else line.tone
    kind = tone if tone == "sum" else f"dot {tone}"
    return kind, hatched(tone)


def _by_amount(reading: Reading) -> list[int]:
    rows = reading.layer.rows
    return sorted(range(len(rows)), key=lambda i: (-abs(rows[i].amount or 0), rows[i].unit.unit_id))


def _disc(spot: Spot, radius: float) -> _Box:
    x, y = spot
    return _Box(x - radius, y - radius, x + radius, y + radius)


def _beside(name: str, spot: Spot, radius: float, size: int) -> Iterator[tuple[str, int, int, _Box]]:
    """Yield (anchor, x, y, box) of the places where a name may stand: to the right, left, above, below its point."""
    (x, y), long, gap = spot, _LETTER * size * len(name), round(radius + size * 0.3)
    middle = y + round(size * 0.35)
    yield "start", x + gap, middle, _Box(x + gap, middle - size * 0.8, x + gap + long, middle + size * 0.25)
    yield "end", x - gap, middle, _Box(x - gap - long, middle - size * 0.8, x - gap, middle + size * 0.25)
    for base in (y - gap, y + gap + round(size * 0.75)):
        yield "middle", x, base, _Box(x - long / 2, base - size * 0.8, x + long / 2, base + size * 0.25)
