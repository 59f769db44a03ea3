"""Stage 1. An edition of borders → its units: a clean coverage, or places, or every fault of the file.

The bundled files are cleaned by scripts; here nothing is repaired, so that a wrong file cannot slip through.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry import shape

from geo.boundaries.coverage import area_m2, seams
from geo.boundaries.places import label_faults, point_faults
from geo.core.country import Country
from geo.core.errors import BadData, Fault
from geo.core.model import LANGUAGES, conformed
from geo.core.rows import CODE

_POLYGONS = ("Polygon", "MultiPolygon")
_NUMBERS = {"area_m2": (1, 10**15), "label_lon": (-180, 180), "label_lat": (-90, 90)}  # the Earth has 5.1 · 10¹⁴ m²
_OF_PLACES = {**_NUMBERS, "area_m2": (0, 0)}  # a point has no area

_AREA_DIFFERENCE = 0.01  # generalised borders keep a unit's area within it


def read_units(folder: Path, country: Country, edition: str, level: str) -> gpd.GeoDataFrame:
    """Return the units of one level of an edition, in unit_id order, with the columns of `units`; EPSG:4326.

    Raises BadData with every fault: a file that is missing, cut off or no GeoJSON, geometries that are not
    valid polygons in degrees (of a level of places: points), units that overlap or leave gaps, codes or names
    missing or twice.
    """
    name = f"{edition}/{level}.geojson"
    return read_units_file(folder / edition / f"{level}.geojson", name, country, (edition, level))


def read_units_file(path: Path, name: str, country: Country, key: tuple[str, str]) -> gpd.GeoDataFrame:
    """Return the units of a file that holds one (edition, level); like `read_units`, faults call the file `name`."""
    edition, level = key
    features = _features(path, name)
    is_coverage = not country.level(level).is_places
    faults = [fault for i, row in enumerate(features, 1) for fault in _attribute_faults(name, i, row, country)]
    shape_faults, numbers = (_shape_faults, _NUMBERS) if is_coverage else (_point_faults, _OF_PLACES)
    for i, feature in enumerate(features, 1):
        faults += [*shape_faults(name, i, feature), *_number_faults(name, i, feature, numbers)]
    faults += _codes_twice(name, features)
    if faults:
        raise BadData(faults)
    geometries = _shapes(name, features)
    if is_coverage and (faults := [*_coverage_faults(name, features, geometries)]):
        raise BadData(faults)
    drawn_faults = _area_faults if is_coverage else label_faults
    if faults := [*drawn_faults(name, features, geometries)]:
        raise BadData(faults)
    rows = [_row(feature["properties"]) for feature in features]
    frame = gpd.GeoDataFrame(rows, geometry=geometries, crs="EPSG:4326").assign(edition=edition, level=level)
    table = conformed(frame, "units").sort_values("unit_id", ignore_index=True)
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(list(table["geometry"]), crs="EPSG:4326"))


def read_neighbours(folder: Path, country: Country) -> list[shapely.Geometry]:
    """Return the outlines of the countries around, EPSG:4326, in the order of the file; none where none is named."""
    if not country.neighbours:
        return []
    name = country.neighbours
    features = _features(folder / name, name)
    if faults := [fault for i, feature in enumerate(features, 1) for fault in _shape_faults(name, i, feature)]:
        raise BadData(faults)
    return list(_shapes(name, features))


def _features(path: Path, name: str) -> list[dict[str, Any]]:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise BadData([Fault(name, 0, "", "E-GEO-04", name)]) from None
    except OSError as error:
        raise BadData([Fault(name, 0, "", "E-CSV-09", error.strerror or "")]) from None
    try:
        plain = json.loads(content, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        code = "E-GEO-03" if content.lstrip()[:1] == b"{" else "E-GEO-01"
        byte = len(error.doc[: error.pos].encode("utf-8", "replace"))
        raise BadData([Fault(name, error.lineno, "", code, str(byte))]) from None
    except (ValueError, RecursionError):
        plain = None
    features = plain.get("features") if isinstance(plain, dict) and plain.get("type") == "FeatureCollection" else None
    if not isinstance(features, list) or not features or not all(isinstance(row, dict) for row in features):
        raise BadData([Fault(name, 0, "", "E-GEO-01")])
    return features


def _no_number(constant: str) -> float:
    """Refuse NaN and Infinity, which Python reads and JSON does not know."""
    raise ValueError(constant)


def _row(properties: dict[str, Any]) -> dict[str, Any]:
    """Return the properties that a unit keeps; a language that the country does not speak may be empty."""
    names = {f"name_{language}": str(properties.get(f"name_{language}") or "") for language in LANGUAGES}
    kept = {column: properties[column] for column in ("unit_id", "kind", *_NUMBERS)}
    return {
        **kept,
        **names,
        "iso": str(properties.get("iso") or ""),
        "parent_id": str(properties.get("parent_id") or ""),
    }


def _area_faults(
    name: str, features: Sequence[dict[str, Any]], geometries: Sequence[shapely.Geometry]
) -> Iterator[Fault]:
    """Yield units whose drawn area is not the stated one, or whose label lies outside: exchanged, moved, cut.

    Longitude and latitude exchanged, another unit's polygon, square kilometres for metres: all are seen here.
    """
    for number, (feature, geometry) in enumerate(zip(features, geometries, strict=True), 1):
        stated = feature["properties"]
        drawn = area_m2(geometry)
        if abs(drawn / float(stated["area_m2"]) - 1) > _AREA_DIFFERENCE:
            areas = {"expected": f"{float(stated['area_m2']) / 1e6:,.0f}", "drawn": f"{drawn / 1e6:,.0f}"}
            yield Fault(name, number, "area_m2", "E-GEO-11", stated["unit_id"], areas)
        elif not geometry.intersects(shapely.Point(stated["label_lon"], stated["label_lat"])):
            yield Fault(name, number, "label_lon", "E-GEO-12", stated["unit_id"])


def _attribute_faults(name: str, number: int, feature: dict[str, Any], country: Country) -> Iterator[Fault]:
    properties = _properties(feature)
    unit_id = properties.get("unit_id")
    where = str(unit_id or number)
    if unit_id in (None, ""):
        yield Fault(name, number, "unit_id", "E-GEO-15")
    elif not isinstance(unit_id, str):
        yield Fault(name, number, "unit_id", "E-GEO-16", str(unit_id))
    elif not CODE.fullmatch(unit_id):
        yield Fault(name, number, "unit_id", "E-JOIN-05", unit_id)
    for language in country.languages:
        if not _is_text(properties.get(f"name_{language}")):
            yield Fault(name, number, f"name_{language}", "E-GEO-17", where)
    if not _is_text(properties.get("kind")):
        yield Fault(name, number, "kind", "E-GEO-19", where)


def _number_faults(
    name: str, number: int, feature: dict[str, Any], allowed: Mapping[str, tuple[int, int]]
) -> Iterator[Fault]:
    where = str(_properties(feature).get("unit_id") or number)
    for column, (least, most) in allowed.items():
        value = _properties(feature).get(column)
        # In Python True is a number; in a file it is a mistake.
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            yield Fault(name, number, column, "E-GEO-19", where)


def _properties(feature: dict[str, Any]) -> dict[str, Any]:
    found = feature.get("properties")
    return found if isinstance(found, dict) else {}


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and value.isprintable()


def _point_faults(name: str, number: int, feature: dict[str, Any]) -> Iterator[Fault]:
    return point_faults(name, number, str(_properties(feature).get("unit_id") or number), feature)


def _shape_faults(name: str, number: int, feature: dict[str, Any]) -> Iterator[Fault]:
    """Yield what keeps a feature from being polygons in degrees, as far as numbers tell."""
    where = str(_properties(feature).get("unit_id") or number)
    geometry = feature.get("geometry")
    if not isinstance(geometry, dict) or not geometry.get("coordinates"):
        yield Fault(name, number, "geometry", "E-GEO-05", where)
    elif geometry.get("type") not in _POLYGONS:
        yield Fault(name, number, "geometry", "E-GEO-06", where, {"type": str(geometry.get("type"))[:40]})
    else:
        yield from _ring_faults(name, number, where, geometry)


def _ring_faults(name: str, number: int, where: str, geometry: dict[str, Any]) -> Iterator[Fault]:
    """Yield the faults of rings that shapely would accept or refuse without a place."""
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    if not isinstance(polygons, list) or not all(isinstance(rings, list) and rings for rings in polygons):
        yield Fault(name, number, "geometry", "E-GEO-07", where)
        return
    for ring in (ring for rings in polygons for ring in rings):
        if not _is_ring(ring):
            yield Fault(name, number, "geometry", "E-GEO-07", where)
        elif not all(-180 <= point[0] <= 180 and -90 <= point[1] <= 90 for point in ring):
            yield Fault(name, number, "geometry", "E-GEO-10", where)


def _is_ring(ring: Any) -> bool:
    """Tell whether a value is four points or more, all numbers of as many dimensions, the last as the first."""
    return (
        isinstance(ring, list)
        and len(ring) >= 4
        and all(isinstance(point, list) and len(point) in (2, 3) for point in ring)
        and len({len(point) for point in ring}) == 1
        and all(type(value) in (int, float) for point in ring for value in point)
        and ring[0] == ring[-1]
    )


def _codes_twice(name: str, features: Sequence[dict[str, Any]]) -> Iterator[Fault]:
    seen: dict[str, int] = {}
    for number, feature in enumerate(features, 1):
        unit_id = _properties(feature).get("unit_id")
        if unit_id in (None, ""):
            continue
        if (code := str(unit_id)) in seen:
            yield Fault(name, number, "unit_id", "E-GEO-18", code, {"first": str(seen[code])})
        seen.setdefault(code, number)


def _shapes(name: str, features: Sequence[dict[str, Any]]) -> Any:
    """Return the features' geometries in two dimensions; raises BadData for polygons that are not valid."""
    geometries = shapely.force_2d(np.array([shape(feature["geometry"]) for feature in features], dtype=object))
    if faults := [*_geometry_faults(name, features, geometries)]:
        raise BadData(faults)
    return geometries


def _geometry_faults(name: str, features: Sequence[dict[str, Any]], geometries: Any) -> Iterator[Fault]:
    for number, (feature, geometry) in enumerate(zip(features, geometries, strict=True), 1):
        if not geometry.is_valid:
            reason = {"reason": shapely.is_valid_reason(geometry)}
            where = str(_properties(feature).get("unit_id") or number)
            yield Fault(name, number, "geometry", "E-GEO-08", where, reason)


def _coverage_faults(name: str, features: Sequence[dict[str, Any]], geometries: Any) -> Iterator[Fault]:
    for number, lon, lat in seams(geometries):
        place = {"lon": f"{lon:.5f}", "lat": f"{lat:.5f}"}
        yield Fault(name, number + 1, "geometry", "E-GEO-09", features[number]["properties"]["unit_id"], place)
