"""A country's folders and what was delivered to its ledger → everything that a version is made of, read and checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from geo.atlas.believable import check_believable
from geo.atlas.deliveries import Deliveries, Taken, every_entry
from geo.atlas.inputs import input_digests
from geo.atlas.shares import complete_shares, hints_of
from geo.atlas.tables import Maps
from geo.atlas.words import check_words
from geo.boundaries import check_places, read_neighbours, read_units
from geo.core.country import ID, Country
from geo.core.country_file import read_country
from geo.core.errors import BadData, BadSetting, Fault
from geo.core.settings import Settings
from geo.denominators import read_denominators, read_prices
from geo.entries import Ledger, read_ledger
from geo.entries.merged import Delivered, merged
from geo.entries.overlaid import overlaid
from geo.join import place
from geo.lineage import read_shares

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Gathered:
    """What was read for one country: its own figures and the delivered ones in one ledger."""

    country: Country
    borders: Path
    maps: Maps  # (edition, level) → units
    ledger: Ledger
    shares: pd.DataFrame
    divisors: pd.DataFrame  # denominators of the top level of the edition that the files speak of
    prices: dict[str, float]
    neighbours: list[Any]
    inputs: dict[str, Any]
    deliveries: Deliveries
    bundled: frozenset[tuple[str, str]]  # (unit_id, period) with figures that came with the country
    beneath: Ledger  # the same without the records of feeds, which are laid over it


def gathered(
    settings: Settings,
    country_id: str,
    progress: Progress = lambda step: None,
    folder: Path | None = None,
    taken: Taken = every_entry,
) -> Gathered:
    """Return what a country's folders and its ledger hold; `folder` is another ledger to read, of a rehearsal.

    `taken` is `every_entry`, or `sums_alone` where nothing will be published: then millions of entries need no room.
    Raises BadData with the faults of all files together.
    """
    if not ID.fullmatch(country_id):
        raise BadSetting(name="country", value=country_id[:80], allowed="a-z 0-9 -")
    borders, budget = settings.data / "boundaries" / country_id, settings.data / "budget" / country_id
    deliveries = Deliveries.of(folder or ledger_folder(settings, country_id))
    inputs = inputs_now(settings, country_id, folder)
    progress("boundaries")
    country = deliveries.with_levels(read_country(borders))
    maps = _maps(borders, country, deliveries)
    progress("entries")
    top, given = country.top_level.id, country.first_edition_with_figures
    codes = {edition: frozenset(units["unit_id"]) for (edition, level), units in maps.items() if level == top}
    below = [units["unit_id"] for (edition, level), units in maps.items() if edition == given and level != top]
    base, shares, own_divisors, prices, neighbours = all_of(
        lambda: read_ledger(budget, codes[given], country.minor_units, tops_of(maps, given, top)),
        lambda: read_shares(borders / "lineage.csv", codes),
        lambda: read_denominators(borders, country, maps[given, top], frozenset(c for part in below for c in part)),
        lambda: read_prices(borders, country),
        lambda: read_neighbours(borders, country),
    )
    described, divisors = deliveries.with_series(country, own_divisors, maps[given, top])
    beneath = _with_delivered(country, base, maps[given, top], partial(taken, deliveries), deliveries)
    ledger = overlaid(beneath, deliveries.in_force.feed(), country.function_digits, country.minor_units)
    own = {country.edition_in_force(period).id for period in set(ledger.entries["period"].unique())} | {given}
    shares = complete_shares(country, maps, shares, own, hints_of(borders, divisors, given, ledger))
    years = {"": set(prices), **divisors.groupby("series")["year"].agg(set).to_dict()}
    all_of(
        lambda: check_words(country, ledger, years, codes),
        lambda: check_believable(country, base, own_divisors, prices),
    )
    beside = (shares, divisors, prices, neighbours, inputs, deliveries, _reports(base), beneath)
    return Gathered(described, borders, maps, ledger, *beside)


def _maps(borders: Path, country: Country, deliveries: Deliveries) -> Maps:
    """Return (edition, level) → units: those that were delivered, else those of the country's folder."""
    brought = deliveries.borders()
    keys = [(edition.id, level) for edition in country.editions for level in edition.levels]
    readers = [
        partial(deliveries.units, country, *key) if key in brought else partial(read_units, borders, country, *key)
        for key in keys
    ]
    maps = dict(zip(keys, all_of(*readers), strict=True))
    check_places(maps, country)
    return maps


def tops_of(maps: Maps, edition: str, top: str) -> dict[str, str]:
    """Return each unit below the top level of an edition → the top-level unit that it lies in, by its parents."""
    lower = [units for (of, level), units in maps.items() if of == edition and level != top]
    parents = {unit: parent for part in lower for unit, parent in zip(part["unit_id"], part["parent_id"], strict=True)}
    tops = frozenset(maps[edition, top]["unit_id"])
    found = {}
    for unit, parent in parents.items():
        above = parent
        for _ in lower:  # no chain of parents is longer than there are levels
            above = above if above in tops else parents.get(above, "")
        if above in tops:
            found[unit] = above
    return found


def inputs_now(settings: Settings, country_id: str, folder: Path | None = None) -> dict[str, Any]:
    """Return what a version would be made of now."""
    deliveries = Deliveries.of(folder or ledger_folder(settings, country_id))
    borders, budget = settings.data / "boundaries" / country_id, settings.data / "budget" / country_id
    return input_digests(borders, budget, deliveries.digests())


def ledger_folder(settings: Settings, country_id: str) -> Path:
    """Return the folder of a country's ledger."""
    return settings.home / "ledger" / country_id


def _reports(base: Ledger) -> frozenset[tuple[str, str]]:
    pairs = base.entries[["body_id", "period"]].drop_duplicates()
    return frozenset(zip(pairs["body_id"].map(base.units()), pairs["period"], strict=True))


def _with_delivered(
    country: Country,
    base: Ledger,
    units: Any,
    taken: Callable[[Mapping[str, str]], Delivered | None],
    deliveries: Deliveries,
) -> Ledger:
    if not deliveries.has_figures:
        return base
    placed = place(deliveries.in_force.table("bodies"), units, country.levels, frozenset())
    owners = dict(zip(placed["body_id"], placed["unit_id"], strict=True))
    delivered = taken(owners)
    if delivered is None:
        return base
    return merged(base, delivered, owners, country.function_digits, country.minor_units)


def all_of(*reads: Callable[[], Any]) -> list[Any]:
    """Return what every reader gives; raises BadData with the faults of all of them, not of the first."""
    found, faults = [], list[Fault]()
    for read in reads:
        try:
            found.append(read())
        except BadData as error:
            faults += error.every
    if faults:
        raise BadData(faults)
    return found
