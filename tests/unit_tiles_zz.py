"""What the laws of unit tiles share: a small country of two levels and places, and archives read by other packages."""

import gzip
import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import geopandas as gpd
import mapbox_vector_tile
import shapely
from pmtiles.reader import MmapSource, all_tiles

from geo.core.country import Level
from geo.core.country_file import read_country
from geo.core.model import conformed

ROOT = Path(__file__).resolve().parent.parent
BORDERS = ROOT / "data" / "boundaries" / "kz"
WORDS = {"kk": "Әңү", "ru": "Слово", "en": "Word"}
LEVELS = tuple(
    Level(level, kind, WORDS) for level, kind in (("region", "coverage"), ("district", "coverage"), ("town", "places"))
)
HOSTILE = ("<img src=x onerror=alert(1)>", "Ә\"'`${a}", "\x1a\x00\u202e", "длинное имя " * 40, "")


@cache
def country(is_synthetic=False):
    """Return Kazakhstan with the levels region, district and town."""
    return replace(read_country(BORDERS), levels=LEVELS, is_synthetic=is_synthetic)


def units(shapes, level, names=("Әңү",), parents=()):
    """Return shapes as units of a level, numbered from 1."""
    rows = []
    for number, shape in enumerate(shapes):
        point = shape.representative_point()
        name = names[number % len(names)]
        rows.append(
            {
                "edition": "2020-01-01",
                "level": level,
                "unit_id": f"{number + 1:02d}",
                "parent_id": parents[number] if parents else "",
                "iso": "",
                "kind": level,
                **{f"name_{language}": name for language in ("kk", "ru", "en")},
                "area_m2": int(shape.area * 8e9),
                "label_lon": point.x,
                "label_lat": point.y,
                "geometry": shape,
            }
        )
    table = conformed(gpd.GeoDataFrame(rows, geometry="geometry", crs=4326), "units")
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(list(table["geometry"]), crs=4326))


def small():
    """Return levels of a country a third of a degree wide: a city within a region, districts across, two towns."""
    whole, city = shapely.box(70, 50, 70.3, 50.3), shapely.Point(70.14, 50.16).buffer(0.05)
    east = shapely.box(70.2, 50, 70.3, 50.3)
    regions = [shapely.difference(shapely.difference(whole, city), east), shapely.difference(east, city), city]
    south = shapely.box(70, 50, 70.3, 50.13)
    halves = [part(region, south) for region in regions for part in (shapely.intersection, shapely.difference)]
    districts = shapely.coverage_clean([half for half in halves if not half.is_empty])
    owners = [
        next(f"{n + 1:02d}" for n, r in enumerate(regions) if r.contains(d.representative_point())) for d in districts
    ]
    whole_regions = [shapely.coverage_union_all(districts[[o == f"{n:02d}" for o in owners]]) for n in (1, 2, 3)]
    return {
        "region": units(whole_regions, "region", HOSTILE[:3]),
        "district": units(districts, "district", HOSTILE, owners),
        "town": units([shapely.Point(70.05, 50.05), shapely.Point(70.25, 50.25)], "town"),
    }


def around():
    """Return what lies around the small country, in two pieces."""
    outside = shapely.difference(shapely.box(69, 49, 71, 51), shapely.box(70, 50, 70.3, 50.3))
    return [
        shapely.intersection(outside, half) for half in (shapely.box(69, 49, 70.1, 51), shapely.box(70.1, 49, 71, 51))
    ]


def decoded(content):
    """Return layer → features of a compressed tile, by the MVT package; y points down."""
    layers = mapbox_vector_tile.decode(gzip.decompress(content), default_options={"y_coord_down": True})
    return {name: layer["features"] for name, layer in layers.items()}


def stored(path):
    """Return (z, x, y) → compressed tile of an archive, by the pmtiles package."""
    with path.open("rb") as file:
        return {tuple(place): bytes(tile) for place, tile in all_tiles(MmapSource(file))}


def shapes(features, square=None):
    """Return unit_id → geometry of features, within a square where one is given."""
    drawn = {f["properties"].get("unit_id", ""): shapely.from_geojson(json.dumps(f["geometry"])) for f in features}
    return {key: shapely.intersection(shape, square) for key, shape in drawn.items()} if square else drawn
