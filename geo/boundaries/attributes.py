"""Properties of foreign features → code, names, kind of each unit, as the description of the columns says."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from geo.boundaries.described import Described
from geo.boundaries.spoilt import is_of_two_alphabets, is_spoilt
from geo.core.errors import Fault
from geo.core.model import LANGUAGES
from geo.core.rows import CODE
from geo.foreign.features import Feature, Property

_NOTHING = Property("", "z")
_LISTED = 5  # names in one sentence
_WHOLE = re.compile(r"[0-9]+", re.ASCII)


@dataclass(frozen=True)
class Attributes:
    """What the units are called: one row for each feature, in their order, and what is wrong or was made good."""

    rows: tuple[Mapping[str, str], ...]
    fell_back: tuple[tuple[str, str, str], ...]  # unit_id, language that had no name, language whose name was taken
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


def attributes(
    features: Sequence[Feature], described: Described, file: str, languages: Sequence[str], level: str
) -> Attributes:
    """Return unit_id, iso, kind and names of features; `languages` in the order in which a missing name is borrowed."""
    if absent := [*_absent(features, described, file)]:
        return Attributes((), (), tuple(absent), ())
    faults = [*_code_faults(features, described.unit_id, file), *_spoilt(features, described, file)]
    rows, fell_back = [], []
    for feature in features:
        unit_id = _cell(feature, described.unit_id)
        names = {language: _cell(feature, column) for language, column in described.names.items()}
        lender = next((language for language in languages if names.get(language)), "")
        if not lender:
            faults.append(Fault(file, feature.number, _columns(described), "E-GEO-17", unit_id or str(feature.number)))
        lacking = [language for language in languages if not names.get(language)] if lender else []
        fell_back += [(unit_id, language, lender) for language in lacking]
        full = names | {language: names.get(lender, "") for language in lacking}
        rows.append(
            {"unit_id": unit_id, "iso": _cell(feature, described.iso), "kind": _kind(feature, described, level)}
            | {f"name_{language}": full.get(language, "") for language in LANGUAGES}
        )
    mixed = [*_of_two_alphabets(features, described, file)]
    borrowed = Counter((language, lender) for _, language, lender in fell_back)
    warnings = [
        Fault(file, 0, described.names.get(language, ""), "W-GEO-02", language, {"count": str(count), "lender": lender})
        for (language, lender), count in sorted(borrowed.items())
    ]
    return Attributes(tuple(rows), tuple(fell_back), tuple(faults), (*warnings, *mixed))


def _spoilt(features: Sequence[Feature], described: Described, file: str) -> Iterator[Fault]:
    """Yield the names that nobody can read."""
    for feature in features:
        for column in dict.fromkeys(described.names.values()):
            if is_spoilt(name := _cell(feature, column)):
                yield Fault(file, feature.number, column, "E-GEO-52", name)


def _of_two_alphabets(features: Sequence[Feature], described: Described, file: str) -> Iterator[Fault]:
    """Yield one warning for each column with names that mix alphabets within a word, which lists the first of them."""
    for column in dict.fromkeys(described.names.values()):
        found = [(f.number, name) for f in features if is_of_two_alphabets(name := _cell(f, column))]
        if found:
            names = ", ".join(name for _, name in found[:_LISTED]) + (" …" if found[_LISTED:] else "")
            yield Fault(file, found[0][0], column, "W-GEO-11", names, {"count": str(len(found))})


def cleaned_text(text: str) -> str:
    """Return a name composed (NFC), on one line, without the characters that nobody can see."""
    composed = " ".join(unicodedata.normalize("NFC", text).split())
    return "".join(letter for letter in composed if letter.isprintable())


def _absent(features: Sequence[Feature], described: Described, file: str) -> Iterator[Fault]:
    """Yield the described properties that no feature has."""
    found = dict.fromkeys(name for feature in features for name in feature.properties)
    shown = {"found": ", ".join(found)}
    yield from (Fault(file, 0, name, "E-GEO-39", name, shown) for name in described.properties if name not in found)


def _code_faults(features: Sequence[Feature], column: str, file: str) -> Iterator[Fault]:
    """Yield codes that are missing, twice, no codes, or numbers that may have lost a zero."""
    cells = [(feature, feature.properties.get(column, _NOTHING)) for feature in features]
    numbers = [found.text for _, found in cells if found.kind == "n"]
    # One length and nothing but digits: then no zero was lost, and numbers say the same as text.
    is_uniform = len({len(text) for text in numbers}) == 1 and all(map(_WHOLE.fullmatch, numbers))
    are_numbers_codes = is_uniform and not any(found.kind == "s" for _, found in cells)
    first: dict[str, int] = {}
    for feature, found in cells:
        code = cleaned_text(found.text)
        if not code or found.kind == "o":
            yield Fault(file, feature.number, column, "E-GEO-15")
        elif found.kind == "b" or (found.kind == "n" and not are_numbers_codes):
            yield Fault(file, feature.number, column, "E-GEO-16", code)
        elif not CODE.fullmatch(code):
            yield Fault(file, feature.number, column, "E-JOIN-05", code)
        if code in first:
            yield Fault(file, feature.number, column, "E-GEO-18", code, {"first": str(first[code])})
        elif code:
            first[code] = feature.number


def _cell(feature: Feature, column: str) -> str:
    return cleaned_text(feature.properties.get(column, _NOTHING).text) if column else ""


def _columns(described: Described) -> str:
    return ", ".join(described.names.values())


def _kind(feature: Feature, described: Described, level: str) -> str:
    text = _cell(feature, described.kind_from)
    fitting = (kind for kind, pattern in described.kinds.items() if text and re.search(pattern, text))
    return next(fitting, described.default_kind or level)
