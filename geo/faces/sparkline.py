"""The course of one figure through the periods: each year a line of its own, for months add up since January."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

WIDTH, HEIGHT = 260, 56
_EDGE, _FINAL, _PART = 6, 3.4, 2.4  # room for the dots; radius of a whole year's and of a part's
_MONTHS = 12


@dataclass(frozen=True)
class Dot:
    """One period: year, the month it ends with, its value (None: not reported), and all in words."""

    year: int
    month: int
    value: float | None
    said: str


def sparkline(dots: Sequence[Dot], most: float, *, adds_up: bool) -> Markup:
    """Return the course of some periods in order on a scale of 0 … `most`; the table beside it says the same.

    A line never leads from a December to the year behind it. Where amounts add up since January (`adds_up`) each
    year's line rises from nothing; a plan stands for the whole year and has no such beginning.
    """
    if not dots:
        return Markup("")
    first, last = dots[0].year, dots[-1].year
    frame = _Frame(first, last - first + 1, most)
    years = [list(group) for _, group in groupby(dots, key=lambda dot: dot.year)]
    parts = [frame.ground(), *(_year(frame, year, adds_up) for year in years)]
    return Markup('<svg class="spark" viewBox="0 0 %s %s" aria-hidden="true">%s</svg>') % (
        WIDTH,
        HEIGHT,
        Markup("").join(parts),
    )


@dataclass(frozen=True)
class _Frame:
    first: int
    years: int
    most: float

    def x(self, year: int, month: int) -> float:
        """Return where the end of a month stands."""
        whole = (year - self.first) + month / _MONTHS
        return round(_EDGE + (WIDTH - 2 * _EDGE) * whole / self.years, 1)

    def y(self, value: float) -> float:
        """Return how high a value stands; below zero it stands on the ground."""
        share = max(0.0, value) / self.most if self.most > 0 else 0.0
        return round(HEIGHT - _EDGE - (HEIGHT - 2 * _EDGE) * share, 1)

    def ground(self) -> Markup:
        """Return the line of zero, and a stroke where each year begins."""
        low = HEIGHT - _EDGE
        strokes = "".join(f"M{self.x(self.first + k, 0)} {low}V{_EDGE}" for k in range(self.years))
        return Markup('<path class="axis" d="M%s %sH%s%s"/>') % (_EDGE, low, WIDTH - _EDGE, strokes)


def _year(frame: _Frame, dots: Sequence[Dot], adds_up: bool) -> Markup:
    known = [(dot, dot.value) for dot in dots if dot.value is not None]
    if not known:
        return Markup("")
    spots = [(frame.x(dot.year, dot.month), frame.y(value)) for dot, value in known]
    line = [(frame.x(known[0][0].year, 0), frame.y(0.0)), *spots] if adds_up else spots
    drawn = "M" + "L".join(f"{x} {y}" for x, y in line)
    circles = [
        Markup('<circle class="%s" cx="%s" cy="%s" r="%s"><title>%s</title></circle>')
        % (
            *(("final", x, y, _FINAL) if dot.month == _MONTHS else ("part", x, y, _PART)),
            dot.said,
        )
        for (dot, _), (x, y) in zip(known, spots, strict=True)
    ]
    return Markup('<path class="course" d="%s"/>%s') % (drawn, Markup("").join(circles))
