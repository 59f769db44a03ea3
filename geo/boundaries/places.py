"""Places: units that are a point each, joined by code only; what keeps a feature from being one, or from its parent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import shapely
from pyproj import Geod

from geo.core.country import Country
from geo.core.errors import BadData, Fault

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

OUTSIDE_M = 10_000  # generalised borders run so far beside a place at most
_LABEL_DEG = 1e-5  # a metre: the label of a place is its point
_WGS84 = Geod(ellps="WGS84")


def point_faults(name: str, number: int, where: str, feature: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield what keeps a feature from being one point in degrees."""
    geometry = feature.get("geometry")
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind != "Point":
        yield Fault(name, number, "geometry", "E-GEO-45", where, {"type": str(kind or "–")[:40]})
        return
    point = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if not isinstance(point, list) or len(point) not in (2, 3) or not all(type(n) in (int, float) for n in point):
        yield Fault(name, number, "geometry", "E-GEO-46", where)
    elif not (-180 <= point[0] <= 180 and -90 <= point[1] <= 90):
        yield Fault(name, number, "geometry", "E-GEO-10", where)


def label_faults(name: str, features: Sequence[Mapping[str, Any]], points: Sequence[shapely.Point]) -> Iterator[Fault]:
    """Yield places whose label stands elsewhere than their point: one of the two is wrong."""
    for number, (feature, point) in enumerate(zip(features, points, strict=True), 1):
        stated = feature["properties"]
        if max(abs(stated["label_lon"] - point.x), abs(stated["label_lat"] - point.y)) > _LABEL_DEG:
            yield Fault(name, number, "label_lon", "E-GEO-12", stated["unit_id"])


def check_places(maps: Mapping[tuple[str, str], GeoDataFrame], country: Country) -> None:
    """Raise BadData with the places that name no unit of a level above in their edition, or lie outside of it."""
    faults: list[Fault] = []
    for (edition, level), places in maps.items():
        if country.level(level).is_places:
            names = [row.id for row in country.levels]
            above = [n for n in names[: names.index(level)] if not country.level(n).is_places]
            tables = [maps[edition, name] for name in above if (edition, name) in maps]
            shapes = {unit: shape for t in tables for unit, shape in zip(t["unit_id"], t.geometry, strict=True)}
            faults += _parent_faults(f"{edition}/{level}.geojson", places, shapes)
    if faults:
        raise BadData(faults)


def _parent_faults(file: str, places: GeoDataFrame, above: Mapping[str, shapely.Geometry]) -> Iterator[Fault]:
    for unit_id, parent, point in zip(places["unit_id"], places["parent_id"], places.geometry, strict=True):
        if parent not in above:
            yield Fault(file, 0, "parent_id", "E-GEO-47", unit_id, {"parent": parent or "–"})
        elif (away := _metres(point, above[parent])) > OUTSIDE_M:
            yield Fault(file, 0, "geometry", "E-GEO-48", unit_id, {"parent": parent, "km": f"{away / 1000:,.0f}"})


def _metres(point: shapely.Point, shape: shapely.Geometry) -> float:
    """Return how far a point lies outside of polygons, along the way that is the shortest in degrees."""
    return abs(float(_WGS84.geometry_length(shapely.shortest_line(point, shape))))
