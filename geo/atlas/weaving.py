"""Entries of before and the records over them → entries of now: only blocks that the records speak of are made anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.entries import Ledger
from geo.entries.blocks import Blocks, Pair
from geo.entries.overlaid import LINE, of_period, sums_of


@dataclass(frozen=True)
class Woven:
    """The ledger of now and its blocks, the changed ones, their entries and the delivery of each, and what changed.

    `pairs` are the periods and bodies of the changed blocks, in order.
    `went` are entries that are no more, or say another amount now, `came` are those that stand there instead.
    """

    ledger: Ledger
    blocks: Blocks
    pairs: Sequence[Pair]
    rows: pd.DataFrame
    of: NDArray[np.int64]
    went: pd.DataFrame
    came: pd.DataFrame

    @cached_property
    def periods(self) -> list[str]:
        """Return the periods of the changed blocks, in order."""
        return list(dict.fromkeys(period for period, _ in self.pairs))

    def of_periods(self, periods: Sequence[str]) -> pd.DataFrame:
        """Return the entries of some periods."""
        entries = self.ledger.entries
        return pd.concat([entries.iloc[self.blocks.of_period(period)] for period in periods] or [entries.iloc[:0]])

    def sums(self, periods: Sequence[str], units: NDArray[np.int64], names: Sequence[str]) -> pd.DataFrame:
        """Return the sum of each unit, period and phase, columns unit_id, period, phase, sum.

        `units` is the number of the unit of each body, in the order of the blocks' bodies, and `names` are theirs.
        """
        of_period = [self.blocks.codes[self.blocks.of_period(period)] for period in periods]
        body = np.concatenate([*of_period, np.zeros(0, np.int64)]) % len(self.blocks.bodies)
        return sums_of(self.of_periods(periods), units[body], names)


def woven(
    now: tuple[Ledger, Blocks], beneath: tuple[Ledger, Blocks], told: pd.DataFrame, pairs: Sequence[Pair]
) -> Woven:
    """Return the ledger in whose blocks of these pairs stands what is beneath, with the records told over it."""
    (ledger, blocks), (below, its) = now, beneath
    under = its.at(pairs).rows()
    rows, of = of_period(below.entries.iloc[under], below.brought[under], told)
    stretches = blocks.at(pairs, rows)
    made = replace(
        ledger,
        entries=stretches.frame(ledger.entries, rows),
        deliveries=stretches.array(ledger.brought, of),
    )
    before = ledger.entries.iloc[stretches.rows()]
    return Woven(made, blocks.spliced(stretches, rows), pairs, rows, of, *_differing(before, rows))


def _differing(before: pd.DataFrame, after: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the entries that went and those that came; where lines are the same, only those with another amount."""
    if len(before) != len(after) or not all(before[name].array.equals(after[name].array) for name in LINE):
        return before, after
    is_other = before["amount_minor"].to_numpy() != after["amount_minor"].to_numpy()
    return before[is_other], after[is_other]


def unit_numbers(units: Mapping[str, str], bodies: Sequence[str]) -> tuple[NDArray[np.int64], list[str]]:
    """Return the number of the unit of each body, and the units in the order of their numbers."""
    names = sorted(set(units.values()))
    numbers = {name: number for number, name in enumerate(names)}
    return np.array([numbers[units[body]] for body in bodies], np.int64), names
