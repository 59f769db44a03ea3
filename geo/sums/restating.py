"""Totals of one edition of the borders → the same money in the borders of another, whole to the minor unit."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from geo.core.model import WIDER, conformed

MILLION = 1_000_000
_KEYS = ["edition", "level", "unit_id", "period", "function", "phase"]
_NO_UNITS = ("", WIDER)  # what no unit owns stays so in any borders


def restate(table: pd.DataFrame, shares: pd.DataFrame) -> pd.DataFrame:
    """Return the totals of one edition in the borders of another; every sum is kept to the minor unit.

    Each amount is divided by largest remainder: whole minor units first, what is left goes to the largest
    remainders, ties to the smallest unit_id. `entries` counts those behind every contributing unit.
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
    summed = split.groupby(_KEYS, as_index=False)[["amount_minor", "entries"]].sum()
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


def restate_parts(table: pd.DataFrame, shares: pd.DataFrame, digits: int) -> pd.DataFrame:
    """Return `restate` of a table whose functions are parts of groups (their first `digits` characters).

    The parts of a group add up to the restated group in every unit, and over all units to what they were: what is
    divided is the running sum over the parts of a group, and a part is the difference of two of them. `entries` is 0.
    """
    codes = sorted(table["function"].unique())
    groups = [code[:digits] for code in codes]
    running = _along(_dense(table, codes), groups, np.cumsum)
    restated = restate(_long(running, codes, table), shares)
    parts = _along(_dense(restated, codes), groups, lambda sums, axis: np.diff(sums, axis=axis, prepend=0))
    found = _long(parts, codes, restated)
    return conformed(found[found["amount_minor"] != 0].assign(is_restated=True, entries=0), "totals")


def _dense(table: pd.DataFrame, codes: list[str]) -> tuple[pd.DataFrame, np.ndarray]:
    """Return the different (unit, period, phase) and their amounts, a column for each code."""
    keys = table[["unit_id", "period", "phase"]]
    rows = keys.drop_duplicates().sort_values(["unit_id", "period", "phase"], ignore_index=True)
    at = pd.MultiIndex.from_frame(rows).get_indexer(pd.MultiIndex.from_frame(keys))
    amounts = np.zeros((len(rows), len(codes)), "int64")
    np.add.at(amounts, (at, pd.Index(codes).get_indexer(table["function"])), table["amount_minor"].to_numpy())
    return rows, amounts


def _along(
    dense: tuple[pd.DataFrame, np.ndarray], groups: list[str], act: Callable[..., np.ndarray]
) -> tuple[pd.DataFrame, np.ndarray]:
    rows, amounts = dense
    made = amounts.copy()
    for group in sorted(set(groups)):
        own = [number for number, name in enumerate(groups) if name == group]
        made[:, own] = act(amounts[:, own], axis=1)
    return rows, made


def _long(dense: tuple[pd.DataFrame, np.ndarray], codes: list[str], like: pd.DataFrame) -> pd.DataFrame:
    rows, amounts = dense
    found = rows.loc[rows.index.repeat(len(codes))].reset_index(drop=True)
    shown = found.assign(function=np.tile(np.array(codes, object), len(rows)), amount_minor=amounts.ravel())
    named = {name: like[name].iloc[0] for name in ("edition", "level")}
    return conformed(shown.assign(**named, is_restated=False, entries=0), "totals")
