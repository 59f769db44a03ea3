"""Bodies for the benchmarks of body tiles: 70 % around 400 towns, 30 % anywhere in a box; always the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa

from geo.tiles.bodies.about import About
from geo.tiles.bodies.figures import Figures

PHASES = ("approved", "adjusted", "planned_to_date", "executed")
FUNCTIONS = tuple(f"{number:02}" for number in range(1, 9))
ABOUT = About("benchmark", "KZT", 100, is_synthetic=True)
_BOX = ((46.5, 87.3), (40.6, 55.4))  # degrees
_SEED, _TOWNS, _AROUND_TOWNS = 7, 400, 0.7
_WORDS = ("орта мектебі", "средняя школа", "secondary school")


def made_bodies(count: int) -> pa.Table:
    """Return so many bodies, in body_id order, with names in three languages."""
    random = np.random.default_rng(_SEED)
    towns = np.stack([random.uniform(*side, _TOWNS) for side in _BOX])
    sizes, spread = random.pareto(1.1, _TOWNS) + 1, random.uniform(0.03, 0.3, _TOWNS)
    town = random.choice(_TOWNS, count, p=sizes / sizes.sum())
    near = random.normal(towns[:, town], spread[town])
    anywhere = np.stack([random.uniform(*side, count) for side in _BOX])
    lon, lat = np.where(random.random(count) < _AROUND_TOWNS, near, anywhere).round(7)
    numbers = range(count)
    texts = {
        "body_id": [f"kz-{n:08}" for n in numbers],
        "code": [f"{n:012}" for n in numbers],
        "kind": ["school" if n % 3 else "clinic" for n in numbers],
        "unit_id": [f"{town % 20 * 10_000_000:09}" for town in town.tolist()],
        "exactness": ["point"] * count,
        **{
            name: [f"№ {n % 997} {word}, {town[n]}" for n in numbers]
            for name, word in zip(("name_kk", "name_ru", "name_en"), _WORDS, strict=True)
        },
    }
    flags = {"is_group": np.zeros(count, bool), "is_synthetic": np.ones(count, bool)}
    return pa.table({**texts, **flags, "lon": lon, "lat": lat})


def made_figures(count: int) -> Figures:
    """Return four figures of each body, of one period, each body in one function."""
    random = np.random.default_rng(_SEED + 1)
    fields = [("body", "<i4"), ("period", "<i2"), ("function", "<i2"), ("phase", "<i2"), ("amount", "<i8")]
    rows = np.zeros(count * len(PHASES), dtype=fields)
    rows["body"] = np.repeat(np.arange(count), len(PHASES))
    rows["phase"] = np.tile(np.arange(len(PHASES)), count)
    rows["function"] = rows["body"] % len(FUNCTIONS)
    rows["amount"] = np.clip(random.lognormal(20, 2, len(rows)), 1, 1e13).astype(np.int64)
    return Figures(rows, ("2024-12",), FUNCTIONS, PHASES, 0)


def write_input(path: Path, bodies: pa.Table, figures: Figures) -> None:
    """Write bodies with the amount of each phase as FlatGeobuf, what tippecanoe reads fastest."""
    import geopandas as gpd

    amounts = figures.rows["amount"].reshape(-1, len(PHASES))
    columns = {"body_id": bodies["body_id"].to_pylist(), **dict(zip(PHASES, amounts.T, strict=True))}
    points = gpd.points_from_xy(bodies["lon"].to_numpy(), bodies["lat"].to_numpy())
    gpd.GeoDataFrame(columns, geometry=points, crs=4326).to_file(path, driver="FlatGeobuf")
