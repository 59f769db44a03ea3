"""Stage 3. Bodies → the one unit that owns each, and how we know."""

from __future__ import annotations

import pandas as pd

from geo.core.model import conformed


def place(bodies: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """Return one row per body in body_id order: the unit that owns it, or an empty unit_id with method `none`.

    Reads body_id and unit_code of the bodies, edition, level and unit_id of the units (of one level of one
    edition). A body is placed by its code alone, so it never counts twice.
    """
    known = set(units["unit_id"])
    ordered = bodies.sort_values("body_id", ignore_index=True)
    is_known = ordered["unit_code"].isin(known)
    return conformed(
        pd.DataFrame(
            {
                "edition": units["edition"].iloc[0],
                "level": units["level"].iloc[0],
                "body_id": ordered["body_id"],
                "unit_id": ordered["unit_code"].where(is_known, ""),
                "method": is_known.map({True: "code", False: "none"}),
                "is_tie": False,
            }
        ),
        "placements",
    )
