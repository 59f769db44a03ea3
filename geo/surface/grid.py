"""Units → a grid of square cells in the country's equal-area projection, each cell of land owned by one unit."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log10
from typing import TYPE_CHECKING, Any

import numpy as np
import rasterio.features
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Proj, Transformer
from pyproj.exceptions import ProjError
from rasterio.transform import Affine

from geo.core.country import Country
from geo.core.errors import BadData, Fault

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

MOST_CELLS = 1600  # along the longer side
NOBODY = -1  # owner of a cell outside every unit
_STEPS = (1, 2, 5, 10)
_LONGEST_DEG = 0.05  # of an edge: a line that is straight in degrees is bent in metres
_MOST_STRETCHED = 1e-6  # how far an area may be from its true size
_SAMPLES = 9  # in each direction, where the projection is tried


@dataclass(frozen=True)
class Grid:
    """Square cells in metres of the country's projection; row 0 is the northernmost, column 0 the westernmost."""

    crs: str  # WKT
    left_m: int
    top_m: int
    cell_m: int
    width: int
    height: int
    owners: NDArray[np.int32]  # [row, column]: number of the unit in table order, NOBODY outside

    @property
    def cell_km2(self) -> float:
        """Return the area of a cell."""
        return self.cell_m**2 / 1e6

    @property
    def transform(self) -> Affine:
        """Return (column, row) → metres, as rasters are placed."""
        return Affine(self.cell_m, 0, self.left_m, 0, -self.cell_m, self.top_m)

    def cells_of(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return row · width + column of the cell around each point, NOBODY for points beside the grid."""
        x, y = Transformer.from_crs("EPSG:4326", self.crs, always_xy=True).transform(lon, lat)
        column = np.floor((np.asarray(x) - self.left_m) / self.cell_m)
        row = np.floor((self.top_m - np.asarray(y)) / self.cell_m)
        # A point that cannot be projected is infinitely far.
        is_inside = (column >= 0) & (column < self.width) & (row >= 0) & (row < self.height)
        cells = np.full(len(column), NOBODY, np.int64)
        cells[is_inside] = row[is_inside].astype(np.int64) * self.width + column[is_inside].astype(np.int64)
        return cells


def grid_of(units: GeoDataFrame, country: Country) -> Grid:
    """Return the grid of a country, and which of the units (polygons in EPSG:4326, in table order) owns each cell.

    A cell belongs to the unit that holds its middle. A unit too small to hold any gets the cell of its inner point, so
    long as its neighbour keeps another. The side of a cell is 1, 2 or 5 times a power of ten. Raises BadData where the
    projection is none, is not in metres, or does not keep areas.
    """
    crs = _equal_area(country, units)
    project = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    shapes = shapely.segmentize(np.asarray(units.geometry), _LONGEST_DEG)
    metres = shapely.transform(shapes, lambda c: np.column_stack(project.transform(*c.T)))
    left, bottom, right, top = shapely.total_bounds(metres)
    cell = _cell(max(right - left, top - bottom))
    left_m, top_m = floor(left / cell) * cell, ceil(top / cell) * cell
    width, height = ceil((right - left_m) / cell), ceil((top_m - bottom) / cell)
    grid = Grid(crs.to_wkt(), left_m, top_m, cell, width, height, np.full((height, width), NOBODY, np.int32))
    rasterio.features.rasterize(
        ((shape, number) for number, shape in enumerate(metres)), out=grid.owners, transform=grid.transform
    )
    _give_cells_to_the_smallest(grid, metres)
    grid.owners.flags.writeable = False
    return grid


def _cell(extent_m: float) -> int:
    """Return the smallest round side, in whole metres, of which few enough make up the extent."""
    least = extent_m / MOST_CELLS
    power = 10 ** floor(log10(least)) if least >= 1 else 1
    return next(step * power for step in _STEPS if step * power >= least)


def _give_cells_to_the_smallest(grid: Grid, metres: NDArray[Any]) -> None:
    counts = np.bincount(grid.owners.ravel() + 1, minlength=len(metres) + 1)[1:]
    for number in np.flatnonzero(counts == 0):
        point = shapely.point_on_surface(metres[number])
        row, column = int((grid.top_m - point.y) // grid.cell_m), int((point.x - grid.left_m) // grid.cell_m)
        owner = grid.owners[row, column]
        if owner == NOBODY or counts[owner] > 1:
            grid.owners[row, column] = number
            counts[number] += 1
            if owner != NOBODY:
                counts[owner] -= 1


def _equal_area(country: Country, units: GeoDataFrame) -> CRS:
    """Return the country's projection; raises BadData where areas in it are not those on the ground."""
    try:
        crs = CRS.from_user_input(country.projection)
        if not crs.is_projected or {axis.unit_conversion_factor for axis in crs.axis_info} != {1.0}:
            raise BadData([_not_equal_area(country)])
        west, south, east, north = units.total_bounds
        lon, lat = np.meshgrid(np.linspace(west, east, _SAMPLES), np.linspace(south, north, _SAMPLES))
        scales = np.asarray(Proj(crs).get_factors(lon, lat).areal_scale)
    except ProjError:
        raise BadData([Fault("country.toml", 0, "map.projection", "E-CTRY-03", country.projection)]) from None
    if not np.abs(scales - 1).max() <= _MOST_STRETCHED:  # a scale that is no number is none
        raise BadData([_not_equal_area(country)])
    return crs


def _not_equal_area(country: Country) -> Fault:
    return Fault("country.toml", 0, "map.projection", "E-CTRY-08", country.projection)
