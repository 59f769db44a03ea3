"""People by cell to people by unit: ours beside the usual mask for each unit, by rasterio.

Peer: rasterio.mask for each unit and a sum, which is what rasterstats does: a cell belongs to the unit that holds its
middle. It reads in our own process; ours opens the file in a confined one, whose start is inside the clock.
The truth, on a raster of fewer cells, is one intersection with every cell by shapely.
Limits: a third of the speed of the peer; no unit off by more than a billionth; 1,000 MB, all processes together.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # a clone in which geo is not installed

import numpy as np
import rasterio
import shapely
from rasterio.mask import mask
from rasterio.transform import Affine

from benchmarks.shared import DATA, IS_QUICK, Limit, at_least, at_most, paired, seconds, table, verdict
from benchmarks.shared.processes import ran
from geo.boundaries import read_units
from geo.core.country_file import read_country
from geo.foreign.raster import zonal_sums

FINE, COARSE = 60 if IS_QUICK else 300, 10  # cells a degree; of 300 one is about as many metres
TURNS = 1 if IS_QUICK else 3
WEST, NORTH, WIDE, HIGH = 46, 56, 42, 16
EDITION = "2022-06-08"
LEAST_FAST, MOST_OFF, MOST_MB = 0.33, 1e-9, 1000


def main() -> int:
    """Print clocks and errors; return 1 where a limit is missed."""
    with TemporaryDirectory() as folder:
        fine, coarse = (written(Path(folder) / f"{cells}.tif", cells) for cells in (FINE, COARSE))
        known = truth(coarse)
        off, peer_off = (worst(sums, known) for sums in (ours(coarse), masked(coarse)))
        clocks: tuple[list[float], list[float]] = ([], [])
        for _ in range(TURNS):
            clocks[0].append(seconds(lambda: ours(fine)))
            clocks[1].append(seconds(lambda: masked(fine)))
        together = ran([sys.executable, __file__, "once", str(fine)]).together_mb
    ratio = paired(*clocks)
    table(
        (f"{FINE**2 * WIDE * HIGH / 1e6:,.0f} million cells, 20 units", "s, median", "worst unit off by"),
        ("ours: shares of cells, confined process", f"{median(clocks[0]):.2f}", f"{off:.1e}"),
        ("rasterio.mask: middles of cells", f"{median(clocks[1]):.2f}", f"{peer_off:.1e}"),
    )
    print(f"Errors are those on cells of {1 / COARSE}°, peer ÷ ours {ratio:.2f}.\n")
    limits = [Limit("worst unit", f"≤ {MOST_OFF:.0e}", f"{off:.1e}", off <= MOST_OFF)]
    limits += [at_most("all processes together", together, MOST_MB, "MB")]
    return verdict(*limits, *([] if IS_QUICK else [at_least("peer ÷ ours", ratio, LEAST_FAST)]))


def ours(path: Path) -> dict[str, float]:
    """Return what each unit has by our reader."""
    return dict(zonal_sums(path, units()).sums)


def masked(path: Path) -> dict[str, float]:
    """Return what each unit has by a mask of the cells whose middle lies in it."""
    found = {}
    with rasterio.open(path) as raster:
        for unit_id, shape in units().items():
            cells, _ = mask(raster, [shape], crop=True, filled=False)
            found[unit_id] = float(cells.sum(dtype="float64"))
    return found


def truth(path: Path) -> dict[str, float]:
    """Return what each unit has by an intersection with every cell that it touches."""
    with rasterio.open(path) as raster:
        values, step = raster.read(1).astype(float), raster.transform.a
    row, column = np.indices(values.shape)
    west, north = WEST + column.ravel() * step, NORTH - row.ravel() * step
    cells = shapely.box(west, north - step, west + step, north)
    found = {}
    for unit_id, shape in units().items():
        shapely.prepare(shape)
        share = shapely.contains_properly(shape, cells).astype(float)
        cut = np.flatnonzero(shapely.intersects(shape, cells) & (share == 0))
        share[cut] = shapely.area(shapely.intersection(cells[cut], shape)) / step**2
        found[unit_id] = float((share * values.ravel()).sum())
    return found


def worst(sums: dict[str, float], known: dict[str, float]) -> float:
    """Return how far the unit is off that is farthest off, as a share of the truth."""
    return max(abs(sums[unit_id] - people) / people for unit_id, people in known.items())


@cache
def units() -> dict[str, Any]:
    """Return the polygons of the bundled country."""
    folder = DATA / "boundaries" / "kz"
    country = read_country(folder)
    table = read_units(folder, country, EDITION, country.top_level.id)
    return dict(zip(table["unit_id"], table.geometry, strict=True))


def written(path: Path, cells: int) -> Path:
    """Write a raster with this many `cells` a degree: few people in most, many in some."""
    profile = {"driver": "GTiff", "count": 1, "dtype": "float32", "crs": "EPSG:4326", "nodata": -99999, "tiled": True}
    place = Affine(1 / cells, 0, WEST, 0, -1 / cells, NORTH)
    rng, strip = np.random.default_rng(cells), min(cells, 256)
    size = {"width": WIDE * cells, "height": HIGH * cells, "blockxsize": 256, "blockysize": 256}
    with rasterio.open(path, "w", **profile, **size, compress="deflate", zlevel=1, transform=place) as raster:
        for row in range(0, size["height"], strip):
            rows = min(strip, size["height"] - row)
            people = rng.gamma(0.05, 20, (rows, size["width"])).round(1).astype("float32")
            raster.write(people, 1, window=((row, row + rows), (0, size["width"])))
    return path


if __name__ == "__main__":
    if "once" not in sys.argv:
        sys.exit(main())
    ours(Path(sys.argv[-1]))
