"""Entries of before and the records over them → entries of now: only blocks that the records speak of are made anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.entries import Ledger
from geo.entries.blocks import Blocks, Pair
from geo.entries.overlaid import LINE, of_period


@dataclass(frozen=True)
class Woven:
    """The ledger of now and its blocks, its entries of changed blocks and the delivery of each, and what changed.

    `went` are entries that are no more, or say another amount now, `came` are those that stand there instead.
    """

    ledger: Ledger
    blocks: Blocks
    rows: pd.DataFrame
    of: NDArray[np.int64]
    went: pd.DataFrame
    came: pd.DataFrame

    def of_periods(self, periods: Sequence[str]) -> pd.DataFrame:
        """Return the entries of some periods."""
        entries = self.ledger.entries
        return pd.concat([entries.iloc[self.blocks.of_period(period)] for period in periods] or [entries.iloc[:0]])

    def sums(self, periods: Sequence[str], units: NDArray[np.int64], names: Sequence[str]) -> pd.DataFrame:
        """Return the sum of each unit, period and phase, columns unit_id, period, phase, sum.

        `units` is the number of the unit of each body, in the order of the blocks' bodies, and `names` are theirs.
        """
        parts = []
        for period in periods:
            at = self.blocks.of_period(period)
            unit = units[self.blocks.codes[at] - self.blocks.periods[period] * len(self.blocks.bodies)]
            phase, phases = pd.factorize(self.ledger.entries["phase"].iloc[at])
            found = np.zeros((len(names), len(phases)), np.int64)
            seen = np.zeros(found.shape, bool)
            np.add.at(found, (unit, phase), self.ledger.entries["amount_minor"].to_numpy()[at])
            seen[unit, phase] = True
            row, column = np.nonzero(seen)
            texts = {"unit_id": np.asarray(names, object)[row], "phase": np.asarray(phases, object)[column]}
            parts.append(pd.DataFrame({**texts, "period": period, "sum": found[row, column]}))
        none = pd.DataFrame({"unit_id": [], "phase": [], "period": [], "sum": np.zeros(0, np.int64)})
        return pd.concat([*parts] or [none]).astype(dict.fromkeys(("unit_id", "period", "phase"), "str"))


def woven(
    now: tuple[Ledger, Blocks], beneath: tuple[Ledger, Blocks], told: pd.DataFrame, pairs: Sequence[Pair]
) -> Woven:
    """Return the ledger in whose blocks of these pairs stands what is beneath, with the records told over it."""
    (ledger, blocks), (below, its) = now, beneath
    under = its.at(pairs).rows()
    rows, of = of_period(below.entries.iloc[under], deliveries(below)[under], told)
    stretches = blocks.at(pairs, rows)
    made = replace(
        ledger,
        entries=stretches.frame(ledger.entries, rows),
        deliveries=stretches.array(deliveries(ledger), of),
    )
    before = ledger.entries.iloc[stretches.rows()]
    return Woven(made, blocks.spliced(stretches, rows), rows, of, *_differing(before, rows))


def deliveries(ledger: Ledger) -> NDArray[np.int64]:
    """Return which delivery brought each entry."""
    brought = ledger.deliveries
    return np.zeros(len(ledger.entries), np.int64) if brought is None else brought


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
