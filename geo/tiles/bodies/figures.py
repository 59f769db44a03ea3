"""The figures of a version as the tiles need them: what each body has in a period, in one function or in all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.core.errors import BrokenLaw
from geo.tiles.bodies.grid import Ints, firsts, stretches

ALL = "all"  # stands for a function where the figures of all are added up
_HALF = 32
_EXACT = 1 << 16  # numbers of 32 bits that a double adds up exactly, and that stay near the processor


@dataclass(frozen=True)
class Figures:
    """Rows of (body, period, function, phase, amount), the first four as numbers; amounts in minor units.

    `rows` is sorted by body, period, phase, function. `period` is the number of the period that body tiles show.
    """

    rows: NDArray[Any]
    periods: Sequence[str]
    functions: Sequence[str]
    phases: Sequence[str]
    period: int

    def of(self, period: int, function: int | None = None) -> NDArray[Any]:
        """Return the rows of a period, and of one function or of all, in their order."""
        if function is not None:
            rows = self.of(period)
            return rows[rows["function"] == function]
        if period not in self._of:
            is_in = self.rows["period"] == period
            self._of[period] = self.rows if is_in.all() else self.rows[is_in]
        return self._of[period]

    def of_bodies(self, bodies: Ints) -> NDArray[Any]:
        """Return the rows of some bodies (ascending) in the period that body tiles show."""
        rows, wanted = self.of(self.period), bodies.astype(np.int32)
        starts, stops = (np.searchsorted(self._bodies, wanted, side) for side in ("left", "right"))
        return rows[stretches(starts, stops - starts)[0]]

    def pairs(self) -> Iterator[tuple[int, int | None]]:
        """Yield every (period, function) that has a figure, and before those of a period the period with None."""
        count = max(1, len(self.functions))
        keys = self.rows["period"].astype(np.int32) * count + self.rows["function"]
        found = np.flatnonzero(np.bincount(keys)) if len(keys) else np.zeros(0, np.int64)
        for period in np.unique(found // count).tolist():
            yield period, None
            yield from ((period, key % count) for key in found.tolist() if key // count == period)

    @cached_property
    def _bodies(self) -> NDArray[np.int32]:
        return np.ascontiguousarray(self.of(self.period)["body"], np.int32)

    @cached_property
    def _of(self) -> dict[int, NDArray[Any]]:
        return {}


@dataclass(frozen=True)
class Amounts:
    """What each of some items has in each phase: exact sums, and whether there is a figure at all."""

    sums: Ints  # [item, phase]
    has: NDArray[np.bool_]  # [item, phase]

    def of(self, items: Ints) -> Amounts:
        """Return what some of the items have."""
        return Amounts(self.sums[items], self.has[items])


def amounts(rows: NDArray[Any], items: Ints, count: int, phases: int) -> Amounts:
    """Return the amounts of `count` items; `items` is the item of each row.

    Raises BrokenLaw where the amounts of a phase are so large that their sum may not fit 64 bits.
    """
    flat = items * phases + rows["phase"]
    added, has = np.ascontiguousarray(rows["amount"]), np.zeros(count * phases, bool)
    refuse_overflow(added)
    sums = np.zeros(count * phases, np.int64)
    if len(flat) and (flat[1:] >= flat[:-1]).all():  # as a version keeps its figures
        starts = firsts(flat)
        sums[flat[starts]] = np.add.reduceat(added, starts)
    else:
        np.add.at(sums, flat, added)
    has[flat] = True
    return Amounts(sums.reshape(count, phases), has.reshape(count, phases))


def leading(phases: Sequence[str]) -> int:
    """Return the phase by which bodies are the largest: what they executed, or the last one."""
    return list(phases).index("executed") if "executed" in phases else len(phases) - 1


def exact_sums(rows: NDArray[Any], phases: int) -> tuple[int, ...]:
    """Return the sum of each phase, whatever its size."""
    # In two halves, so few at a time that doubles add them exactly: a way that is not the one of the tiles.
    high, low = np.zeros(phases, np.int64), np.zeros(phases, np.int64)
    for start in range(0, len(rows), _EXACT):
        some = rows[start : start + _EXACT]
        added, phase = np.ascontiguousarray(some["amount"]), some["phase"].astype(np.intp)
        high += np.bincount(phase, added >> _HALF, phases).astype(np.int64)
        low += np.bincount(phase, added & ((1 << _HALF) - 1), phases).astype(np.int64)
    return tuple((above << _HALF) + below for above, below in zip(high.tolist(), low.tolist(), strict=True))


def refuse_overflow(added: Ints) -> None:
    """Raise BrokenLaw where amounts are so large that their sum may not fit 64 bits."""
    largest = max(abs(int(added.max(initial=0))), abs(int(added.min(initial=0))))
    if largest * len(added) < 1 << 62:
        return
    size = np.abs(added.astype(np.float64)).sum()
    if size >= 2.0**62:  # far from the edge: the estimate itself is rounded
        raise BrokenLaw(count=1, laws=f"amounts of {size:.3g} minor units in one period are too large for exact sums")
