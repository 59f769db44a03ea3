"""Totals of before, entries that went and came → totals of now, without adding up what stays."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from geo.core.errors import BrokenLaw
from geo.core.model import conformed

KEYS = ["edition", "level", "unit_id", "period", "function", "phase"]
_BESIDE = ["amount_minor", "entries"]


def amended(
    own: pd.DataFrame,
    changed: tuple[pd.DataFrame, pd.DataFrame],
    placements: pd.DataFrame,
    in_force: Mapping[str, str],
    digits: int,
) -> pd.DataFrame:
    """Return the totals that `totals` gives of the entries of now, sorted by their key.

    `own` are those of before, not restated; `changed` are the entries that went and those that came. `placements`
    name every body of them at each level. Whole numbers all the way, of any size: raises BrokenLaw where a sum is
    beyond 64 bits.
    """
    went, came = changed
    rows = pd.concat([went.assign(sign=-1), came.assign(sign=1)], ignore_index=True)
    rows = rows.assign(edition=rows["period"].map(in_force).astype("str"), function=rows["function"].str[:digits])
    placed = rows.merge(placements[["edition", "level", "body_id", "unit_id"]], on=["edition", "body_id"])
    # As Python's own numbers, which do not wrap.
    placed["amount_minor"] = placed["amount_minor"].astype(object) * placed["sign"]
    change = placed.groupby(KEYS, sort=False)[["amount_minor", "sign"]].sum().reset_index()
    before = own[[*KEYS, *_BESIDE]].astype({"amount_minor": object})
    both = pd.concat([before, change.rename(columns={"sign": "entries"})], ignore_index=True)
    sums = both.groupby(KEYS, sort=True)[_BESIDE].sum().reset_index()
    sums = sums[sums["entries"] != 0]
    if any(not -(2**63) <= amount < 2**63 for amount in sums["amount_minor"]):
        raise BrokenLaw(count=1, laws="a sum of amounts is beyond 64 bits")
    return conformed(sums.assign(is_restated=False).reset_index(drop=True), "totals")
