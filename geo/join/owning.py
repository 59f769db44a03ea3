"""Points → the unit that owns each: a look at a raster of unit ids, and an exact test where a border is near."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from geo.join.candidates import Beside, Within
from geo.join.grid import NOBODY, Grid, drawn, is_near, near

FEW = 20_000  # points; a raster costs more than it saves below
THREADS = 2
_MOST_CELLS = 10_000_000
_AT_ONCE = 1 << 18  # points: what a thread works on stays in its cache

Asked = Callable[[int], np.ndarray]  # number of a shape → the points to be tested against it
Owners = tuple[np.ndarray, np.ndarray]  # unit numbers (int32, -1: none), is_tie (bool)


def owners(lon: np.ndarray, lat: np.ndarray, units: pd.DataFrame) -> Owners:
    """Return for each point the row number of the unit that it lies in or touches, and whether it is a tie.

    -1 stands for no unit. A point that several units touch goes to the smallest unit_id and is a tie. Degrees,
    EPSG:4326; a coordinate that is no number, infinite or out of range belongs to nobody. Reads unit_id and geometry.
    """
    return owners_on_maps(lon, lat, [units])[0]


def owners_on_maps(lon: np.ndarray, lat: np.ndarray, maps: Sequence[pd.DataFrame]) -> list[Owners]:
    """Return `owners` on each of several maps; the points are read once, all maps share one grid."""
    ordered = [_ordered(units) for units in maps]
    if len(lon) < FEW:
        found = [_exact(lon, lat, shapes, Within(lon, lat, shapes)) for _, shapes in ordered]
    else:
        found = _by_raster(np.ascontiguousarray(lon), np.ascontiguousarray(lat), [shapes for _, shapes in ordered])
    return [_renumbered(rows, *result) for (rows, _), result in zip(ordered, found, strict=True)]


def _ordered(units: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return the row numbers of the units that have a shape, smallest unit_id first, and their shapes."""
    shapes = np.asarray(units["geometry"], dtype=object)
    order = np.argsort(units["unit_id"].to_numpy(dtype=object), kind="stable")
    order = order[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))[order]]
    return order.astype("int32"), shapes[order]


def _renumbered(rows: np.ndarray, numbers: np.ndarray, ties: np.ndarray) -> Owners:
    """Return row numbers of the table in place of ranks by unit_id."""
    # The last row stands for -1.
    return np.append(rows, np.int32(NOBODY))[numbers], ties


def _by_raster(lon: np.ndarray, lat: np.ndarray, maps: list[np.ndarray]) -> list[Owners]:
    bounds = [shapely.total_bounds(shapes) for shapes in maps if len(shapes)]
    if not bounds:
        return [_nobody(len(lon)) for _ in maps]
    corners = np.array(bounds)
    around = np.concatenate([corners[:, :2].min(axis=0), corners[:, 2:].max(axis=0)])
    grid = Grid.around(around, min(len(lon), _MOST_CELLS))
    rasters = [drawn(shapes, grid) for shapes in maps]
    found = [np.empty(len(lon), dtype="int32") for _ in maps]

    def look(start: int) -> list[np.ndarray]:
        """Fill in what the cells say, and return which points stand near a border, for each map."""
        end = start + _AT_ONCE
        cells = grid.cells(lon[start:end], lat[start:end])
        unsure = []
        for raster, numbers in zip(rasters, found, strict=True):
            codes = raster.take(cells)
            numbers[start:end] = codes
            unsure.append(np.flatnonzero(is_near(codes)) + start)
        return unsure

    with ThreadPoolExecutor(THREADS) as threads:
        parts = [*threads.map(look, range(0, len(lon), _AT_ONCE))]
    return [
        _settled(lon, lat, shapes, _Looked(grid, numbers, np.concatenate(unsure)))
        for shapes, numbers, unsure in zip(maps, found, zip(*parts, strict=True), strict=True)
    ]


@dataclass(frozen=True)
class _Looked:
    """What a raster said: the number of each point's owner, and which points stand near a border."""

    grid: Grid
    numbers: np.ndarray
    unsure: np.ndarray


def _settled(lon: np.ndarray, lat: np.ndarray, shapes: np.ndarray, looked: _Looked) -> Owners:
    """Return the owners once the points near a border were tested exactly."""
    numbers, ties = looked.numbers, np.zeros(len(lon), dtype=bool)
    cells = looked.grid.cells(lon[looked.unsure], lat[looked.unsure])
    order = np.argsort(cells)
    chosen = looked.unsure[order]
    beside = Beside(looked.grid, cells[order], near(numbers[chosen]), shapes)
    numbers[chosen], ties[chosen] = _exact(lon[chosen], lat[chosen], shapes, beside)
    return numbers, ties


def _exact(lon: np.ndarray, lat: np.ndarray, shapes: np.ndarray, asked: Asked) -> Owners:
    """Return the owners by an exact test of the points that each shape is asked about."""
    numbers, ties = _nobody(len(lon))
    copies = shapely.to_wkb(shapes)

    def touched(number: int) -> np.ndarray:
        points = asked(number)
        if not len(points):
            return points
        # A copy of its own: threads that share one prepared geometry break it.
        shape = shapely.from_wkb(copies[number])
        shapely.prepare(shape)
        return points[shapely.intersects_xy(shape, lon[points], lat[points])]

    with ThreadPoolExecutor(THREADS) as threads:
        for number, points in enumerate(threads.map(touched, range(len(shapes)))):
            is_taken = numbers[points] != NOBODY
            ties[points[is_taken]] = True
            numbers[points[~is_taken]] = number
    return numbers, ties


def _nobody(points: int) -> Owners:
    return np.full(points, NOBODY, dtype="int32"), np.zeros(points, dtype=bool)
