"""Placements → one number a body for its units at every level of every edition, so that entries are read once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

UNKNOWN = 0  # the place of bodies that no placement names


@dataclass(frozen=True)
class Places:
    """`bodies`: body_id, place. `owners`: place, edition (its number), owner (a row of `labels`), one for each level.

    `labels`: edition, level, unit_id, sorted by this key. Bodies of one place lie in the same units everywhere.
    """

    bodies: pd.DataFrame
    owners: pd.DataFrame
    labels: pd.DataFrame

    @classmethod
    def of(cls, placements: pd.DataFrame, editions: Sequence[str]) -> Places:
        """Return the places in the editions; raises KeyError for one without placements, ValueError for a body twice.

        A body that an edition or level does not name lies in no unit there.
        """
        is_used = placements["edition"].isin(editions)
        placed = placements if is_used.all() else placements[is_used]
        missing = set(editions) - set(placed["edition"].unique())
        if missing:
            raise KeyError(sorted(missing))
        body, names = pd.factorize(placed["body_id"])
        place, columns = np.zeros(len(names), "int64"), []
        labels: list[tuple[str, str, str]] = []
        for (edition, level), at in placed.groupby(["edition", "level"]).indices.items():
            if np.bincount(body[at]).max() > 1:
                raise ValueError(f"a body has two places in {edition} {level}")
            code, found = pd.factorize(placed["unit_id"].iloc[at])
            units = sorted({"", *found})  # the empty one comes first
            column = np.zeros(len(names), "int64")
            column[body[at]] = pd.Index(units).get_indexer(found)[code]
            place, _ = pd.factorize(place * len(units) + column)
            columns.append((editions.index(edition), len(labels), column))
            labels += [(edition, level, unit) for unit in units]
        _, first = np.unique(place, return_index=True)
        owners = [_owners(number, start, column[first]) for number, start, column in columns]
        return cls(
            pd.DataFrame({"body_id": names, "place": (place + 1).astype("int32")}),
            pd.concat(owners, ignore_index=True),
            pd.DataFrame(labels, columns=["edition", "level", "unit_id"]).astype("str"),
        )


def _owners(edition: int, start: int, units: np.ndarray) -> pd.DataFrame:
    """Return the owners of one level, the unknown place's first: no unit."""
    owner = start + np.append(0, units)
    return pd.DataFrame(
        {"place": np.arange(UNKNOWN, len(owner)), "edition": np.full(len(owner), edition), "owner": owner}
    )
