"""The nouns of a country: levels, languages, currency, editions, denominators. A country is a folder of data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

Words = Mapping[str, str]  # language → text
ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


@dataclass(frozen=True)
class Edition:
    """One edition of the borders, named by its first day; `last_day` is empty while in force."""

    id: str
    last_day: str
    levels: tuple[str, ...]
    note: Words


@dataclass(frozen=True)
class Level:
    """A level of territories: `coverage` (polygons side by side) or `places` (joined by code only)."""

    id: str
    kind: str
    name: Words
    code_digits: int = 0  # leading digits of a code that name a unit, the rest zeros; 0: whole codes only
    outside: Words = field(default_factory=dict)  # of places: "outside cities"; empty: in general words

    @property
    def is_places(self) -> bool:
        """Tell whether its units are points, joined by code only."""
        return self.kind == "places"


@dataclass(frozen=True)
class Inset:
    """A unit too small to read, drawn in a circle: radius in kilometres, middle as share of width and height."""

    unit_id: str
    radius_km: float
    at: tuple[float, float]


@dataclass(frozen=True)
class Denominator:
    """A series that money may be divided by; without a file the borders' own area."""

    series: str
    file: str
    value: str
    by_year: bool
    label: Words  # "per person"
    column: Words  # "People"
    source: Words


@dataclass(frozen=True)
class Source:
    """Who is to be credited, and under which licence."""

    about: str
    licence: str
    name: Words


@dataclass(frozen=True)
class Country:
    """Everything that is particular to one country."""

    id: str
    languages: tuple[str, ...]
    default_language: str
    is_synthetic: bool
    name: Words
    scope: Words
    currency: str
    symbol: str
    minor_units: int
    transfers: str
    function_digits: int
    projection: str
    neighbours: str
    insets: tuple[Inset, ...]
    levels: tuple[Level, ...]
    editions: tuple[Edition, ...]
    denominators: tuple[Denominator, ...]
    prices_file: str
    prices_source: Words
    words: Mapping[str, Words]  # published: whose total lines; control: whose control totals; code: what unit_id is
    sources: tuple[Source, ...]
    first_edition_with_figures: str

    def edition(self, edition_id: str) -> Edition:
        """Return the edition of that name; raises KeyError."""
        return {edition.id: edition for edition in self.editions}[edition_id]

    def edition_in_force(self, period: str) -> Edition:
        """Return the edition in force in the last month of the period; the earliest one for older periods."""
        begun = [edition for edition in self.editions if edition.id[:7] <= period[:7]]
        return begun[-1] if begun else self.editions[0]

    def level(self, level_id: str) -> Level:
        """Return the level of that name; raises KeyError."""
        return {level.id: level for level in self.levels}[level_id]

    @property
    def top_level(self) -> Level:
        """Return the level that every edition has and that whole budgets belong to."""
        return self.levels[0]

    def to_json(self) -> dict[str, Any]:
        """Return plain values; `from_json` gives an equal country back."""
        return asdict(self)

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Country:
        """Return the country that `to_json` wrote."""
        made = dict(plain)
        made["insets"] = tuple(Inset(**{**row, "at": tuple(row["at"])}) for row in plain["insets"])
        made["levels"] = tuple(Level(**row) for row in plain["levels"])
        made["editions"] = tuple(Edition(**{**row, "levels": tuple(row["levels"])}) for row in plain["editions"])
        made["denominators"] = tuple(Denominator(**row) for row in plain["denominators"])
        made["sources"] = tuple(Source(**row) for row in plain["sources"])
        made["languages"] = tuple(plain["languages"])
        return cls(**made)
