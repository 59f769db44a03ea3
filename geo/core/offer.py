"""What one version can answer: the words of every place and key of an address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from geo.core.country import Country
from geo.core.measures import MEASURES, is_year_end


@dataclass(frozen=True)
class Offer:
    """What one version can answer: the words of every place and key, in the order they are shown."""

    country: Country
    periods: tuple[str, ...]  # months with figures, YYYY-MM
    reported: Mapping[str, frozenset[tuple[str, str]]]  # level → (phase, period) pairs with a figure of some unit
    functions: tuple[str, ...]
    units: Mapping[str, Mapping[str, frozenset[str]]]  # level with figures, the top one first → edition → unit_ids
    restated: Mapping[str, tuple[str, ...]]  # edition → others in which figures of its periods can be shown
    series: tuple[str, ...]
    price_years: tuple[str, ...]
    inside: Mapping[str, Mapping[str, Mapping[str, frozenset[str]]]]  # level → edition → unit above → units in it
    subgroups: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)  # (phase, period) → codes known

    @property
    def period_words(self) -> tuple[str, ...]:
        """Return the periods as addresses say them: a finished year by its number."""
        return tuple(word_of(period) for period in self.periods)

    @property
    def levels(self) -> tuple[str, ...]:
        """Return the levels at which some unit has figures, the top one first."""
        return tuple(self.units)

    def periods_of(self, measure: str, level: str) -> tuple[str, ...]:
        """Return the period words for which some unit of a level reported every phase that a measure needs."""
        key = (measure, level)
        if key not in self._periods:
            needs, reported = MEASURES[measure].phases, self.reported[level]
            self._periods[key] = tuple(word_of(p) for p in self.periods if all(pair in reported for pair in needs(p)))
        return self._periods[key]

    def subgroups_of(self, measure: str, period: str) -> tuple[str, ...]:
        """Return the subgroups that every phase which a measure needs in a month is divided into, in order."""
        key = (measure, period)
        if key not in self._shared:
            first, *others = (self.subgroups.get(pair, ()) for pair in MEASURES[measure].phases(period))
            self._shared[key] = tuple(code for code in first if all(code in known for known in others))
        return self._shared[key]

    @cached_property
    def _periods(self) -> dict[tuple[str, str], tuple[str, ...]]:
        return {}  # (measure, level) → the words of its periods

    @cached_property
    def _shared(self) -> dict[tuple[str, str], tuple[str, ...]]:
        return {}  # (measure, period) → the subgroups known in all of its phases

    def group_of(self, function: str) -> str:
        """Return the functional group of a code: its own, or that of a subgroup; empty stays so."""
        return function[: self.country.function_digits]

    def series_of(self, level: str) -> tuple[str, ...]:
        """Return the series that a level may be divided by: places have no area."""
        is_places = self.country.level(level).is_places
        areas = {row.series for row in self.country.denominators if not row.file}
        return tuple(series for series in self.series if not (is_places and series in areas))

    @property
    def default_period(self) -> str:
        """Return the word of the last finished year, or of the last period where no year is finished."""
        return default_word(self.period_words)

    def borders_of(self, period: str, level: str) -> tuple[str, ...]:
        """Return the editions that a period may be shown in, the one in force first; only the top level is restated."""
        in_force = edition_of(self, period)
        return (in_force, *(self.restated.get(in_force, ()) if level == self.levels[0] else ()))


def default_word(words: Sequence[str]) -> str:
    """Return the last finished year of the words of periods in order, or the last one where no year is finished."""
    return next((word for word in reversed(words) if "-" not in word), words[-1])


def edition_of(offer: Offer, period: str) -> str:
    """Return the edition that the figures of a period belong to: the one in force."""
    return offer.country.edition_in_force(period).id


def word_of(period: str) -> str:
    """Return a month as addresses say it: 2024-12 is the year 2024."""
    return period[:4] if is_year_end(period) else period


def month_of(word: str) -> str:
    """Return the month YYYY-MM that the word of a period ends with: the year 2024 with 2024-12."""
    return word if "-" in word else f"{word}-12"
