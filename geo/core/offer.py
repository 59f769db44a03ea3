"""What one version can answer: the words of every place and key of an address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from geo.core.country import Country
from geo.core.measures import MEASURES, is_year_end


@dataclass(frozen=True)
class Offer:
    """What one version can answer: the words of every place and key, in the order they are shown."""

    country: Country
    periods: tuple[str, ...]  # months with figures, YYYY-MM
    reported: frozenset[tuple[str, str]]  # (phase, period) pairs with a figure of some unit
    functions: tuple[str, ...]
    units: Mapping[str, frozenset[str]]  # edition → unit_ids
    series: tuple[str, ...]
    price_years: tuple[str, ...]

    @property
    def period_words(self) -> tuple[str, ...]:
        """Return the periods as addresses say them: a finished year by its number."""
        return tuple(word_of(period) for period in self.periods)

    def periods_of(self, measure: str) -> tuple[str, ...]:
        """Return the period words for which some unit reported every phase that a measure needs."""
        needs = MEASURES[measure].phases
        return tuple(word_of(p) for p in self.periods if all(pair in self.reported for pair in needs(p)))

    @property
    def default_period(self) -> str:
        """Return the word of the last finished year, or of the last period where no year is finished."""
        return next((word for word in reversed(self.period_words) if "-" not in word), self.period_words[-1])

    def borders_of(self, period: str) -> tuple[str, ...]:
        """Return the editions in which a period may be shown, the one in force first."""
        in_force = edition_of(self, period)
        return (in_force, *(edition for edition in self.units if edition != in_force))


def edition_of(offer: Offer, period: str) -> str:
    """Return the edition in force in a period, or the earliest one that has figures."""
    found = offer.country.edition_in_force(period).id
    return found if found in offer.units else next(iter(offer.units))


def word_of(period: str) -> str:
    """Return a month as addresses say it: 2024-12 is the year 2024."""
    return period[:4] if is_year_end(period) else period
