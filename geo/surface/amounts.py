"""Entries and placements → what each body spent in one period, and where the surface may put it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from geo.core.country import Country

COLUMNS = ("body_id", "unit_id", "lon", "lat", "exactness", "amount_minor")


@dataclass(frozen=True)
class Scope:
    """Which figures a surface shows: a phase of a period. Transfers are left out: others spend them."""

    period: str  # YYYY-MM
    phase: str = "executed"


@dataclass(frozen=True)
class Spending:
    """What bodies spent: a row for each with COLUMNS, in body_id order, and what was left out as transfers."""

    scope: Scope
    bodies: pd.DataFrame
    transfers_minor: int


def spending(
    entries: pd.DataFrame, bodies: pd.DataFrame, placements: pd.DataFrame, country: Country, scope: Scope
) -> Spending:
    """Return what each body spent in a scope; a body without a figure in it is left out.

    `placements` are those of one level of one edition. Reads body_id, period, phase, function and amount_minor of the
    entries; lon, lat and exactness of the bodies, NaN where they have no point.
    """
    chosen = entries[(entries["period"] == scope.period) & (entries["phase"] == scope.phase)]
    is_transfer = chosen["function"].str[: country.function_digits] == country.transfers
    sums = chosen[~is_transfer].groupby("body_id", observed=True)["amount_minor"].sum()
    found = sums.rename("amount_minor").reset_index().astype({"body_id": "str", "amount_minor": "int64"})
    found = found.merge(placements[["body_id", "unit_id"]], on="body_id", how="left")
    found = found.merge(bodies.reindex(columns=["body_id", "lon", "lat", "exactness"]), on="body_id", how="left")
    found = found.fillna({"unit_id": "", "exactness": ""}).sort_values("body_id", ignore_index=True)
    return Spending(scope, found[list(COLUMNS)], int(chosen.loc[is_transfer, "amount_minor"].sum()))
