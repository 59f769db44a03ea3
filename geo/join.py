"""Stage 3. Bodies → the one unit that owns each, and how we know."""

from __future__ import annotations

import pandas as pd

from geo.core.country import Level
from geo.core.model import WIDER, conformed


def place(bodies: pd.DataFrame, units: pd.DataFrame, levels: tuple[Level, ...], wider: frozenset[str]) -> pd.DataFrame:
    """Return one row per body in body_id order: the unit that owns it, or an empty unit_id with method `none`.

    Reads body_id and unit_code of the bodies, edition, level and unit_id of the units (of one level of one
    edition). `levels` are the country's, from the top; `wider` the units of the levels above in the same edition.
    A body is placed by its code alone, whole or by the digits that name a unit of the level, so it never counts
    twice. One that lies in a unit above, nobody says in which of this level, gets WIDER.
    """
    level = str(units["level"].iloc[0])
    digits = [row.code_digits for row in levels]
    above = digits[: [row.id for row in levels].index(level)]
    ordered = bodies.sort_values("body_id", ignore_index=True)
    unit = _named(ordered["unit_code"], frozenset(units["unit_id"]), [digits[len(above)]])
    is_known = unit != ""
    is_wider = ~is_known & (_named(ordered["unit_code"], wider, above) != "")
    return conformed(
        pd.DataFrame(
            {
                "edition": units["edition"].iloc[0],
                "level": level,
                "body_id": ordered["body_id"],
                "unit_id": unit.mask(is_wider, WIDER),
                "method": is_known.map({True: "code", False: "none"}).mask(is_wider, "wider"),
                "is_tie": False,
            }
        ),
        "placements",
    )


def _named(codes: pd.Series, units: frozenset[str], digits: list[int]) -> pd.Series:
    """Return the unit that each code names, itself or by its leading digits, or an empty text."""
    found = codes.where(codes.isin(units), "")
    for count in digits if units else ():
        padded = pd.Series([code[:count].ljust(len(code), "0") if count else "" for code in codes], index=codes.index)
        found = found.mask((found == "") & padded.isin(units), padded)
    return found
