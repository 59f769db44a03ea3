"""The two coordinate systems that answers can be in: the same degrees, the longitude first or the latitude first."""

from __future__ import annotations

from geo.core.errors import BadValue

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"  # longitude, latitude: how geometry is kept
EPSG4326 = "http://www.opengis.net/def/crs/EPSG/0/4326"  # latitude, longitude, as the authority orders them
KNOWN = (CRS84, EPSG4326)


def known(key: str, word: str) -> str:
    """Return the name of a coordinate system as it was asked for; raises BadValue for another one."""
    if word not in KNOWN:
        raise BadValue(key=key, allowed=KNOWN)
    return word


def turned(coordinates: list[object]) -> list[object]:
    """Return the coordinates of a geometry, of any depth, with the two numbers of each point exchanged."""
    if coordinates and not isinstance(coordinates[0], list):
        return coordinates[1::-1]
    return [turned(part) for part in coordinates if isinstance(part, list)]
