"""What bodies spent, on a grid: density of each cell, where every minor unit went, how far rounding moved it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.core.country import Country
from geo.surface.amounts import Spending
from geo.surface.grid import NOBODY, Grid, grid_of
from geo.surface.kernel import Sources, spread

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from geo.surface.amounts import Scope

ONLY_THE_UNIT = "region"  # exactness of a body of which nobody knows more than its unit
# Terms of the amount: kernel and even are on the surface, the others are not. In the order they are told.
TERMS = ("kernel", "even", "too_small", "unplaced", "transfers")
LARGEST_ERROR = 1e-6  # of a unit's amount, by the rounding of its cells to 32 bits; the law


@dataclass(frozen=True)
class Surface:
    """A raster of spending density and what there is to know of it."""

    country: Country
    scope: Scope
    grid: Grid
    bounds: tuple[float, float, float, float]  # of the units in degrees: west, south, east, north
    density: NDArray[np.float32]  # [row, column], currency units per km²; NaN outside every unit
    terms_minor: Mapping[str, int]  # TERMS: together the whole amount of the scope, exactly
    error: float  # |sum of the raster - amount on it|, as a share of the amount
    largest_unit_error: float  # the same of the unit that is farthest off
    largest_area_error: float  # |area of a unit's cells - its area|, as a share of it, of the unit farthest off

    @property
    def on_surface_minor(self) -> int:
        """Return the amount that the raster holds."""
        return self.terms_minor["kernel"] + self.terms_minor["even"]


def surface(spent: Spending, units: GeoDataFrame, country: Country, grid: Grid | None = None) -> Surface:
    """Return the density of spending on the units (polygons of one level, EPSG:4326).

    A body with a point of its own is spread around it, inside its unit; a body of which only the unit is known, or
    whose point lies out of reach of its unit, is spread evenly over the unit. Not on the surface, and told as terms:
    bodies without a unit, units without a cell, transfers. `grid` is that of the units where it is known. Raises
    BadData where the country's projection does not keep areas.
    """
    grid = grid or grid_of(units, country)
    unit = pd.Index(units["unit_id"]).get_indexer(spent.bodies["unit_id"]).astype(np.int64)  # NOBODY where none is
    amount = spent.bodies["amount_minor"].to_numpy(np.int64)
    counts = np.bincount(grid.owners.ravel() + 1, minlength=len(units) + 1)[1:]
    has_cells = (unit != NOBODY) & (counts[unit] > 0)
    cells = _cells(spent, grid, has_cells)
    pointed = Sources.gathered(*(column[cells != NOBODY] for column in (unit, cells, amount)))
    spread_out, is_spread = spread(grid, pointed)
    even = _by_unit(unit[has_cells], amount[has_cells], len(units))
    around = _by_unit(pointed.unit[is_spread], pointed.amount_minor[is_spread], len(units))
    # What no kernel holds is spread evenly; NOBODY, the last of the flat list, owns none.
    flat = np.r_[(even - around) / np.maximum(counts, 1), 0.0]
    amounts = spread_out + flat[grid.owners]
    per_km2 = amounts / (country.minor_units * grid.cell_km2)
    density = np.where(grid.owners == NOBODY, np.nan, per_km2).astype(np.float32)
    terms = {
        "kernel": int(around.sum()),
        "even": int((even - around).sum()),
        "too_small": int(amount[(unit != NOBODY) & ~has_cells].sum()),
        "unplaced": int(amount[unit == NOBODY].sum()),
        "transfers": spent.transfers_minor,
    }
    west, south, east, north = (float(value) for value in units.total_bounds)
    errors = _errors(density, grid, even, amounts, country.minor_units)
    areas = units["area_m2"].to_numpy(np.float64)
    area_error = float((np.abs(counts * grid.cell_m**2 - areas) / np.maximum(areas, 1)).max())
    return Surface(country, spent.scope, grid, (west, south, east, north), density, terms, *errors, area_error)


def _cells(spent: Spending, grid: Grid, has_cells: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the cell that each body is spread around, NOBODY where its place is not known that exactly."""
    lon, lat = (spent.bodies[name].to_numpy(np.float64) for name in ("lon", "lat"))
    is_exact = has_cells & np.isfinite(lon) & np.isfinite(lat)
    is_exact &= (spent.bodies["exactness"] != ONLY_THE_UNIT).to_numpy()
    cells = np.full(len(lon), NOBODY, np.int64)
    cells[is_exact] = grid.cells_of(lon[is_exact], lat[is_exact])
    return cells


def _by_unit(unit: NDArray[np.int64], amount: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Return the exact sum of each unit."""
    sums = np.zeros(count, np.int64)
    np.add.at(sums, unit, amount)
    return sums


def _errors(
    density: NDArray[np.float32],
    grid: Grid,
    held: NDArray[np.int64],
    amounts: NDArray[np.float64],
    minor_units: int,
) -> tuple[float, float]:
    """Return how far the raster is off as a whole, and in the unit that is farthest off; shares of the amounts.

    Where amounts have both signs they are shares of the amounts without them: what cancels out is rounded all the same.
    """
    is_land = grid.owners != NOBODY
    owners = grid.owners[is_land]
    stored = density[is_land].astype(np.float64) * (minor_units * grid.cell_km2)
    sums = np.bincount(owners, stored, minlength=len(held))
    sizes = np.bincount(owners, np.abs(amounts[is_land]), minlength=len(held))
    apart = np.abs(sums - held)
    whole = abs(float(sums.sum()) - int(held.sum()))
    shares = apart[sizes > 0] / sizes[sizes > 0]
    return whole / max(float(sizes.sum()), 1.0), float(shares.max(initial=0.0))
