"""Stage 1. An edition of borders → its units: a clean coverage, or every fault of the file.

The bundled files are cleaned by scripts; here nothing is repaired, so that a wrong file cannot slip through.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry import shape

from geo.core.country import Country
from geo.core.errors import BadData, Fault
from geo.core.model import conformed

_POLYGONS = ("Polygon", "MultiPolygon")


def read_units(folder: Path, country: Country, edition: str, level: str) -> gpd.GeoDataFrame:
    """Return the units of one level of an edition, in unit_id order, with the columns of `units`; EPSG:4326.

    Raises BadData with every fault: a file that is missing, cut off or no GeoJSON, geometries that are not
    valid polygons in degrees, units that overlap or leave gaps, codes or names missing or twice.
    """
    path = folder / edition / f"{level}.geojson"
    name = f"{edition}/{level}.geojson"
    features = _features(path, name)
    faults = [fault for i, feature in enumerate(features, 1) for fault in _feature_faults(name, i, feature, country)]
    faults += _codes_twice(name, features)
    if faults:
        raise BadData(faults)
    geometries = np.array([shape(feature["geometry"]) for feature in features], dtype=object)
    faults = [*_geometry_faults(name, features, geometries)]
    if not faults and dict((row.id, row.kind) for row in country.levels)[level] == "coverage":
        faults = [*_coverage_faults(name, features, geometries)]
    if faults:
        raise BadData(faults)
    rows = [{**feature["properties"], "edition": edition, "level": level} for feature in features]
    for row in rows:
        row.update({f"name_{language}": row.get(f"name_{language}", "") for language in ("kk", "ru", "en")})
    frame = gpd.GeoDataFrame(rows, geometry=geometries, crs="EPSG:4326")
    table = conformed(frame, "units").sort_values("unit_id", ignore_index=True)
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(list(table["geometry"]), crs="EPSG:4326"))


def read_neighbours(folder: Path, country: Country) -> list[shapely.Geometry]:
    """Return the outlines of the countries around, EPSG:4326, in the order of the file; none where none is named."""
    if not country.neighbours:
        return []
    features = _features(folder / country.neighbours, country.neighbours)
    return [shape(feature["geometry"]) for feature in features]


def _features(path: Path, name: str) -> list[dict[str, Any]]:
    try:
        plain = json.loads(path.read_bytes())
        features = plain["features"] if plain.get("type") == "FeatureCollection" else None
    except FileNotFoundError:
        raise BadData([Fault(name, 0, "", "E-GEO-04", name)]) from None
    except json.JSONDecodeError as error:
        code = "E-GEO-03" if path.read_bytes().lstrip()[:1] == b"{" else "E-GEO-01"
        raise BadData([Fault(name, error.lineno, "", code, str(error.pos))]) from None
    except (UnicodeDecodeError, AttributeError, KeyError, RecursionError):
        features = None
    if not isinstance(features, list) or not features or not all(isinstance(row, dict) for row in features):
        raise BadData([Fault(name, 0, "", "E-GEO-01")])
    return features


def _feature_faults(name: str, number: int, feature: dict[str, Any], country: Country) -> Iterator[Fault]:
    properties = feature.get("properties") or {}
    unit_id = properties.get("unit_id")
    where = str(unit_id or number)
    if not isinstance(unit_id, str) or not unit_id:
        yield Fault(name, number, "unit_id", "E-GEO-15" if unit_id in (None, "") else "E-GEO-16", str(unit_id or ""))
    geometry = feature.get("geometry")
    if not geometry or not geometry.get("coordinates"):
        yield Fault(name, number, "geometry", "E-GEO-05", where)
    elif geometry.get("type") not in _POLYGONS:
        yield Fault(name, number, "geometry", "E-GEO-06", where, {"type": str(geometry.get("type"))[:40]})
    else:
        yield from _ring_faults(name, number, where, geometry)
    for language in country.languages:
        if not properties.get(f"name_{language}"):
            yield Fault(name, number, f"name_{language}", "E-GEO-17", where)
    for column in ("kind", "area_m2", "label_lon", "label_lat"):
        if properties.get(column) in (None, ""):
            yield Fault(name, number, column, "E-GEO-19", where)


def _ring_faults(name: str, number: int, where: str, geometry: dict[str, Any]) -> Iterator[Fault]:
    """Yield the faults of rings that shapely would accept or refuse without a place."""
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    try:
        rings = [np.asarray(ring, dtype="float64") for polygon in polygons for ring in polygon]
        if not rings or any(ring.ndim != 2 or ring.shape[0] < 4 or ring.shape[1] < 2 for ring in rings):
            raise ValueError
    except (TypeError, ValueError):
        yield Fault(name, number, "geometry", "E-GEO-07", where)
        return
    for ring in rings:
        if not np.array_equal(ring[0], ring[-1]):
            yield Fault(name, number, "geometry", "E-GEO-07", where)
        if not np.isfinite(ring).all() or (np.abs(ring[:, :2]) > [180, 90]).any():
            yield Fault(name, number, "geometry", "E-GEO-10", where)


def _codes_twice(name: str, features: Sequence[dict[str, Any]]) -> Iterator[Fault]:
    seen: dict[str, int] = {}
    for number, feature in enumerate(features, 1):
        unit_id = str((feature.get("properties") or {}).get("unit_id"))
        if unit_id in seen:
            yield Fault(name, number, "unit_id", "E-GEO-18", unit_id, {"first": str(seen[unit_id])})
        seen.setdefault(unit_id, number)


def _geometry_faults(name: str, features: Sequence[dict[str, Any]], geometries: Any) -> Iterator[Fault]:
    for number, (feature, geometry) in enumerate(zip(features, geometries, strict=True), 1):
        if not geometry.is_valid:
            reason = {"reason": shapely.is_valid_reason(geometry)}
            yield Fault(name, number, "geometry", "E-GEO-08", feature["properties"]["unit_id"], reason)


def _coverage_faults(name: str, features: Sequence[dict[str, Any]], geometries: Any) -> Iterator[Fault]:
    if shapely.coverage_is_valid(geometries):
        return
    edges = shapely.coverage_invalid_edges(geometries)
    for number, edge in enumerate(edges):
        if not shapely.is_empty(edge):
            at = shapely.get_coordinates(edge)[0]
            place = {"lon": f"{at[0]:.5f}", "lat": f"{at[1]:.5f}"}
            yield Fault(name, number + 1, "geometry", "E-GEO-09", features[number]["properties"]["unit_id"], place)
