"""Stage 6. Bodies and what they spent → a raster of spending density, its picture tiles, its legend.

The method stands in docs/surface.md. Everything here is the same for the same input, to the last bit.
"""

from __future__ import annotations

from geo.surface.amounts import Scope, Spending, spending
from geo.surface.cog import cog
from geo.surface.density import Surface, surface
from geo.surface.grid import grid_of
from geo.surface.legend import facts
from geo.surface.pictures import Pictures, pictures

__all__ = [
    "Pictures",
    "Scope",
    "Spending",
    "Surface",
    "cog",
    "facts",
    "grid_of",
    "pictures",
    "spending",
    "surface",
]
