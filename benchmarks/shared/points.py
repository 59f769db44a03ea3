"""Units and points for the benchmark of the join: the bundled regions split into 220, points in towns and anywhere."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from benchmarks.shared import DATA

UNITS = 220
_SEED, _TOWNS, _AROUND_TOWNS = 7, 400, 0.7
_AT_ONCE = 1_000_000


def write_units(path: Path) -> None:
    """Write 220 units: each region split into Voronoi cells, more of them in the larger ones."""
    random = np.random.default_rng(_SEED)
    regions = gpd.read_file(DATA / "boundaries" / "kz" / "2022-06-08" / "region.geojson").geometry.to_numpy()
    parts = [
        cell for region, count in zip(regions, _counts(regions), strict=True) for cell in _split(region, count, random)
    ]
    names = [f"{number:03}" for number in range(len(parts))]
    gpd.GeoDataFrame({"unit_id": names}, geometry=parts, crs=4326).to_parquet(path)


def _counts(regions: np.ndarray) -> np.ndarray:
    """Return how many units each region becomes: by the root of its area, at least two."""
    roots = np.sqrt(shapely.area(regions))
    counts = np.maximum(2, np.floor(roots / roots.sum() * UNITS)).astype(int)
    while counts.sum() != UNITS:
        step = 1 if counts.sum() < UNITS else -1
        counts[np.argmax(step * roots / counts if step > 0 else counts)] += step
    return counts


def _split(region: shapely.Geometry, count: int, random: np.random.Generator) -> list[shapely.Geometry]:
    seeds = shapely.multipoints(_inside(region, count, random))
    cells = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=shapely.box(*region.bounds).buffer(1)))
    return [
        shapely.union_all(
            [p for p in shapely.get_parts(shapely.intersection(region, cell)) if p.geom_type == "Polygon"]
        )
        for cell in cells
    ]


def _inside(shape: shapely.Geometry, count: int, random: np.random.Generator) -> np.ndarray:
    """Return `count` points inside the shape."""
    west, south, east, north = shape.bounds
    points = shapely.points(random.uniform(west, east, count * 50), random.uniform(south, north, count * 50))
    return points[shapely.contains(shape, points)][:count]


def write_points(path: Path, units: Path, count: int) -> None:
    """Write lon and lat of `count` points: 70 % around 400 towns, the others anywhere in the box of the units."""
    random = np.random.default_rng(_SEED)
    shapes = gpd.read_parquet(units).geometry.to_numpy()
    west, south, east, north = shapely.total_bounds(shapes)
    towns = shapely.get_coordinates(_inside(shapely.union_all(shapes), _TOWNS, random))
    sizes = random.pareto(1.1, len(towns)) + 1
    spread = random.uniform(0.03, 0.3, len(towns))
    schema = pa.schema({"lon": pa.float64(), "lat": pa.float64()})
    with pq.ParquetWriter(path, schema) as writer:
        for start in range(0, count, _AT_ONCE):
            rows = min(_AT_ONCE, count - start)
            town = random.choice(len(towns), rows, p=sizes / sizes.sum())
            near = random.normal(towns[town].T, spread[town])
            anywhere = random.uniform([[west], [south]], [[east], [north]], (2, rows))
            lon, lat = np.where(random.random(rows) < _AROUND_TOWNS, near, anywhere).round(7)
            writer.write_table(pa.table({"lon": lon, "lat": lat}, schema))
