"""Two versions → what is different between them: figures first, then whatever else a reader may notice; numpy alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geo.core.errors import ReaderError
from geo.core.view import View, parse_view
from geo.layers import Layer, layer
from geo.layers.differences import Differences, differences
from geo.layers.moved import Axes, Figure, Flags, Ints, Total, axes_of, cube, figures_of, places, totals_of
from geo.layers.offer import offer_of
from geo.layers.pairs import of_pair
from geo.versions.opened import Version


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


def changes(before: Version, after: Version) -> Changes:
    """Return what is different in one version against another; made once a pair."""
    return of_pair("changes", before, after, _changes)


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
    axes = axes_of(before, after)
    (old, was_known), (new, is_known) = cube(before, axes), cube(after, axes)
    old_seen, new_seen = (np.any(known[2:], axis=2) for known in (was_known, is_known))
    return Changes(
        before=before.id,
        after=after.id,
        figures=figures_of(axes, old, new, was_known, is_known),
        totals=totals_of(axes, old, new),
        new_reports=_reports(axes, new_seen & ~old_seen),
        lost_reports=_reports(axes, old_seen & ~new_seen),
        bodies=_bodies(before, after),
        others=differences(before, after),
    )


def _reports(axes: Axes, found: Flags) -> tuple[tuple[str, str], ...]:
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
    both = axes_of(before, after)
    sides = [_spent(version, own, every, both) for version, own in zip((before, after), names, strict=True)]
    changed = _unequal(*sides[0], *sides[1]) // (len(both.periods) * len(both.functions) * len(both.phases))
    return len({every[number] for number in np.unique(changed).tolist()} | came_or_went)


def _spent(version: Version, names: Sequence[str], every: Sequence[str], axes: Axes) -> tuple[Ints, Ints]:
    """Return (key, amount) of each figure of a body; a key is one number in words that both versions share."""
    rows, key = version.spending, np.zeros(len(version.spending), dtype=np.int64)
    columns: tuple[tuple[str, Sequence[str], Sequence[str]], ...] = (
        ("body", every, names),
        ("period", axes.periods, version.periods),
        ("phase", axes.phases, version.phases),
        ("function", axes.functions, version.functions),
    )
    for column, axis, words in columns:
        key = key * len(axis) + np.array(places(axis, words), dtype=np.int64)[rows[column]]
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
