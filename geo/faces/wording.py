"""The words of a layer's parts: title, unit, one value, the colours of its classes."""

from __future__ import annotations

from geo.core.text import Scale, Text
from geo.core.view import year_before
from geo.layers import Layer
from geo.versions import Version

TONES = 5


def title_of(text: Text, layer: Layer, version: Version) -> str:
    """Return the title without the period: the measure, and the function if one was chosen."""
    title = text(f"measure.{layer.measure.id}.title")
    if not layer.view.function:
        return title
    function = function_name(version, layer.view.function, text.lang, "short")
    return f"{title}. {function}" if ":" in title else f"{title}: {function}"


def qualifiers_of(text: Text, layer: Layer) -> tuple[str, ...]:
    """Return what a reader must see at once because it changes the numbers: transfers, borders, prices."""
    view = layer.view
    asked = (
        (view.transfers == "included", text("qualifier.transfers")),
        (bool(view.borders), text("qualifier.borders", edition=view.borders)),
        (view.prices != "nominal", text("qualifier.prices", year=view.prices)),
    )
    return tuple(words for applies, words in asked if applies)


def function_name(version: Version, code: str, lang: str, form: str = "name") -> str:
    """Return a functional group's name (or its `short` form); names that a language lacks stand in Russian."""
    names = version.json("functions.json")[code]
    return str(names.get(f"{form}_{lang}") or names.get("name_ru") or code)


def value_text(text: Text, layer: Layer, value: float, scale: Scale, minor: int) -> str:
    """Return a value of a layer in its scale, or in per cent."""
    if layer.measure.is_money:
        return text.scaled(value / minor, scale)
    return text.percent(value, is_change=layer.measure.over == "year_before")


def tones_of(layer: Layer) -> list[str]:
    """Return the colour of each class: one hue for rates, two that meet at zero for change."""
    count = len(layer.bounds)
    if layer.measure.over == "year_before":
        # One order of strength for both hues: a small decline is as pale as a small growth.
        sizes = [
            max((abs(row.value) for row in layer.rows if row.klass == k and row.value is not None), default=0.0)
            for k in range(count)
        ]
        places = {k: place for place, k in enumerate(sorted(range(count), key=lambda k: sizes[k]))}
        return [
            f"{'m' if bound <= 0 else 'p'}{_spread(places[k], count, TONES)}" for k, bound in enumerate(layer.bounds)
        ]
    if (layer.view.classes or layer.measure.classes[0]) == "fixed":
        # The same bound has the same colour in every period, whichever classes are empty.
        return [f"s{sum(fixed < bound for fixed in layer.measure.fixed)}" for bound in layer.bounds]
    return [f"s{_spread(k, count, TONES)}" for k in range(count)]


def _spread(k: int, count: int, tones: int) -> int:
    """Return the tone of class k of `count`, so that the last class always has the strongest."""
    return tones - 1 if count == 1 else round(k * (tones - 1) / (count - 1))


def unit_text(text: Text, layer: Layer, scale: Scale) -> str:
    """Return the unit of a layer's values, with the word of their scale."""
    if layer.measure.is_money:
        return text(f"unit.{layer.view.per}", scale=text(f"scale.{scale.exponent}"))
    if layer.measure.over == "plan":
        return text("unit.execution" if layer.view.month.endswith("-12") else "unit.execution_to_date")
    return text(f"unit.{layer.measure.id}", period=text.period(year_before(layer.view.month)))


def collated(name: str) -> tuple[int, ...]:
    """Return a sort key in the order of the Kazakh alphabet, which holds the Russian one; Latin stands first."""
    return tuple(_LETTERS.get(letter, ord(letter)) for letter in name.lower())


_ALPHABET = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
_LETTERS = {letter: 0x400 + place for place, letter in enumerate(_ALPHABET)}
