"""The documents of an index → their names in every language and what they lie in, as the version tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from geo.core.model import LANGUAGES
from geo.core.offer import Offer
from geo.core.text import text_of
from geo.layers import offer_of
from geo.layers.offer import periods_of_units
from geo.search.index import Index, index_of
from geo.versions import Version

Place = tuple[str, str, str]  # edition, level, unit_id of a unit that has a page


@dataclass(frozen=True)
class Name:
    """One name of a document: its language, and of one that was given up the last day and the borders of the time."""

    text: str
    lang: str
    until: str = ""
    edition: str = ""


@dataclass(frozen=True)
class Naming:
    """Who tells names; made once a version."""

    version: Version
    index: Index

    @cached_property
    def offer(self) -> Offer:
        """Return what the version offers."""
        return offer_of(self.version)

    @cached_property
    def bodies(self) -> list[Mapping[str, Any]]:
        """Return the bodies in the order of their numbers."""
        found: list[Mapping[str, Any]] = self.version.json("bodies.json")
        return found

    @cached_property
    def by_code(self) -> Mapping[str, Mapping[str, Any]]:
        """Return the settlements by code."""
        return {row["code"]: row for row in self.index.plain["settlements"] if row["code"]}

    @cached_property
    def unit_parents(self) -> Mapping[str, str]:
        """Return what each unit of the newest borders lies in."""
        found: dict[str, str] = {}
        for row in self.index.plain["units"]:
            unit = self.unit((row["editions"][0], row["level"], row["unit_id"]))
            found.setdefault(row["unit_id"], unit.parent_id)
        return found

    def unit(self, place: Place) -> Any:
        """Return a unit; raises KeyError."""
        edition, level, unit_id = place
        held = self.version.level(edition, level)
        return held.units[held.numbers[unit_id]]

    def names(self, kind: str, number: int) -> list[Name]:
        """Return every name of a document, those of today first."""
        if kind == "unit":
            return [*self._unit_names(self.index.plain["units"][number])]
        if kind == "settlement":
            return self._settlement_names(self.index.plain["settlements"][number])
        if kind == "body":
            return self._body_names(self.bodies[number])
        row = self.version.json("functions.json")[self.index.plain["functions"][number]]
        return [Name(row[f"{part}_{lang}"], lang) for part in ("name", "short") for lang in LANGUAGES
                if row.get(f"{part}_{lang}")]  # fmt: skip

    def _unit_names(self, row: Mapping[str, Any]) -> Iterator[Name]:
        seen = set[str]()
        for edition in row["editions"]:
            last_day = self.version.country.edition(edition).last_day if seen else ""
            for lang, text in self.unit((edition, row["level"], row["unit_id"])).names.items():
                if text and text not in seen:
                    seen.add(text)
                    yield Name(text, lang, last_day, edition if last_day else "")
        yield from (Name(text, lang, one["until"], one["edition"]) for one in row["former"]
                    for lang, text in one["names"].items() if text)  # fmt: skip

    def _settlement_names(self, row: Mapping[str, Any]) -> list[Name]:
        own = [Name(text, lang) for lang, text in row["names"].items() if text]
        former = [(one["until"], lang, text) for one in row["former"] for lang, text in one["names"].items() if text]
        of_the_time = self.version.country.edition_in_force
        return [*own, *(Name(text, lang, until, of_the_time(until).id) for until, lang, text in former)]

    def _body_names(self, row: Mapping[str, Any]) -> list[Name]:
        own = [Name(row[f"name_{lang}"], lang) for lang in LANGUAGES if row[f"name_{lang}"]]
        place = None if own else self.page_of(row["unit_code"])
        if place is None:
            return own or [Name(row["body_id"], "")]
        return [Name(text_of(lang)("body.budget", unit=self.unit(place).names[lang]), lang) for lang in LANGUAGES]

    def around(self, kind: str, number: int) -> list[Mapping[str, str]]:
        """Return the names by language of what a document lies in, the nearest first."""
        if kind == "unit":
            return self._above(self.unit_parents[self.index.plain["units"][number]["unit_id"]])
        if kind == "settlement":
            return self._above(self.index.plain["settlements"][number]["parent"])
        if kind == "body" and (place := self._owner(number)):
            return [self.unit(place).names, *self._above(self.unit(place).parent_id)]
        return []

    def _owner(self, number: int) -> Place | None:
        """Return the unit that owns a body, the smallest one known."""
        edition = self.version.country.edition_in_force(self.version.periods[-1]).id
        for level in reversed(self.offer.levels):
            owners = self.version.owners(edition, level)
            if owners is not None and owners[number] >= 0:
                return edition, level, self.version.level(edition, level).units[owners[number]].unit_id
        return None

    def _above(self, code: str) -> list[Mapping[str, str]]:
        found, names = list[Mapping[str, str]](), set[tuple[str, ...]]()
        for above in self.chain(code):
            place = self.page_of(above)
            row = self.unit(place).names if place else self.by_code.get(above, {}).get("names", {})
            if row and tuple(row.values()) not in names:
                names.add(tuple(row.values()))
                found.append(row)
        return found

    def chain(self, code: str) -> Iterator[str]:
        """Yield a code and all that it lies in."""
        seen = set[str]()
        while code and code not in seen:
            seen.add(code)
            yield code
            code = self.by_code[code]["parent"] if code in self.by_code else self.unit_parents.get(code, "")

    def page_of(self, code: str, edition: str = "", level: str = "") -> Place | None:
        """Return the unit of a code that has a page, in the borders and of the level named, else the newest ones."""
        levels = [level] if level else [*reversed(self.offer.levels)]
        for name in (name for name in levels if name in self.offer.units):
            every = [of for of, units in self.offer.units[name].items() if code in units]
            shown = sorted((of for of in every if periods_of_units(self.offer, of, name)), reverse=True)
            if shown:
                return (edition if edition in shown else shown[0]), name, code
        return None


def naming_of(version: Version) -> Naming | None:
    """Return who tells the names of a version; None for one that has no index."""
    index = index_of(version)
    return None if index is None else version.once("search/naming", lambda: Naming(version, index))
