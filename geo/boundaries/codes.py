"""The codes of new units alone: are they of the level that was named, and are those there that figures speak of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from geo.core.country import Country
from geo.core.errors import Fault

_SHOWN = 3


def other_level(codes: Iterable[str], above: Iterable[str], country: Country, level: str) -> Iterator[tuple[str, str]]:
    """Yield codes that are of another level, with its id: longer than the level's digits, or of the level above."""
    levels = list(country.levels)
    number = [row.id for row in levels].index(level)
    digits = levels[number].code_digits
    higher = frozenset(above)
    for code in codes:
        if digits and number + 1 < len(levels) and code[digits:].strip("0"):
            yield code, levels[number + 1].id
        elif number and code in higher:
            yield code, levels[number - 1].id


def level_faults(
    codes: list[str], above: Iterable[str], at: tuple[str, str], place: tuple[Country, str]
) -> list[Fault]:
    """Return one fault where most codes are of another level; `at` is file and property, `place` country and level."""
    country, level = place
    strange = list(other_level(codes, above, country, level))
    if 2 * len(strange) <= len(codes):
        return []
    said = {"count": str(len(strange)), "units": str(len(codes)), "level": level, "other": strange[0][1]}
    shown = ", ".join(code for code, _ in strange[:_SHOWN])
    return [Fault(at[0], 0, at[1], "E-GEO-42", shown, said)]
