"""Peers: the units that a unit may fairly be compared with, and the middle and spread of their values; numpy alone.

The rule: peers are all units of one kind (regions, cities of republican significance …), the unit itself among them.
A kind that has fewer than three members, or fewer than three with a value, is compared with all units of the level.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.versions.opened import Unit

FEWEST = 3  # of two values each is as far from the middle as the other: that says nothing of either
ALL = -1

Floats = NDArray[np.float64]
Groups = NDArray[np.int64]


@dataclass(frozen=True)
class Spread:
    """How the values of a group lie: the least, both quartiles, the middle, the most, and how many there are.

    Quartiles lie between two values in proportion, as numpy and most statistical offices compute them.
    """

    least: float
    lower: float
    median: float
    upper: float
    most: float
    count: int


def peers_of(units: Sequence[Unit]) -> Groups:
    """Return the number of each unit's group, in unit order: its kind's, or ALL where the kind has too few members.

    Groups are numbered in the order of the words of the kinds, so that equal units always give equal groups.
    """
    sizes = Counter(unit.kind for unit in units)
    numbers = {kind: k for k, kind in enumerate(sorted(kind for kind in sizes if sizes[kind] >= FEWEST))}
    return np.array([numbers.get(unit.kind, ALL) for unit in units], dtype=np.int64)


def peers(number: int, values: Floats, groups: Groups) -> NDArray[np.bool_]:
    """Tell of every unit whether it is a peer of one unit, by number, and has a value; `values` are nan where none."""
    known = ~np.isnan(values)
    own = known & (groups == groups[number])
    return own if groups[number] != ALL and own.sum() >= FEWEST else known


def peer_median(values: Floats, groups: Groups) -> Floats:
    """Return the median of the values of each unit's peers, in unit order; nan where no unit has a value.

    `values` are nan where a unit has none: it counts in no median, but is told the median of its peers.
    """
    found = np.full(len(values), np.nan)
    for group in np.unique(groups):
        mask = peers(int(np.argmax(groups == group)), values, groups)
        if mask.any():
            found[groups == group] = np.median(values[mask])
    return found


def spread(values: Floats) -> Spread | None:
    """Return how the known values lie; None where there is none."""
    known = values[~np.isnan(values)]
    if not len(known):
        return None
    least, lower, median, upper, most = np.percentile(known, [0, 25, 50, 75, 100]).tolist()
    return Spread(least, lower, median, upper, most, len(known))
