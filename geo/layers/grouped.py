"""Changed figures added up by what they have in common, and the deliveries that two versions were not both made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from geo.layers.moved import Figure
from geo.versions.opened import Version

BY = ("unit", "function")


@dataclass(frozen=True)
class Group:
    """The changed figures of one unit or function in one period and phase, in minor units."""

    period: str
    phase: str
    key: str  # unit_id or code of a function
    before: int
    after: int
    count: int

    @property
    def change(self) -> int:
        """Return the difference."""
        return self.after - self.before


@dataclass(frozen=True)
class Origins:
    """The deliveries that only the newer or only the older version was made of, in the order of their ids."""

    new: tuple[Mapping[str, Any], ...]  # id, kind, source, key, revision, file, sha256
    gone: tuple[Mapping[str, Any], ...]


def grouped(figures: Iterable[Figure], by: str) -> tuple[Group, ...]:
    """Return the groups by period, phase, and the largest change first; together they change as much as the figures.

    `by` is one of BY. What was not there before, or is not there after, counts as nothing.
    """
    sums: dict[tuple[str, str, str], list[int]] = {}
    for figure in figures:
        key = figure.unit_id if by == "unit" else figure.function
        held = sums.setdefault((figure.period, figure.phase, key), [0, 0, 0])
        for place, amount in enumerate((figure.before or 0, figure.after or 0, 1)):
            held[place] += amount
    groups = [Group(*key, *held) for key, held in sums.items()]
    return tuple(sorted(groups, key=lambda one: (one.period, one.phase, -abs(one.change), one.key)))


def origins(before: Version, after: Version) -> Origins:
    """Return which deliveries one version was made of and the other was not; none where a version does not say."""
    old, new = (_deliveries(version) for version in (before, after))
    return Origins(
        new=tuple(new[key] for key in sorted({*new} - {*old})), gone=tuple(old[key] for key in sorted({*old} - {*new}))
    )


def _deliveries(version: Version) -> dict[str, Mapping[str, Any]]:
    names = ("id", "kind", "source", "key", "revision", "file", "sha256")
    rows = version.manifest.get("inputs", {}).get("deliveries", ())
    told = [{name: row.get(name, "") for name in names} for row in rows]
    # The records of all feeds are one row, whichever batches brought them: it is another one when they are others.
    return {f"{row['id']} {row['sha256']}" if row["kind"] == "records" else str(row["id"]): row for row in told}
