"""The list of a unit's bodies, page by page: for reading without scripts, and for everybody who looks for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from geo.core.errors import BadKey, BadValue
from geo.core.offer import default_word, edition_of, month_of
from geo.core.text import Scale, Text, text_of
from geo.faces.amounts import Amount, amount_of
from geo.faces.names import Name, body_name, kind_word
from geo.faces.wording import function_name
from geo.layers import offer_of
from geo.layers.holdings import holdings
from geo.layers.listing import Listing, listing
from geo.layers.offer import periods_of_units
from geo.layers.unit import whole_parts
from geo.versions import Unit, Version
from geo.web.links import Links
from geo.web.pages.bodyaddress import body_address
from geo.web.pages.frame import frame
from geo.web.pages.unit import UnitAddress
from geo.web.pages.unit import parse as parse_unit

WORD, TEMPLATE = "bodies", "bodies.html"
ON_A_PAGE = 50
KEYS = ("function", "period", "page")  # in this order


@dataclass(frozen=True)
class ListAddress:
    """The bodies of a unit in one language, for one period and function, from one page on."""

    unit: UnitAddress
    function: str = ""
    page: int = 1

    @property
    def path(self) -> str:
        """Return the canonical address from the root."""
        of = self.unit
        words = [of.lang, of.country, WORD, of.edition, of.level, of.unit_id]
        words += [f"function={self.function}"] if self.function else []
        words += [f"period={of.period}"] if of.period != of.default_period else []
        words += [f"page={self.page}"] if self.page > 1 else []
        return "/".join(words) + "/"

    def but(self, **words: str) -> ListAddress:
        """Return the first page of the same in another language, period or function."""
        function = words.pop("function", self.function)
        return ListAddress(replace(self.unit, **words), function)


@dataclass(frozen=True)
class ListRow:
    """One body of the list as people read it."""

    path: str
    name: Name
    kind: str
    amount: Amount
    share: str


def unit_address(lang: str, version: Version, unit: tuple[str, str, str], period: str) -> UnitAddress:
    """Return the address of a unit (edition, level, unit_id) in a period, or in its own default one without figures."""
    periods = periods_of_units(offer_of(version), *unit[:2])
    default = default_word(periods)
    return UnitAddress(lang, version.country.id, *unit, period if period in periods else default, default)


def parse(lang: str, segments: Sequence[str], version: Version) -> ListAddress:
    """Return the address `country/bodies/edition/level/unit_id[/function=…][/period=…][/page=…]`.

    Raises UnknownWord, BadKey, BadValue; keys in another order, or with a default value, are led to the canonical one.
    """
    given: dict[str, str] = {}
    for segment in segments[5:]:
        key, equals, value = segment.partition("=")
        if not equals or key not in KEYS:
            raise BadKey(problem="unknown", allowed=KEYS)
        if key in given:
            raise BadKey(problem="twice", key=key, allowed=KEYS)
        given[key] = value
    place = [f"period={given['period']}"] if "period" in given else []
    unit = parse_unit(lang, [*segments[:5], *place], version)
    function = given.get("function", "")
    if function and function not in version.functions:
        raise BadValue(key="function", allowed=version.functions)
    address = ListAddress(unit, function)
    pages = _pages(_listing(address, version))
    words = [str(number) for number in range(1, pages + 1)]
    if given.get("page", "1") not in words:
        raise BadValue(key="page", allowed=words)
    return replace(address, page=int(given.get("page", "1")))


def page(address: ListAddress, version: Version, links: Links) -> dict[str, Any]:
    """Return what the template shows."""
    of, text = address.unit, text_of(address.unit.lang)
    level = version.level(of.edition, of.level)
    unit, found = level.units[level.numbers[of.unit_id]], _listing(address, version)
    pages, first = _pages(found), ON_A_PAGE * (address.page - 1)
    writing = _Writing(found, version, text, unit, of.period)
    name = function_name(version, address.function, of.lang, "short") if address.function else ""
    key = "body.list_title_function" if name else "body.list_title"
    return {
        **frame(of.lang, version, links, lambda lang: address.but(lang=lang).path),
        "address": address,
        "title": text(key, unit=unit.names[of.lang], function=name),
        "unit_path": of.path,
        "unit": unit.names[of.lang],
        "period": text.period(of.period),
        "periods": [
            (address.but(period=word).path, word) for word in periods_of_units(offer_of(version), of.edition, of.level)
        ],
        "functions": _functions(address, version, text),
        "scale": text(f"scale.{writing.scale.exponent}") + version.country.symbol,
        "is_whole": bool(_parts(address, version)),
        "count": text.number(len(found.rows)),
        "first": first + 1,
        "rows": [writing.row(*pair) for pair in found.rows[first : first + ON_A_PAGE]],
        "unnamed": [writing.row(*pair) for pair in found.unnamed],
        "named_sum": writing.amount(found.named),
        "whole": writing.amount(found.whole),
        "pages": _ways(address, pages),
        "pages_count": pages,
    }


@dataclass(frozen=True)
class _Writing:
    """What all rows are written with."""

    found: Listing
    version: Version
    text: Text
    unit: Unit
    period: str

    @cached_property
    def scale(self) -> Scale:
        """Return the scale of the amounts, by the largest body."""
        most = max((abs(amount) for _, amount in (*self.found.rows, *self.found.unnamed)), default=0)
        return Scale.of(most / self.version.country.minor_units).finer

    def amount(self, amount_minor: int) -> Amount:
        """Return an amount in the scale of the list."""
        return amount_of(amount_minor, self.text, self.version, self.scale)

    def row(self, number: int, amount: int) -> ListRow:
        """Return the row of a body."""
        about = holdings(self.version).bodies[number]
        share = self.text.percent(100 * amount / self.found.whole, decimals=2) if self.found.whole > 0 else ""
        name = body_name(about, self.text.lang, self.text, self.unit)
        path = body_address(self.text.lang, self.version, number, self.period).path
        return ListRow(path, name, kind_word(about, self.version, self.text), self.amount(amount), share)


def _parts(address: ListAddress, version: Version) -> tuple[str, ...]:
    """Return the units of the figures' own borders that the unit holds whole; none where one was divided."""
    of = address.unit
    edition = edition_of(offer_of(version), month_of(of.period))
    return whole_parts(version.level(of.edition, of.level), of.unit_id, edition)


def _listing(address: ListAddress, version: Version) -> Listing:
    of = address.unit
    return listing(version, of.level, _parts(address, version), month_of(of.period), address.function)


def pages_of(address: ListAddress, version: Version) -> int:
    """Return how many pages a list has; none where the figures of a unit are not divided among organisations."""
    return _pages(_listing(address, version)) if _parts(address, version) else 0


def _pages(found: Listing) -> int:
    return max(1, -(-len(found.rows) // ON_A_PAGE))


def _functions(address: ListAddress, version: Version, text: Text) -> list[tuple[str, str, bool]]:
    """Return (address, name, is this one) of all functions together and each."""
    names = [(code, function_name(version, code, text.lang, "short")) for code in version.functions]
    every = [("", text("body.every")), *names]
    return [(address.but(function=code).path, name, code == address.function) for code, name in every]


def _ways(address: ListAddress, pages: int) -> list[tuple[str, str]]:
    """Return (message, address) of the first page and those beside this one."""
    ways = {
        "first": 1 if address.page > 2 else 0,
        "previous": address.page - 1,
        "next": (address.page + 1) if address.page < pages else 0,
    }
    return [(word, replace(address, page=number).path) for word, number in ways.items() if number]
