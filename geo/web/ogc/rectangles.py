"""The rectangle that a reader asks for: four or six numbers in a coordinate system, across the antimeridian too."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from geo.core.errors import BadValue
from geo.web.ogc.crs import CRS84

KEY = "bbox"
EXAMPLE = "46.5,40.5,87.4,55.5"
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,400}(?:\.[0-9]{0,400})?|\.[0-9]{1,400})(?:[eE][+-]?[0-9]{1,4})?", re.ASCII)


class Rectangle(NamedTuple):
    """A closed rectangle in degrees."""

    west: float
    south: float
    east: float
    north: float


def rectangles(word: str, crs: str) -> tuple[Rectangle, ...]:
    """Return the rectangle of a `bbox`, or the two that one across the antimeridian consists of.

    Heights of six numbers are read and change nothing: everything here lies at no height. Raises BadValue for another
    count or spelling of numbers, for numbers that are not finite, and where south is above north.
    """
    parts = word.split(",")
    numbers = [float(part) for part in parts if _NUMBER.fullmatch(part)]
    if len(numbers) != len(parts) or len(parts) not in {4, 6} or not all(map(math.isfinite, numbers)):
        raise BadValue(key=KEY, allowed=(EXAMPLE,))
    first, second = numbers[:2], numbers[len(numbers) // 2 :][:2]
    west, south, east, north = *first, *second
    if crs != CRS84:
        west, south, east, north = south, west, north, east
    if south > north or (west > east and (east < -180 or west > 180)):
        raise BadValue(key=KEY, allowed=(EXAMPLE,))
    if west > east:
        return Rectangle(west, south, 180.0, north), Rectangle(-180.0, south, east, north)
    return (Rectangle(west, south, east, north),)
