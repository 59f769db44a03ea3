"""Units like one unit: near it in people and density, of its kind.

The distance of two units is |ln(people ÷ people)| + |ln(density ÷ density)|: twice as many people and half as many
are as far away as each other, whichever of the two is asked about. Where density is not known (places have no area)
people alone count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.versions.opened import Level, Version

MOST, FEWEST = 5, 3
M2_OF_KM2 = 1_000_000

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Alike:
    """One unit that is like another; `distance` is 0 for a twin, 0.69 where one of the two is twice as large."""

    number: int
    distance: float
    people: float
    density: float | None  # people per km²
    is_same_kind: bool


@dataclass(frozen=True)
class Likeness:
    """The units like one, the nearest of its kind first; empty where nobody counted the people."""

    year: str  # of which the people are; empty where the series does not change with the year
    has_density: bool
    units: tuple[Alike, ...]
    people: float | None = None  # of the unit itself
    density: float | None = None


def alike(version: Version, edition: str, level_id: str, unit_id: str, year: str) -> Likeness:
    """Return up to five units like one: of its kind, the nearest first, ties by unit_id.

    Where its kind has fewer than three others with people, the nearest of other kinds make it up to three.
    """
    level = version.level(edition, level_id)
    people = version.denominators(edition, level_id, "person", year)
    dated = any(row.series == "person" and row.by_year for row in version.country.denominators)
    number = level.numbers[unit_id]
    if people is None or not people[number] > 0:
        return Likeness(year if dated else "", False, ())
    density = _density(level, people)
    kinds = [unit.kind for unit in level.units]
    made = tuple(
        Alike(k, away, float(people[k]), float(density[k]) if density[k] > 0 else None, kinds[k] == kinds[number])
        for k, away in nearest(people, density, kinds, number)
    )
    own_density = float(density[number]) if density[number] > 0 else None
    return Likeness(year if dated else "", own_density is not None, made, float(people[number]), own_density)


def nearest(people: Floats, density: Floats, kinds: Sequence[str], number: int) -> list[tuple[int, float]]:
    """Return (number, distance) of the units that are like one, those of its kind first, then the nearest, in order.

    `people` and `density` are nan where unknown; without a density of its own a unit is compared by people alone.
    """
    distances = distance(people, people[number])
    if density[number] > 0:
        distances = distances + distance(density, density[number])
    others = [k for k in np.flatnonzero(~np.isnan(distances)).tolist() if k != number]
    others.sort(key=lambda k: (kinds[k] != kinds[number], distances[k], k))
    own = sum(kinds[k] == kinds[number] for k in others)
    chosen = others[: min(MOST, own) if own >= FEWEST else FEWEST]
    return [(k, float(distances[k])) for k in chosen]


def distance(values: Floats, own: float) -> Floats:
    """Return how far each value is from one, as the size of the logarithm of their ratio; nan where unknown."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.abs(np.log(np.where(values > 0, values, np.nan)) - np.log(own))
    return np.asarray(found, dtype=np.float64)


def _density(level: Level, people: Floats) -> Floats:
    area = np.array([unit.area_m2 for unit in level.units], dtype="float64") / M2_OF_KM2
    return np.where((area > 0) & (people > 0), people / np.where(area > 0, area, np.nan), np.nan)
