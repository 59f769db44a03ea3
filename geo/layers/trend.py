"""How a unit's figures went through the periods, and how much they grew in a year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from geo.core.measures import year_before
from geo.core.offer import edition_of, month_of
from geo.core.view import View
from geo.layers import layer
from geo.layers.offer import offer_of, periods_of_units
from geo.versions.opened import REPORTED, Version


@dataclass(frozen=True)
class Point:
    """One period of a unit: what each phase adds up to, all functions, transfers included; None: not reported."""

    word: str  # as addresses say it
    month: str  # YYYY-MM
    amounts: Mapping[str, int | None]
    is_restated: bool  # the period is older than these borders, or younger

    @property
    def is_final(self) -> bool:
        """Tell whether the period is a whole year; else its amounts are those of the year so far."""
        return "-" not in self.word


@dataclass(frozen=True)
class Growth:
    """Executed spending against the same period a year before, in per cent; `real` is None without a price index."""

    before: str  # YYYY-MM
    nominal: float
    real: float | None
    prices: str  # the year whose prices `real` is in; a ratio is the same in those of any other


def trend(version: Version, edition: str, level_id: str, unit_id: str) -> tuple[Point, ...]:
    """Return the periods for which a unit has figures, in order."""
    offer, level = offer_of(version), version.level(edition, level_id)
    number = level.numbers[unit_id]
    sums = level.totals[number].sum(axis=1)
    points = []
    for word in periods_of_units(offer, edition, level_id):
        month = month_of(word)
        p = version.periods.index(month)
        amounts = {
            phase: int(sums[p, f]) if level.reported[number, p, f] == REPORTED else None
            for f, phase in enumerate(version.phases)
        }
        points.append(Point(word, month, amounts, edition_of(offer, month) != edition))
    return tuple(points)


def growth(view: View, number: int, version: Version) -> Growth | None:
    """Return how a unit's executed spending grew, without transfers, as the map of change shows it; None: unknown."""
    if view.period not in offer_of(version).periods_of("change", view.level):
        return None
    change = view.but(measure="change", function="", transfers="", prices="nominal", classes="")
    row = layer(change, version).rows[number]
    if row.value is None or row.denominator is None:
        return None
    year, prices = view.month[:4], version.facts["prices"]
    known = {year, year_before(view.month)[:4]} <= set(prices)
    real = layer(change.but(prices=year), version).rows[number].value if known else None
    return Growth(year_before(view.month), row.value, real, year if known else "")
