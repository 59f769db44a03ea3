"""The table of places → what lies in what, and places by name as people type it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from geo.gazetteer.names import RANK, SETTLEMENT, deletions, folded, is_one_letter_apart, kind_and_name, stem

LANGUAGES = ("kk", "ru", "en")
_SHORTEST_MISTYPED = 4  # letters; shorter names are one letter apart from too many others


@dataclass(frozen=True)
class Match:
    """A place that a text may mean: how well its name fits (0 = as typed, 3 = one letter apart), and what it is."""

    code: str
    name: str
    kind: str
    distance: int


@dataclass(frozen=True)
class Gazetteer:
    """Every place of a country by code; the first levels of the country by how deep they lie."""

    names: Mapping[str, Mapping[str, str]]  # code → language → name as the classifier writes it
    kinds: Mapping[str, str]
    places: Mapping[str, str]  # code → code of what it lies in, empty for a unit of the first level
    former_codes: Mapping[str, str]  # code that was given up → code since
    former_names: Mapping[str, str]  # name that was given up, folded → code

    def ancestors(self, code: str) -> tuple[str, ...]:
        """Return what a place lies in, nearest first; empty for a unit of the first level and for an unknown code."""
        found: list[str] = []
        here = self.places.get(code, "")
        while here and here not in found:
            found.append(here)
            here = self.places.get(here, "")
        return tuple(found)

    def region_of(self, code: str) -> str:
        """Return the unit of the first level that a place is or lies in; empty for an unknown code."""
        return (code, *self.ancestors(code))[-1] if code in self.places else ""

    def district_of(self, code: str) -> str:
        """Return the unit of the second level that a place is or lies in; empty where it lies in none."""
        chain = (code, *self.ancestors(code))
        return chain[-2] if len(chain) > 1 and code in self.places else ""

    def is_in(self, code: str, area: str) -> bool:
        """Tell whether a place is an area or lies in it."""
        return code == area or area in self.ancestors(code)

    def exactness_of(self, code: str) -> str:
        """Return settlement, district (a rural district counts as one) or region; empty for an unknown code."""
        if code not in self.places:
            return ""
        if not self.places[code]:
            return "region"
        return "settlement" if self.kinds[code] in SETTLEMENT else "district"

    def current(self, code: str) -> str:
        """Return the code that a code has today: itself, the one since, or that of the unit it began with; or empty.

        A settlement of a unit that was given up has no code of its own here: it is known only as far as that unit.
        """
        if code in self.places:
            return code
        for count in range(len(code), 1, -1):
            former = code[:count].ljust(len(code), "0")
            if former in self.former_codes:
                return self.former_codes[former]
        return ""

    def find(self, text: str, lang: str, most: int = 10) -> list[Match]:
        """Return the places that a text may mean, best first: by how well the name fits, then by kind, then by code.

        Case, marks, Kazakh letters typed as Russian ones and the word for the kind (г., с., қ.) make no difference;
        a name that begins with the text comes before one that is a letter apart from it.
        """
        kind, name = kind_and_name(text, lang)
        wanted = folded(name)
        if not wanted:
            return []
        found = {code: self._distance(code, name, lang) for code in self.by_fold.get(wanted, ())}
        if (former := self.former_names.get(wanted, "")) in self.names:
            found.setdefault(former, 1)
        for fold, codes in self.by_fold.items() if len(wanted) > 1 else ():
            if fold.startswith(wanted):
                found.update({code: 2 for code in codes if code not in found})
        for code in self.near(wanted):
            found.setdefault(code, 3)
        matches = [Match(code, self.name(code, lang), self.kinds[code], found[code]) for code in found]
        return sorted(
            matches,
            key=lambda m: (min(m.distance, 2), bool(kind) and m.kind != kind, _rank(m.kind), m.distance, m.code),
        )[:most]

    def near(self, fold: str) -> set[str]:
        """Return the places whose folded names are one letter apart from this one."""
        if len(fold) < _SHORTEST_MISTYPED:
            return set()
        candidates = {name for part in deletions(fold) for name in self.by_deletion.get(part, ())}
        return {code for name in candidates if is_one_letter_apart(fold, name) for code in self.by_fold[name]}

    def name(self, code: str, lang: str) -> str:
        """Return a place's name in a language, or in the first one that has it."""
        names = self.names[code]
        return names.get(lang) or next((names[other] for other in LANGUAGES if names.get(other)), "")

    @cached_property
    def region_digits(self) -> int:
        """Return how many leading digits name a unit of the first level."""
        return max((len(code.rstrip("0")) for code, parent in self.places.items() if not parent), default=0)

    @cached_property
    def by_fold(self) -> Mapping[str, tuple[str, ...]]:
        """Return folded name → codes that bear it in any language."""
        return _index((fold, code) for code, folds in self._folds.items() for fold in folds)

    @cached_property
    def by_stem(self) -> Mapping[str, tuple[str, ...]]:
        """Return stem of a folded name → codes."""
        return _index((stem(fold), code) for code, folds in self._folds.items() for fold in folds)

    @cached_property
    def by_deletion(self) -> Mapping[str, tuple[str, ...]]:
        """Return what is left of a folded name without one letter → folded names."""
        return _index((part, fold) for fold in self.by_fold for part in deletions(fold))

    @cached_property
    def _folds(self) -> Mapping[str, frozenset[str]]:
        pairs = {
            code: {folded(kind_and_name(name, lang)[1]) for lang, name in names.items() if name}
            for code, names in self.names.items()
        }
        return {code: frozenset(folds - {""}) for code, folds in pairs.items()}

    def _distance(self, code: str, name: str, lang: str) -> int:
        given = kind_and_name(self.names[code].get(lang, ""), lang)[1]
        return 0 if given.casefold() == name.casefold() else 1


def gazetteer_of(
    table: pd.DataFrame, former_codes: Mapping[str, str], former_names: Mapping[str, str] | None = None
) -> Gazetteer:
    """Return the gazetteer of a stored table of places; `former_names` are names that were given up → code."""
    names = {
        row.code: {"kk": row.name_kk, "ru": row.name_ru, "en": row.name_en} for row in table.itertuples(index=False)
    }
    given_up = (former_names or {}).items()
    return Gazetteer(
        names=names,
        kinds=dict(zip(table["code"], table["kind"], strict=True)),
        places=dict(zip(table["code"], table["parent"], strict=True)),
        former_codes=former_codes,
        former_names={
            folded(kind_and_name(name, lang)[1]): code for name, code in given_up for lang in ("ru", "kk") if name
        },
    )


def _index(pairs: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for key, value in pairs:
        found.setdefault(key, {})[value] = None
    return {key: tuple(values) for key, values in found.items()}


def _rank(kind: str) -> int:
    return RANK.index(kind) if kind in RANK else len(RANK)
