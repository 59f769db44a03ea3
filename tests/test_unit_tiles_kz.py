"""Laws of the unit tiles of real borders, in every zoom: no gap, no overlap, the same line in every tile and level."""

import os
from itertools import product
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.boundaries import read_neighbours, read_units
from geo.boundaries.coverage import as_coverage
from geo.tiles.units import MAX_ZOOM, unit_tiles
from tests.unit_tiles_zz import BORDERS, country, decoded, shapes, stored, units

NEW, OLD = "2022-06-08", "2018-06-19"
SHARED = Path(os.environ.get("BUDGETMAP_SHARED", Path(__file__).resolve().parents[2] / "shared"))
DISTRICTS = SHARED / "data/kz/boundaries/district_2022.geojson"
ZOOMS = range(MAX_ZOOM + 1)
EXTENT, MARGIN, MOST = 4096, 64, 100_000
SQUARE = shapely.box(0, 0, EXTENT, EXTENT)
LOOKED_AT = 4  # tiles of a zoom: the heaviest, where most borders meet, and those beside them
LEVELS = {"region", "district"}


@pytest.fixture(scope="module")
def editions(tmp_path_factory):
    """The regions of 2018 with those of 2022 inside them, made from the same lines, and the neighbours."""
    path = tmp_path_factory.mktemp("kz") / "a.pmtiles"
    maps = {
        "region": read_units(BORDERS, country(), OLD, "region"),
        "district": read_units(BORDERS, country(), NEW, "region"),
    }
    unit_tiles(maps, read_neighbours(BORDERS, country()), country(), NEW, path)
    return stored(path)


@pytest.fixture(scope="module")
def districts(tmp_path_factory):
    """The 224 districts of 2022, of another source than the regions."""
    if not DISTRICTS.exists():
        pytest.skip("needs the shared borders of districts")
    path = tmp_path_factory.mktemp("kz") / "b.pmtiles"
    raw = gpd.read_file(DISTRICTS).sort_values("KATO")
    maps = {
        "region": read_units(BORDERS, country(), NEW, "region"),
        "district": units(as_coverage(raw.geometry.to_numpy()).rounded, "district"),
    }
    unit_tiles(maps, [], country(), NEW, path)
    return stored(path)


@pytest.fixture(params=["editions", "districts"])
def tiles(request):
    """Compressed tiles by place, of either archive."""
    return request.getfixturevalue(request.param)


def heaviest(tiles, zoom):
    """Return the places of the heaviest tiles of a zoom."""
    of_zoom = sorted((place for place in tiles if place[0] == zoom), key=lambda place: -len(tiles[place]))
    return [place for place in of_zoom[: 2 * LOOKED_AT] if LEVELS <= set(decoded(tiles[place]))][:LOOKED_AT]


def gaps(drawn):
    """Return the holes between shapes that lie between two of them or more."""
    holes = [shapely.Polygon(ring) for part in shapely.get_parts(shapely.union_all(drawn)) for ring in part.interiors]
    return [hole for hole in holes if shapely.intersects(hole, drawn).sum() > 1]


@pytest.mark.parametrize("zoom", ZOOMS)
def test_neighbours_meet_without_gap_or_overlap(tiles, zoom):
    """In each tile and level: every unit is valid, no two share land, nothing lies between two of them."""
    for place in heaviest(tiles, zoom):
        for level, features in decoded(tiles[place]).items():
            if level not in LEVELS:
                continue
            drawn = np.array([*shapes(features).values()])
            within = np.array([*shapes(features, SQUARE).values()])

            assert shapely.is_valid(drawn).all()
            assert shapely.coverage_is_valid(drawn)
            assert [] == gaps(drawn)
            assert shapely.union_all(within).area == pytest.approx(shapely.area(within).sum(), rel=1e-12)


def in_the_strip(features, step, moved):
    """Return what features draw where a tile and the one a step further overlap, in the coordinates of the first."""
    strip = shapely.box(*((EXTENT - MARGIN if s else -MARGIN) for s in step), EXTENT + MARGIN, EXTENT + MARGIN)
    by = EXTENT * np.array(step) if moved else 0
    drawn = {key: shapely.transform(shape, lambda p: p + by) for key, shape in shapes(features).items()}
    cut = {key: shapely.intersection(shape, strip) for key, shape in drawn.items()}
    return {key: shape for key, shape in cut.items() if shape.area}


@pytest.mark.parametrize("zoom", ZOOMS[1:])
def test_borders_go_on_in_the_next_tile(tiles, zoom):
    """What two tiles side by side both draw, the strip of their margins, is the same to the last hair."""
    compared = 0
    for (z, x, y), (right, down) in product(heaviest(tiles, zoom)[:3], ((1, 0), (0, 1), (1, 1))):
        if (beside := (z, x + right, y + down)) not in tiles:
            continue
        own, other = decoded(tiles[z, x, y]), decoded(tiles[beside])
        for level in LEVELS & set(own) & set(other):
            first = in_the_strip(own[level], (right, down), moved=False)
            second = in_the_strip(other[level], (right, down), moved=True)
            compared += len(first)

            assert set(first) == set(second)
            assert [] == [key for key in first if shapely.symmetric_difference(first[key], second[key]).area]

    assert compared or zoom < 3


@pytest.mark.parametrize("zoom", ZOOMS)
def test_what_lies_in_a_region_adds_up_to_it(editions, zoom):
    """The regions of 2018 are drawn by the very lines of those of 2022, whatever the zoom leaves out."""
    for place in heaviest(editions, zoom):
        tile = decoded(editions[place])
        outer = shapely.union_all([*shapes(tile["region"]).values()])
        inner = shapes(tile["district"])

        assert 0 == shapely.symmetric_difference(outer, shapely.union_all([*inner.values()])).area
        for region in shapes(tile["region"]).values():
            parts = [shape for shape in inner.values() if shapely.intersection(shape, region).area]

            assert 0 == shapely.symmetric_difference(region, shapely.union_all(parts)).area


@pytest.mark.parametrize("zoom", [3, 6])
def test_land_keeps_its_area(editions, zoom):
    """All tiles of a zoom together hold the land of the source, within a thousandth."""
    source = shapely.union_all(read_units(BORDERS, country(), NEW, "region").to_crs(3857).geometry.to_numpy())
    unit_m = 40_075_016.68 / 2**zoom / EXTENT
    drawn = [decoded(tile).get("region", []) for place, tile in editions.items() if place[0] == zoom]
    area = sum(shape.area for features in drawn for shape in shapes(features, SQUARE).values())

    assert source.area == pytest.approx(area * unit_m**2, rel=1e-3)


def test_every_unit_is_seen_from_the_fifth_zoom_on(editions):
    """Almaty and Astana are small beside their regions and still are no less than they are."""
    for zoom in (5, 7):
        of_zoom = [decoded(tile) for place, tile in editions.items() if place[0] == zoom]
        counts = {level: {f["id"] for tile in of_zoom for f in tile.get(level, [])} for level in LEVELS}

        assert {"region": set(range(1, 18)), "district": set(range(1, 21))} == counts


def test_no_tile_is_heavy(tiles):
    """The largest tile, of 224 districts and regions of another source, is far below a hundred kilobytes."""
    assert MOST * 0.6 > max(map(len, tiles.values()))
