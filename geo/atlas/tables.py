"""Units × ledger → the tables of a version: every edition and level, with the figures of other editions restated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from geo.core.country import Country
from geo.core.model import TABLES
from geo.denominators import lower_denominators, restate_denominators
from geo.join import Map, placements
from geo.sums import Adder, restate, totals

if TYPE_CHECKING:
    from pathlib import Path

    from geopandas import GeoDataFrame

    from geo.entries import Ledger

Maps = Mapping[tuple[str, str], "GeoDataFrame"]  # (edition, level) → units


def periods_by_edition(country: Country, ledger: Ledger) -> dict[str, list[str]]:
    """Return edition → the periods with figures in which it was in force, both in order."""
    found: dict[str, list[str]] = {}
    for period in sorted(set(ledger.entries["period"].unique())):
        found.setdefault(country.edition_in_force(period).id, []).append(period)
    return found


def drawn_maps(country: Country, maps: Maps, owners: Mapping[str, object], shares: pd.DataFrame) -> Maps:
    """Return the maps that figures can be shown on: all of the editions that own some, the top level of their heirs."""
    top = country.top_level.id
    heirs = set(shares.loc[shares["from_edition"].isin(list(owners)), "to_edition"])
    return {
        (edition, level): units
        for (edition, level), units in maps.items()
        if edition in owners or (edition in heirs and level == top)
    }


def placements_of(country: Country, maps: Maps, owners: Mapping[str, object], bodies: pd.DataFrame) -> pd.DataFrame:
    """Return every body's place at each level of each edition that owns figures."""
    rows, levels = [], [row.id for row in country.levels]
    for (edition, level), units in maps.items():
        if edition in owners:
            above = [maps[edition, name] for name in levels[: levels.index(level)] if (edition, name) in maps]
            rows.append(Map(units, frozenset(unit for table in above for unit in table["unit_id"])))
    return placements(bodies, rows, country.levels)


def totals_of(
    country: Country, ledger: Ledger, placements: pd.DataFrame, shares: pd.DataFrame, adder: Adder
) -> pd.DataFrame:
    """Return the sums of every edition and level, of its own periods and restated from other editions."""
    owners = periods_by_edition(country, ledger)
    in_force = {period: edition for edition, periods in owners.items() for period in periods}
    sums = totals(ledger.entries, placements, in_force, country.function_digits, adder)
    return with_restated(country, sums, placements, shares)


def with_restated(country: Country, sums: pd.DataFrame, placements: pd.DataFrame, shares: pd.DataFrame) -> pd.DataFrame:
    """Return sums of editions of their own periods, with those restated in other borders behind each edition's."""
    parts = []
    for (edition, level), _ in placements.groupby(["edition", "level"], sort=False):
        own = sums[(sums["edition"] == edition) & (sums["level"] == level)]
        parts.append(own)
        if level == country.top_level.id:
            heirs = shares[shares["from_edition"] == edition].groupby("to_edition")
            parts += [restate(own, part) for _, part in heirs]
    return pd.concat(parts, ignore_index=True)


def denominators_of(
    folder: Path, country: Country, maps: Maps, given: pd.DataFrame, shares: pd.DataFrame
) -> pd.DataFrame:
    """Return what money is divided by on every map; `given` are those of the edition that the files speak of."""
    own, top = country.first_edition_with_figures, country.top_level.id
    parts = [given]
    for (edition, level), units in maps.items():
        inherited = shares[(shares["from_edition"] == own) & (shares["to_edition"] == edition)]
        if level == top and edition != own:
            parts.append(restate_denominators(given, inherited, units))
        elif level != top:
            parts.append(lower_denominators(folder, country, units))
    return pd.concat(parts, ignore_index=True)[list(TABLES["denominators"])]
