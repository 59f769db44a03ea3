"""What money is divided by: people by year, square kilometres, and any series a country supplies; and prices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from geo.core.country import Country, Denominator
from geo.core.errors import BadData, Fault
from geo.core.model import conformed
from geo.core.rows import YEAR, Rows, minor_units, read_rows
from geo.denominators.raster import is_raster, raster_records

MILLION = 1_000_000
Record = tuple[str, str, float]  # unit_id, year, value
_PLACES = 100  # denominators are given with at most two decimals


def read_denominators(
    folder: Path, country: Country, units: pd.DataFrame, below: frozenset[str] = frozenset()
) -> pd.DataFrame:
    """Return the `denominators` of the top level of an edition: people and others from files, km² from the borders.

    Rows of units of other levels (`below`) are passed over here, `lower_denominators` takes them. Raises BadData
    for unknown or missing units, values that are no positive numbers, rows that stand twice.
    """
    faults: list[Fault] = []
    parts = []
    for described in country.denominators:
        if described.file:
            records, wrong = _described_in(folder, described, units, below)
            faults += wrong
        else:
            records = _areas(units)
        parts.append(pd.DataFrame(records, columns=["unit_id", "year", "value"]).assign(series=described.series))
    if faults:
        raise BadData(faults)
    return _ordered(parts, units)


def lower_denominators(folder: Path, country: Country, units: pd.DataFrame) -> pd.DataFrame:
    """Return the `denominators` of a level below: km² from the borders, of other series the years that are complete.

    Places have no area; of other series they have the years that are known of most of them, 0 where not: unknown.
    """
    codes, parts = set(units["unit_id"]), []
    is_places = country.level(units["level"].iloc[0]).is_places
    for described in country.denominators:
        records = [] if is_places else _areas(units)
        if described.file and not (is_places and is_raster(described)):  # a point holds no cell of a raster
            found = [row for row in _described_in(folder, described, units, frozenset(codes))[0] if row[0] in codes]
            records = _of_most(found, codes) if is_places else _of_all(found, codes)
        parts.append(pd.DataFrame(records, columns=["unit_id", "year", "value"]).assign(series=described.series))
    return _ordered(parts, units)


def _areas(units: pd.DataFrame) -> list[Record]:
    """Return the km² of each unit; they belong to no year."""
    return [(unit, "", area / 1e6) for unit, area in zip(units["unit_id"], units["area_m2"], strict=True)]


def _ordered(parts: Sequence[pd.DataFrame], units: pd.DataFrame) -> pd.DataFrame:
    """Return the series as one table for the edition and level of the units, by series, year and unit."""
    frame = pd.concat(parts, ignore_index=True).assign(edition=units["edition"].iloc[0], level=units["level"].iloc[0])
    return conformed(frame.sort_values(["series", "year", "unit_id"], ignore_index=True), "denominators")


def _of_all(found: list[Record], codes: set[str]) -> list[Record]:
    """Return the records of the years in which no unit is missing."""
    years = {year: {unit for unit, of, _ in found if of == year} for _, year, _ in found}
    return [row for row in found if years[row[1]] == codes]


def _of_most(found: list[Record], codes: set[str]) -> list[Record]:
    """Return a record of each unit in the years in which more than half of them are known; 0 is unknown."""
    known = {(unit, year): value for unit, year, value in found}
    years = sorted({year for _, year in known})
    most = [year for year in years if 2 * sum(known.get((unit, year), 0) > 0 for unit in codes) > len(codes)]
    return [(unit, year, known.get((unit, year), 0.0)) for year in most for unit in sorted(codes)]


def restate_denominators(table: pd.DataFrame, shares: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """Return denominators in other borders: sums by share, areas from the other borders themselves."""
    split = table[table["year"] != ""].merge(shares, left_on="unit_id", right_on="from_unit")
    split["value"] = split["value"] * split["share_ppm"] / MILLION
    summed = split.groupby(["series", "year", "to_unit"], as_index=False)["value"].sum()
    summed = summed.rename(columns={"to_unit": "unit_id"})
    area = pd.DataFrame({"year": "", "unit_id": units["unit_id"], "value": units["area_m2"] / 1e6})
    areas = [area.assign(series=series) for series in sorted(set(table.loc[table["year"] == "", "series"]))]
    return _ordered([summed, *areas], units)


def read_prices(folder: Path, country: Country) -> dict[str, float]:
    """Return the price level of each year's December; the year before the first in the file is 1."""
    rows = read_rows(folder / country.prices_file, ["year", "index_december"])
    faults, levels, level, expected = list(rows.faults), dict[str, float](), 1.0, 0
    for row, cells in rows:
        index = minor_units(cells["index_december"], _PLACES)
        faults += _positive_faults((rows.file, row, "index_december"), cells["index_december"], index)
        if not YEAR.fullmatch(cells["year"]):
            faults.append(Fault(rows.file, row, "year", "E-CSV-18", cells["year"]))
            continue
        if expected and int(cells["year"]) != expected:
            faults.append(Fault(rows.file, row, "year", "E-PER-05", cells["year"]))
        expected = int(cells["year"]) + 1
        if isinstance(index, int):
            level *= index / _PLACES / 100
        levels[cells["year"]] = level
    if faults:
        raise BadData(faults)
    return levels


def _described_in(
    folder: Path, described: Denominator, units: pd.DataFrame, below: frozenset[str]
) -> tuple[list[Record], list[Fault]]:
    if is_raster(described):
        return raster_records(folder, described, units)
    return _from_file(folder, described, set(units["unit_id"]), below)


def _from_file(
    folder: Path, described: Denominator, units: set[str], below: frozenset[str]
) -> tuple[list[Record], list[Fault]]:
    rows = read_rows(folder / described.file, ["unit_id", "year", described.value])
    faults, records = list(rows.faults), []
    seen: dict[tuple[str, str], int] = {}
    for row, cells in rows:
        if cells["unit_id"] in below - units:
            continue
        key = (cells["unit_id"], cells["year"])
        value = minor_units(cells[described.value], _PLACES)
        if cells["unit_id"] not in units:
            faults.append(Fault(rows.file, row, "unit_id", "E-JOIN-01", cells["unit_id"], {"near": "–"}))
        if not YEAR.fullmatch(cells["year"]):
            faults.append(Fault(rows.file, row, "year", "E-CSV-18", cells["year"]))
        if key in seen:
            faults.append(Fault(rows.file, row, "", "E-CSV-20", " ".join(key), {"first": str(seen[key])}))
        seen.setdefault(key, row)
        faults += _positive_faults((rows.file, row, described.value), cells[described.value], value)
        if isinstance(value, int):
            records.append((*key, value / _PLACES))
    return records, [*faults, *_missing(rows, seen, units)]


def _positive_faults(place: tuple[str, int, str], text: str, value: int | str) -> Iterator[Fault]:
    """Yield what keeps a number from being divided by: it is no number, or not above zero."""
    if isinstance(value, str):
        yield Fault(*place, value, text)
    elif value <= 0:
        yield Fault(*place, "E-CSV-21", text)


def _missing(rows: Rows, seen: dict[tuple[str, str], int], units: set[str]) -> Iterator[Fault]:
    if rows.rows:
        for year in sorted({year for _, year in seen}):
            for unit in sorted(units):
                if (unit, year) not in seen:
                    yield Fault(rows.file, 0, "unit_id", "E-PER-03", unit, {"period": year})
