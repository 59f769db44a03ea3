"""The figures of two versions side by side: which are not what they were, and what they add up to; numpy alone.

Figures are those of the units of the top level in the borders in force in each period, and what no unit owns. So
before + Σ changes = after, exactly, for every period and phase. Amounts are minor units; what nobody reported is None
and counts as nothing in sums.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.core.model import WIDER
from geo.layers.pairs import of_pair
from geo.versions.opened import REPORTED, Version

UNPLACED = ""  # unit_id of what no unit owns; WIDER of what is known only more widely
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Figure:
    """One figure that is not what it was."""

    period: str
    phase: str
    unit_id: str
    function: str
    before: int | None
    after: int | None

    @property
    def change(self) -> int:
        """Return the difference; a figure that is not there counts as nothing."""
        return (self.after or 0) - (self.before or 0)


@dataclass(frozen=True)
class Total:
    """All figures of a phase and period: before and after in the whole country, and how many are not what they were."""

    period: str
    phase: str
    before: int
    after: int
    count: int


@dataclass(frozen=True)
class Moved:
    """The figures alone, without what takes longer to compare; in the order of `Changes`."""

    figures: tuple[Figure, ...]
    totals: tuple[Total, ...]
    is_redrawn: bool  # the outlines of some units are others: a drawing of before does not fit these figures
    has_others: bool  # a file beside the figures of units differs: those of bodies, names, words


@dataclass(frozen=True)
class Axes:
    """The words of both versions, by which one place in two arrays is the same figure."""

    periods: tuple[str, ...]
    units: tuple[str, ...]  # UNPLACED and WIDER first
    functions: tuple[str, ...]
    phases: tuple[str, ...]


def moved(before: Version, after: Version) -> Moved:
    """Return which figures of units are different, quickly; made once a pair."""
    return of_pair("moved", before, after, _moved)


def _moved(before: Version, after: Version) -> Moved:
    axes = axes_of(before, after)
    (old, was_known), (new, is_known) = cube(before, axes), cube(after, axes)
    listed = [version.manifest["files"] for version in (before, after)]
    differ = {name for name in {*listed[0], *listed[1]} if listed[0].get(name) != listed[1].get(name)}
    return Moved(
        figures=figures_of(axes, old, new, was_known, is_known),
        totals=totals_of(axes, old, new),
        is_redrawn=any(name.endswith("/geometry.json") for name in differ),
        has_others=bool(differ),
    )


def axes_of(before: Version, after: Version) -> Axes:
    """Return every word of either version."""
    both = (before, after)
    levels = [
        version.level(edition, version.country.top_level.id)
        for version in both
        for edition in {version.country.edition_in_force(period).id for period in version.periods}
    ]
    units = {unit.unit_id for one in levels for unit in one.units}
    return Axes(
        tuple(sorted({*before.periods, *after.periods})),
        (UNPLACED, WIDER, *sorted(units)),
        tuple(sorted({*before.functions, *after.functions})),
        tuple(dict.fromkeys([*after.phases, *before.phases])),
    )


def cube(version: Version, axes: Axes) -> tuple[Ints, Flags]:
    """Return a version's amounts [unit, period, function, phase] and whether they are known [unit, period, phase]."""
    sizes = (len(axes.units), len(axes.periods), len(axes.functions), len(axes.phases))
    amounts = np.zeros(sizes, dtype=np.int64)
    known = np.zeros((sizes[0], sizes[1], sizes[3]), dtype=bool)
    functions, phases = places(axes.functions, version.functions), places(axes.phases, version.phases)
    for number, period in enumerate(version.periods):
        at = axes.periods.index(period)
        own = version.level(version.country.edition_in_force(period).id, version.country.top_level.id)
        units = places(axes.units, [unit.unit_id for unit in own.units])
        amounts[np.ix_(units, [at], functions, phases)] = own.totals[:, [number]]
        known[np.ix_(units, [at], phases)] = own.reported[:, [number]] == REPORTED
        for place, beside in enumerate((own.unplaced, own.wider)):
            amounts[np.ix_([place], [at], functions, phases)] = beside[number]
            known[place, at] = True
    return amounts, known


def places(axis: Sequence[str], words: Sequence[str]) -> list[int]:
    """Return where each word stands on an axis."""
    numbers = {word: number for number, word in enumerate(axis)}
    return [numbers[word] for word in words]


def figures_of(axes: Axes, old: Ints, new: Ints, was_known: Flags, is_known: Flags) -> tuple[Figure, ...]:
    """Return the figures that differ, the largest change first; ties by period, phase, unit, function."""
    unit, period, function, phase = np.nonzero(old != new)
    before, after = old[unit, period, function, phase], new[unit, period, function, phase]
    order = np.lexsort((function, unit, phase, period, -np.abs(after - before)))
    rows = zip(
        *(
            column[order].tolist()
            for column in (
                period, phase, unit, function,
                was_known[unit, period, phase], before, is_known[unit, period, phase], after,
            )
        ),
        strict=True,
    )  # fmt: skip
    return tuple(
        Figure(
            axes.periods[p],
            axes.phases[f],
            axes.units[u],
            axes.functions[k],
            before=old if was or old else None,
            after=new if now or new else None,
        )
        for p, f, u, k, was, old, now, new in rows
    )


def totals_of(axes: Axes, old: Ints, new: Ints) -> tuple[Total, ...]:
    """Return the sums of each period and phase in which a figure differs, by period and phase."""
    counts = (old != new).sum(axis=(0, 2))
    before, after = old.sum(axis=(0, 2)), new.sum(axis=(0, 2))
    return tuple(
        Total(axes.periods[p], axes.phases[f], int(before[p, f]), int(after[p, f]), int(counts[p, f]))
        for p, f in zip(*np.nonzero(counts), strict=True)
    )
