"""GeoJSON that somebody sent → its features one by one as WKB and text, never the whole file in memory.

Strict where other readers guess: a key twice, NaN, a number beyond the Earth, a ring that is not closed are faults of
their feature; what is no JSON is a fault of the file, with the byte.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from geo.core.errors import Fault
from geo.foreign.features import FARTHEST, MOST_POINTS_OF_FEATURE, POLYGONS, Feature, Reading, properties_of
from geo.foreign.jsonstream import BrokenJsonError, JsonStream, UnfitValueError, decoded


def read_geojson(path: Path, reading: Reading) -> Iterator[Feature]:
    """Yield the features of a FeatureCollection in the order of the file; what is wrong goes into `reading`."""
    members: dict[str, Any] = {}
    try:
        with path.open("rb") as file:
            stream = JsonStream(file)
            if stream.peek() == b"{":
                yield from _walk(stream, members, reading)
    except BrokenJsonError as broken:
        value = str(MOST_POINTS_OF_FEATURE) if broken.code == "E-LIM-04" else broken.value
        reading.fault(_line(path, broken.at), "", broken.code, value)
    except UnfitValueError as unfit:
        reading.fault(0, "", unfit.code, unfit.value)
    else:
        if not reading.is_cut and (members.get("type") != "FeatureCollection" or not reading.features):
            reading.fault(0, "", "E-GEO-01")
        reading.crs = _stated_crs(members.get("crs"))


def _walk(stream: JsonStream, members: dict[str, Any], reading: Reading) -> Iterator[Feature]:
    """Step through the outermost object: its features are yielded, its other members remembered."""
    stream.take(b"{")
    is_first = True
    while stream.peek() != b"}":
        if not is_first:
            stream.take(b",")
        is_first = False
        key = _next(stream)
        if not isinstance(key, str):
            raise BrokenJsonError("E-GEO-03", stream.at, str(stream.at))
        if key in members:
            raise UnfitValueError("E-GEO-21", key)
        stream.take(b":")
        if key == "features" and stream.peek() == b"[":
            yield from _features(stream, reading)
            if reading.is_cut:
                return
            members[key] = True
        else:
            members[key] = _next(stream)
    stream.take(b"}")
    if stream.peek():
        raise BrokenJsonError("E-GEO-03", stream.at, str(stream.at))


def _features(stream: JsonStream, reading: Reading) -> Iterator[Feature]:
    stream.take(b"[")
    is_first = True
    while stream.peek() != b"]" and not reading.is_cut:
        if not is_first:
            stream.take(b",")
        is_first = False
        number = reading.features + 1
        feature = Feature(number, b"", {})
        try:
            plain = _next(stream)
            if isinstance(plain, dict) and plain.get("type") == "Feature":
                feature = _feature(plain, number, reading)
            else:
                reading.fault(number, "", "E-GEO-01")
        except UnfitValueError as unfit:
            value = unfit.value or str(MOST_POINTS_OF_FEATURE)
            reading.fault(number, "", unfit.code, value)
        reading.count(feature)
        yield feature
    if not reading.is_cut:
        stream.take(b"]")


def _next(stream: JsonStream) -> Any:
    stream.peek()
    at = stream.at
    return decoded(stream.value(), at)


def _line(path: Path, at: int) -> int:
    """Return the line of the file in which a byte stands."""
    line, left = 1, at
    with path.open("rb") as file:
        while left > 0 and (part := file.read(min(left, 2**20))):
            line, left = line + part.count(b"\n"), left - len(part)
    return line


def _stated_crs(crs: Any) -> str:
    """Return the coordinate system that the old member `crs` names; a link or anything else is shown as it stands."""
    if crs is None:
        return ""
    name = crs.get("properties") if isinstance(crs, dict) else None
    name = name.get("name") if isinstance(name, dict) else None
    return name if isinstance(name, str) and name else str(crs)[:80]


def _feature(plain: dict[str, Any], number: int, reading: Reading) -> Feature:
    """Return a feature; what keeps it from having polygons is a fault."""
    stated = plain.get("properties")
    properties = properties_of(stated if isinstance(stated, dict) else {}, number, reading)
    geometry = plain.get("geometry")
    geometry = geometry if isinstance(geometry, dict) else {}
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind is not None and kind not in POLYGONS:
        found = {"type": str(kind)[:40]}
        reading.faults.append(Fault(reading.file, number, "geometry", "E-GEO-06", str(number), found))
    elif not coordinates:
        reading.fault(number, "geometry", "E-GEO-05", str(number))
    else:
        try:
            polygons = [coordinates] if kind == "Polygon" else coordinates
            wkb, points, has_heights = _polygons(polygons)
            return Feature(number, wkb, properties, points, has_heights)
        except UnfitValueError as unfit:
            reading.fault(number, "geometry", unfit.code, unfit.value or str(number))
    return Feature(number, b"", properties)


def _polygons(polygons: Any) -> tuple[bytes, int, bool]:
    """Return WKB, the count of points and whether there were heights; raises UnfitValueError."""
    if not isinstance(polygons, list) or not all(isinstance(rings, list) and rings for rings in polygons):
        raise UnfitValueError("E-GEO-07", "")
    if sum(len(ring) for rings in polygons for ring in rings if isinstance(ring, list)) > MOST_POINTS_OF_FEATURE:
        raise UnfitValueError("E-LIM-04", str(MOST_POINTS_OF_FEATURE))
    parts, points, has_heights = [], 0, False
    for rings in polygons:
        flat = [_ring(ring) for ring in rings]
        points += sum(len(ring) for ring, _ in flat)
        has_heights |= any(heights for _, heights in flat)
        parts.append(shapely.Polygon(flat[0][0], [ring for ring, _ in flat[1:]]))
    made = parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
    return shapely.to_wkb(made), points, has_heights


def _ring(ring: Any) -> tuple[np.ndarray, bool]:
    """Return a closed ring as rows of x, y, and whether it had more; raises UnfitValueError."""
    if not isinstance(ring, list) or len(ring) < 4 or set(map(type, ring)) != {list}:
        raise UnfitValueError("E-GEO-07", "")
    lengths = set(map(len, ring))
    if lengths - {2, 3, 4} or not set(map(type, chain.from_iterable(ring))) <= {int, float}:
        raise UnfitValueError("E-GEO-07", "")
    if lengths != {2}:
        ring = [point[:2] for point in ring]
    try:
        flat = np.array(ring, dtype="float64")
    except OverflowError:
        raise UnfitValueError("E-GEO-10", "") from None
    if not (np.abs(flat) <= FARTHEST).all():
        raise UnfitValueError("E-GEO-10", str(flat[~(np.abs(flat) <= FARTHEST)][0]))
    if not (flat[0] == flat[-1]).all():
        raise UnfitValueError("E-GEO-07", "")
    return flat, lengths != {2}
