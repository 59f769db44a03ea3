"""A surface → a Cloud-Optimised GeoTIFF: tiles, overviews by averaging, its method in its tags, no clock."""

from __future__ import annotations

import numpy as np
import rasterio
from rasterio.crs import CRS

from geo.surface.density import Surface
from geo.surface.legend import exact, method

BLOCK = 256  # pixels on each side of a tile of the file


def cog(surface: Surface) -> bytes:
    """Return the file of the raster of a surface; the same surface gives the same bytes.

    One band of 32-bit floats, NaN outside of the land. An overview is the mean of the land it covers: inside a country
    density times area stays the same at every overview, along its edge it does not.
    """
    grid = surface.grid
    tags = {name: str(value).lower() if isinstance(value, bool) else value for name, value in method(surface).items()}
    with rasterio.MemoryFile() as memory:
        with memory.open(
            driver="COG",
            width=grid.width,
            height=grid.height,
            count=1,
            dtype="float32",
            crs=CRS.from_wkt(grid.crs),
            transform=grid.transform,
            nodata=np.nan,
            compress="DEFLATE",
            level=6,
            predictor="FLOATING_POINT",
            blocksize=BLOCK,
            overview_resampling="AVERAGE",
            overview_compress="DEFLATE",
            overview_predictor="FLOATING_POINT",
            bigtiff="IF_SAFER",
            num_threads="1",
        ) as raster:
            raster.write(surface.density, 1)
            raster.set_band_description(1, f"{surface.scope.phase} {surface.scope.period}, density")
            raster.set_band_unit(1, f"{surface.country.currency}/km2")
            raster.update_tags(
                **tags,
                on_surface=exact(surface.on_surface_minor, surface.country.minor_units),
                error=f"{surface.error:.3g}",
                largest_unit_error=f"{surface.largest_unit_error:.3g}",
            )
        return bytes(memory.getbuffer())
