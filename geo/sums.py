"""Stage 5. Entries × placements → totals, also restated into other borders; exact to the minor unit.

The engine adds int64 with a 128-bit accumulator; a float would miss the national total (2^53 is 90 trillion tenge
in tiyn). Entries meet places by an equal-key join that every engine can do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import numpy as np
import pandas as pd

from geo.core.model import WIDER, conformed

if TYPE_CHECKING:
    from ibis.backends.sql import SQLBackend

MILLION = 1_000_000
_KEYS = ["edition", "level", "unit_id", "period", "function", "phase"]
_NO_UNITS = ("", WIDER)  # what no unit owns stays so in any borders


def totals(entries: pd.DataFrame, placements: pd.DataFrame, function_digits: int, engine: SQLBackend) -> pd.DataFrame:
    """Return one row per unit, period, functional group and phase that has entries, sorted by that key.

    Subgroups are added to their group (the first `function_digits` characters). Entries of bodies that are not
    placed, or that no placement row names, gather under an empty unit_id, so that nothing is lost.
    """
    # The engine's own view of the tables: pandas keeps text as objects, which Ibis would ask about row by row.
    facts = ibis.memtable(entries[["body_id", "period", "function", "phase", "amount_minor"]])
    places = ibis.memtable(placements[["body_id", "unit_id"]])
    joined = facts.left_join(places, "body_id")
    grouped = joined.group_by(
        unit_id=joined.unit_id.fill_null(""),
        period=joined.period,
        function=joined.function[:function_digits],
        phase=joined.phase,
    ).aggregate(
        amount_minor=joined.amount_minor.sum().cast("int64"),
        entries=joined.count(),
        bodies=joined.body_id.nunique(),
    )
    frame = engine.to_pandas(grouped)
    place = placements[["edition", "level"]].iloc[0]
    frame = frame.assign(edition=place["edition"], level=place["level"], is_restated=False)
    return conformed(frame.sort_values(_KEYS, ignore_index=True), "totals")


def restate(table: pd.DataFrame, shares: pd.DataFrame) -> pd.DataFrame:
    """Return the totals of one edition in the borders of another; every sum is kept to the minor unit.

    Each amount is divided by largest remainder: whole minor units first, what is left goes to the largest
    remainders, ties to the smallest unit_id. `entries` and `bodies` count those behind every contributing unit.
    Raises KeyError for a unit without shares.
    """
    editions = shares["to_edition"].unique()
    if len(editions) != 1:
        raise ValueError("shares lead to more than one edition")
    missing = set(table["unit_id"]) - set(shares["from_unit"]) - set(_NO_UNITS)
    if missing:
        raise KeyError(sorted(missing))
    outside = pd.DataFrame({"from_unit": _NO_UNITS, "to_unit": _NO_UNITS, "share_ppm": MILLION})
    parts = pd.concat([shares[["from_unit", "to_unit", "share_ppm"]], outside], ignore_index=True)
    split = table.reset_index(names="row").merge(parts, left_on="unit_id", right_on="from_unit")
    split = split.assign(amount_minor=apportioned(split), unit_id=split["to_unit"], edition=editions[0])
    summed = split.groupby(_KEYS, as_index=False)[["amount_minor", "entries", "bodies"]].sum()
    return conformed(summed.assign(is_restated=True).sort_values(_KEYS, ignore_index=True), "totals")


def apportioned(split: pd.DataFrame) -> pd.Series:
    """Return each row's part of its amount: columns row (which amount), to_unit, amount_minor, share_ppm.

    Works in int64 without overflow: amount = q · 10⁶ + r, so amount · share / 10⁶ = q · share + r · share / 10⁶.
    """
    amount, share = split["amount_minor"].to_numpy(), split["share_ppm"].to_numpy()
    quotient, rest = np.divmod(amount, MILLION)
    whole, remainder = np.divmod(rest * share, MILLION)
    part = pd.Series(quotient * share + whole, index=split.index)
    left = split["amount_minor"] - part.groupby(split["row"]).transform("sum")
    order = pd.DataFrame({"row": split["row"], "remainder": -remainder, "to_unit": split["to_unit"]})
    rank = order.sort_values(["row", "remainder", "to_unit"]).groupby("row").cumcount().reindex(split.index)
    return part + (rank < left).astype("int64")
