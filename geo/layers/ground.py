"""The ground of a view: one level of an edition, and what is spent there, by unit and outside of all.

What is asked for is a code: of a functional group or a subgroup, `""` for what the view colours, `*` for all functions,
`04*` for what the source did not divide of group 04.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from geo.core.view import View
from geo.versions.opened import REPORTED, Level, Version

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
EVERY = "*"
UNDIVIDED = 3  # beside the states of a version: the group was reported, its subgroups were not


@dataclass(frozen=True)
class Money:
    """The amounts of one phase and period by unit, whether each reported, what lies outside of all, and all of it.

    Within a unit `wider` is what that unit has and none of its parts.
    """

    amounts: Ints
    reported: NDArray[np.uint8]
    unplaced: int
    wider: int
    total: int


@dataclass(frozen=True)
class Ground:
    """A view's level of an edition of a version."""

    version: Version
    edition: str
    view: View

    @cached_property
    def level(self) -> Level:
        """Return the units and arrays."""
        return self.version.level(self.edition, self.view.level)

    @cached_property
    def inside(self) -> Flags:
        """Tell which units the view shows: all of the level, or those of one unit above."""
        return np.array([self.view.within in {"", unit.parent_id} for unit in self.level.units], dtype=bool)

    @property
    def group(self) -> str:
        """Return the functional group of the view's function: itself, or the one that it is a subgroup of."""
        return self.view.function[: self.version.country.function_digits]

    @property
    def is_subgroup(self) -> bool:
        """Tell whether the view shows a part of a functional group."""
        return self.view.function != self.group

    def money(self, code: str, pair: tuple[str, str]) -> Money:
        """Return what is spent for a code in a (phase, period); a subgroup is withheld where it may not be whole."""
        phase, period = pair
        p, f = self.version.periods.index(period), self.version.phases.index(phase)
        found, reported = self._sums(self.level, code, pair), self.level.reported[:, p, f]
        amounts, unplaced, wider = found[:-2], int(found[-2]), int(found[-1])
        if code and code == self.view.function and self.is_subgroup:
            lacking = self._sums(self.level, f"{self.group}*", pair)[:-2] != 0
            reported = np.where(lacking & (reported == REPORTED), UNDIVIDED, reported)
        if not self.view.within:
            return Money(amounts, reported, unplaced, wider, int(amounts.sum()) + unplaced + wider)
        level, number = self._above
        above, amounts = int(self._sums(level, code, pair)[number]), np.where(self.inside, amounts, 0)
        return Money(amounts, reported, 0, above - int(amounts.sum()), above)

    @cached_property
    def _above(self) -> tuple[Level, int]:
        """Return the level and number of the unit that the view is within."""
        levels = [row.id for row in self.version.country.levels]
        for name in reversed(levels[: levels.index(self.view.level)]):
            level = self.version.level(self.edition, name)
            if self.view.within in level.numbers:
                return level, level.numbers[self.view.within]
        raise KeyError(self.view.within)

    def _sums(self, level: Level, code: str, pair: tuple[str, str]) -> Ints:
        """Return the amounts of a code by unit, and behind them what is not placed and what is known more widely."""
        version = self.version
        p, f = version.periods.index(pair[1]), version.phases.index(pair[0])
        is_part = code.removesuffix("*") != code if code != EVERY else False
        if is_part or (code not in version.functions and code not in {"", EVERY}):
            return level.subgroup(code.removesuffix("*"), pair[1], f)
        functions = [number for number, name in enumerate(version.functions) if self._has(code, name)]
        outside = [array[p, functions, f].sum() for array in (level.unplaced, level.wider)]
        return np.append(level.totals[:, p, functions, f].sum(axis=1), outside)

    def _has(self, code: str, name: str) -> bool:
        """Tell whether what is asked for holds a functional group."""
        if code:
            return code in {EVERY, name}
        return self.view.includes_transfers or name != self.version.country.transfers
