"""country.toml → Country, or everything that is wrong with the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from geo.core.country import ID, Country, Inset
from geo.core.errors import BadData, Fault
from geo.core.model import LANGUAGES
from geo.core.toml import is_inside, read_toml


def read_country(folder: Path) -> Country:
    """Return the country of a folder with country.toml; raises BadData with every fault of the file."""
    path = folder / "country.toml"
    country = Country.from_json(_flattened(read_toml(path, str(path), _KINDS, "E-CTRY-01")))
    faults = [*_untranslated(country, str(path)), *_faults(country, folder, str(path))]
    faults += [Fault(str(path), 0, "", "E-CTRY-03", key) for key in _unusable(country)]
    if faults:
        raise BadData(faults)
    return country


def _is_place(value: Any) -> bool:
    """Tell whether a value is a pair of numbers."""
    return isinstance(value, list) and len(value) == 2 and all(type(share) in {int, float} for share in value)


_WORDS = {"*": str}
_KINDS: Mapping[str, Any] = {
    "id": str,
    "languages": [str],
    "default_language": str,
    "is_synthetic": bool,
    "first_edition_with_figures": str,
    "name": _WORDS,
    "scope": _WORDS,
    "currency": {"code": str, "symbol": str, "minor_units": int},
    "functions": {"transfers": str, "digits": int},
    "map": {
        "projection": str,
        "neighbours?": lambda name: name == "" or is_inside(name),
        "insets?": [{"unit_id": str, "radius_km": float, "at": _is_place}],
    },
    "levels": [{"id": str, "kind": str, "name": _WORDS, "code_digits?": int, "outside?": _WORDS}],
    "editions": [{"id": str, "last_day": str, "levels": [str], "note": _WORDS}],
    "denominators": [
        {
            "series": str,
            "file": lambda name: name == "" or is_inside(name),
            "value": str,
            "by_year": bool,
            "label": _WORDS,
            "column": _WORDS,
            "source": _WORDS,
        }
    ],
    "prices": {"file": is_inside, "source": _WORDS},
    "words": {"published": _WORDS, "control": _WORDS, "code": _WORDS},
    "sources": [{"about": str, "licence": str, "name": _WORDS}],
}


def _flattened(plain: dict[str, Any]) -> dict[str, Any]:
    """Return the file's tables as the fields of Country; the file groups them for people."""
    rest = {k: v for k, v in plain.items() if k not in {"currency", "functions", "map", "prices"}}
    return {
        **rest,
        "currency": plain["currency"]["code"],
        "symbol": plain["currency"]["symbol"],
        "minor_units": plain["currency"]["minor_units"],
        "transfers": plain["functions"]["transfers"],
        "function_digits": plain["functions"]["digits"],
        "projection": plain["map"]["projection"],
        "neighbours": plain["map"].get("neighbours", ""),
        "insets": plain["map"].get("insets", []),
        "prices_file": plain["prices"]["file"],
        "prices_source": plain["prices"]["source"],
    }


def _untranslated(country: Country, path: str) -> Iterator[Fault]:
    """Yield the texts that do not stand in every language of the country."""
    texts = [country.name, country.scope, country.prices_source]
    texts += [part.name for part in country.levels] + [part.name for part in country.sources]
    texts += [edition.note for edition in country.editions] + [*country.words.values()]
    texts += [part.outside for part in country.levels if part.outside]
    texts += [words for row in country.denominators for words in (row.label, row.column, row.source)]
    for words in texts:
        for language in country.languages:
            if not words.get(language, "").strip() or not words[language].isprintable():
                yield Fault(path, 0, language, "E-CTRY-04", str(dict(words)))


def _faults(country: Country, folder: Path, path: str) -> Iterator[Fault]:
    """Yield what a country file may get wrong although every value is of its kind."""
    if unknown := set(country.languages) - set(LANGUAGES):
        yield Fault(path, 0, "languages", "E-CTRY-05", ", ".join(sorted(unknown)))
    if folder.name != country.id or not ID.fullmatch(country.id):
        yield Fault(path, 0, "id", "E-CTRY-06", country.id)
    ids = [edition.id for edition in country.editions]
    if ids != sorted(set(ids)) or not all(_is_day(first) for first in ids):
        yield Fault(path, 0, "editions", "E-CTRY-07", ", ".join(ids))


_PAGES = {"unit", "status", "body", "search"}  # words that stand in an address where a level does


def _unusable(country: Country) -> Iterator[str]:
    """Yield the keys whose values are of the right kind but cannot be worked with."""
    levels, editions = [level.id for level in country.levels], [edition.id for edition in country.editions]
    series = [row.series for row in country.denominators]
    checks = (
        ("languages", country.languages and len(set(country.languages)) == len(country.languages)),
        ("default_language", country.default_language in country.languages),
        ("first_edition_with_figures", country.first_edition_with_figures in editions),
        ("currency.minor_units", country.minor_units in {1, 10, 100, 1000}),
        ("functions.digits", 0 < country.function_digits <= 8),
        ("levels", levels and len(set(levels)) == len(levels) and all(map(ID.fullmatch, levels))),
        ("levels", not _PAGES & set(levels)),
        ("levels.code_digits", all(0 <= level.code_digits <= 32 for level in country.levels)),
        ("levels.kind", {level.kind for level in country.levels} <= {"coverage", "places"}),
        ("levels.kind", levels and not country.top_level.is_places),
        ("denominators.series", len(set(series)) == len(series) and all(map(ID.fullmatch, series))),
        ("denominators.series", not {"none"} & set(series)),
        ("denominators", series),
        ("currency", all(word.isprintable() for word in (country.symbol, country.currency))),
        ("sources.licence", all(row.licence.isprintable() for row in country.sources)),
        ("map.insets", all(_is_drawable(inset) for inset in country.insets)),
    )
    yield from (key for key, holds in checks if not holds)
    for edition in country.editions:
        if not set(edition.levels) <= set(levels) or not set(levels[:1]) <= set(edition.levels):
            yield f"editions.levels {edition.id}"
        if edition.last_day and not (_is_day(edition.last_day) and edition.last_day >= edition.id):
            yield f"editions.last_day {edition.id}"


def _is_drawable(inset: Inset) -> bool:
    return 0 < inset.radius_km <= 10_000 and all(0 <= share <= 1 for share in inset.at)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
