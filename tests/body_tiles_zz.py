"""Bodies made up for the laws of body tiles: few enough to add up in plain Python, hostile where it matters."""

import gzip
import json
import math
from collections import defaultdict

import mapbox_vector_tile
import numpy as np
import pyarrow as pa
from pmtiles.reader import MmapSource, all_tiles

from geo.tiles.bodies.about import About
from geo.tiles.bodies.figures import Figures

PERIODS, FUNCTIONS, PHASES = ("2023-12", "2024-12"), ("01", "04"), ("approved", "executed")
ABOUT = About("zz", "KZT", 100, is_synthetic=True)
FIELDS = [("body", "<i4"), ("period", "<i2"), ("function", "<i2"), ("phase", "<i2"), ("amount", "<i8")]


def bodies_at(places, **columns):
    """Return the table of bodies at these (lon, lat); other columns are made up unless given."""
    count = len(places)
    numbers = range(count)
    made = {
        "body_id": [f"b{n:06}" for n in numbers],
        "code": [f"{n:012}" if n % 3 else "" for n in numbers],
        "kind": ["school" if n % 2 else "clinic" for n in numbers],
        "unit_id": [f"{n % 4:09}" for n in numbers],
        "exactness": [("point", "settlement", "region")[n % 3] for n in numbers],
        "name_kk": [f"Қалалық «{n}» мектебі" for n in numbers],
        "name_ru": [f"Школа №{n}" for n in numbers],
        "name_en": ["" if n % 5 else f"School {n}" for n in numbers],
        "is_group": [n % 7 == 0 for n in numbers],
        "is_synthetic": [n % 2 == 0 for n in numbers],
    } | columns
    texts = {
        name: pa.array(list(values), pa.bool_() if name.startswith("is_") else pa.string())
        for name, values in made.items()
    }
    lon, lat = np.array(places, float).reshape(-1, 2).T
    return pa.table({**texts, "lon": lon, "lat": lat})


def figures_of(rows, period=1):
    """Return figures from (body, period, function, phase, amount), sorted as a version keeps them."""
    found = np.array(list(rows), dtype=FIELDS)
    return Figures(np.sort(found, order=["body", "period", "phase", "function"]), PERIODS, FUNCTIONS, PHASES, period)


def spread_bodies(count, seed=1):
    """Return bodies around three towns and far from them, and figures of most of them."""
    random = np.random.default_rng(seed)
    towns = np.array([(76.9, 43.24), (71.43, 51.13), (50.2, 53.2)])[random.integers(0, 3, count)]
    places = np.where(
        random.random((count, 1)) < 0.8, towns + random.normal(0, 0.05, (count, 2)), random.uniform(45, 55, (count, 2))
    )
    rows = [
        (body, period, function, phase, int(random.integers(-(10**6), 10**12)))
        for body in range(count)
        for period in range(2)
        for function in range(2)
        for phase in range(2)
        if random.random() < 0.8
    ]
    return bodies_at(places), figures_of(rows)


def decoded(path):
    """Return zoom → tile → layer → features of an archive of vector tiles, by the pmtiles and MVT packages."""
    found = defaultdict(dict)
    with path.open("rb") as file:
        for (z, x, y), tile in all_tiles(MmapSource(file)):
            layers = mapbox_vector_tile.decode(gzip.decompress(tile), default_options={"y_coord_down": True})
            found[z][x, y] = {name: layer["features"] for name, layer in layers.items()}
    return found


def decoded_values(path):
    """Return zoom → tile → JSON of an archive of value tiles."""
    found = defaultdict(dict)
    with path.open("rb") as file:
        for (z, x, y), tile in all_tiles(MmapSource(file)):
            found[z][x, y] = json.loads(gzip.decompress(tile))
    return found


def features_of(tiles):
    """Return every feature of a zoom, whatever its tile and layer."""
    return [feature for layers in tiles.values() for features in layers.values() for feature in features]


def sums_of(features):
    """Return the exact sum of each phase over features."""
    return tuple(sum(int(f["properties"].get(f"{phase}_minor", 0)) for f in features) for phase in PHASES)


def sums_by_hand(figures, is_on_map, period=None, function=None):
    """Return the exact sum of each phase over the figures of bodies that have a place."""
    period = figures.period if period is None else period
    sums = [0] * len(PHASES)
    for body, at, group, phase, amount in figures.rows.tolist():
        if is_on_map[body] and at == period and function in (None, group):
            sums[phase] += amount
    return tuple(sums)


def on_map(bodies):
    """Tell of each body whether both its degrees are finite."""
    return [
        math.isfinite(lon) and math.isfinite(lat)
        for lon, lat in zip(bodies["lon"].to_pylist(), bodies["lat"].to_pylist(), strict=True)
    ]
