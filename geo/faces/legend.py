"""The legend of a layer: the colour of each class, what it stands for, and how large circles are."""

from __future__ import annotations

from dataclasses import dataclass

from geo.core.allowed import OWN
from geo.core.bounds import numbers
from geo.faces.wording import Wording
from geo.layers import WITHOUT_VALUE, Layer

TONES = 5
# What has no value wears a pattern, never a colour of the scale, and each reason its own.
PATTERNS = {
    "not_reported": "none",
    "partly_reported": "part",
    "not_divided": "part",
    "no_denominator": "void",
    "not_comparable": "void",
}
_LARGEST_CIRCLE = 0.042  # of the drawing's width
FEW_UNITS = 40  # a map of more has smaller circles, and values only where there is room


@dataclass(frozen=True)
class Swatch:
    """One row of the legend: a tone, what it stands for, how many units have it."""

    tone: str
    label: str
    count: int


def tones_of(layer: Layer) -> list[str]:
    """Return the colour of each class: one hue for rates, two that meet at zero for differences."""
    count = len(layer.bounds)
    if layer.view.breaks:
        return [_own_tone(bound, layer) for bound in layer.bounds]
    if layer.measure.is_signed:
        # One order of strength for both hues: a small decline is as pale as a small growth.
        sizes = [max(map(abs, extent)) for extent in layer.classes.extents]
        places = {k: place for place, k in enumerate(sorted(range(count), key=lambda k: sizes[k]))}
        return [f"{'m' if bound <= 0 else 'p'}{_spread(places[k], count)}" for k, bound in enumerate(layer.bounds)]
    if layer.view.method == "fixed":
        # The same bound has the same colour in every period, whichever classes are empty.
        return [f"s{sum(fixed < bound for fixed in layer.measure.fixed)}" for bound in layer.bounds]
    return [f"s{_spread(k, count)}" for k in range(count)]


def _own_tone(bound: float, layer: Layer) -> str:
    """Return the colour of a class of a reader's bounds: the same in every period, whichever classes are empty.

    On both sides of zero the classes are counted outwards, so that -10…0 and 0…10 are equally pale.
    """
    unit = layer.minor_units if layer.measure.is_money else 1
    chosen = [number * unit for number in numbers(layer.view.breaks)]
    if not layer.measure.is_signed:
        return f"s{_spread(sum(number < bound for number in chosen), len(chosen) + 1)}"
    up, down = [number for number in chosen if number > 0], [number for number in chosen if number < 0]
    most = 1 + max(len(up), len(down))
    if bound <= 0:
        return f"m{_spread(sum(number >= bound for number in down), most)}"
    return f"p{_spread(sum(number < bound for number in up), most)}"


def classes(wording: Wording) -> tuple[Swatch, ...]:
    """Return the classes, the largest first, named by the values that they hold; fixed ones by their bounds.

    A class that only other months of the year fill is named by theirs.
    """
    layer, tones = wording.layer, tones_of(wording.layer)
    swatches = []
    for k, bound in enumerate(layer.bounds):
        low, high = layer.classes.extents[k]
        if is_fixed(layer):
            low, high = (layer.bounds[k - 1] if k else low), bound
        swatches.append(Swatch(tones[k], _range(wording, low, high), layer.counts[k]))
    return tuple(reversed(swatches))


def states(wording: Wording) -> tuple[Swatch, ...]:
    """Return the reasons for having no value that some unit has."""
    found = [row.state for row in wording.layer.rows]
    return tuple(
        Swatch(PATTERNS[state], wording.text(f"state.{state}"), found.count(state))
        for state in WITHOUT_VALUE
        if state in found
    )


def is_fixed(layer: Layer) -> bool:
    """Tell whether the bounds are those of the measure or the reader, not of the figures."""
    return layer.view.method in {"fixed", OWN}


def circle_radius(value: float | None, layer: Layer, width: int) -> float:
    """Return the radius whose area is in proportion to the value; nothing for a refund or where there is none.

    The largest circle is that of the largest value of all months of a year.
    """
    largest = max(layer.bounds, default=0.0)
    if not value or value <= 0 or largest <= 0:
        return 0.0
    crowded = (FEW_UNITS / max(FEW_UNITS, len(layer.rows))) ** (1 / 3)
    return round(width * _LARGEST_CIRCLE * crowded * (value / largest) ** 0.5, 1)


def circle_sizes(wording: Wording) -> list[float]:
    """Return three round values for the legend of circles: near the largest, a quarter and a sixteenth of it."""
    largest = max(wording.layer.bounds, default=0.0)
    return [_rounded_down(part) for part in (largest, largest / 4, largest / 16) if part > 0]


def _rounded_down(value: float) -> float:
    """Return the largest of 1, 2, 5 times a power of ten that is not above the value."""
    power = 10.0 ** (len(str(int(value))) - 1) if value >= 1 else 1.0
    return max((step * power for step in (1, 2, 5) if step * power <= value), default=value)


def _range(wording: Wording, low: float, high: float) -> str:
    shown = [wording.value(value) for value in (low, high)]
    if shown[0] == shown[1]:
        return shown[0]
    if low < 0:
        return " … ".join(shown)
    return f"{shown[0].removesuffix('%').rstrip()}–{shown[1].removeprefix('+')}"


def _spread(k: int, count: int) -> int:
    """Return the tone of class k of `count`, so that the last class always has the strongest."""
    return TONES - 1 if count == 1 else round(k * (TONES - 1) / (count - 1))
