"""Round class bounds near those of a view, for a reader who wants to set his own to start from."""

from __future__ import annotations

import math

from geo.core.bounds import MOST, MOST_A_SIDE, canonical
from geo.core.view import View
from geo.layers import layer
from geo.versions.opened import Version


def round_bounds(view: View, version: Version) -> str:
    """Return own bounds near the inner bounds of a view's classes, of two digits each; empty for one class."""
    answer = layer(view, version)
    unit = answer.minor_units if view.shown.is_money else 1
    found = sorted({_rounded(bound / unit) for bound in answer.bounds[:-1]})
    up, down = [b for b in found if b > 0][:MOST_A_SIDE], [b for b in found if b < 0][-MOST_A_SIDE:]
    kept = [*down, *(b for b in found if b == 0), *up]
    while len(kept) > (MOST if view.shown.is_signed else MOST_A_SIDE):
        kept.remove(max(kept, key=abs))
    return canonical("_".join(f"{b:.4f}" for b in kept), is_signed=view.shown.is_signed) if kept else ""


def _rounded(value: float) -> float:
    """Return a value with two digits, at most four of them behind the point."""
    if not value:
        return 0.0
    return round(value, min(4, 1 - math.floor(math.log10(abs(value)))))
