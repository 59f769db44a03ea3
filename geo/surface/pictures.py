"""A surface → its picture tiles in Web Mercator: PNG with a palette, the same bytes for the same surface."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from math import ceil, cos, log2, pi, radians
from struct import pack

import deflate
import numpy as np
from numpy.typing import NDArray
from rasterio.crs import CRS
from rasterio.transform import Affine
from rasterio.warp import Resampling, reproject, transform_bounds

from geo.core.tile_ids import tile_ids
from geo.surface.density import Surface
from geo.surface.legend import NOTHING, bounds, colours
from geo.surface.mark import COLOUR, stamped

PIXELS = 256
_HALF_M = pi * 6378137  # of the side of the Web Mercator square
_DEEPEST = 12
_LEVEL = 9  # of libdeflate, the same bytes on every processor


@dataclass(frozen=True)
class Pictures:
    """PNG tiles by ascending PMTiles id; a tile without land is left out."""

    ids: NDArray[np.int64]
    tiles: list[bytes]
    min_zoom: int
    max_zoom: int


@dataclass(frozen=True)
class _Mosaic:
    """Densities of a rectangle of tiles of one zoom: `values` begins at tile (x, y)."""

    zoom: int
    x: int
    y: int
    values: NDArray[np.float32]

    def coarser(self) -> _Mosaic:
        """Return the mosaic of the zoom before: means of four pixels, of those that lie on land."""
        before, below = self.x % 2, self.y % 2
        after = (before + self.values.shape[1] // PIXELS) % 2
        beneath = (below + self.values.shape[0] // PIXELS) % 2
        margins = ((below * PIXELS, beneath * PIXELS), (before * PIXELS, after * PIXELS))
        even = np.pad(self.values, margins, constant_values=np.nan)
        shape = even.shape[0] // 2, even.shape[1] // 2
        lands, sums = np.zeros(shape, np.uint8), np.zeros(shape, np.float64)
        for part in (even[row::2, column::2] for row in (0, 1) for column in (0, 1)):
            is_land = np.isfinite(part)
            lands += is_land
            sums += np.where(is_land, part, 0)
        means = np.where(lands > 0, sums / np.maximum(lands, 1), np.nan).astype(np.float32)
        return _Mosaic(self.zoom - 1, self.x // 2, self.y // 2, means)

    def tiles(self) -> Iterator[tuple[int, int, NDArray[np.float32]]]:
        """Yield column, row and pixels of each tile on which there is land."""
        rows, columns = (length // PIXELS for length in self.values.shape)
        for row in range(rows):
            for column in range(columns):
                part = self.values[row * PIXELS : (row + 1) * PIXELS, column * PIXELS : (column + 1) * PIXELS]
                if np.isfinite(part).any():
                    yield self.x + column, self.y + row, part


def pictures(surface: Surface) -> Pictures:
    """Return the tiles of every zoom, from 0 to the first whose pixels are no larger than the raster's cells.

    The deepest zoom is warped from the raster, each pixel the mean of the cells it covers; every other zoom is the mean
    of the four pixels below. Colours are those of `legend.facts`; outside of the land is transparent.
    """
    inner = bounds(surface)
    # Index 0 is transparent, 1 is land without spending, then the classes.
    palette = ["#000000", NOTHING, *colours(len(inner) + 1)]
    draw = partial(_painted, inner=inner)
    if surface.country.is_synthetic:
        palette.append(COLOUR)
        draw = partial(_painted, inner=inner, mark=len(palette) - 1)
    mosaic = _warped(surface)
    deepest = mosaic.zoom
    ids: list[int] = []
    made: list[bytes] = []
    while True:
        found = [(x, y, png(draw(part), palette)) for x, y, part in mosaic.tiles()]
        columns, rows = (np.array([tile[axis] for tile in found], np.int64) for axis in (0, 1))
        numbers = tile_ids(mosaic.zoom, columns, rows)
        order = np.argsort(numbers)
        ids = [*numbers[order].tolist(), *ids]
        made = [*(found[number][2] for number in order), *made]
        if mosaic.zoom == 0:
            return Pictures(np.array(ids, np.int64), made, 0, deepest)
        mosaic = mosaic.coarser()


def png(indices: NDArray[np.uint8], palette: list[str]) -> bytes:
    """Return a picture of palette indices below 16, index 0 transparent; width even. Nothing in it but pixels."""
    height, width = indices.shape
    packed = (indices[:, 0::2] << 4) | indices[:, 1::2]
    lines = np.concatenate([np.zeros((height, 1), np.uint8), packed], axis=1)
    parts = (
        (b"IHDR", pack(">IIBBBBB", width, height, 4, 3, 0, 0, 0)),
        (b"PLTE", bytes.fromhex("".join(colour[1:] for colour in palette))),
        (b"tRNS", b"\0"),
        (b"IDAT", deflate.zlib_compress(lines.tobytes(), _LEVEL)),
        (b"IEND", b""),
    )
    chunks = (pack(">I", len(body)) + name + body + pack(">I", zlib.crc32(name + body)) for name, body in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _painted(part: NDArray[np.float32], inner: list[float], mark: int = 0) -> NDArray[np.uint8]:
    """Return palette indices; with `mark` the word of synthetic figures stands on the land in that colour."""
    classes = np.searchsorted(np.array([0.0, *inner]), part, side="left") + 1
    picture = np.where(np.isfinite(part), classes, 0).astype(np.uint8)
    return stamped(picture, mark) if mark else picture


def _warped(surface: Surface) -> _Mosaic:
    """Return the mosaic of the deepest zoom."""
    grid = surface.grid
    middle = radians((surface.bounds[1] + surface.bounds[3]) / 2)
    zoom = min(max(ceil(log2(2 * _HALF_M * cos(middle) / (PIXELS * grid.cell_m))), 0), _DEEPEST)
    side = 2 * _HALF_M / 2**zoom
    mercator = CRS.from_epsg(3857)
    west, south, east, north = transform_bounds("EPSG:4326", mercator, *surface.bounds)
    x, y = int((west + _HALF_M) // side), int((_HALF_M - north) // side)
    columns, rows = ceil((east + _HALF_M) / side) - x, ceil((_HALF_M - south) / side) - y
    values = np.full((rows * PIXELS, columns * PIXELS), np.nan, np.float32)
    reproject(
        surface.density,
        values,
        src_transform=grid.transform,
        src_crs=CRS.from_wkt(grid.crs),
        src_nodata=np.nan,
        dst_transform=Affine(side / PIXELS, 0, x * side - _HALF_M, 0, -side / PIXELS, _HALF_M - y * side),
        dst_crs=mercator,
        dst_nodata=np.nan,
        resampling=Resampling.average,
        num_threads=1,
    )
    return _Mosaic(zoom, x, y, values)
