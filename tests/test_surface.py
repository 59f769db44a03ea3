"""Laws of the surface: every minor unit lies where it belongs, in the raster, its pictures and its legend."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import rasterio
from hypothesis import given
from hypothesis import strategies as st

from geo.boundaries import read_units
from geo.core.country_file import read_country
from geo.core.errors import BadData
from geo.core.tile_ids import zxy
from geo.surface import Scope, Spending, cog, facts, pictures, spending, surface
from geo.surface.density import LARGEST_ERROR, TERMS
from geo.surface.grid import NOBODY, Grid, grid_of
from geo.surface.kernel import RADIUS, Sources, spread
from geo.surface.legend import COLOURS, NOTHING
from geo.surface.mark import COLOUR, stamped
from tests.conftest import made_zz
from tests.country_zz import NEW

SCOPE = Scope("2024-12")
IN_10, IN_30, IN_40 = (60.2, 41.7), (63, 41), (61, 43)
BODIES = (
    ("clinic", "10", *IN_10, "point", 70_000),
    ("office", "10", *IN_10, "region", 30_001),
    ("road", "30", *IN_30, "settlement", 123_456_789_012),
    ("school", "40", *IN_40, "point", 50_000_000),
    ("stray", "", *IN_30, "point", 7),
)


def spent_by(rows, transfers_minor=0):
    columns = ["body_id", "unit_id", "lon", "lat", "exactness", "amount_minor"]
    return Spending(SCOPE, pd.DataFrame(rows, columns=columns), transfers_minor)


@pytest.fixture(scope="module")
def land(tmp_path_factory):
    """The country zz and its units."""
    made = made_zz(tmp_path_factory.mktemp("zz"))
    country = read_country(made.borders)
    return country, read_units(made.borders, country, NEW, "region")


@pytest.fixture(scope="module")
def made(land):
    country, units = land
    return surface(spent_by(BODIES, 11), units, country)


@pytest.fixture(scope="module")
def drawn(made):
    """The pictures of the same surface in a real country: no word stands on them."""
    return pictures(replace(made, country=replace(made.country, is_synthetic=False)))


@pytest.fixture(scope="module")
def raster(made, tmp_path_factory):
    path = tmp_path_factory.mktemp("raster") / "surface.tif"
    path.write_bytes(cog(made))
    with rasterio.open(path) as opened:
        yield opened


def amount_of(made, number):
    """Return the amount that the raster holds for a unit, in minor units."""
    cells = made.density[made.grid.owners == number].astype("float64")
    return cells.sum() * made.grid.cell_km2 * made.country.minor_units


def test_the_raster_holds_the_amount_of_each_unit(made):
    """Density times area, added up: the unit's figure, but for the rounding that is stated."""
    held = [amount_of(made, number) for number in range(5)]

    assert [100_001, 0, 123_456_789_012, 50_000_000, 0] == pytest.approx(held, rel=LARGEST_ERROR)
    assert abs(sum(held) - made.on_surface_minor) / made.on_surface_minor == pytest.approx(made.error, abs=1e-15)
    assert made.error <= made.largest_unit_error <= LARGEST_ERROR


def test_every_minor_unit_has_a_term(made):
    """What is not on the surface is told: nothing is dropped, nothing counted twice."""
    expected = {"kernel": 123_506_859_012, "even": 30_001, "too_small": 0, "unplaced": 7, "transfers": 11}

    assert expected == made.terms_minor
    assert list(TERMS) == list(expected)


def test_a_body_of_which_only_the_unit_is_known_makes_no_hill(land):
    """Its money lies evenly on the unit, wherever a label point may stand."""
    country, units = land
    flat = surface(
        spent_by([("office", "10", *IN_10, "region", 10**9), ("other", "30", None, None, "", 5)]), units, country
    )
    values = np.unique(flat.density[flat.grid.owners == 0])

    assert 1 == len(values)
    assert 10**9 == pytest.approx(amount_of(flat, 0), rel=LARGEST_ERROR)
    assert {"kernel": 0, "even": 10**9 + 5} == {name: flat.terms_minor[name] for name in ("kernel", "even")}


@pytest.mark.parametrize("point", [(63.9, 43.9), (0.0, 0.0), (60.2, 90.0), (700.0, 41.0)])
def test_a_point_far_from_its_unit_spreads_evenly(land, point):
    """A code beats a point; a wrong point neither loses the money nor takes it to another unit."""
    country, units = land
    made = surface(spent_by([("a", "10", *point, "point", 10**9)]), units, country)

    assert 10**9 == pytest.approx(amount_of(made, 0), rel=LARGEST_ERROR)
    assert 10**9 == made.terms_minor["even"]


def test_a_point_just_over_the_border_stays_in_its_unit(land):
    """The kernel is cut at the border and holds the whole amount on the near side."""
    country, units = land
    made = surface(spent_by([("a", "10", 62.01, 41.0, "point", 10**9)]), units, country)
    heights = made.density[made.grid.owners == 0]

    assert 10**9 == made.terms_minor["kernel"]
    assert 10**9 == pytest.approx(amount_of(made, 0), rel=LARGEST_ERROR)
    assert 0 == heights.min() < heights.max()


def test_the_order_of_bodies_changes_no_bit(made, land):
    """Same input, same bytes: amounts are added as whole numbers before anything is divided."""
    country, units = land
    turned = surface(spent_by(BODIES[::-1], 11), units, country)

    assert made.density.tobytes() == turned.density.tobytes()


def test_amounts_below_zero_are_kept(land):
    """A repayment is a hollow; the sum stays what it was."""
    country, units = land
    made = surface(
        spent_by([("a", "30", *IN_30, "point", -(10**9)), ("b", "30", 62.5, 40.5, "point", 10**9)]), units, country
    )

    assert 0 == pytest.approx(amount_of(made, 2), abs=10**9 * LARGEST_ERROR)
    assert made.density[made.grid.owners == 2].min() < 0 < made.density[made.grid.owners == 2].max()


def grid_from(owners):
    return Grid("", 0, 0, 1000, owners.shape[1], owners.shape[0], owners)


@given(st.data())
def test_a_kernel_keeps_every_amount_inside_its_unit(data):
    """Whatever the borders: each unit has what its sources brought, and cells of nobody stay empty."""
    seed = data.draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    owners = np.kron(rng.integers(NOBODY, 3, (4, 5)), np.ones((6, 6), int)).astype(np.int32)
    count = data.draw(st.integers(1, 40))
    cells, amounts = rng.integers(0, owners.size, count), rng.integers(-(10**12), 10**15, count)
    sources = Sources.gathered(rng.integers(0, 3, count), cells, amounts)
    found, is_spread = spread(grid_from(owners), sources)
    kept = sources[is_spread]

    assert 0 == np.abs(found[owners == NOBODY]).sum()
    for unit in range(3):
        expected = kept.amount_minor[kept.unit == unit].sum()
        assert expected == pytest.approx(found[owners == unit].sum(), rel=1e-12, abs=1)


def test_one_source_draws_the_kernel_itself():
    """(1 - (d / R)²)² around it, so scaled that it holds the amount; nothing beyond R."""
    owners = np.zeros((31, 31), np.int32)
    found, _ = spread(grid_from(owners), Sources.gathered(*(np.array([v]) for v in (0, 15 * 31 + 15, 1000))))
    row, column = np.indices(owners.shape) - 15
    square = (row**2 + column**2) / RADIUS**2
    heights = np.where(square < 1, (1 - square) ** 2, 0)

    assert (1000 * heights / heights.sum()) == pytest.approx(found, abs=1e-12)


def test_sources_are_sums_by_unit_and_cell():
    """Two bodies in a cell are one source; exact beyond 53 bits."""
    made = Sources.gathered(*(np.array(row) for row in ([1, 0, 1], [5, 5, 5], [2**60, 1, 1])))

    assert [(0, 5, 1), (1, 5, 2**60 + 1)] == list(zip(made.unit, made.cell, made.amount_minor, strict=True))


def test_cells_have_the_area_of_the_land_they_stand_for(land):
    """The projection keeps areas, so cells times their area are the unit's area, nearly."""
    country, units = land
    grid = grid_of(units, country)
    areas = np.bincount(grid.owners[grid.owners != NOBODY]) * grid.cell_m**2

    assert units["area_m2"].to_numpy() == pytest.approx(areas, rel=0.002)


def test_a_unit_smaller_than_a_cell_gets_one(land):
    """Its money is on the surface, not lost between the middles of cells."""
    country, units = land
    small = units.assign(geometry=[units.geometry[0], units.geometry[1].centroid.buffer(1e-4), *units.geometry[2:]])
    made = surface(spent_by([("a", "20", None, None, "", 1000)]), small, country)

    assert 1 == (made.grid.owners == 1).sum()
    assert 1000 == pytest.approx(amount_of(made, 1))


def test_a_unit_without_a_cell_is_told(land):
    """Of two specks in one cell one has it; the money of the other is a term of its own."""
    country, units = land
    speck = units.geometry[1].centroid.buffer(1e-4)
    small = units.assign(geometry=[speck, speck, *units.geometry[2:]])
    made = surface(spent_by([("a", "10", None, None, "", 1000), ("b", "20", None, None, "", 500)]), small, country)

    assert 1500 == made.terms_minor["even"] + made.terms_minor["too_small"]
    assert 0 < made.terms_minor["too_small"]


@pytest.mark.parametrize(
    ("projection", "code"),
    [
        ("EPSG:3857", "E-CTRY-08"),
        ("EPSG:4326", "E-CTRY-08"),
        ("+proj=lcc +lat_1=41 +lat_2=43", "E-CTRY-08"),
        ("+proj=aea +lat_1=41 +lat_2=43 +units=km", "E-CTRY-08"),
        ("+proj=unheard-of", "E-CTRY-03"),
    ],
)
def test_a_projection_that_does_not_keep_areas_is_refused(land, projection, code):
    """Money by square kilometre means nothing in it."""
    country, units = land
    with pytest.raises(BadData) as error:
        surface(spent_by(BODIES), units, replace(country, projection=projection))

    assert [("map.projection", code)] == [(fault.column, fault.code) for fault in error.value.faults]


def test_the_file_holds_the_raster_and_says_what_it_is(made, raster):
    """Same cells, place and projection; method, amount and error stand in its tags, and no time."""
    tags = raster.tags()

    assert made.density.tobytes() == raster.read(1).tobytes()
    assert (made.grid.transform, "float32") == (raster.transform, raster.dtypes[0])
    assert np.isnan(raster.nodata)
    assert raster.crs.is_projected
    assert "Albers" in raster.crs.to_wkt()
    assert ("ZZD/km2",) == raster.units
    assert ("true", "quartic", "5000", "500") == tuple(
        tags[name] for name in ("is_synthetic", "kernel", "bandwidth_m", "cell_m")
    )
    assert "1235068890.13" == tags["on_surface"]
    assert made.largest_unit_error == pytest.approx(float(tags["largest_unit_error"]), rel=0.01)
    assert "TIFFTAG_DATETIME" not in tags


def test_the_file_can_be_read_by_ranges(raster):
    """Cloud-optimised: directories first, then overviews from the coarsest, then the whole; all in tiles."""
    image = raster.tags(ns="IMAGE_STRUCTURE")
    levels = [None, *range(len(raster.overviews(1)))]
    of = {level: {} if level is None else {"ovr": level} for level in levels}
    directories = [int(raster.get_tag_item("IFD_OFFSET", "TIFF", bidx=1, **of[level])) for level in levels]
    blocks = [int(raster.get_tag_item("BLOCK_OFFSET_0_0", "TIFF", bidx=1, **of[level])) for level in levels]

    assert "COG" == image["LAYOUT"]
    assert [2, 4] == raster.overviews(1)
    assert [(256, 256)] == raster.block_shapes
    assert directories == sorted(directories)
    assert blocks == sorted(blocks, reverse=True)
    assert max(directories) < min(blocks)


def test_an_overview_keeps_density_times_area_inside_the_land(land, tmp_path):
    """Each of its cells is the mean of the four below, so a flat country is as flat in every overview."""
    country, units = land
    made = surface(spent_by([("a", "30", *IN_30, "point", 10**12)]), units, country)
    (tmp_path / "one.tif").write_bytes(cog(made))
    with rasterio.open(tmp_path / "one.tif", overview_level=0) as overview:
        coarse = np.nansum(overview.read(1).astype("float64")) * 4 * made.grid.cell_km2

    assert 10**10 == pytest.approx(coarse, rel=1e-6)


def test_the_same_surface_gives_the_same_files(made, tmp_path):
    """To the last byte, raster and pictures."""
    for name in ("a.tif", "b.tif"):
        (tmp_path / name).write_bytes(cog(made))

    assert (tmp_path / "a.tif").read_bytes() == (tmp_path / "b.tif").read_bytes()
    assert pictures(made).tiles == pictures(made).tiles


def pixels_of(tile):
    """Return the colours of a PNG, as any program reads them."""
    with rasterio.MemoryFile(tile) as memory, memory.open() as picture:
        colours = picture.colormap(1)
        table = np.array([colours.get(number, (0, 0, 0, 0)) for number in range(256)], np.uint8)
        return table[picture.read(1)]


def rgb(colour):
    return tuple(bytes.fromhex(colour[1:]))


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_a_picture_has_the_colour_that_the_legend_names(made, drawn):
    """At the deepest zoom the pixel over a unit's hill has the class of the raster's cell there; outside is nothing."""
    legend = facts(made)["classes"]
    zoom, column, row = zxy(drawn.ids)
    for lon, lat in (IN_30, IN_40, IN_10):
        scale = 2**drawn.max_zoom
        x = (lon + 180) / 360 * scale
        y = (1 - np.arcsinh(np.tan(np.radians(lat))) / np.pi) / 2 * scale
        (at,) = np.flatnonzero((zoom == drawn.max_zoom) & (column == int(x)) & (row == int(y)))
        pixel = pixels_of(drawn.tiles[at])[int(y % 1 * 256), int(x % 1 * 256)]
        cell = int(made.grid.cells_of(np.array([lon]), np.array([lat]))[0])
        density = float(made.density.ravel()[cell])
        (found,) = [row for row in legend if rgb(row["colour"]) == tuple(pixel[:3])]
        assert found["above"] * 0.9 < density <= found["up_to"] * 1.1
        assert 255 == pixel[3]


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_pictures_of_what_is_made_up_say_so(made, drawn):
    """The word stands on the land in a colour of its own; the rest of a picture is what it would be without it."""
    for plain, marked in zip(drawn.tiles, pictures(made).tiles, strict=True):
        before, after = pixels_of(plain), pixels_of(marked)
        differs = (before != after).any(axis=2)
        assert {rgb(COLOUR)} >= {tuple(colour) for colour in after[differs][:, :3]}
        assert (before[differs][:, 3] > 0).all()
    assert stamped(np.ones((256, 256), np.uint8), 9).max() == 9
    assert not stamped(np.zeros((256, 256), np.uint8), 9).any()


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_pictures_are_whole_at_every_zoom(made, drawn):
    """From one tile of the world to pixels as small as cells; ids ascend, none twice, none without land."""
    zoom, _, _ = zxy(drawn.ids)
    known = {rgb(row["colour"]) for row in facts(made)["classes"]} | {rgb(NOTHING)}

    assert set(range(drawn.max_zoom + 1)) == set(zoom.tolist())
    assert (np.diff(drawn.ids) > 0).all()
    assert 1 == (zoom == 0).sum()
    for tile in drawn.tiles:
        seen = pixels_of(tile)
        painted = seen[seen[..., 3] > 0]
        assert (256, 256, 4) == seen.shape
        assert 0 < len(painted)
        assert {tuple(colour) for colour in np.unique(painted[:, :3], axis=0)} <= known


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_land_without_spending_is_drawn_and_land_of_others_is_not(drawn):
    """Zero is not missing: it has a colour of its own, outside of the country there is none."""
    every = np.concatenate([pixels_of(tile).reshape(-1, 4) for tile in drawn.tiles])

    assert (every[:, 3] == 0).any()
    assert (every[:, :3] == rgb(NOTHING)).all(axis=1).any()


def test_classes_follow_one_another_and_reach_the_largest(made):
    """No gap, no overlap, no more than there are colours; darker means more."""
    legend = facts(made)
    classes = legend["classes"]

    assert [row["up_to"] for row in classes[:-1]] == [row["above"] for row in classes[1:]]
    assert legend["largest"] == classes[-1]["up_to"]
    assert 1 < len(classes) <= len(COLOURS)
    assert sorted((row["colour"] for row in classes), key=lambda c: -sum(rgb(c))) == [row["colour"] for row in classes]


def test_a_surface_without_money_has_no_classes(land):
    """It is drawn all the same: land on which nothing is spent."""
    country, units = land
    empty = surface(spent_by([]), units, country)

    assert [] == facts(empty)["classes"]
    assert "0.00" == facts(empty)["on_surface"]
    assert 0 < len(pictures(empty).tiles)


def test_amounts_are_told_exactly(made):
    """As decimal text: no float stands between a reader and the last minor unit."""
    told = facts(made)

    assert "1235068590.12" == told["amount"]["kernel"]
    assert "0.11" == told["amount"]["transfers"]
    assert "1235068890.31" == told["whole"]


def test_spending_is_taken_of_one_phase_of_one_period(land):
    """Transfers are left out and counted, bodies without a figure are left out; a placement that fails is no unit."""
    country, _ = land
    rows = [
        ("a", "2024-12", "executed", "01", 5),
        ("a", "2024-12", "executed", "0201", 6),
        ("a", "2024-12", "executed", "15", 100),
        ("a", "2024-12", "adjusted", "01", 1000),
        ("b", "2024-12", "executed", "01", 7),
        ("c", "2023-12", "executed", "01", 9),
    ]
    entries = pd.DataFrame(rows, columns=["body_id", "period", "phase", "function", "amount_minor"])
    bodies = pd.DataFrame({"body_id": ["c", "b", "a"], "exactness": ["region", "region", "point"]})
    bodies = bodies.assign(lon=[np.nan, np.nan, 60.2], lat=[np.nan, np.nan, 41.7])
    placements = pd.DataFrame({"body_id": ["a", "b", "c"], "unit_id": ["10", "", "30"]})
    made = spending(entries, bodies, placements, country, SCOPE)

    assert 100 == made.transfers_minor
    assert [("a", "10", 11), ("b", "", 7)] == list(
        made.bodies[["body_id", "unit_id", "amount_minor"]].itertuples(index=False, name=None)
    )
