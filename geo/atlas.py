"""build(): the whole pipeline as one readable function, from a country's folders to a checked, staged version."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any

import pandas as pd

from geo import __version__
from geo.boundaries import read_neighbours, read_units
from geo.core.country import ID, Country
from geo.core.country_file import read_country
from geo.core.engine import connect
from geo.core.errors import BadData, BadSetting, Fault
from geo.core.files import digest, to_json
from geo.core.settings import Settings
from geo.denominators import read_denominators, read_prices, restate_denominators
from geo.entries import Ledger, read_ledger
from geo.join import place
from geo.laws import check_laws
from geo.lineage import read_shares
from geo.outlines import DRAWINGS, generalised, outline
from geo.sums import restate, totals
from geo.versions import Home, Version
from geo.versions.content import contents

Progress = Callable[[str], None]
STEPS = ("boundaries", "entries", "join", "lineage", "sums", "denominators", "outlines", "laws", "stage")
_LIBRARIES = ("duckdb", "geopandas", "ibis-framework", "numpy", "pandas", "pyarrow", "pyproj", "shapely")
_SERVING = ("web", "faces", "cli", "layers")  # code that no byte of a version depends on


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
    level, in_force = country.levels[0].id, country.first_edition_with_figures
    units = {edition.id: maps[edition.id, level] for edition in country.editions}
    own, codes = units[in_force], {edition: frozenset(table["unit_id"]) for edition, table in units.items()}
    progress("entries")
    ledger, shares, divisor, prices, neighbours = _all_of(
        lambda: read_ledger(budget, codes[in_force], country.minor_units),
        lambda: read_shares(borders / "lineage.csv", codes),
        lambda: read_denominators(borders, country, own),
        lambda: read_prices(borders, country),
        lambda: read_neighbours(borders, country),
    )
    years = divisor.groupby("series")["year"].agg(set).to_dict()
    _check_words(country, ledger, {"": set(prices), **years}, codes)
    progress("join")
    placements = place(ledger.bodies, own)
    progress("lineage")
    from_own = shares[shares["from_edition"] == in_force]
    others = {str(edition): part for edition, part in from_own.groupby("to_edition")}
    progress("sums")
    sums = [totals(ledger.entries, placements, country.function_digits, connect(settings.engine))]
    sums += [restate(sums[0], part) for part in others.values()]
    progress("denominators")
    divisors = [divisor, *(restate_denominators(divisor, part, units[e]) for e, part in others.items())]
    tables = {
        "units": pd.concat([own, *(units[edition] for edition in others)], ignore_index=True),
        "entries": ledger.entries,
        "bodies": ledger.bodies,
        "placements": placements,
        "shares": from_own,
        "totals": pd.concat(sums, ignore_index=True),
        "denominators": pd.concat(divisors, ignore_index=True),
        "published": ledger.published,
        "revenue": ledger.revenue,
    }
    files = contents(country, tables, ledger.functions, prices)
    progress("outlines")
    for edition in (in_force, *others):
        files |= _drawn(f"{edition}/{level}", units[edition], neighbours, country)
    progress("laws")
    laws = check_laws(tables, country)
    _check_unchanged(inputs, input_digests(borders, budget))
    return Atlas(country, tables, files, inputs, ledger.rows_read, laws)


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


def _check_words(
    country: Country, ledger: Ledger, years: Mapping[str, set[str]], codes: Mapping[str, frozenset[str]]
) -> None:
    """Raise BadData where country.toml names what the other files do not know, or they lack what it promises.

    `years` are those of each series of denominators, and of the prices under an empty name.
    """
    groups = {code for code in ledger.functions if len(code) == country.function_digits}
    used = {code[: country.function_digits] for code in ledger.entries["function"]} | {country.transfers}
    faults = [Fault("country.toml", 0, "functions", "E-JOIN-02", code) for code in sorted(used - groups - {""})]
    known = frozenset[str]().union(*codes.values())
    faults += [
        Fault("country.toml", 0, "map.insets", "E-JOIN-01", inset.unit_id, {"near": "–"})
        for inset in country.insets
        if inset.unit_id not in known
    ]
    needed = {period[:4] for period in ledger.entries["period"]}
    dated = {"": country.prices_file, **{row.series: row.file for row in country.denominators if row.by_year}}
    faults += [
        Fault(file, 0, "year", "E-PER-01", year)
        for series, file in dated.items()
        for year in sorted(needed - years.get(series, set()))
    ]
    if faults:
        raise BadData(faults)


def _drawn(key: str, units: Any, neighbours: list[Any], country: Country) -> dict[str, bytes]:
    """Return the drawings and the exported geometry of one level of an edition."""
    files = {
        f"{key}/outline-{drawing.name}.json": to_json(outline(units, neighbours, country, drawing))
        for drawing in DRAWINGS
    }
    return {**files, f"{key}/geometry.json": to_json(generalised(units))}


def _check_unchanged(before: dict[str, Any], after: dict[str, Any]) -> None:
    """Raise BadData when a file was changed while it was read: nobody could say what the version is made of."""
    names = {name for files in (before["files"], after["files"]) for name in files}
    changed = sorted(name for name in names if before["files"].get(name) != after["files"].get(name))
    if changed:
        raise BadData([Fault(name, 0, "", "E-UP-06") for name in changed])


def input_digests(borders: Path, budget: Path) -> dict[str, object]:
    """Return what a version is made of: SHA-256 of every data file and of our code, versions of the libraries.

    Raises BadData for a file that cannot be read.
    """
    listed, faults = dict[str, str](), []
    for folder in (borders, budget):
        for path in _data_files(folder):
            name = path.relative_to(folder).as_posix()
            try:
                listed[f"{folder.parent.name}/{folder.name}/{name}"] = digest(path.read_bytes())
            except OSError as error:
                faults.append(Fault(name, 0, "", "E-CSV-09", error.strerror or ""))
    if faults:
        raise BadData(faults)
    return {
        "files": dict(sorted(listed.items())),
        "code": _code_digest(),
        "release": __version__,
        "libraries": {name: installed(name) for name in _LIBRARIES},
    }


def _data_files(folder: Path) -> Iterator[Path]:
    """Yield what a folder holds, linked folders too, except texts for people: those change no figure."""
    found, seen = [], set[Path]()
    for root, folders, names in os.walk(folder, followlinks=True):
        # A link that leads back up would be walked for ever.
        folders[:] = [
            name for name in folders if not (Path(root, name).is_symlink() and Path(root, name).resolve() in seen)
        ]
        seen.add(Path(root).resolve())
        found += [Path(root, name) for name in names if not name.endswith(".md")]
    yield from (path for path in sorted(found) if path.is_file())


def _code_digest() -> str:
    root = Path(__file__).parent
    hashed = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        if path.relative_to(root).parts[0] not in _SERVING:
            hashed.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return hashed.hexdigest()
