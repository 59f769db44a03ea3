"""The page of two to six units side by side: its address, and what its template shows.

The canonical address keeps the order that was asked for, for the first unit is the one that the others are compared
with; it leaves out the default period. Who asks by a form is led to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from geo.core.errors import BadKey, BadValue, NeedsKey
from geo.core.offer import Offer, default_word, edition_of, month_of
from geo.core.text import Text, text_of
from geo.core.view import View
from geo.faces.beside import read_beside
from geo.layers import layer, offer_of
from geo.layers.offer import periods_of_units, with_denominator
from geo.layers.trend import growth
from geo.layers.unit import UnitBudget, unit_budget
from geo.versions import Version
from geo.web.links import Links
from geo.web.pages.frame import frame
from geo.web.pages.unit import UnitAddress, editions_with_units
from geo.web.pages.unit import parse as parse_unit
from geo.web.pages.unitdepth import others, strip

WORD, TEMPLATE = "compare", "compare.html"
FEWEST, MOST = 2, 6
WITHOUT_UNITS = 4  # parts of an address behind its language: country, compare, edition, level
KEYS = ("unit", "period")


@dataclass(frozen=True)
class CompareAddress:
    """Units side by side in one language, for one period; the first is the one that others are compared with."""

    first: UnitAddress
    unit_ids: tuple[str, ...]

    @property
    def path(self) -> str:
        """Return the canonical address from the root."""
        return self.first.compared(*self.unit_ids[1:])

    def but(self, **words: str) -> CompareAddress:
        """Return the same units in another language, period or edition."""
        return replace(self, first=replace(self.first, **words))

    def of(self, *unit_ids: str) -> CompareAddress:
        """Return other units of the same borders in the same period."""
        return CompareAddress(replace(self.first, unit_id=unit_ids[0]), unit_ids)


def parse(lang: str, segments: Sequence[str], version: Version) -> CompareAddress:
    """Return the address `country/compare/edition/level/id,id[,…][/period=…]`.

    Raises UnknownWord for a place that is not known, NeedsKey for one unit alone, BadValue for one that stands twice
    or for more than six.
    """
    edition, level_id, units = [*segments[2:], "", "", ""][:3]
    asked = [unit for unit in units.split(",") if unit] or [""]
    parsed = [
        parse_unit(lang, [segments[0], "unit", edition, level_id, unit, *segments[5:]], version)
        for unit in asked[: MOST + 1]
    ]
    known = sorted(offer_of(version).units[level_id][edition])
    if len(asked) < FEWEST:
        raise NeedsKey(key="unit", allowed=[unit for unit in known if unit not in asked])
    if len(set(asked)) < len(asked):
        raise BadValue(key="unit", allowed=[unit for unit in known if unit not in asked])
    if len(asked) > MOST:
        raise BadValue(key="unit", allowed=asked[:MOST])
    return CompareAddress(parsed[0], tuple(asked))


def chosen(lang: str, segments: Sequence[str], form: Mapping[str, Sequence[str]], version: Version) -> CompareAddress:
    """Return what a form asks for: `unit=` for each unit, `period=` at most once; raises BadKey for other keys.

    Where it names no unit, the one that spends most and the one that spends least per person stand side by side.
    """
    for key in form:
        if key not in KEYS:
            raise BadKey(problem="unknown", allowed=KEYS)
    if len(form.get("period", ())) > 1:
        raise BadKey(problem="twice", key="period", allowed=KEYS)
    if len(segments) > WITHOUT_UNITS:
        raise BadKey(problem="unknown")  # an address that names its units takes no others beside them
    units = [unit for unit in form.get("unit", ()) if unit]
    period = [f"period={word}" for word in form.get("period", ()) if word]
    if not units:
        parsed = parse_unit(lang, [*[*segments, "", ""][:WITHOUT_UNITS], _first(segments, version), *period], version)
        units = _ends(parsed, version)
    # A comma in a value would be two values of the address.
    listed = ",".join(unit.replace(",", " ") for unit in units)
    return parse(lang, [*[*segments, "", ""][:WITHOUT_UNITS], listed, *period], version)


def _first(segments: Sequence[str], version: Version) -> str:
    """Return a unit of the level and borders asked for; empty where there is no such level, for others to refuse."""
    edition, level = [*segments[2:], "", ""][:2]
    units = offer_of(version).units.get(level, {}).get(edition, frozenset())
    return min(units, default="")


def _ends(address: UnitAddress, version: Version) -> list[str]:
    """Return the units with the highest and the lowest value of the map of executed spending."""
    offer = offer_of(version)
    view = View(address.lang, address.country, address.level, "executed", address.period)
    if address.edition != edition_of(offer, view.month):
        view = view.but(borders=address.edition)
    known = [row for row in layer(with_denominator(view, version), version).rows if row.value is not None]
    known.sort(key=lambda row: (-(row.value or 0.0), row.unit.unit_id))
    return [row.unit.unit_id for row in (known[0], known[-1])] if len(known) >= FEWEST else [address.unit_id]


def page(address: CompareAddress, version: Version, links: Links) -> dict[str, Any]:
    """Return what the template shows."""
    first = address.first
    text, offer = text_of(first.lang), offer_of(version)
    level = version.level(first.edition, first.level)
    view = View(first.lang, first.country, first.level, "executed", first.period)
    if first.edition != edition_of(offer, view.month):
        view = view.but(borders=first.edition)
    budgets = [unit_budget(view, unit_id, version) for unit_id in address.unit_ids]
    per = "person" if any(budget.has_people for budget in budgets) else "none"
    growths = [growth(view.but(per=per), level.numbers[unit_id], version) for unit_id in address.unit_ids]
    names = [budget.unit.names[first.lang] for budget in budgets]
    return {
        **frame(first.lang, version, links, lambda lang: address.but(lang=lang).path),
        "address": address,
        "first": first,
        "title": text("compare.title", names=", ".join(names)),
        "period": text.period(first.period),
        "units": [(address.of(u).first.path, name) for u, name in zip(address.unit_ids, names, strict=True)],
        "reading": read_beside(budgets, growths, text, version),
        "notes": _notes(address, budgets, version, text),
        "by_function": {c: with_denominator(view.but(function=c), version).path for c in version.functions},
        "periods": strip(
            [(address.but(period=word).path, word) for word in periods_of_units(offer, first.edition, first.level)],
            text,
        ),
        "borders": _borders(address, names, offer),
        "fewer": _fewer(address, names),
        "others": [row for row in others(first.edition, first.level, first.unit_id, first.lang, version)
                   if row[0] not in address.unit_ids] if len(budgets) < MOST else [],
        "compare_at": f"{first.lang}/{first.country}/{WORD}/{first.edition}/{first.level}/",
    }  # fmt: skip


def _fewer(address: CompareAddress, names: Sequence[str]) -> list[tuple[str, str]]:
    """Return (address, name of the one left out) where more than two are compared."""
    if len(address.unit_ids) == FEWEST:
        return []
    return [
        (address.of(*(u for u in address.unit_ids if u != unit)).path, name)
        for unit, name in zip(address.unit_ids, names, strict=True)
    ]


def _borders(address: CompareAddress, names: Sequence[str], offer: Offer) -> list[tuple[str, str, list[str]]]:
    """Return each edition with the address of the same units in it, or with the names of those it does not have."""
    found = []
    for edition, units in sorted(editions_with_units(offer, address.first.level).items(), reverse=True):
        lacking = [name for unit, name in zip(address.unit_ids, names, strict=True) if unit not in units]
        periods = periods_of_units(offer, edition, address.first.level)
        period = address.first.period if address.first.period in periods else default_word(periods)
        other = address.but(edition=edition, period=period, default_period=default_word(periods))
        found.append((edition, "" if lacking else other.path, lacking))
    return found if len(found) > 1 else []


def _notes(address: CompareAddress, budgets: Sequence[UnitBudget], version: Version, text: Text) -> list[str]:
    """Return what a reader must know: restated borders, what units were put together from, who did not report."""
    first, said = address.first, []
    month = month_of(first.period)
    own = edition_of(offer_of(version), month)
    if first.edition != own:
        told = version.country.edition(first.edition).note[text.lang]
        said.append(text("note.restated", edition=first.edition, text=told))
    for budget in budgets:
        name = budget.unit.names[text.lang]
        if not budget.parts:
            said.append(text("compare.divided", name=name))
        elif budget.parts != (budget.unit.unit_id,):
            said.append(text("compare.parts", name=name, parts=" + ".join(_names(budget.parts, own, first, version))))
        if budget.phases["executed"].amount is None:
            said.append(text("compare.missing", name=name))
    if "-" in first.period:
        said.append(text("note.partial_year"))
    said.append(text("note.transfers_apart", code=version.country.transfers))
    return said


def _names(parts: Sequence[str], edition: str, first: UnitAddress, version: Version) -> list[str]:
    level = version.level(edition, first.level)
    return [level.units[level.numbers[part]].names[first.lang] for part in parts]
