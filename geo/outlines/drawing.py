"""Geometry → the path strings of the drawn map: projected to equal areas, simplified as a whole, on a whole grid.

Everything that a picture needs of geometry is made here once, so that serving needs no geometry library.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from pyproj import Transformer
from pyproj.exceptions import ProjError

from geo.core.country import Country, Inset
from geo.core.errors import BadData, Fault

_MARGIN = 0.012  # of the width, so that no stroke is cut at the edge
_FLOOR = 0.055  # of the width, below the country: room for insets and their names
_SMALLEST = 3.0  # square grid units: an island below it would be a speck


@dataclass(frozen=True)
class Drawing:
    """How finely a map is drawn: width in grid units, tolerance in grid units (a square root of an area)."""

    name: str
    width: int
    tolerance: float
    inset_radius: int


# On the page a grid unit is half a CSS pixel at full width; in an embed a whole one at 600 px.
DRAWINGS = (Drawing("page", 1920, 1.5, 116), Drawing("embed", 640, 1.75, 40))


def outline(
    units: gpd.GeoDataFrame, neighbours: Sequence[shapely.Geometry], country: Country, drawing: Drawing
) -> dict[str, Any]:
    """Return the drawing of a coverage: size, one path and label point per unit in table order, neighbours, insets.

    Coordinates are whole grid units, y down. An inset of a unit that this edition lacks is left out. Raises BadData
    for a projection that is none, or in which the units cannot be drawn.
    """
    metres, frame = _framed(units, country, drawing)
    placed = frame.draw(metres)
    labels = frame.points(_points(units, country))
    numbers = {unit_id: number for number, unit_id in enumerate(units["unit_id"])}
    return {
        "width": drawing.width,
        "height": frame.height,
        "units": [path(shape) for shape in shapely.coverage_simplify(placed, drawing.tolerance)],
        "labels": labels.tolist(),
        "rooms": _rooms(placed, labels, drawing.width),
        "neighbours": _around(neighbours, country, frame, drawing),
        "insets": [
            _inset(inset, numbers[inset.unit_id], metres, drawing, frame.height)
            for inset in country.insets
            if inset.unit_id in numbers
        ],
    }


def outline_places(
    places: gpd.GeoDataFrame,
    ground: gpd.GeoDataFrame,
    neighbours: Sequence[shapely.Geometry],
    country: Country,
    drawing: Drawing,
) -> dict[str, Any]:
    """Return the drawing of places: a label point for each in table order, on a quiet `ground`, the coverage's outline.

    Size and place are those of the map of the coverage; there are no paths of units and no insets. Raises as `outline`.
    """
    metres, frame = _framed(ground, country, drawing)
    return {
        "width": drawing.width,
        "height": frame.height,
        "units": [],
        "labels": frame.points(_points(places, country)).tolist(),
        # Drawn more roughly than where the territories themselves are the map: it is read as ground.
        "ground": "".join(map(path, shapely.coverage_simplify(frame.draw(metres), 2 * drawing.tolerance))),
        "neighbours": _around(neighbours, country, frame, drawing),
        "insets": [],
    }


def spots(points: np.ndarray, ground: gpd.GeoDataFrame, country: Country, drawing: Drawing) -> np.ndarray:
    """Return where points (lon, lat; NaN for none) lie on the drawing of a coverage: x, y in grid units, as float32.

    A point that the projection does not know has no place (NaN). Raises as `outline`.
    """
    frame = _framed(ground, country, drawing)[1]
    metres = np.column_stack(_projection(country).transform(points[:, 0], points[:, 1]))
    moved = np.column_stack([metres[:, 0] - frame.left, frame.top - metres[:, 1]]) * frame.scale
    return np.where(np.isfinite(moved), np.round(moved, 1), np.nan).astype("<f4")


def _framed(units: gpd.GeoDataFrame, country: Country, drawing: Drawing) -> tuple[np.ndarray, _Frame]:
    """Return the units in metres and the frame of the picture around them."""
    metres = _projected(units.geometry.to_numpy(), country)
    if not np.isfinite(shapely.total_bounds(metres)).all():
        raise BadData([_no_projection(country)])
    return metres, _Frame.around(shapely.total_bounds(metres), drawing.width)


def _projected(shapes: Any, country: Country) -> np.ndarray:
    project = _projection(country)
    return shapely.transform(np.array(shapes, dtype=object), lambda c: np.column_stack(project.transform(*c.T)))


def _points(units: gpd.GeoDataFrame, country: Country) -> np.ndarray:
    """Return the label points in metres."""
    return np.column_stack(_projection(country).transform(units["label_lon"], units["label_lat"]))


def _around(neighbours: Sequence[shapely.Geometry], country: Country, frame: _Frame, drawing: Drawing) -> str:
    """Return the path of the countries around, cut to the picture."""
    box = shapely.box(0, 0, drawing.width, frame.height)
    # One shape: neighbours are drawn alike and without borders, and a union needs a third of the bytes.
    united = shapely.union_all(frame.draw(_projected(neighbours, country)))
    return path(shapely.simplify(shapely.intersection(united, box), 1.5 * drawing.tolerance))


def _rooms(shapes: np.ndarray, labels: np.ndarray, width: int) -> list[int]:
    """Return how wide each unit is along the line of its label, in grid units."""
    lines = shapely.linestrings([[(0, y), (width, y)] for _, y in labels])
    spots = shapely.points(labels)
    found = []
    for shape, line, spot in zip(shapes, lines, spots, strict=True):
        parts = shapely.get_parts(shapely.intersection(shape, line))
        near = parts[shapely.distance(parts, spot) < 1] if len(parts) else parts
        found.append(round(float(shapely.length(near).max())) if len(near) else 0)
    return found


def _projection(country: Country) -> Transformer:
    try:
        return Transformer.from_crs("EPSG:4326", country.projection, always_xy=True)
    except ProjError:
        raise BadData([_no_projection(country)]) from None


def _no_projection(country: Country) -> Fault:
    return Fault("country.toml", 0, "map.projection", "E-CTRY-03", country.projection)


def path(shape: shapely.Geometry) -> str:
    """Return the SVG path data of a polygon or more: whole numbers, relative lines; empty where nothing is left."""
    drawn = []
    # A hole that turns like its outline would be filled, and hide the unit in it.
    for polygon in shapely.get_parts(shapely.orient_polygons(shape)):
        if polygon.geom_type != "Polygon" or polygon.area < _SMALLEST:
            continue
        for ring in (polygon.exterior, *polygon.interiors):
            points = np.rint(shapely.get_coordinates(ring)[:-1]).astype(int)
            points = points[np.r_[True, (np.diff(points, axis=0) != 0).any(axis=1)]]
            if len(points) >= 3:
                steps = np.diff(points, axis=0)
                drawn.append(f"M{points[0][0]} {points[0][1]}l{_numbers(steps.ravel().tolist())}z")
    return "".join(drawn)


def _numbers(values: list[int]) -> str:
    """Return numbers with a space only where no minus sign parts them."""
    text = "".join(f"{value}" if value < 0 else f" {value}" for value in values)
    return text.removeprefix(" ")


@dataclass(frozen=True)
class _Frame:
    """Metres → grid units: `x = (x_m - left) · scale`, y turned down."""

    left: float
    top: float
    scale: float
    height: int

    @classmethod
    def around(cls, bounds: np.ndarray, width: int) -> _Frame:
        margin = width * _MARGIN
        scale = (width - 2 * margin) / (bounds[2] - bounds[0])
        height = int(np.ceil((bounds[3] - bounds[1]) * scale + 2 * margin + _FLOOR * width))
        return cls(bounds[0] - margin / scale, bounds[3] + margin / scale, scale, height)

    def points(self, metres: np.ndarray) -> np.ndarray:
        moved = np.column_stack([(metres[:, 0] - self.left), (self.top - metres[:, 1])]) * self.scale
        return np.rint(moved).astype(int)

    def draw(self, shapes: np.ndarray) -> np.ndarray:
        moved = [self.left, self.top]
        return shapely.transform(shapes, lambda c: (c - moved) * [self.scale, -self.scale])


def _inset(inset: Inset, number: int, metres: np.ndarray, drawing: Drawing, height: int) -> dict[str, Any]:
    """Return a circle around a unit: its middle and radius in grid units, and the parts of units seen in it."""
    middle = np.array(shapely.bounds(metres[number])).reshape(2, 2).mean(axis=0)
    reach, radius = inset.radius_km * 1000, drawing.inset_radius
    x, y = round(inset.at[0] * drawing.width), round(inset.at[1] * height)
    square = shapely.box(*(middle - reach), *(middle + reach))
    seen = shapely.intersection(metres, square)
    scale = radius / reach
    drawn = shapely.transform(seen, lambda c: (c - middle) * [scale, -scale] + [x, y])
    simple = shapely.coverage_simplify(drawn, drawing.tolerance)
    parts = [[k, path(shape)] for k, shape in enumerate(simple) if path(shape)]
    return {"unit": number, "x": x, "y": y, "r": radius, "parts": parts}
