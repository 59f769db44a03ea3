"""The page of one unit: its address, and what its template shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from geo.core.errors import BadKey, BadValue, UnknownWord
from geo.core.measures import MEASURES
from geo.core.offer import Offer, default_word, edition_of
from geo.core.text import text_of
from geo.core.view import View
from geo.faces.unit import read_unit
from geo.layers import offer_of
from geo.layers.offer import periods_of_units, with_denominator
from geo.layers.unit import unit_budget
from geo.versions import Version
from geo.web.links import Links
from geo.web.pages.frame import frame
from geo.web.pages.unitdepth import depth, others, strip

TEMPLATE = "unit.html"


@dataclass(frozen=True)
class UnitAddress:
    """A unit's page in one language, for one period."""

    lang: str
    country: str
    edition: str
    level: str
    unit_id: str
    period: str
    default_period: str

    @property
    def path(self) -> str:
        """Return the canonical address from the root."""
        return self._path("unit", self.unit_id)

    @property
    def bodies(self) -> str:
        """Return the address of the list of all its bodies in the same period."""
        return self._path("bodies", self.unit_id)

    def compared(self, *others: str) -> str:
        """Return the address at which the unit stands beside others, itself first, in the same period."""
        return self._path("compare", ",".join([self.unit_id, *others]))

    def of_body(self, body_id: str) -> str:
        """Return the address of the page of a body in the same period."""
        return self._in_period([self.lang, self.country, "body", body_id])

    def _path(self, kind: str, units: str) -> str:
        return self._in_period([self.lang, self.country, kind, self.edition, self.level, units])

    def _in_period(self, words: list[str]) -> str:
        if self.period != self.default_period:
            words.append(f"period={self.period}")
        return "/".join(words) + "/"


def parse(lang: str, segments: Sequence[str], version: Version) -> UnitAddress:
    """Return the address `country/unit/edition/level/unit_id[/period=…]`; raises UnknownWord, BadKey, BadValue."""
    offer = offer_of(version)
    edition, level_id, unit_id = [*segments[2:], "", "", ""][:3]
    if lang not in version.country.languages:
        raise UnknownWord(word="language", allowed=version.country.languages)
    every = {name for level in offer.levels for name in editions_with_units(offer, level)}
    if edition not in every:
        raise UnknownWord(word="borders", allowed=sorted(every, reverse=True))
    levels = [level for level in offer.levels if edition in editions_with_units(offer, level)]
    if level_id not in levels:
        raise UnknownWord(word="level", allowed=levels)
    if unit_id not in offer.units[level_id][edition]:
        raise UnknownWord(word="unit", allowed=sorted(offer.units[level_id][edition]))
    periods = periods_of_units(offer, edition, level_id)
    period = default = default_word(periods)
    if len(segments) > 6 or (len(segments) == 6 and not segments[5].startswith("period=")):
        raise BadKey(problem="unknown", allowed=["period"])
    if len(segments) == 6:
        period = segments[5].removeprefix("period=")
        if period not in periods:
            raise BadValue(key="period", allowed=periods)
    return UnitAddress(lang, version.country.id, edition, level_id, unit_id, period, default)


def editions_with_units(offer: Offer, level: str) -> dict[str, frozenset[str]]:
    """Return edition → units of a level, where figures of some period can be shown in it."""
    return {name: units for name, units in offer.units[level].items() if periods_of_units(offer, name, level)}


def page(address: UnitAddress, version: Version, links: Links) -> dict[str, Any]:
    """Return what the unit's template shows."""
    text, offer = text_of(address.lang), offer_of(version)
    view = View(address.lang, address.country, address.level, _measure(offer, address), address.period)
    if address.edition != offer.borders_of(view.month, view.level)[0]:
        view = view.but(borders=address.edition)
    budget = unit_budget(view, address.unit_id, version)
    is_places = version.country.level(address.level).is_places
    by_function = {code: with_denominator(view.but(function=code), version).path for code in version.functions}
    return {
        **frame(address.lang, version, links, lambda lang: replace(address, lang=lang).path),
        "address": address,
        "unit": budget.unit,
        "name": budget.unit.names[address.lang],
        "title": text("place.title_places" if is_places else "place.title", name=budget.unit.names[address.lang]),
        "above": _above(version, address, budget.unit.parent_id),
        "period": text.period(address.period),
        "budget": budget,
        "reading": read_unit(budget, text, version, {c: links.to(p) for c, p in by_function.items() if links.has(p)}),
        "back": _back(with_denominator(view, version), address, links),
        "by_function": by_function,
        "periods": strip(
            [
                (replace(address, period=word).path, word)
                for word in periods_of_units(offer, address.edition, address.level)
            ],
            text,
        ),
        "parts": [_name(version, view, part) for part in budget.parts],
        "body": lambda body_id, name: links.link(address.of_body(body_id), name),
        "compare_at": f"{address.lang}/{address.country}/compare/{address.edition}/{address.level}/",
        **depth(view, address.edition, budget, text, version),
        "others": others(address.edition, address.level, address.unit_id, address.lang, version),
        "same_period": lambda level, unit_id: _at_level(address, level, unit_id, offer).path,
    }


def unit_path(view: View, edition: str, unit_id: str, version: Version, links: Links) -> str:
    """Return the address of a unit's page in the view's period, or of its usual one where a plain site has no other."""
    periods = periods_of_units(offer_of(version), edition, view.level)
    default = default_word(periods)
    usual = UnitAddress(view.lang, view.country, edition, view.level, unit_id, default, default)
    address = replace(usual, period=view.period) if view.period in periods else usual
    return address.path if links.has(address.path) else usual.path


def _at_level(address: UnitAddress, level: str, unit_id: str, offer: Offer) -> UnitAddress:
    """Return the address of a unit of another level of the same borders, in the same period where it has figures."""
    periods = periods_of_units(offer, address.edition, level)
    default = default_word(periods)
    period = address.period if address.period in periods else default
    return replace(address, level=level, unit_id=unit_id, period=period, default_period=default)


def _above(version: Version, address: UnitAddress, parent_id: str) -> tuple[str, str]:
    """Return the address and name of the unit that this one lies in; empty where it is the place itself or unknown."""
    offer = offer_of(version)
    for level in reversed(offer.levels[: offer.levels.index(address.level)]):
        if parent_id != address.unit_id and parent_id in editions_with_units(offer, level).get(address.edition, ()):
            above = version.level(address.edition, level)
            name = above.units[above.numbers[parent_id]].names[address.lang]
            return _at_level(address, level, parent_id, offer).path, name
    return "", ""


def _measure(offer: Offer, address: UnitAddress) -> str:
    """Return executed spending, or where nobody has executed yet the first measure that the period has."""
    known = [measure for measure in MEASURES if address.period in offer.periods_of(measure, address.level)]
    return "executed" if "executed" in known or not known else known[0]


def _back(view: View, address: UnitAddress, links: Links) -> str:
    """Return the map with this unit standing out, or the map alone where a plain site has no such page."""
    marked = view.but(highlight=address.unit_id).path
    return marked if links.has(marked) else view.path


def _name(version: Version, view: View, unit_id: str) -> str:
    own = version.level(edition_of(offer_of(version), view.month), view.level)
    return own.units[own.numbers[unit_id]].names[view.lang]
