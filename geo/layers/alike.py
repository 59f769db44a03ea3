"""Units like one unit: near it in people and density, of its kind.

The distance of two units is |ln(people ÷ people)| + |ln(density ÷ density)|: twice as many people and half as many
are as far away as each other, whichever of the two is asked about. Where density is not known (places have no area)
people alone count.
"""

from __future__ import annotations

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
    has_density = bool(density[number] > 0)
    distances = distance(people, people[number])
    if has_density:
        distances = distances + distance(density, density[number])
    same = np.array([unit.kind == level.units[number].kind for unit in level.units])
    others = [k for k in np.flatnonzero(~np.isnan(distances)).tolist() if k != number]
    others.sort(key=lambda k: (not same[k], distances[k], k))
    own = sum(bool(same[k]) for k in others)
    chosen = others[: min(MOST, own) if own >= FEWEST else FEWEST]
    made = tuple(
        Alike(k, float(distances[k]), float(people[k]), float(density[k]) if density[k] > 0 else None, bool(same[k]))
        for k in chosen
    )
    own_density = float(density[number]) if has_density else None
    return Likeness(year if dated else "", has_density, made, float(people[number]), own_density)


def distance(values: Floats, own: float) -> Floats:
    """Return how far each value is from one, as the size of the logarithm of their ratio; nan where unknown."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.abs(np.log(np.where(values > 0, values, np.nan)) - np.log(own))
    return np.asarray(found, dtype=np.float64)


def _density(level: Level, people: Floats) -> Floats:
    area = np.array([unit.area_m2 for unit in level.units], dtype="float64") / M2_OF_KM2
    return np.where((area > 0) & (people > 0), people / np.where(area > 0, area, np.nan), np.nan)
