"""Two versions → what is different between them: figures first, then whatever else a reader may notice; numpy alone.

Figures are those of the units of the top level in the borders in force in each period, and what no unit owns. So
before + Σ changes = after, exactly, for every period and phase. Amounts are minor units; what nobody reported is None
and counts as nothing in sums.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.core.errors import ReaderError
from geo.core.model import WIDER
from geo.core.view import View, parse_view
from geo.layers import Layer, layer
from geo.layers.differences import Differences, differences
from geo.layers.offer import offer_of
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
class Changes:
    """All that is different in `after` against `before`, both ids of versions."""

    before: str
    after: str
    figures: tuple[Figure, ...]  # the largest change first, ties by period, phase, unit, function
    totals: tuple[Total, ...]  # only those in which a figure changed, by period and phase
    new_reports: tuple[tuple[str, str], ...]  # (period, unit_id) of whoever reported anything of a period anew
    lost_reports: tuple[tuple[str, str], ...]
    bodies: int  # whose figures, or which themselves, are not what they were
    others: Differences

    @property
    def change(self) -> int:
        """Return the sum of all changes: a check of the list, for phases and periods are not money of one kind."""
        return sum(figure.change for figure in self.figures)


@dataclass(frozen=True)
class _Axes:
    periods: tuple[str, ...]
    units: tuple[str, ...]  # UNPLACED and WIDER first
    functions: tuple[str, ...]
    phases: tuple[str, ...]


def changes(before: Version, after: Version) -> Changes:
    """Return what is different in one version against another; made once a pair."""
    return after.once(f"changes/{before.id}", lambda: _changes(before, after))


def units_changed(shown: Layer, before: Version) -> int | None:
    """Return how many units of a layer have another value, amount or state than in a version before.

    None where that version cannot answer the view: then all of it is new.
    """
    view = shown.view
    try:
        asked = parse_view(view.lang, view.path.strip("/").split("/")[1:], {view.country: offer_of(before)})
    except ReaderError:
        return None
    known = {row.unit.unit_id: (row.state, row.value, row.amount) for row in layer(asked, before).rows}
    return sum(known.get(row.unit.unit_id) != (row.state, row.value, row.amount) for row in shown.rows)


def shows_the_same(view: View, edition: str, before: Version, after: Version) -> bool:
    """Tell without adding up whether both versions answer a view from the same bytes."""
    place = f"{edition}/{view.level}"
    names = ("axes.json", "facts.json", "country.json", *(f"{place}/{n}" for n in ("totals.npy", "reported.npy")))
    listed = [[version.manifest["files"].get(name) for name in names] for version in (before, after)]
    return None not in listed[1] and listed[0] == listed[1]


def _changes(before: Version, after: Version) -> Changes:
    axes = _axes(before, after)
    (old, was_known), (new, is_known) = _cube(before, axes), _cube(after, axes)
    old_seen, new_seen = (np.any(known[2:], axis=2) for known in (was_known, is_known))
    return Changes(
        before=before.id,
        after=after.id,
        figures=_figures(axes, old, new, was_known, is_known),
        totals=_totals(axes, old, new),
        new_reports=_reports(axes, new_seen & ~old_seen),
        lost_reports=_reports(axes, old_seen & ~new_seen),
        bodies=_bodies(before, after),
        others=differences(before, after),
    )


def _axes(before: Version, after: Version) -> _Axes:
    """Return every word of either version, so that one place in two arrays is the same figure."""
    both = (before, after)
    levels = [
        version.level(edition, version.country.top_level.id)
        for version in both
        for edition in {version.country.edition_in_force(period).id for period in version.periods}
    ]
    units = {unit.unit_id for one in levels for unit in one.units}
    return _Axes(
        tuple(sorted({*before.periods, *after.periods})),
        (UNPLACED, WIDER, *sorted(units)),
        tuple(sorted({*before.functions, *after.functions})),
        tuple(dict.fromkeys([*after.phases, *before.phases])),
    )


def _cube(version: Version, axes: _Axes) -> tuple[Ints, Flags]:
    """Return a version's amounts [unit, period, function, phase] and whether they are known [unit, period, phase]."""
    sizes = (len(axes.units), len(axes.periods), len(axes.functions), len(axes.phases))
    amounts = np.zeros(sizes, dtype=np.int64)
    known = np.zeros((sizes[0], sizes[1], sizes[3]), dtype=bool)
    functions, phases = _places(axes.functions, version.functions), _places(axes.phases, version.phases)
    for number, period in enumerate(version.periods):
        at = axes.periods.index(period)
        own = version.level(version.country.edition_in_force(period).id, version.country.top_level.id)
        units = _places(axes.units, [unit.unit_id for unit in own.units])
        amounts[np.ix_(units, [at], functions, phases)] = own.totals[:, [number]]
        known[np.ix_(units, [at], phases)] = own.reported[:, [number]] == REPORTED
        for place, beside in enumerate((own.unplaced, own.wider)):
            amounts[np.ix_([place], [at], functions, phases)] = beside[number]
            known[place, at] = True
    return amounts, known


def _places(axis: Sequence[str], words: Sequence[str]) -> list[int]:
    numbers = {word: number for number, word in enumerate(axis)}
    return [numbers[word] for word in words]


def _figures(axes: _Axes, old: Ints, new: Ints, was_known: Flags, is_known: Flags) -> tuple[Figure, ...]:
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


def _totals(axes: _Axes, old: Ints, new: Ints) -> tuple[Total, ...]:
    counts = (old != new).sum(axis=(0, 2))
    before, after = old.sum(axis=(0, 2)), new.sum(axis=(0, 2))
    return tuple(
        Total(axes.periods[p], axes.phases[f], int(before[p, f]), int(after[p, f]), int(counts[p, f]))
        for p, f in zip(*np.nonzero(counts), strict=True)
    )


def _reports(axes: _Axes, found: Flags) -> tuple[tuple[str, str], ...]:
    """Return (period, unit_id) by period and unit; `found` is [unit, period] of the units alone."""
    return tuple(sorted((axes.periods[p], axes.units[2 + u]) for u, p in zip(*np.nonzero(found), strict=True)))


def _bodies(before: Version, after: Version) -> int:
    """Return how many bodies came, went, or have a figure that is not what it was."""
    names = [[body["body_id"] for body in version.json("bodies.json")] for version in (before, after)]
    every = sorted({*names[0], *names[1]})
    came_or_went = {*names[0]} ^ {*names[1]}
    spent = [version.manifest["files"].get("spending.npy") for version in (before, after)]
    axes = [(version.periods, version.functions, version.phases) for version in (before, after)]
    if spent[0] == spent[1] and axes[0] == axes[1] and names[0] == names[1]:
        return 0
    both = _axes(before, after)
    sides = [_spent(version, own, every, both) for version, own in zip((before, after), names, strict=True)]
    changed = _unequal(*sides[0], *sides[1]) // (len(both.periods) * len(both.functions) * len(both.phases))
    return len({every[number] for number in np.unique(changed).tolist()} | came_or_went)


def _spent(version: Version, names: Sequence[str], every: Sequence[str], axes: _Axes) -> tuple[Ints, Ints]:
    """Return (key, amount) of each figure of a body; a key is one number in words that both versions share."""
    rows, key = version.spending, np.zeros(len(version.spending), dtype=np.int64)
    columns: tuple[tuple[str, Sequence[str], Sequence[str]], ...] = (
        ("body", every, names),
        ("period", axes.periods, version.periods),
        ("phase", axes.phases, version.phases),
        ("function", axes.functions, version.functions),
    )
    for column, axis, words in columns:
        key = key * len(axis) + np.array(_places(axis, words), dtype=np.int64)[rows[column]]
    return key, rows["amount"].astype(np.int64)


def _unequal(keys: Ints, amounts: Ints, other_keys: Ints, others: Ints) -> Ints:
    """Return the keys whose amounts differ; an amount that is not there is nothing."""
    if np.array_equal(keys, other_keys):
        return keys[amounts != others]
    key, amount = np.concatenate([keys, other_keys]), np.concatenate([amounts, -others])
    order = np.argsort(key, kind="stable")
    starts = np.flatnonzero(np.diff(key[order], prepend=-1))
    differ = np.add.reduceat(amount[order], starts) != 0 if len(starts) else np.zeros(0, dtype=bool)
    return key[order][starts][differ]
