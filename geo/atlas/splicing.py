"""What a version holds of a few periods, put in the place of what the one before holds of them.

Each function gives the bytes, or rows, of making the whole anew from all periods.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.core.arrays import held
from geo.core.country import Country
from geo.core.model import conformed
from geo.entries.blocks import Stretches

Pairs = list[tuple[str, int]]  # name of a file and number of the delivery that brought it


def rows_of(table: pd.DataFrame, periods: Sequence[str]) -> pd.DataFrame:
    """Return the rows of some periods."""
    return table[table["period"].isin(list(periods))]


def blocks(old: NDArray[Any], new: NDArray[Any], pairs: Sequence[tuple[int, int]]) -> NDArray[Any]:
    """Return rows sorted by body and period: those of some pairs of both (in order) as in `new`, others as in `old`."""
    return _stretches(old, new, pairs).array(old, new)


def sources(
    old: tuple[NDArray[Any], Pairs], new: tuple[NDArray[Any], Pairs], at: Sequence[tuple[int, int]]
) -> tuple[NDArray[Any], Pairs]:
    """Return the rows in which figures stand and their files, numbered anew; of the pairs `at` they are as in `new`."""
    stretches = _stretches(old[0], new[0], at)
    kept = np.delete(old[0]["file"], stretches.rows())
    used = ((old[1], kept), (new[1], new[0]["file"]))
    pairs = sorted({files[number] for files, numbers in used for number in np.unique(numbers).tolist()})
    number = {pair: place for place, pair in enumerate(pairs)}
    parts = []
    for rows, files in (old, new):
        # Files keep their order among each other, so rows keep theirs.
        moved = np.array([number.get(pair, 0) for pair in files] or [0])
        renumbered = rows.copy()
        renumbered["file"] = moved[rows["file"]]
        parts.append(renumbered)
    return stretches.array(parts[0], parts[1]), pairs


def _stretches(old: NDArray[Any], new: NDArray[Any], pairs: Sequence[tuple[int, int]]) -> Stretches:
    """Return where the rows of some (body, period) stand in `old`, and how many of each are in `new`."""
    (starts, stops), (first, last) = _bounds(old, pairs), _bounds(new, pairs)
    return Stretches(starts, stops, last - first)


def _bounds(rows: NDArray[Any], pairs: Sequence[tuple[int, int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    bodies, period = np.ascontiguousarray(rows["body"]), rows["period"]
    wanted = np.array([body for body, _ in pairs], bodies.dtype)
    within = zip(*(np.searchsorted(bodies, wanted, side).tolist() for side in ("left", "right")), pairs, strict=True)
    found = [
        [start + int(np.searchsorted(period[start:stop], of, side)) for side in ("left", "right")]
        for start, stop, (_, of) in within
    ]
    bounds = np.array(found, np.int64).reshape(-1, 2)
    return bounds[:, 0], bounds[:, 1]


def totals(country: Country, old: pd.DataFrame, new: pd.DataFrame, order: Sequence[tuple[str, str]]) -> pd.DataFrame:
    """Return the sums of all periods; `order` is that of (edition, level) among the placements."""
    periods = new["period"].unique()
    every = pd.concat([old[~old["period"].isin(periods)], new], ignore_index=True)
    place = {pair: number for number, pair in enumerate(order)}
    origin = {period: country.edition_in_force(period).id for period in every["period"].unique()}
    codes, names = pd.factorize(every["period"] + "/" + every["level"])
    pairs = [str(name).split("/") for name in names]
    block = np.array([place[origin[period], level] for period, level in pairs])[codes]
    texts = [_ranks(every[name]) for name in ("phase", "function", "period", "unit_id", "edition")]
    found = np.lexsort([*texts, every["is_restated"].to_numpy(), block])
    return conformed(every.take(found).reset_index(drop=True), "totals")


def array(old: bytes, new: NDArray[Any], axis: int, periods: Sequence[int]) -> NDArray[Any]:
    """Return an array of a level; of some periods, by their numbers on an axis, it is as in `new`."""
    whole = held(old).copy()
    at = (slice(None),) * axis + (list(periods),)
    whole[at] = new[at]
    return whole


def published(beneath: pd.DataFrame, old: pd.DataFrame, new: pd.DataFrame, periods: Sequence[str]) -> pd.DataFrame:
    """Return the total lines that are left of those beneath: of some periods as in `new`, of others as in `old`."""
    keys = ["source", "unit_id", "period", "phase"]
    left = pd.concat([old[~old["period"].isin(list(periods))], rows_of(new, periods)])[keys]
    is_left = pd.MultiIndex.from_frame(beneath[keys]).isin(pd.MultiIndex.from_frame(left))
    return beneath[is_left].reset_index(drop=True)


def searched(documents: NDArray[Any], sizes: Mapping[int, NDArray[np.object_]]) -> NDArray[Any]:
    """Return the documents of a search index in their new order: those of a kind with sizes, the largest first."""
    parts = []
    for kind in np.unique(documents[:, 0]).tolist():
        part = documents[documents[:, 0] == kind]
        if kind in sizes:
            part = part[np.argsort(part[:, 1])]
            large = [-size for size in sizes[kind].tolist()]
            part = part[sorted(range(len(part)), key=large.__getitem__)]
        parts.append(part)
    return np.concatenate(parts) if parts else documents


def _ranks(column: pd.Series) -> NDArray[Any]:
    return np.asarray(pd.factorize(column, sort=True)[0])
