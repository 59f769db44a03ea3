"""build(): the whole pipeline as one readable function, from a country's folders to a checked, staged version."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd

from geo.atlas.asgiven import source_files
from geo.atlas.atlas import Atlas
from geo.atlas.bodies import body_files
from geo.atlas.deliveries import Taken, every_entry
from geo.atlas.finding import search_files
from geo.atlas.gathered import Gathered, gathered, inputs_now
from geo.atlas.inputs import check_unchanged
from geo.atlas.reporting import reporting
from geo.atlas.subgroups import subgroups_of
from geo.atlas.tables import Maps, denominators_of, drawn_maps, periods_by_edition, placements_of, totals_of
from geo.atlas.tiling import Ground, tiled
from geo.core.country import Country
from geo.core.engine import connect
from geo.core.errors import DamagedVersion, NewerFormat, NotAVersion, NothingPublished
from geo.core.failing import reach
from geo.core.files import digest, disk, to_json, write_durably
from geo.core.settings import Settings
from geo.laws import check_laws
from geo.outlines import DRAWINGS, exported, generalised, outline, outline_places
from geo.sums import Adder, Waiting
from geo.versions import Home, Version
from geo.versions.content import contents
from geo.versions.subgroups import subgroup_files

__all__ = ["CHECKED", "STEPS", "Atlas", "assembled", "build", "check_data", "check_version", "put_together", "staged"]
Progress = Callable[[str], None]
CHECKED = ("boundaries", "entries", "join", "lineage", "sums", "denominators", "outlines", "laws")
STEPS = (*CHECKED, "tiles", "stage")
_LARGE = 1 << 20  # bytes


def build(settings: Settings, country_id: str, progress: Progress = lambda step: None) -> Version:
    """Return a new version of a country's figures, checked and staged but not published.

    Same inputs (data, code and libraries) give the same id and the same bytes. `progress` hears each of STEPS as
    it begins. Raises BadData with every fault, BrokenLaw, or CannotWrite; a version in force is never touched.
    """

    def stepped(step: str) -> None:
        reach(f"build: {step}")
        progress(step)

    return staged(settings, country_id, assembled(settings, country_id, stepped), stepped)


def staged(
    settings: Settings,
    country_id: str,
    atlas: Atlas,
    progress: Progress = lambda step: None,
    known: Version | None = None,
) -> Version:
    """Return the finished version of an atlas with its tiles, on disk but not published; raises CannotWrite, BrokenLaw.

    A version that is there already is opened and compared; its tiles are not made again. `known` is a version that was
    opened before: where it is in force and nobody touched its files, they are not read again.
    """
    if not atlas.is_whole:
        raise ValueError("an atlas of sums alone is not staged")
    identity = to_json({"inputs": atlas.inputs, "country": country_id})
    rows = {
        "read": atlas.rows_read,
        "rejected": len(atlas.tables["rejects"]),
        **{name: len(table) for name, table in atlas.tables.items()},
    }
    manifest = {"country": country_id, "inputs": atlas.inputs, "rows": rows}
    home, version_id = Home(settings.home), hashlib.sha256(identity).hexdigest()[:16]
    with home.locked("build"):
        home.remove_leftovers()
        reach("build: locked")
        if version_id in home.version_ids():
            return home.compared(version_id, atlas.every_file())
        atlas.kept.store(_kept(settings))
        reach("build: sums kept")
        progress("tiles")
        with home.workshop() as folder:
            ground = Ground(atlas.country, atlas.tables, atlas.files, atlas.maps, atlas.neighbours, atlas.memory)
            before = _in_force(home, country_id, known)
            with ThreadPoolExecutor(1) as beside:
                laid = beside.submit(_laid, atlas, folder, before)
                tiles = tiled(ground, folder, before, atlas.painting)
                progress("stage")
                files = {**laid.result(), **tiles.files}
            return home.stage(version_id, files, {**manifest, "made": tiles.keys}, before)


def _laid(atlas: Atlas, folder: Path, before: Version | None) -> dict[str, bytes | Path]:
    """Return the files of an atlas; large ones that `before` does not hold are written aside while tiles are made."""
    files, known = atlas.every_file(), {} if before is None else before.manifest["files"]
    large = {name: content for name, content in files.items() if len(content) >= _LARGE}
    large = {name: content for name, content in large.items() if known.get(name, {}).get("sha256") != digest(content)}
    with disk(folder, lambda: sum(map(len, files.values()))):
        for name, content in large.items():
            path = folder / "laid" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            write_durably(path, content)
    return {**files, **{name: folder / "laid" / name for name in large}}


def _kept(settings: Settings) -> Path:
    """Return where the sums of periods are kept."""
    return settings.home / "made" / "sums"


def _spill(home: Path) -> Path:
    """Return where the engine may write what its memory does not hold: beside the versions, where there are any."""
    place = home if home.is_dir() and os.access(home, os.W_OK) else Path(tempfile.gettempdir())
    return place / "spill"


def _in_force(home: Home, country_id: str, known: Version | None) -> Version | None:
    """Return the version in force, or None where there is none that is whole."""
    try:
        current = home.current_id(country_id)
        return known if known and known.id == current and not known.intact.changed() else home.version(current)
    except (NothingPublished, DamagedVersion, NotAVersion, NewerFormat):
        return None


def check_data(settings: Settings, country_id: str, progress: Progress = lambda step: None) -> int:
    """Return how many laws hold for a country's data; stores nothing, raises as `build` does."""
    laws = assembled(settings, country_id, progress).laws
    with suppress(OSError):
        _spill(settings.home).rmdir()  # nothing was spilled, so nothing is left
    return laws


def check_version(version: Version) -> int:
    """Return how many laws the tables inside a finished version keep; its digests were checked when it opened."""
    names = [Path(name).stem for name in version.manifest["files"] if name.startswith("tables/")]
    return check_laws(
        {name: pd.read_parquet(version.folder / f"tables/{name}.parquet") for name in names}, version.country
    )


def assembled(
    settings: Settings,
    country_id: str,
    progress: Progress,
    folder: Path | None = None,
    taken: Taken = every_entry,
) -> Atlas:
    """Return the pipeline's outcome: boundaries → entries → join → lineage → sums → denominators → outlines → laws.

    `folder` is another ledger than the country's own, of a rehearsal; `taken` is how its figures are read, see
    `gathered`: an atlas of sums alone has no files; it can be looked at and not staged.
    """
    got = gathered(settings, country_id, progress, folder, taken)
    return put_together(settings, got, progress, folder, is_whole=taken is every_entry)


def put_together(
    settings: Settings, got: Gathered, progress: Progress, folder: Path | None, *, is_whole: bool
) -> Atlas:
    """Return the atlas of what was gathered; see `assembled`."""
    country, ledger = got.country, got.ledger
    progress("join")
    owners = periods_by_edition(country, ledger)
    drawn = drawn_maps(country, got.maps, owners, got.shares)
    placements = placements_of(country, drawn, owners, ledger.bodies)
    progress("lineage")
    shares = got.shares[got.shares["from_edition"].isin(list(owners))]
    progress("sums")
    engine = connect(settings.engine, memory_mb=settings.engine_memory_mb, spill=_spill(settings.home))
    kept = Waiting(_kept(settings))
    adder = Adder(engine, kept)
    sums = totals_of(country, ledger, placements, shares, adder)
    divided = subgroups_of(country, ledger, placements, shares, adder) if is_whole else None
    progress("denominators")
    tables = {
        "units": pd.concat([*drawn.values()], ignore_index=True),
        "entries": ledger.entries,
        "bodies": ledger.bodies,
        "placements": placements,
        "shares": shares,
        "totals": sums,
        "denominators": denominators_of(got.borders, country, drawn, got.divisors, shares),
        "published": ledger.published,
        "revenue": ledger.revenue,
        "rejects": got.deliveries.in_force.table("rejects"),
        **({} if divided is None else {"subgroups": divided}),
    }
    progress("outlines")
    files = _files(got, tables, drawn) if is_whole else {}
    progress("laws")
    laws = check_laws(tables, country)
    check_unchanged(got.inputs, inputs_now(settings, country.id, folder))
    return Atlas(country, tables, files, got.inputs, ledger.rows_read, laws, is_whole, drawn, got.neighbours, kept, got)


def _files(got: Gathered, tables: dict[str, pd.DataFrame], drawn: Maps) -> dict[str, bytes]:
    """Return everything that a version holds: figures, who reported when, drawings."""
    country = got.country
    files = contents(country, tables, got.ledger.functions, got.prices)
    files |= body_files(got, tables, files["axes.json"], drawn)
    files |= subgroup_files(country, tables)
    files |= search_files(got, tables, files)
    files["reporting.json"] = to_json(reporting(country, tables["totals"], got.deliveries, got.bundled))
    for (edition, level), units in drawn.items():
        files |= source_files(got, (edition, level), units)
        if country.level(level).is_places:
            ground = drawn[edition, country.top_level.id]
            files |= _drawn_places(f"{edition}/{level}", units, ground, got.neighbours, country)
        else:
            files |= _drawn(f"{edition}/{level}", units, got.neighbours, country)
    return files


def _drawn(key: str, units: Any, neighbours: list[Any], country: Country) -> dict[str, bytes]:
    """Return the drawings and the exported geometry of one level of an edition."""
    files = {
        f"{key}/outline-{drawing.name}.json": to_json(outline(units, neighbours, country, drawing))
        for drawing in DRAWINGS
    }
    return {**files, f"{key}/geometry.json": to_json(generalised(units))}


def _drawn_places(key: str, places: Any, ground: Any, neighbours: list[Any], country: Country) -> dict[str, bytes]:
    """Return the same of places, drawn on the top level of their edition."""
    files = {
        f"{key}/outline-{drawing.name}.json": to_json(outline_places(places, ground, neighbours, country, drawing))
        for drawing in DRAWINGS
    }
    return {**files, f"{key}/geometry.json": to_json(exported(places))}
