"""build(): the whole pipeline as one readable function, from a country's folders to a checked, staged version."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from importlib.metadata import version as installed
from pathlib import Path

import pandas as pd

from geo import __version__
from geo.boundaries import read_neighbours, read_units
from geo.core.country import Country, read_country
from geo.core.engine import connect
from geo.core.settings import Settings
from geo.denominators import read_denominators, read_prices, restate_denominators
from geo.entries import read_ledger
from geo.join import place
from geo.laws import check_laws
from geo.lineage import read_shares
from geo.outlines import DRAWINGS, generalised, outline
from geo.sums import restate, totals
from geo.versions import Home, Version
from geo.versions.content import contents
from geo.versions.files import digest, to_json

STEPS = ("boundaries", "entries", "join", "lineage", "sums", "denominators", "outlines", "laws", "stage")
_LIBRARIES = ("duckdb", "geopandas", "ibis-framework", "numpy", "pandas", "pyarrow", "pyproj", "shapely")
_SERVING = ("web", "faces", "cli", "layers", "__pycache__")  # code that no byte of a version depends on


def build(settings: Settings, country_id: str, progress: Callable[[str], None] = lambda step: None) -> Version:
    """Return a new version of a country's figures, checked and staged but not published.

    Same inputs (data, code and libraries) give the same id and the same bytes. `progress` hears each of STEPS as
    it begins. Raises BadData with every fault, BrokenLaw, or CannotWrite; a version in force is never touched.
    """
    borders, budget = settings.data / "boundaries" / country_id, settings.data / "budget" / country_id
    progress("boundaries")
    country = read_country(borders)
    units = {e.id: {level: read_units(borders, country, e.id, level) for level in e.levels} for e in country.editions}
    level, in_force = country.levels[0].id, country.first_edition_with_figures
    own = units[in_force][level]
    progress("entries")
    ledger = read_ledger(budget, frozenset(own["unit_id"]), country.minor_units)
    progress("join")
    placements = place(ledger.bodies, own)
    progress("lineage")
    shares = read_shares(borders / "lineage.csv", {e: frozenset(by[level]["unit_id"]) for e, by in units.items()})
    from_own = shares[shares["from_edition"] == in_force]
    others = {edition: part for edition, part in from_own.groupby("to_edition")}
    progress("sums")
    sums = [totals(ledger.entries, placements, country.function_digits, connect(settings.engine))]
    sums += [restate(sums[0], part) for part in others.values()]
    progress("denominators")
    divisors = [read_denominators(borders, country, own)]
    divisors += [restate_denominators(divisors[0], part, units[e][level]) for e, part in others.items()]
    tables = {
        "units": pd.concat([units[in_force][level], *(units[edition][level] for edition in others)]),
        "entries": ledger.entries,
        "bodies": ledger.bodies,
        "placements": placements,
        "shares": from_own,
        "totals": pd.concat(sums, ignore_index=True),
        "denominators": pd.concat(divisors, ignore_index=True),
        "published": ledger.published,
        "revenue": ledger.revenue,
    }
    files = contents(country, tables, ledger.functions, read_prices(borders, country))
    progress("outlines")
    neighbours = read_neighbours(borders, country)
    for edition in (in_force, *others):
        shapes = units[edition][level]
        for drawing in DRAWINGS:
            files[f"{edition}/{level}/outline-{drawing.name}.json"] = to_json(
                outline(shapes, neighbours, country, drawing)
            )
        files[f"{edition}/{level}/geometry.json"] = to_json(generalised(shapes))
    progress("laws")
    check_laws(tables, country)
    progress("stage")
    inputs = input_digests(borders, budget)
    rows = {"read": ledger.rows_read, "rejected": 0, **{name: len(table) for name, table in tables.items()}}
    return _staged(Home(settings.home), country, files, inputs, rows)


def input_digests(borders: Path, budget: Path) -> dict[str, object]:
    """Return what a version is made of: SHA-256 of every data file and of our code, versions of the libraries."""
    listed = {
        f"{folder.parent.name}/{folder.name}/{path.relative_to(folder).as_posix()}": digest(path.read_bytes())
        for folder in (borders, budget)
        for path in _data_files(folder)
    }
    return {
        "files": dict(sorted(listed.items())),
        "code": _code_digest(),
        "release": __version__,
        "libraries": {name: installed(name) for name in _LIBRARIES},
    }


def _staged(home: Home, country: Country, files: dict[str, bytes], inputs: object, rows: object) -> Version:
    version_id = hashlib.sha256(to_json({"inputs": inputs, "country": country.id})).hexdigest()[:16]
    manifest = {"country": country.id, "inputs": inputs, "rows": rows}
    with home.locked("build"):
        home.remove_leftovers()
        return home.stage(version_id, files, manifest)


def _data_files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".toml", ".csv", ".geojson"} and path.is_file():
            yield path


def _code_digest() -> str:
    root = Path(__file__).parent
    hashed = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        if path.relative_to(root).parts[0] not in _SERVING:
            hashed.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return hashed.hexdigest()
