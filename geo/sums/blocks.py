"""Placements of one edition → blocks of bodies that lie in the same unit at every level.

Entries are added up by block in one scan, whatever the number of levels; a block's sum belongs to one unit of each.
Within its block a body has a number, so that an engine may count bodies by setting bits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

BITS = 1024  # bodies in a block at most; more are slower to count, fewer make more groups
UNKNOWN = -1  # the block of bodies that no placement names


@dataclass(frozen=True)
class Blocks:
    """`bodies`: body_id, block, bit. `units`: block and, for each level, the unit in a column of `columns`."""

    levels: tuple[str, ...]
    bodies: pd.DataFrame
    units: pd.DataFrame

    @property
    def columns(self) -> dict[str, str]:
        """Return the column of `units` that holds each level's unit_id."""
        return {level: f"unit_{number}" for number, level in enumerate(self.levels)}

    @classmethod
    def of(cls, placements: pd.DataFrame) -> Blocks:
        """Return the blocks of one edition: body_id, level and unit_id of every body and level."""
        levels = tuple(placements["level"].unique())
        names = [f"unit_{number}" for number in range(len(levels))]
        parts = [rows.set_index("body_id")["unit_id"] for _, rows in placements.groupby("level", sort=False)]
        wide = pd.concat(parts, axis=1, keys=names).fillna("").sort_values(names, kind="stable").reset_index()
        together = wide.groupby(names, sort=False)
        rank = together.cumcount().to_numpy()
        starts = np.flatnonzero(rank % BITS == 0)
        block = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(wide)))).astype("int32")
        bodies = pd.DataFrame({"body_id": wide["body_id"], "block": block, "bit": (rank % BITS).astype("int32")})
        units = wide.loc[starts, names].assign(block=np.arange(len(starts), dtype="int32"))
        unknown = pd.DataFrame({**dict.fromkeys(names, ""), "block": np.array([UNKNOWN], dtype="int32")})
        return cls(levels, bodies, pd.concat([units, unknown], ignore_index=True))
