"""Registers that somebody sent – bodies, settlements – → deliveries; places are found by code and by address."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from geo.atlas.gathered import Gathered
from geo.bodies import Ground, disagreements, read_bodies, read_words
from geo.core.delivery import CellTable, Delivery
from geo.core.errors import Fault
from geo.core.model import TABLES
from geo.denominators.delivered import Described, read_series
from geo.gazetteer import Gazetteer, gazetteer_of, located, read_settlements
from geo.intake.context import Context
from geo.join import place
from geo.lineage import read_former_names
from geo.plausible.series import denominator_doubts
from geo.profiles import Given, Profile, columns_of, find_columns

Found = tuple[pd.DataFrame, tuple[Fault, ...], tuple[Fault, ...]]  # a table, faults, warnings
Reader = Callable[[pd.DataFrame, CellTable, Context], Found]
_ENOUGH = 0.5  # of the rows in force: with fewer, the greater part of a register disappears
_BELOW = 2  # digits of a code between one level and what lies in it, where no level is declared


def register(profile: Profile, cells: CellTable, context: Context, given: Given, scratch: Path) -> Delivery:
    """Return what a register says as a delivery of the profile's kind: one table, and nothing to add up."""
    columns, faults = columns_of(profile, cells)
    table, warnings = pd.DataFrame(), tuple[Fault, ...]()
    if not faults:
        readers: dict[str, Reader] = {
            "settlements": _settlements,
            "bodies": _bodies,
            "series": partial(_series, profile, given),
        }
        table, faults, warnings = readers[profile.kind](columns.to_pandas(), cells, context)
        headings = find_columns(profile, cells.columns, cells.file).columns
        faults, warnings = _headed(faults, headings), _headed(warnings, headings)
    if not faults:
        warnings = (*warnings, *_fewer(profile, cells, context, len(table)))
    tables: Mapping[str, Path] = {}
    if not faults:
        path = scratch / f"{profile.kind}.parquet"
        table.to_parquet(path, index=False)
        tables = {profile.kind: path}
    totals = cells.rows - len(table) if profile.kind == "series" and not faults else 0
    taken = 0 if faults else len(table)
    return Delivery(
        kind=profile.kind,
        source=profile.source,
        profile=profile.name,
        profile_sha256=profile.sha256,
        file=cells.file,
        sha256=cells.sha256,
        revision=given.revision,
        rows_read=cells.rows,
        rows_taken=taken,
        rows_left={"refused": cells.rows} if faults else {"total": totals} if totals else {},
        tables=tables,
        sums=pd.DataFrame(columns=["unit_id", "period", "function", "phase", "amount_minor", "entries"]),
        faults=tuple(faults),
        warnings=tuple(warnings),
    )


def _headed(faults: Iterable[Fault], headings: Mapping[str, str]) -> tuple[Fault, ...]:
    """Return faults that name the headings of the file instead of our columns."""
    return tuple(
        replace(fault, column=", ".join(headings.get(name, name) for name in fault.column.split(", ")))
        for fault in faults
    )


def _fewer(profile: Profile, cells: CellTable, context: Context, rows: int) -> Iterator[Fault]:
    """Yield a warning where a register of the same source has less than half of the rows that are in force."""
    believed = context.gathered.deliveries.in_force.believed(profile.kind)
    standing = sum(int(row.facts.get("rows_taken", 0)) for row in believed if row.source == profile.source)
    if rows >= _ENOUGH * standing:
        return
    said = {"standing": str(standing), "fewer": str(standing - rows)}
    if profile.kind == "settlements":
        yield Fault(cells.file, 0, "", "W-GAZ-05", str(rows), said, sheet=cells.sheet)
    elif profile.kind == "bodies":
        yield Fault(cells.file, 0, "", "W-BODY-12", str(rows), said, sheet=cells.sheet)


def described_series(profile: Profile, file: str) -> dict[str, Any]:
    """Return a series as a version describes what money is divided by."""
    words = {name: dict(profile.series[name]) for name in ("label", "column", "source")}
    return {"series": profile.series["id"], "file": file, "value": "value", "by_year": True, **words}


def gazetteer(context: Context) -> Gazetteer:
    """Return the places that are known: the delivered classifier, or the units of the borders alone."""
    got = context.gathered
    table = got.deliveries.settlements()
    path = got.borders / "former_names.csv"
    names = read_former_names(path) if path.exists() else {}
    return gazetteer_of(_units(got) if table is None else table, context.known.former_codes, names)


def _units(got: Gathered) -> pd.DataFrame:
    last = got.country.editions[-1].id
    parts = [
        table[["unit_id", "parent_id", "kind", "name_kk", "name_ru", "name_en"]].assign(level=level)
        for (edition, level), table in got.maps.items()
        if edition == last
    ]
    return pd.concat(parts, ignore_index=True).rename(columns={"unit_id": "code", "parent_id": "parent"})


def _settlements(columns: pd.DataFrame, cells: CellTable, context: Context) -> Found:
    country = context.gathered.country
    digits = {level.id: level.code_digits for level in country.levels if level.code_digits}
    if digits:
        digits["sub_district"] = max(digits.values()) + _BELOW
    read = read_settlements(columns, (cells.file, cells.sheet), digits, country.languages)
    return read.table, tuple(read.faults), tuple(read.warnings)


def _bodies(columns: pd.DataFrame, cells: CellTable, context: Context) -> Found:
    got, places = context.gathered, gazetteer(context)
    top = got.maps[got.country.editions[-1].id, got.country.top_level.id]
    west, south, east, north = (float(value) for value in top.total_bounds)
    ground = Ground(
        places=places,
        locate=lambda address, lang: located(address, places, lang),
        languages=got.country.languages,
        bounds=(west, south, east, north),
        words=read_words(context.settings.data / "budget" / context.country_id / "bodies.toml"),
    )
    at = (cells.file, cells.sheet)
    read = read_bodies(columns, at, ground)
    around = place(read.table.assign(unit_code=""), top, got.country.levels, frozenset())
    points = dict(zip(around["body_id"], around["unit_id"], strict=True))
    apart = disagreements(read.table, points, places, at)
    return read.table[list(TABLES["bodies"])], tuple(read.faults), (*read.warnings, *apart)


def _series(profile: Profile, given: Given, columns: pd.DataFrame, cells: CellTable, context: Context) -> Found:
    got = context.gathered
    units = got.maps[got.country.first_edition_with_figures, got.country.top_level.id]["unit_id"]
    described = Described(profile.series["id"], profile.series.get("total", ""))
    table, faults = read_series(columns, (cells.file, cells.sheet), frozenset(units), described)
    told: tuple[Fault, ...] = ()
    if not faults:
        names = {unit: row.get(context.settings.language) or unit for unit, row in context.names.items()}
        doubts = tuple(denominator_doubts(table, got.divisors, names, (), cells.file))
        told = tuple(fault for fault in doubts if fault.code in given.accepted)
        faults = tuple(fault for fault in doubts if fault not in told)
    return table, faults, told
