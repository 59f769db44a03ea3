"""Entries that name a subgroup → sums of subgroups, made up of the same money as those of their groups."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.atlas.tables import periods_by_edition
from geo.core.country import Country
from geo.core.model import conformed
from geo.entries import Ledger
from geo.sums import Adder, restate_parts, totals

_PAIR = ["period", "phase"]


def subgroups_of(
    country: Country, ledger: Ledger, placements: pd.DataFrame, shares: pd.DataFrame, adder: Adder
) -> pd.DataFrame | None:
    """Return the sums of subgroups like those of `totals_of`, or None where no entry names one.

    Only of the periods and phases in which some entry does. Under the code of a group stands what its entries did not
    divide, so that all codes of a group add up to the group, in every unit and in all borders.
    """
    entries = _divided(ledger.entries, country.function_digits)
    if entries is None:
        return None
    owners = periods_by_edition(country, ledger)
    in_force = {period: edition for edition, periods in owners.items() for period in periods}
    longest = max(map(len, entries["function"].unique()))
    sums = totals(entries, placements, in_force, longest, adder)
    parts = []
    for (edition, level), own in sums.groupby(["edition", "level"], sort=True):
        parts.append(own)
        if level == country.top_level.id:
            heirs = shares[shares["from_edition"] == edition].groupby("to_edition")
            parts += [restate_parts(own, part, country.function_digits) for _, part in heirs]
    return conformed(pd.concat(parts, ignore_index=True), "totals")


def _divided(entries: pd.DataFrame, digits: int) -> pd.DataFrame | None:
    """Return all entries of the periods and phases in which some entry names a subgroup."""
    codes, every = pd.factorize(entries["function"])
    is_fine = np.array([len(code) > digits for code in every], bool)[codes]
    if not is_fine.any():
        return None
    pairs = entries.loc[is_fine, _PAIR].drop_duplicates()
    keys = pd.MultiIndex.from_frame(entries[_PAIR].astype("str"))
    return entries[keys.isin(pd.MultiIndex.from_frame(pairs.astype("str")))]
