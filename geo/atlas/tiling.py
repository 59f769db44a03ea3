"""A version's tiles and surface, made aside as files: unit tiles of every edition, body and value tiles, the surface.

Unit tiles hold no figure: where the version in force has them of the same borders, its file is taken over. Body and
value tiles are brought up to date from it where the bodies are the same: the bytes are those of making all anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pandas as pd
import pyarrow as pa

from geo.atlas.inputs import code_digest, library_versions
from geo.atlas.mapped import mapped_bodies
from geo.core.arrays import held
from geo.core.country import Country
from geo.core.files import to_json
from geo.core.offer import default_word, word_of
from geo.surface import Pictures, Scope, cog, facts, grid_of, pictures, spending, surface
from geo.tiles.archive import Sheet, write_archive
from geo.tiles.bodies import write_bodies
from geo.tiles.bodies.about import About
from geo.tiles.bodies.figures import Figures
from geo.tiles.bodies.layout import Layout, layout
from geo.tiles.bodies.update import Change, update_tiles
from geo.tiles.bodies.values import write_values
from geo.tiles.units import unit_tiles

if TYPE_CHECKING:
    from geo.atlas.tables import Maps
    from geo.versions import Version

Made = TypeVar("Made")
FOLDER = "tiles"
_BODIES = "tiles/bodies"  # the key of all archives of bodies
_SURFACE_PHASE = "executed"


@dataclass(frozen=True)
class Ground:
    """What tiles are made of: a country, the tables of its version, its maps and the countries around."""

    country: Country
    tables: Mapping[str, pd.DataFrame]
    files: Mapping[str, bytes]  # those of the version: axes and figures by body are among them
    maps: Maps
    neighbours: Sequence[Any]
    memory: dict[Any, Any] = field(default_factory=dict)  # what all of it but figures makes; its owner keeps it

    def once(self, key: tuple[str, ...], make: Callable[[], Made]) -> Made:
        """Return what `make` made the first time."""
        if key not in self.memory:
            self.memory[key] = make()
        made: Made = self.memory[key]
        return made


@dataclass(frozen=True)
class Shown:
    """What tiles of bodies are made of beside figures: who is where, and the key of all that."""

    plan: Layout
    table: pa.Table
    about: About
    key: str


@dataclass(frozen=True)
class Tiled:
    """The files of the tiles by their names in a version, and the keys under which a later version may reuse them."""

    files: dict[str, Path] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)

    def add(self, folder: Path) -> None:
        """Take in every file below a folder."""
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                self.files[f"{FOLDER}/{path.relative_to(folder).as_posix()}"] = path


@dataclass(frozen=True)
class Painted:
    """The surface: its raster and the facts of it as files, and its pictures."""

    raster: bytes
    told: Mapping[str, Any]
    pictures: Pictures


def tiled(ground: Ground, folder: Path, before: Version | None, painting: Future[Painted] | None = None) -> Tiled:
    """Write every archive below a folder and return them; `before` is the version in force, if any.

    `painting` is the surface where somebody is painting it already. Raises BrokenLaw where the sums of a zoom are not
    those of the figures, BadData for a projection that does not keep areas, CannotWrite.
    """
    found = Tiled()
    for edition in sorted({edition for edition, _ in ground.maps}):
        _units(ground, edition, folder, before, found)
    made = folder / "made"
    made.mkdir()
    period = default_period(ground.tables["entries"]["period"].unique())
    edition = ground.country.edition_in_force(period).id
    with ThreadPoolExecutor(1) as beside:
        painting = painting or beside.submit(painted, ground, period, ground.tables["entries"])
        _bodies(ground, (period, edition), made, before, found)
        _hang(painting.result(), made)
    found.add(made)
    return found


def prepare(ground: Ground) -> None:
    """Look up beforehand where the bodies of the period that is shown lie, and what the unit tiles are made of."""
    edition = ground.country.edition_in_force(default_period(json.loads(ground.files["axes.json"])["periods"])).id
    ground.once(("bodies", edition), lambda: _shown(ground, edition))
    for edition in sorted({edition for edition, _ in ground.maps}):
        _key_of_units(ground, edition)


def default_period(periods: Sequence[str]) -> str:
    """Return the period that readers are shown first, as a month."""
    months = {word_of(period): period for period in sorted(periods)}
    return months[default_word([*months])]


def _units(ground: Ground, edition: str, folder: Path, before: Version | None, found: Tiled) -> None:
    """Make the unit tiles of an edition, or take over those of the version before where they would be the same."""
    name = f"{FOLDER}/units/{edition}.pmtiles"
    key, maps = _key_of_units(ground, edition)
    found.keys[name] = key
    if before is not None and before.manifest.get("made", {}).get(name) == key:
        found.files[name] = before.folder / name
        return
    path = folder / f"units-{edition}.pmtiles"
    unit_tiles(maps, ground.neighbours, ground.country, edition, path)
    found.files[name] = path


def _key_of_units(ground: Ground, edition: str) -> tuple[str, dict[str, Any]]:
    """Return the key of the unit tiles of an edition, and the maps that they are made of, by level."""
    maps = {level: units for (name, level), units in ground.maps.items() if name == edition}
    return ground.once(("units", edition), lambda: _units_key(ground, edition, maps)), maps


def _units_key(ground: Ground, edition: str, maps: Mapping[str, Any]) -> str:
    """Return a digest of everything that shapes the unit tiles of an edition."""
    hashed = hashlib.sha256(to_json([edition, ground.country.to_json(), code_digest(), library_versions()]))
    for level, units in sorted(maps.items()):
        hashed.update(to_json([level, units.drop(columns="geometry").to_dict("list")]))
        hashed.update(b"".join(units.geometry.to_wkb()))
    for shape in ground.neighbours:
        hashed.update(shape.wkb)
    return hashed.hexdigest()


def _bodies(ground: Ground, shown: tuple[str, str], folder: Path, before: Version | None, found: Tiled) -> None:
    """Write body tiles of the period that is shown (and the edition it belongs to), value tiles of all periods.

    Where the version before shows the same bodies at the same places, only the tiles of changed figures are made.
    """
    period, edition = shown
    axes = {name: tuple(words) for name, words in json.loads(ground.files["axes.json"]).items()}
    rows = held(ground.files["spending.npy"])
    figures = Figures(rows, axes["periods"], axes["functions"], axes["phases"], axes["periods"].index(period))
    bodies = ground.once(("bodies", edition), lambda: _shown(ground, edition))
    found.keys[_BODIES] = bodies.key
    if before is not None and before.manifest.get("made", {}).get(_BODIES) == bodies.key:
        change = Change(bodies.table, bodies.plan, bodies.table, _figures_of(before), figures)
        done = update_tiles(change, before.folder / FOLDER, folder, bodies.about)
        found.files.update({f"{FOLDER}/{name}": before.folder / FOLDER / name for name in done.kept})
        return
    write_bodies(bodies.table, figures, bodies.plan, folder, bodies.about)
    write_values(figures, bodies.plan, folder, bodies.about)


def _shown(ground: Ground, edition: str) -> Shown:
    country = ground.country
    bodies = mapped_bodies(country, ground.tables, edition)
    plan = layout(bodies["lon"].to_numpy("float64"), bodies["lat"].to_numpy("float64"))
    name = country.name[country.default_language]
    sources = "; ".join(source.name[country.default_language] for source in country.sources)
    about = About(name, country.currency, country.minor_units, country.is_synthetic, {"attribution": sources})
    table = pa.Table.from_pandas(bodies.drop(columns=["lon", "lat"]), preserve_index=False)
    return Shown(plan, table, about, _bodies_key(bodies, asdict(about)))


def _figures_of(version: Version) -> Figures:
    """Return the figures that the tiles of a version were made of."""
    period = version.periods.index(default_period(version.periods))
    return Figures(version.spending, version.periods, version.functions, version.phases, period)


def _bodies_key(bodies: pd.DataFrame, about: Mapping[str, Any]) -> str:
    """Return a digest of everything but figures that shapes the tiles of bodies."""
    hashed = hashlib.sha256(to_json([code_digest(), library_versions(), about]))
    for name, column in bodies.items():
        # A body without a place has no number for it, which no JSON knows.
        is_number = column.dtype.kind == "f"
        hashed.update(column.to_numpy().tobytes() if is_number else to_json([name, column.astype("str").tolist()]))
    return hashed.hexdigest()


def painted(ground: Ground, period: str, entries: pd.DataFrame) -> Painted:
    """Return the surface of what was executed in a period; `entries` are those of the period at least."""
    country, tables = ground.country, ground.tables
    top, edition = country.top_level.id, country.edition_in_force(period).id
    placed = tables["placements"]
    placed = placed[(placed["edition"] == edition) & (placed["level"] == top)]
    spent = spending(entries, tables["bodies"], placed, country, Scope(period, _SURFACE_PHASE))
    units = ground.maps[edition, top]
    made = surface(spent, units, country, ground.once(("grid", edition), lambda: grid_of(units, country)))
    return Painted(cog(made), facts(made), pictures(made))


def _hang(made: Painted, folder: Path) -> None:
    """Write the surface: raster, pictures, legend."""
    (folder / "surface.tif").write_bytes(made.raster)
    (folder / "surface.json").write_bytes(to_json(made.told))
    shown = made.pictures
    write_archive(folder / "surface.pmtiles", shown.ids, shown.tiles, _picture_sheet(shown, made.told), "none")


def _picture_sheet(painted: Pictures, told: Mapping[str, Any]) -> Sheet:
    west, south, east, north = told["bounds"]
    center = (west + east) / 2, (south + north) / 2
    return Sheet(
        "png", painted.min_zoom, painted.max_zoom, (west, south, east, north), center, {**told, "name": "surface"}
    )
