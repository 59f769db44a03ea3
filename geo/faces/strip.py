"""A strip plot: every unit a dot on one scale, so that one sees where a unit stands among the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from geo.layers.peers import Spread

WIDTH = 480
_EDGE, _DOT, _OWN, _MOST_HIGH = 14, 4.2, 6.5, 90
_ROOM = 12  # below, for the box of the middle half


@dataclass(frozen=True)
class Spot:
    """One unit: its value, in words, and whether it is a peer of the one that the plot is about, or that one."""

    value: float
    said: str
    is_peer: bool
    is_own: bool


def strip_plot(spots: Sequence[Spot], peers: Spread | None, said: str) -> Markup:
    """Return the plot of some units as one picture with a description; below it lies the middle half of the peers.

    Dots that would cover each other stand upon each other; those of peers are filled, the unit's own is the largest.
    """
    if not spots:
        return Markup("")
    least, most = min(spot.value for spot in spots), max(spot.value for spot in spots)
    span = (most - least) or 1.0

    def x(value: float) -> float:
        return round(_EDGE + (WIDTH - 2 * _EDGE) * (value - least) / span, 1)

    heights = _stacked([x(spot.value) for spot in spots])
    step = min(2 * _DOT + 0.6, _MOST_HIGH / max(1, *heights))
    floor = round(max(heights) * step + 2 * _OWN + 2, 1)
    ordered = sorted(zip(spots, heights, strict=True), key=lambda pair: (pair[0].is_own, pair[0].value))
    dots = [
        Markup('<circle class="%s" cx="%s" cy="%s" r="%s"><title>%s</title></circle>')
        % (_kind(spot), x(spot.value), round(floor - _OWN - k * step, 1), _OWN if spot.is_own else _DOT, spot.said)
        for spot, k in ordered
    ]
    box = Markup("")
    if peers is not None:
        box = Markup(
            '<path class="whole" d="M%s %sH%s"/><path class="half" d="M%s %sH%s"/><path class="middle" d="%s"/>'
        )
        y, middle = floor + _ROOM / 2, x(peers.median)
        box %= (x(peers.least), y, x(peers.most), x(peers.lower), y, x(peers.upper), f"M{middle} {y - 5}v10")
    return Markup(
        '<svg class="stripplot" viewBox="0 0 %s %s" role="img" aria-label="%s">'
        '<path class="axis" d="M%s %sH%s"/>%s%s</svg>'
    ) % (WIDTH, floor + _ROOM + 2, said, _EDGE, floor, WIDTH - _EDGE, Markup("").join(dots), box)


def _kind(spot: Spot) -> str:
    return "own" if spot.is_own else "peer" if spot.is_peer else "other"


def _stacked(places: Sequence[float]) -> list[int]:
    """Return how many dots lie under each: it stands on those it would cover."""
    order = sorted(range(len(places)), key=lambda k: (places[k], k))
    ends: list[float] = []  # the right edge of each row of dots
    heights = [0] * len(places)
    for k in order:
        row = next((r for r, end in enumerate(ends) if places[k] - _DOT >= end), len(ends))
        if row == len(ends):
            ends.append(0.0)
        ends[row] = places[k] + _DOT
        heights[k] = row
    return heights
