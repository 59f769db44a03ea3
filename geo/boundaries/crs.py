"""Polygons in whatever coordinate system a file states → longitude and latitude, EPSG:4326."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from geo.core.errors import BadData, Fault

WGS84 = "EPSG:4326"
_WHOLE_CIRCLE = 360  # degrees; a map in metres does not end before
_DEGREES = 1000  # a coordinate beyond it is no mistyped degree but metres
# Definitions that make PROJ open files; nobody needs them for borders.
_OPENS_FILES = re.compile(r"\+init|grids|EXTENSION|@", re.IGNORECASE)
_NAMED = re.compile(r"urn:ogc:def:crs:(OGC:1\.3:CRS84|EPSG:[0-9.]*:[0-9]{4,6})|EPSG:[0-9]{4,6}|OGC:CRS84")
_WKT = re.compile(r"\s*(GEOG|PROJ|GEOD|BOUND|COMPD)[A-Z]*\[", re.IGNORECASE)


def in_degrees(shapes: Any, crs: str, file: str, numbers: list[int]) -> tuple[Any, list[Fault]]:
    """Return the shapes in degrees and a warning where they were in something else; raises BadData.

    Refused: metres where no system is stated, degrees where one of metres is, a system nobody can read, coordinates
    that are not on the Earth.
    """
    warnings = []
    if crs:
        system = _system(crs, file)
        if system.is_projected and (abs(shapely.bounds(shapes)) <= _WHOLE_CIRCLE).all():
            raise BadData([Fault(file, 0, "geometry", "E-GEO-50", system.name)])
        if not system.equals(CRS.from_user_input("OGC:CRS84"), ignore_axis_order=True):
            shapes = _projected(shapes, system, file, crs)
            warnings = [Fault(file, 0, "", "W-GEO-01", system.name)]
    bounds = shapely.bounds(shapes)
    if not crs and (abs(bounds) > _DEGREES).any():
        value = f"{bounds[(abs(bounds) > _DEGREES).any(axis=1)][0][0]:.0f}"
        raise BadData([Fault(file, 0, "", "E-GEO-20", value)])
    least, most = np.array([-180, -90, -180, -90]), np.array([180, 90, 180, 90])
    inside = ((bounds >= least) & (bounds <= most)).all(axis=1)
    if not inside.all():
        wrong = [(number, box) for number, box, good in zip(numbers, bounds, inside, strict=True) if not good]
        raise BadData(Fault(file, n, "geometry", "E-GEO-10", ", ".join(f"{v:.6g}" for v in box)) for n, box in wrong)
    return shapes, warnings


def _system(crs: str, file: str) -> CRS:
    fault = Fault(file, 0, "", "E-GEO-23", crs)
    if _OPENS_FILES.search(crs) or not (_NAMED.fullmatch(crs) or _WKT.match(crs)):
        raise BadData([fault])
    try:
        return CRS.from_user_input(crs)
    except ProjError:
        raise BadData([fault]) from None


def _projected(shapes: Any, system: CRS, file: str, crs: str) -> Any:
    try:
        transformer = Transformer.from_crs(system, WGS84, always_xy=True)
        # What lies outside of the system comes as infinity, which the look at the bounds refuses.
        return shapely.transform(shapes, transformer.transform, interleaved=False)
    except ProjError:
        raise BadData([Fault(file, 0, "", "E-GEO-23", crs)]) from None
