"""One amount in three ways: as a table shows it, to the last minor unit, and as programs read it."""

from __future__ import annotations

from dataclasses import dataclass

from geo.core.text import Scale, Text
from geo.versions import Version

UNKNOWN = "–"
_MILLION, _TEN_THOUSAND = 1_000_000, 10_000


@dataclass(frozen=True)
class Amount:
    """An amount; where it is not known `shown` says so and the other two are empty."""

    shown: str  # in the scale of its column
    exact: str  # with symbol and minor units
    plain: str  # main units with a decimal point


def amount_of(amount_minor: int | None, text: Text, version: Version, scale: Scale) -> Amount:
    """Return an amount in three ways."""
    if amount_minor is None:
        return Amount(UNKNOWN, "", "")
    minor = version.country.minor_units
    return Amount(
        text.scaled(amount_minor / minor, scale),
        text.money(amount_minor, minor, version.country.symbol),
        plain(amount_minor, minor),
    )


def plain(amount_minor: int, minor_units: int) -> str:
    """Return an amount in main units as programs write it, exactly."""
    whole, rest = divmod(abs(amount_minor), minor_units)
    decimals = len(str(minor_units)) - 1
    return f"{'-' if amount_minor < 0 else ''}{whole}{f'.{rest:0{decimals}d}' if decimals else ''}"


def rounded(value_minor: float, text: Text, version: Version) -> str:
    """Return money in a sentence: a few digits, the word of its scale, the symbol; never broken over two lines."""
    value = value_minor / version.country.minor_units
    return text.in_words(value, version.country.symbol)


def people_words(people: float, text: Text) -> str:
    """Return a number of people in a sentence: 2.1 million, 532 thousand, 4 012."""
    if people >= _MILLION:
        return f"{text.number(people / _MILLION, 1)}\u00a0{text('scale.6').strip()}"
    if people >= _TEN_THOUSAND:
        return f"{text.number(round(people / 1000))}\u00a0{text('scale.3').strip()}"
    return text.number(round(people))
