"""build(): the whole pipeline as one readable function, from a country's folders to a checked, staged version."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from geo.atlas.inputs import check_unchanged, input_digests
from geo.atlas.tables import denominators_of, drawn_maps, periods_by_edition, placements_of, totals_of
from geo.atlas.words import check_words
from geo.boundaries import read_neighbours, read_units
from geo.core.country import ID, Country
from geo.core.country_file import read_country
from geo.core.engine import connect
from geo.core.errors import BadData, BadSetting, Fault
from geo.core.files import to_json
from geo.core.settings import Settings
from geo.denominators import read_denominators, read_prices
from geo.entries import read_ledger
from geo.laws import check_laws
from geo.lineage import read_shares
from geo.outlines import DRAWINGS, generalised, outline
from geo.versions import Home, Version
from geo.versions.content import contents

Progress = Callable[[str], None]
STEPS = ("boundaries", "entries", "join", "lineage", "sums", "denominators", "outlines", "laws", "stage")


@dataclass(frozen=True)
class Atlas:
    """A country's figures put together and checked, not yet on disk: tables by name and the files of a version."""

    country: Country
    tables: dict[str, pd.DataFrame]
    files: dict[str, bytes]
    inputs: dict[str, object]
    rows_read: int
    laws: int


def build(settings: Settings, country_id: str, progress: Progress = lambda step: None) -> Version:
    """Return a new version of a country's figures, checked and staged but not published.

    Same inputs (data, code and libraries) give the same id and the same bytes. `progress` hears each of STEPS as
    it begins. Raises BadData with every fault, BrokenLaw, or CannotWrite; a version in force is never touched.
    """
    atlas = assembled(settings, country_id, progress)
    progress("stage")
    identity = to_json({"inputs": atlas.inputs, "country": country_id})
    rows = {"read": atlas.rows_read, "rejected": 0, **{name: len(table) for name, table in atlas.tables.items()}}
    manifest = {"country": country_id, "inputs": atlas.inputs, "rows": rows}
    home = Home(settings.home)
    with home.locked("build"):
        home.remove_leftovers()
        return home.stage(hashlib.sha256(identity).hexdigest()[:16], atlas.files, manifest)


def check_data(settings: Settings, country_id: str, progress: Progress = lambda step: None) -> int:
    """Return how many laws hold for a country's data; stores nothing, raises as `build` does."""
    return assembled(settings, country_id, progress).laws


def check_version(version: Version) -> int:
    """Return how many laws the tables inside a finished version keep; its digests were checked when it opened."""
    names = [Path(name).stem for name in version.manifest["files"] if name.startswith("tables/")]
    return check_laws(
        {name: pd.read_parquet(version.folder / f"tables/{name}.parquet") for name in names}, version.country
    )


def assembled(settings: Settings, country_id: str, progress: Progress) -> Atlas:
    """Return the pipeline's outcome: boundaries → entries → join → lineage → sums → denominators → outlines → laws."""
    if not ID.fullmatch(country_id):
        raise BadSetting(name="country", value=country_id[:80], allowed="a-z 0-9 -")
    borders, budget = settings.data / "boundaries" / country_id, settings.data / "budget" / country_id
    inputs = input_digests(borders, budget)
    progress("boundaries")
    country = read_country(borders)
    reads = [(e.id, level) for e in country.editions for level in e.levels]
    maps = dict(zip(reads, _all_of(*(partial(read_units, borders, country, *read) for read in reads)), strict=True))
    top, given = country.top_level.id, country.first_edition_with_figures
    codes = {edition: frozenset(units["unit_id"]) for (edition, level), units in maps.items() if level == top}
    progress("entries")
    ledger, shares, divisors, prices, neighbours = _all_of(
        lambda: read_ledger(budget, codes[given], country.minor_units),
        lambda: read_shares(borders / "lineage.csv", codes),
        lambda: read_denominators(borders, country, maps[given, top], _codes_below(maps, given, top)),
        lambda: read_prices(borders, country),
        lambda: read_neighbours(borders, country),
    )
    years = divisors.groupby("series")["year"].agg(set).to_dict()
    check_words(country, ledger, {"": set(prices), **years}, codes)
    progress("join")
    owners = periods_by_edition(country, ledger)
    drawn = drawn_maps(country, maps, owners, shares)
    placements = placements_of(country, drawn, owners, ledger.bodies)
    progress("lineage")
    shares = shares[shares["from_edition"].isin(list(owners))]
    progress("sums")
    sums = totals_of(country, ledger, placements, shares, connect(settings.engine))
    progress("denominators")
    tables = {
        "units": pd.concat([*drawn.values()], ignore_index=True),
        "entries": ledger.entries,
        "bodies": ledger.bodies,
        "placements": placements,
        "shares": shares,
        "totals": sums,
        "denominators": denominators_of(borders, country, drawn, divisors, shares),
        "published": ledger.published,
        "revenue": ledger.revenue,
    }
    files = contents(country, tables, ledger.functions, prices)
    progress("outlines")
    for (edition, level), units in drawn.items():
        files |= _drawn(f"{edition}/{level}", units, neighbours, country)
    progress("laws")
    laws = check_laws(tables, country)
    check_unchanged(inputs, input_digests(borders, budget))
    return Atlas(country, tables, files, inputs, ledger.rows_read, laws)


def _codes_below(maps: Any, edition: str, top: str) -> frozenset[str]:
    """Return the units of an edition that are not of the top level."""
    found = [units["unit_id"] for (of, level), units in maps.items() if of == edition and level != top]
    return frozenset(code for codes in found for code in codes)


def _all_of(*reads: Callable[[], Any]) -> list[Any]:
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


def _drawn(key: str, units: Any, neighbours: list[Any], country: Country) -> dict[str, bytes]:
    """Return the drawings and the exported geometry of one level of an edition."""
    files = {
        f"{key}/outline-{drawing.name}.json": to_json(outline(units, neighbours, country, drawing))
        for drawing in DRAWINGS
    }
    return {**files, f"{key}/geometry.json": to_json(generalised(units))}
