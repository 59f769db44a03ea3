"""The bodies of one unit by what they executed, and how they add up to the unit's own sum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo.core.offer import edition_of
from geo.layers.body import EVERY
from geo.layers.holdings import BUDGET, holdings, owners, spent
from geo.layers.offer import offer_of
from geo.versions.opened import Version


@dataclass(frozen=True)
class Listing:
    """Bodies of a unit as (number, executed amount), the largest first; `named` and `unnamed` make up `whole`.

    Unnamed is what stands in whole local budgets: (number, amount) of each, for the source names nobody there.
    """

    rows: tuple[tuple[int, int], ...]
    unnamed: tuple[tuple[int, int], ...]
    whole: int

    @property
    def named(self) -> int:
        """Return what the named bodies executed together."""
        return sum(amount for _, amount in self.rows)


def listing(version: Version, level: str, parts: tuple[str, ...], month: str, function: str = EVERY) -> Listing:
    """Return the bodies of some units of the edition in force in a month, for one functional group or all.

    `whole` is what the totals of the units say, added up apart from the bodies.
    """
    edition = edition_of(offer_of(version), month)
    units, seen = version.level(edition, level), spent(version, month)
    own = np.isin(owners(version, edition, level), [units.numbers[part] for part in parts])
    if function == EVERY:
        numbers = np.flatnonzero(own & seen.is_known)
        amounts = seen.totals[numbers]
    else:
        rows = seen.rows[(seen.rows["function"] == version.functions.index(function)) & own[seen.rows["body"]]]
        numbers, amounts = rows["body"].astype(np.int64), rows["amount"]
    order = np.lexsort((numbers, -amounts))
    bodies = holdings(version).bodies
    pairs = list(zip(numbers[order].tolist(), amounts[order].tolist(), strict=True))
    return Listing(
        rows=tuple(pair for pair in pairs if bodies[pair[0]]["kind"] != BUDGET),
        unnamed=tuple(pair for pair in pairs if bodies[pair[0]]["kind"] == BUDGET),
        whole=_whole(version, (edition, level), parts, month, function),
    )


def _whole(version: Version, key: tuple[str, str], parts: tuple[str, ...], month: str, function: str) -> int:
    level = version.level(*key)
    p, f = version.periods.index(month), version.phases.index("executed")
    functions = [k for k, code in enumerate(version.functions) if function in {EVERY, code}]
    return int(level.totals[[level.numbers[part] for part in parts], p][:, functions, f].sum())
