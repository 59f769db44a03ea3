"""A box of peers: where the middle half of them lies between the least and the most, and where one stands."""

from __future__ import annotations

from markupsafe import Markup

WIDTH, HEIGHT = 240, 20
_EDGE, _DOT = 7, 5.5
Lying = tuple[int, int, int, int, int]  # least, lower quartile, median, upper quartile, most


def box(lying: Lying, own: int) -> Markup:
    """Return the picture, on a straight scale from 0 or the least to the most; the table beside it says the same."""
    least, most = min(0, lying[0]), max(lying[4], 1)

    def x(value: int) -> float:
        return round(_EDGE + (WIDTH - 2 * _EDGE) * (value - least) / (most - least), 1)

    at, middle = [x(value) for value in lying], HEIGHT / 2
    return Markup(
        '<svg class="peerbox" viewBox="0 0 %s %s" aria-hidden="true"><path class="whole" d="M%s %sH%s"/>'
        '<path class="half" d="M%s %sH%s"/><path class="middle" d="M%s %sv12"/>'
        '<circle class="own" cx="%s" cy="%s" r="%s"/></svg>'
    ) % (
        *(WIDTH, HEIGHT, at[0], middle, at[4]),
        *(at[1], middle, at[3], at[2], middle - 6),
        *(x(own), middle, _DOT),
    )
