"""Where the features of a collection lie: areas or points, an index of their boxes, and each one's geometry as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from geo.web.ogc.crossing import edges_of, touches
from geo.web.ogc.crs import CRS84, turned
from geo.web.ogc.rectangles import Rectangle

Flags = NDArray[np.bool_]


class Shapes(Protocol):
    """The geometries of some places, by number."""

    @property
    def box(self) -> list[float] | None:
        """Return west, south, east, north of all; None where nothing has a place."""

    @property
    def format(self) -> str:
        """Return what JSON Schema calls them."""

    def meeting(self, box: Rectangle) -> Flags:
        """Tell, of each, whether it shares a point with a rectangle; what has no place does not."""

    def text(self, number: int, crs: str) -> str:
        """Return a geometry as GeoJSON in the order of axes of a coordinate system."""


@dataclass(frozen=True)
class Areas:
    """Polygons, or the points of places, as a version holds them."""

    geometries: Sequence[Mapping[str, Any]]

    @property
    def format(self) -> str:
        """Return what JSON Schema calls them: polygons of one part and of several may stand side by side."""
        is_point = all(shape["type"] == "Point" for shape in self.geometries)
        return "geometry-point" if is_point else "geometry-polygon-or-multipolygon"

    @property
    def box(self) -> list[float] | None:
        """Return west, south, east, north of all."""
        return [*self._boxes[:, :2].min(axis=0).tolist(), *self._boxes[:, 2:].max(axis=0).tolist()]

    def meeting(self, box: Rectangle) -> Flags:
        """Tell, of each, whether it shares a point with a rectangle, border included."""
        found = _meet(self._boxes, box)
        west, south, east, north = self._boxes.T
        within = (west >= box.west) & (south >= box.south) & (east <= box.east) & (north <= box.north)
        for number in np.flatnonzero(found & ~within):
            # The common part of the rectangle and the box is as good, and no number of it is too large to multiply.
            own = Rectangle(*self._boxes[number].tolist())
            common = Rectangle(*map(max, own[:2], box[:2]), *map(min, own[2:], box[2:]))
            found[number] = touches(self._edges(int(number)), common)
        return found

    def text(self, number: int, crs: str) -> str:
        """Return a geometry as GeoJSON; made once for each coordinate system."""
        texts = self._texts.setdefault(crs, {})
        if number not in texts:
            shape = dict(self.geometries[number])
            if crs != CRS84:
                shape["coordinates"] = turned(shape["coordinates"])
            texts[number] = json.dumps(shape, separators=(",", ":"))
        return texts[number]

    def _edges(self, number: int) -> NDArray[np.float64]:
        if number not in self._known:
            self._known[number] = edges_of(dict(self.geometries[number]))
        return self._known[number]

    @cached_property
    def _boxes(self) -> NDArray[np.float64]:
        return np.array([_box(shape["coordinates"]) for shape in self.geometries]).reshape(-1, 4)

    @cached_property
    def _known(self) -> dict[int, NDArray[np.float64]]:
        return {}

    @cached_property
    def _texts(self) -> dict[str, dict[int, str]]:
        return {}


@dataclass(frozen=True)
class Points:
    """Points [lon, lat]; NaN where a body has none of its own."""

    places: NDArray[np.float64]
    format: str = "geometry-point"

    @property
    def box(self) -> list[float] | None:
        """Return west, south, east, north of those that are known."""
        known = self.places[~np.isnan(self.places).any(axis=1)]
        return [*known.min(axis=0).tolist(), *known.max(axis=0).tolist()] if len(known) else None

    def meeting(self, box: Rectangle) -> Flags:
        """Tell, of each, whether it lies in a rectangle, border included."""
        return _meet(np.hstack([self.places, self.places]), box)

    def text(self, number: int, crs: str) -> str:
        """Return a point as GeoJSON, or null."""
        lon, lat = self.places[number].tolist()
        if math.isnan(lon) or math.isnan(lat):
            return "null"
        first, second = (lon, lat) if crs == CRS84 else (lat, lon)
        return f'{{"type":"Point","coordinates":[{first!r},{second!r}]}}'


def _meet(boxes: NDArray[np.float64], box: Rectangle) -> Flags:
    west, south, east, north = boxes.T
    met: Flags = (west <= box.east) & (south <= box.north) & (east >= box.west) & (north >= box.south)
    return met


def _box(coordinates: Any) -> list[float]:
    points = np.array(list(_points(coordinates)))
    return [*points.min(axis=0).tolist(), *points.max(axis=0).tolist()]


def _points(part: Any) -> Any:
    if not isinstance(part[0], list):
        yield part[:2]
        return
    for inner in part:
        yield from _points(inner)
