"""Totals of before, entries that went and came → totals of now, without adding up what stays."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from geo.core.errors import BrokenLaw
from geo.core.model import conformed

KEYS = ["edition", "level", "unit_id", "period", "function", "phase"]
_HALVES = ["upper", "lower"]  # amount = upper · 2³² + lower
_HALF = 2**32


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
    rows = pd.concat([went.assign(entries=-1), came.assign(entries=1)], ignore_index=True)
    rows = rows.assign(edition=rows["period"].map(in_force).astype("str"), function=rows["function"].str[:digits])
    placed = rows.merge(placements[["edition", "level", "body_id", "unit_id"]], on=["edition", "body_id"])
    change = _halved(placed)
    change[_HALVES] = change[_HALVES].mul(placed["entries"], axis=0)
    both = pd.concat([_halved(own), change], ignore_index=True)
    sums = both.groupby(KEYS, sort=True)[[*_HALVES, "entries"]].sum().reset_index()
    sums = sums[sums["entries"] != 0]
    upper = sums["upper"] + sums["lower"] // _HALF
    if not upper.between(-_HALF // 2, _HALF // 2 - 1).all():
        raise BrokenLaw(count=1, laws="a sum of amounts is beyond 64 bits")
    sums = sums.assign(amount_minor=upper * _HALF + sums["lower"] % _HALF, is_restated=False)
    return conformed(sums.reset_index(drop=True), "totals")


def _halved(rows: pd.DataFrame) -> pd.DataFrame:
    """Return key, entries and both halves of the amount: their sums do not wrap, whatever the sum of amounts."""
    upper, lower = divmod(rows["amount_minor"], _HALF)
    return rows[[*KEYS, "entries"]].assign(upper=upper, lower=lower)
