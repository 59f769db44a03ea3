"""A GeoPackage or Shapefile → its features; opened by GDAL, which is given only files whose first bytes are known.

Runs in the child process, whose environment switches every other driver off before GDAL is loaded.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import shapely

from geo.core.errors import BadData, Fault
from geo.foreign.features import FARTHEST, POLYGONS, Feature, Reading, properties_of

DRIVERS = {".gpkg": "GPKG", ".shp": "ESRI Shapefile"}
_AT_ONCE = 200  # features held as GDAL gives them


def read_ogr(path: Path, layer: str, encoding: str, reading: Reading) -> Iterator[Feature]:
    """Yield the features of a layer in the order of the file; what is wrong goes into `reading`.

    Raises BadData where the file cannot be opened, or has many layers and none was named.
    """
    import pyogrio
    from pyogrio import raw
    from pyogrio.errors import DataLayerError, DataSourceError, FieldError

    try:
        layer = _layer(pyogrio.list_layers(path), layer, reading.file)
        info = pyogrio.read_info(path, layer=layer, encoding=encoding or None)
        if info["driver"] != DRIVERS[path.suffix]:
            raise BadData([Fault(reading.file, 0, "", "E-GEO-02", str(info["driver"]))])
        reading.crs = str(info["crs"] or "")
        has_heights = any(mark in str(info["geometry_type"]) for mark in (" Z", " M", "2.5D"))
        skipped, is_over = 0, False
        while not is_over and not reading.is_cut:
            part = raw.read(
                path,
                layer=layer,
                encoding=encoding or None,
                force_2d=True,
                skip_features=skipped,
                max_features=_AT_ONCE,
                datetime_as_string=True,
            )
            yield from _features(part, skipped, has_heights=has_heights, reading=reading)
            skipped, is_over = skipped + _AT_ONCE, len(part[2]) < _AT_ONCE
    except (DataLayerError, DataSourceError, FieldError, UnicodeDecodeError, ValueError) as error:
        raise BadData([Fault(reading.file, 0, "", "E-GEO-27", str(error).replace(str(path.parent), ""))]) from None
    if not reading.features:
        reading.fault(0, "", "E-GEO-01")


def _layer(layers: Any, wanted: str, file: str) -> str:
    names = [str(name) for name, kind in layers if kind]
    if wanted in names:
        return wanted
    if wanted or len(names) != 1:
        raise BadData([Fault(file, 0, "", "E-GEO-28", ", ".join(names) or "–")])
    return names[0]


def _features(part: Any, skipped: int, *, has_heights: bool, reading: Reading) -> Iterator[Feature]:
    meta, _, geometries, columns = part
    kinds = [str(dtype) for dtype in meta["dtypes"]]
    for row, wkb in enumerate(geometries):
        number = skipped + row + 1
        stated = {
            str(name): _value(column[row], kind)
            for name, column, kind in zip(meta["fields"], columns, kinds, strict=True)
        }
        properties = properties_of(stated, number, reading)
        kept, points = _checked(wkb, number, reading)
        feature = Feature(number, kept, properties, points, has_heights)
        reading.count(feature)
        yield feature
        if reading.is_cut:
            return


def _value(value: Any, kind: str) -> Any:
    """Return a cell as JSON would have it."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return {}
    plain = value.item() if hasattr(value, "item") else value
    if isinstance(plain, float):
        if math.isnan(plain):
            return None
        # A column of whole numbers with an empty cell comes as fractions.
        return int(plain) if kind.startswith(("int", "uint")) and plain.is_integer() else plain
    return plain if isinstance(plain, bool | int) else str(plain)


def _checked(wkb: bytes | None, number: int, reading: Reading) -> tuple[bytes, int]:
    """Return a feature's WKB and its count of points; empty where a fault says why."""
    if not wkb:
        reading.fault(number, "geometry", "E-GEO-05", str(number))
        return b"", 0
    try:
        made = shapely.from_wkb(wkb)
    except shapely.errors.GEOSException as error:
        # A ring that is not closed, or a kind of geometry that only some programs write.
        if "LinearRing" in str(error):
            reading.fault(number, "geometry", "E-GEO-07", str(number))
        else:
            reading.faults.append(Fault(reading.file, number, "geometry", "E-GEO-06", str(number), {"type": "?"}))
        return b"", 0
    points = shapely.get_coordinates(made)
    if made.geom_type not in POLYGONS:
        found = {"type": made.geom_type}
        reading.faults.append(Fault(reading.file, number, "geometry", "E-GEO-06", str(number), found))
    elif made.is_empty:
        reading.fault(number, "geometry", "E-GEO-05", str(number))
    elif not (abs(points) <= FARTHEST).all():
        reading.fault(number, "geometry", "E-GEO-10", str(number))
    else:
        return wkb, len(points)
    return b"", 0
