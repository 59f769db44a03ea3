"""A table of the whole country against the units: where every unit has reported, both must say the same."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import pandas as pd

from geo.core.errors import Fault

_CELL = ["period", "function", "phase"]


def national_doubts(
    sums: pd.DataFrame,
    history: pd.DataFrame,
    units: Mapping[str, frozenset[str]],
    compared: tuple[Collection[str], Mapping[str, int]],
    file: str,
) -> Iterator[Fault]:
    """Yield the groups, periods and phases in which the units add up to something else than the whole country.

    `sums` (unit_id empty) and `history` (of units) have unit_id, period, function, phase, amount_minor; `units` are
    those that there are in each period; `compared` are the groups that both count alike, and the largest difference
    by phase in minor units. Periods in which a unit has not reported are not compared.
    """
    groups, tolerance = compared
    reporting = history.groupby(["period", "phase"])["unit_id"].agg(frozenset)
    whole = {key for key, found in reporting.items() if units.get(key[0]) and units[key[0]] <= found}
    summed = history.groupby(_CELL)["amount_minor"].sum().to_dict()
    for row in sums[sums["function"].isin(list(groups))].sort_values(_CELL).itertuples(index=False):
        if (row.period, row.phase) in whole:
            stated, found = int(row.amount_minor), int(summed.get((row.period, row.function, row.phase), 0))
            if abs(found - stated) > tolerance.get(row.phase, 0):
                values = {"sum": str(found), "stated": str(stated), "difference": str(found - stated)}
                yield Fault(file, 0, "", "E-SUM-18", f"{row.period} {row.function} {row.phase}", values)
