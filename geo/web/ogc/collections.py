"""The collections of a version: units and money of each level and edition, and its organisations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from geo.core.errors import UnknownWord
from geo.core.text import Text
from geo.faces.mark import mark_of, marked
from geo.layers import offer_of
from geo.versions import Version
from geo.web.ogc import bodies, figures, units
from geo.web.ogc.contents import FAR, Contents

MOST_AREAS, MOST_POINTS = 1_000, 10_000  # features of one answer: a page of areas weighs as much as one of points
DEFAULT = 100
_MAKERS: Mapping[str, Callable[[Version, str, str], Contents]] = {
    units.KIND: units.contents,
    figures.VALUES: figures.values,
    figures.FUNCTIONS: figures.functions,
    bodies.KIND: bodies.contents,
}


@dataclass(frozen=True)
class Collection:
    """One collection of one version; organisations are of no level and no edition."""

    version: Version
    kind: str
    level: str = ""
    edition: str = ""

    @property
    def id(self) -> str:
        """Return its name in addresses: no part of it holds a full stop."""
        return ".".join(part for part in (self.version.country.id, self.kind, self.level, self.edition) if part)

    @property
    def contents(self) -> Contents:
        """Return what it holds; made once a version."""
        make = _MAKERS[self.kind]
        return self.version.once(f"ogc/{self.id}", lambda: make(self.version, self.edition, self.level))

    @property
    def most(self) -> int:
        """Return how many features one answer may hold."""
        return MOST_POINTS if self.kind == bodies.KIND else MOST_AREAS

    @property
    def interval(self) -> tuple[date, date | None] | None:
        """Return the first and the last day of its features; no last one while borders are in force."""
        days = self.contents.days
        if days is None or not len(days):
            return None
        first, last = date.fromordinal(int(days[:, 0].min())), date.fromordinal(int(days[:, 1].max()))
        return first, None if last == FAR else last

    def name(self, text: Text) -> str:
        """Return what people call it among the collections of its country."""
        return text(f"ogc.title.{self.kind}", **self._said(text))

    def title(self, text: Text) -> str:
        """Return what people call it among all collections; one of a synthetic country says so first."""
        country = self.version.country
        return marked(mark_of(country, text), f"{country.name[text.lang]}: {self.name(text)}")

    def description(self, text: Text) -> str:
        """Return what its features are."""
        country = self.version.country
        said = {"currency": country.currency, **self._said(text)}
        return " ".join([text(f"ogc.description.{self.kind}", **said), country.scope[text.lang]])

    def _said(self, text: Text) -> dict[str, str]:
        level = self.version.country.level(self.level).name[text.lang] if self.level else ""
        return {"level": level, "edition": text.day(self.edition) if self.edition else ""}


def collections_of(version: Version) -> tuple[Collection, ...]:
    """Return the collections of a version: those of the borders in force first; made once."""
    return version.once("ogc/collections", lambda: tuple(_collections(version)))


def collection_of(versions: Sequence[Version], word: str) -> Collection:
    """Return the collection of a name among those of some versions; raises UnknownWord."""
    known = {one.id: one for version in versions for one in collections_of(version)}
    if word not in known:
        raise UnknownWord(word="collection", allowed=known)
    return known[word]


def _collections(version: Version) -> list[Collection]:
    offer, found = offer_of(version), list[Collection]()
    for level in offer.levels:
        for edition in sorted(offer.units[level], reverse=True):
            found.append(Collection(version, units.KIND, level, edition))
            if figures.periods_of(version, edition, level):
                found += [Collection(version, kind, level, edition) for kind in (figures.VALUES, figures.FUNCTIONS)]
    return [*found, Collection(version, bodies.KIND)]
