"""The geometry of units for files: simplified as a whole as the map is, or in every detail, one line a unit."""

from __future__ import annotations

import json
from itertools import accumulate
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

FILE_TOLERANCE_DEG = 0.01  # of the geometry in exported files; about 800 m
FILE_DECIMALS = 3


def generalised(units: gpd.GeoDataFrame) -> dict[str, Any]:
    """Return GeoJSON geometries in table order, simplified as a whole so that neighbours still share their borders."""
    simple = shapely.set_precision(
        shapely.coverage_simplify(units.geometry.to_numpy(), FILE_TOLERANCE_DEG), 10.0**-FILE_DECIMALS, mode="pointwise"
    )
    rounded = shapely.transform(shapely.orient_polygons(simple), lambda c: np.round(c, FILE_DECIMALS))
    rounded = np.array([_without_specks(shape) for shape in rounded], dtype=object)
    bounds = [round(float(value), FILE_DECIMALS) for value in shapely.total_bounds(rounded)]
    shapes = [json.loads(shapely.to_geojson(shape)) for shape in rounded]
    return {"tolerance_deg": FILE_TOLERANCE_DEG, "bbox": bounds, "geometries": shapes}


def exported(places: gpd.GeoDataFrame) -> dict[str, Any]:
    """Return GeoJSON points in table order as they are given: nothing of a point can be simplified."""
    bounds = [float(value) for value in shapely.total_bounds(places.geometry.to_numpy())]
    shapes = [json.loads(shapely.to_geojson(shape)) for shape in places.geometry]
    return {"tolerance_deg": 0.0, "bbox": bounds, "geometries": shapes}


def _without_specks(shape: shapely.Geometry) -> shapely.Geometry:
    """Return a shape without the islands that rounding has flattened to a line; a unit's last polygon stays."""
    parts = [part for part in shapely.get_parts(shape) if part.is_valid]
    return shape if not parts or len(parts) == shapely.get_num_geometries(shape) else shapely.MultiPolygon(parts)


def detailed(units: gpd.GeoDataFrame) -> tuple[bytes, dict[str, Any]]:
    """Return the geometries as they are, a line of GeoJSON each in table order, and where in the bytes each begins.

    No coordinate is moved; rings are wound as RFC 7946 asks. `offsets` has one number more than there are units, so
    that a reader takes one unit without looking at the others.
    """
    shapes = shapely.orient_polygons(units.geometry.to_numpy())
    lines = [f"{text}\n".encode() for text in shapely.to_geojson(shapes)]
    return b"".join(lines), {
        "bbox": shapely.total_bounds(shapes).tolist(),
        "offsets": [0, *accumulate(len(line) for line in lines)],
        "vertices": int(shapely.get_num_coordinates(shapes).sum()),
    }
