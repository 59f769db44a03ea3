"""Money by unit and period, as features: all groups together, or each functional group apart; phases side by side.

A table that a GIS can draw: one feature for each unit and period (and group), the phases as its columns. The features
of a period add up to the version's totals. Each amount stands twice: as a number for colours and sizes, and exactly, as
decimal text in the currency's unit.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from geo.core.offer import edition_of
from geo.faces.files import amount_text
from geo.layers import offer_of
from geo.versions import Version
from geo.versions.opened import NOT_REPORTED, PARTLY, REPORTED, Level
from geo.web.ogc.columns import Column, names
from geo.web.ogc.contents import Contents, Words, areas_of, as_json

VALUES, FUNCTIONS = "values", "functions"
_STATES = {NOT_REPORTED: "not_reported", PARTLY: "partly_reported", REPORTED: "value"}


def values(version: Version, edition: str, level: str) -> Contents:
    """Return one feature a period and unit: what all functional groups make together, and transfers in it."""
    return _contents(_Figures(version, edition, level, ()))


def functions(version: Version, edition: str, level: str) -> Contents:
    """Return one feature a period, functional group and unit."""
    return _contents(_Figures(version, edition, level, version.functions))


def last_day(period: str) -> date:
    """Return the day at whose end the figures of a period YYYY-MM stand."""
    year, month = map(int, period.split("-"))
    return date(year, month, calendar.monthrange(year, month)[1])


def periods_of(version: Version, edition: str, level: str) -> tuple[str, ...]:
    """Return the periods whose figures stand in an edition, their own or restated, in order."""
    offer = offer_of(version)
    reported = {period for _, period in offer.reported[level]}
    return tuple(p for p in version.periods if p in reported and edition in offer.borders_of(p, level))


@dataclass(frozen=True)
class _Figures:
    """The money of a level; without `groups` all of them are one."""

    version: Version
    edition: str
    level: str
    groups: Sequence[str]

    @cached_property
    def table(self) -> Level:
        return self.version.level(self.edition, self.level)

    @cached_property
    def periods(self) -> tuple[str, ...]:
        return periods_of(self.version, self.edition, self.level)

    @cached_property
    def restated(self) -> tuple[bool, ...]:
        offer = offer_of(self.version)
        return tuple(edition_of(offer, period) != self.edition for period in self.periods)

    @property
    def shape(self) -> tuple[int, int, int]:
        return len(self.periods), len(self.groups) or 1, len(self.table.units)

    def at(self, number: int) -> tuple[int, int, int]:
        period, rest = divmod(number, self.shape[1] * self.shape[2])
        return period, *divmod(rest, self.shape[2])

    def identify(self, number: int) -> str:
        period, group, unit = self.at(number)
        parts = [self.table.units[unit].unit_id, self.periods[period], *self.groups[group : group + 1]]
        return ":".join(parts)

    def find(self, word: str) -> int | None:
        unit, _, rest = word.partition(":")
        period, _, group = rest.partition(":")
        groups = self.groups or ("",)
        if unit not in self.table.numbers or period not in self.periods or group not in groups:
            return None
        number = self.periods.index(period) * len(groups) + groups.index(group)
        found = number * len(self.table.units) + self.table.numbers[unit]
        return found if self.identify(found) == word else None

    def properties(self, number: int) -> dict[str, Any]:
        p, g, u = self.at(number)
        country, unit, period = self.version.country, self.table.units[u], self.periods[p]
        return {
            "unit_id": unit.unit_id,
            "kind": unit.kind,
            **{f"name_{lang}": unit.names[lang] for lang in country.languages},
            "period": period,
            "date": last_day(period).isoformat(),
            "is_restated": self.restated[p],
            **self._group(g),
            **self._money(u, self.version.periods.index(period), g),
            **({} if self.groups else self._denominators(u, period[:4])),
            "is_synthetic": country.is_synthetic,
        }

    def _group(self, number: int) -> dict[str, Any]:
        if not self.groups:
            return {}
        code = self.groups[number]
        named = self.version.json("functions.json").get(code, {})
        said = {f"function_{lang}": named.get(f"name_{lang}") for lang in self.version.country.languages}
        return {"function": code, **said}

    def _money(self, unit: int, period: int, group: int) -> dict[str, Any]:
        country, made = self.version.country, dict[str, Any]()
        transfers = (
            self.version.functions.index(country.transfers) if country.transfers in self.version.functions else 0
        )
        for f, phase in enumerate(self.version.phases):
            state, amounts = int(self.table.reported[unit, period, f]), self.table.totals[unit, period, :, f]
            is_known = state == REPORTED
            amount = int(amounts[group] if self.groups else amounts.sum()) if is_known else None
            made |= _twice(phase, amount, country.minor_units)
            if not self.groups and country.transfers:
                made |= _twice(f"{phase}_transfers", int(amounts[transfers]) if is_known else None, country.minor_units)
            made[f"{phase}_state"] = _STATES[state]
        return made

    def _denominators(self, unit: int, year: str) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for row in self.version.country.denominators:
            known = self.version.denominators(self.edition, self.level, row.series, year if row.by_year else "")
            value = float("nan") if known is None else float(known[unit])
            made[f"denominator_{row.series}"] = value if np.isfinite(value) else None
        return made

    def columns(self) -> tuple[Column, ...]:
        country = self.version.country
        group = [Column("function", "string", "function"), *names(country.languages, "function")]
        denominators = [
            Column(f"denominator_{row.series}", "number", "denominator", {"series": row.column}, is_nullable=True)
            for row in country.denominators
        ]
        return (
            Column("unit_id", "string", "unit_id"),
            Column("kind", "string", "kind"),
            *names(country.languages),
            Column("period", "string", "period"),
            Column("date", "string", "date", format="date", role="primary-instant"),
            Column("is_restated", "boolean", "is_restated"),
            *(group if self.groups else ()),
            *(column for phase in self.version.phases for column in self._phase(phase)),
            *(() if self.groups else denominators),
            Column("is_synthetic", "boolean", "is_synthetic"),
        )

    def _phase(self, phase: str) -> list[Column]:
        said = {"phase": f"phase.{phase}"}
        apart = [
            Column(f"{phase}_transfers", "number", "transfers", said, is_nullable=True),
            Column(f"{phase}_transfers_exact", "string", "transfers_exact", said, is_nullable=True),
        ]
        return [
            Column(phase, "number", "amount", said, is_nullable=True),
            Column(f"{phase}_exact", "string", "exact", said, is_nullable=True),
            *(apart if not self.groups and self.version.country.transfers else ()),
            Column(f"{phase}_state", "string", "state", said),
        ]


def _twice(name: str, amount: int | None, minor: int) -> dict[str, Any]:
    """Return an amount as a number and exactly, in the currency's unit."""
    return {name: None if amount is None else amount / minor, f"{name}_exact": amount_text(amount, minor)}


def _contents(of: _Figures) -> Contents:
    period, group, unit = np.unravel_index(np.arange(int(np.prod(of.shape))), of.shape)
    kinds = {kind: number for number, kind in enumerate(sorted({row.kind for row in of.table.units}))}
    kind = np.array([kinds[row.kind] for row in of.table.units], np.int32)
    restated = np.array(of.restated, np.int32)
    days = np.array([last_day(word).toordinal() for word in of.periods], np.int64)
    words = {
        "unit_id": Words(of.table.numbers, unit.astype(np.int32)),
        "kind": Words(kinds, kind[unit]),
        "period": Words({word: number for number, word in enumerate(of.periods)}, period.astype(np.int32)),
        "is_restated": Words({as_json(is_so): int(is_so) for is_so in (False, True)}, restated[period]),
    }
    if of.groups:
        words["function"] = Words({code: number for number, code in enumerate(of.groups)}, group.astype(np.int32))
    return Contents(
        columns=of.columns(),
        words=words,
        shapes=areas_of(of.version, of.edition, of.level),
        places=unit.astype(np.int32),
        days=np.column_stack([days[period], days[period]]),
        identify=of.identify,
        find=of.find,
        properties=of.properties,
    )
