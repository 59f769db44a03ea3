"""An edition of borders → one archive of vector tiles: every level, its borders and names, the countries around.

No figure is in it: those travel apart and are joined by feature id (the number of a unit in the order of unit_id,
from 1), so that new figures change no tile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.core.country import Country
from geo.core.pmtiles import tile_ids
from geo.tiles.archive import Sheet, gzipped, write_archive
from geo.tiles.units.arcs import arcs_of
from geo.tiles.units.clip import Window
from geo.tiles.units.features import LINE, POINT, POLYGON, TileLayer
from geo.tiles.units.mesh import EXTENT, Coverage
from geo.tiles.units.thinning import least_zooms
from geo.tiles.units.zoom import WORLD_BITS, Drawing, Labels, zoom_tiles

if TYPE_CHECKING:
    from pandas import DataFrame

MAX_ZOOM = 10
CONTEXT = "context"
_WORLD = 2.0**WORLD_BITS
_HIGHEST_LAT = 85.05112877980659  # where the square map ends
_SMALLEST = 32.0  # square grid units: half a pixel of a tile that is drawn 512 pixels wide
_SMALLEST_AT_LAST = 4.0  # the last zoom is drawn larger as well
_LABEL_GRID_UNITS = 128  # a unit less wide and high has no room for a name
_PADDING = 0.05  # of width and height: what a reader sees around the units
_THREADS = 2
_EARTH_M = 40_075_016.68


def unit_tiles(
    maps: Mapping[str, DataFrame],
    context: Sequence[shapely.Geometry],
    country: Country,
    edition: str,
    path: Path,
) -> None:
    """Write the archive of an edition: its levels by id, each with its `units`, and the countries around.

    In each zoom each level of polygons is a valid coverage in whole grid units (4096 to a tile), cut at one margin:
    no gap and no overlap between neighbours, within a tile and across its edges. Levels whose borders have the same
    vertices stay the same line. A level of `places` has label points only. Same inputs, same bytes.
    """
    levels = [level for level in country.levels if level.id in maps]
    ordered = {level.id: maps[level.id].sort_values("unit_id") for level in levels}
    drawn = [level.id for level in levels if level.kind == "coverage"]
    drawing = _drawing(ordered, drawn, context, country)
    bounds = _bounds(list(ordered.values()))
    windows = [_window(bounds, zoom) for zoom in range(MAX_ZOOM, -1, -1)]
    with ThreadPoolExecutor(_THREADS) as threads:
        zooms = [*threads.map(lambda window: zoom_tiles(drawing, window), windows)]
    ids = np.concatenate([_ids(window, numbers) for window, (numbers, _) in zip(windows, zooms, strict=True)])
    plain = [tile for _, tiles in zooms for tile in tiles]
    distinct = [*dict.fromkeys(plain)]
    packed = dict(zip(distinct, gzipped(distinct), strict=True))
    order = np.argsort(ids)
    sheet = _sheet(drawing, bounds, country, edition)
    write_archive(path, ids[order], [packed[plain[number]] for number in order.tolist()], sheet)


def _ids(window: Window, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    left, top = window.corner(numbers)
    return tile_ids(window.zoom, left // EXTENT, top // EXTENT)


def _drawing(
    maps: Mapping[str, DataFrame], levels: Sequence[str], context: Sequence[shapely.Geometry], country: Country
) -> Drawing:
    layers = [TileLayer(name, POLYGON, _properties(maps[name], country), _numbers(maps[name])) for name in levels]
    parts = [list(maps[name].geometry) for name in levels]
    if len(context):
        # One shape, as on the drawn map: neighbours are alike and have no name.
        layers.append(TileLayer(CONTEXT, POLYGON, [{}]))
        parts.append([shapely.union_all(list(context))])
    shapes = np.array([shape for part in parts for shape in part], dtype=object)
    bounds = np.cumsum([0, *map(len, parts)]).tolist()
    sides = [{"level": level, "is_inner": is_inner} for level in levels for is_inner in (False, True)]
    arcs = arcs_of(shapely.transform(shapes, _projected))
    limits = np.full(MAX_ZOOM + 1, _SMALLEST)
    limits[-1] = _SMALLEST_AT_LAST
    grid = _WORLD / (EXTENT * 2.0 ** np.arange(MAX_ZOOM + 1))
    return Drawing(
        arcs,
        least_zooms(arcs.points, arcs.starts, limits * grid**2),
        [Coverage(first, stop) for first, stop in pairwise(bounds)],
        layers,
        TileLayer("borders", LINE, sides),
        [_labels(level, units, country) for level, units in maps.items()],
    )


def _projected(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return world units of Web Mercator, y down, of degrees."""
    lon, lat = np.clip(points[:, 0], -180, 180), np.clip(points[:, 1], -_HIGHEST_LAT, _HIGHEST_LAT)
    sine = np.sin(np.radians(lat))
    y = 0.5 - np.log((1 + sine) / (1 - sine)) / (4 * np.pi)
    return np.clip(np.column_stack([lon / 360 + 0.5, y]), 0, 1) * _WORLD


def _properties(units: DataFrame, country: Country) -> list[dict[str, str | bool]]:
    columns = ["unit_id", "parent_id", "kind", *(f"name_{language}" for language in country.languages)]
    mark = {"is_synthetic": True} if country.is_synthetic else {}
    return [{**row, **mark} for row in units[columns].to_dict("records")]


def _numbers(units: DataFrame) -> list[int]:
    return list(range(1, len(units) + 1))


def _labels(level: str, units: DataFrame, country: Country) -> Labels:
    """Return the label points of a level; a unit without an area is a place and always has its name."""
    where = _projected(units[["label_lon", "label_lat"]].to_numpy(np.float64))
    layer = TileLayer(f"{level}_labels", POINT, _properties(units, country), _numbers(units))
    # Metres are longer on the map away from the equator.
    width = np.sqrt(units["area_m2"].to_numpy(np.float64)) / np.cos(np.radians(units["label_lat"].to_numpy()))
    grid_m = _EARTH_M / EXTENT / 2.0 ** np.arange(MAX_ZOOM + 1)
    least = np.searchsorted(-grid_m * _LABEL_GRID_UNITS, -width)
    return Labels(layer, where[:, 0], where[:, 1], np.where(width > 0, np.minimum(least, MAX_ZOOM), 0))


def _bounds(maps: Sequence[Any]) -> tuple[float, float, float, float]:
    """Return what all units span, with some room around it."""
    west, south, east, north = shapely.total_bounds(np.concatenate([units.geometry.to_numpy() for units in maps]))
    wide, high = _PADDING * (east - west), _PADDING * (north - south)
    south, north = max(south - high, -_HIGHEST_LAT), min(north + high, _HIGHEST_LAT)
    return max(west - wide, -180.0), south, min(east + wide, 180.0), north


def _window(bounds: tuple[float, float, float, float], zoom: int) -> Window:
    corners = _projected(np.array(bounds).reshape(2, 2)) / _WORLD * 2**zoom
    (west, south), (east, north) = np.minimum(np.floor(corners), 2**zoom - 1).astype(int).tolist()
    return Window(zoom, west, north, east + 1, south + 1)


def _sheet(drawing: Drawing, bounds: tuple[float, float, float, float], country: Country, edition: str) -> Sheet:
    layers = [*drawing.layers, drawing.borders, *(labels.layer for labels in drawing.labels)]
    metadata = {
        "name": f"{country.id} {edition}",
        "type": "overlay",
        "attribution": _credits(country),
        "country": country.id,
        "edition": edition,
        **({"is_synthetic": "true"} if country.is_synthetic else {}),  # readers expect text
        "vector_layers": [
            {"id": layer.name, "fields": _fields(layer), "minzoom": 0, "maxzoom": MAX_ZOOM}
            for layer in layers
            if layer.rows
        ],
    }
    west, south, east, north = bounds
    return Sheet("mvt", 0, MAX_ZOOM, bounds, ((west + east) / 2, (south + north) / 2), metadata)


def _credits(country: Country) -> str:
    return "; ".join(source.name[country.default_language] for source in country.sources if source.about == "borders")


def _fields(layer: TileLayer) -> dict[str, str]:
    held = {key: value for row in layer.rows for key, value in row.items() if value}
    return {key: "Boolean" if value is True else "String" for key, value in held.items()}
