"""Laws of counting a raster by unit: each cell is shared by exactly what lies in it, and nothing is lost or made up."""

import numpy as np
import pytest
import rasterio
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from rasterio.transform import Affine

from geo.boundaries import read_units
from geo.core.country_file import read_country
from geo.core.errors import BadData
from geo.denominators import lower_denominators, read_denominators
from geo.foreign.coverage import edges_of
from geo.foreign.limits import Limits
from geo.foreign.raster import zonal_sums
from tests.country_zz import NEW

SIDE = 8
UNITS = {"west": shapely.box(60, 40, 61.3, 42), "east": shapely.box(61.3, 40, 63, 42)}
# Thousandths of a cell: what is closer together is beyond the brute force that we compare with, not beyond us.
COORDINATES = st.one_of(st.integers(0, SIDE).map(float), st.integers(0, SIDE * 1024).map(lambda n: n / 1024))
TRIANGLES = st.lists(st.tuples(COORDINATES, COORDINATES), min_size=3, max_size=3)


PLACE = Affine(0.1, 0, 59.9, 0, -0.1, 42.2)


def write(path, values, transform=PLACE, crs="EPSG:4326", **options):
    height, width = values.shape[-2:]
    bands = values.reshape(-1, height, width)
    profile = {"driver": "GTiff", "count": len(bands), "dtype": values.dtype, "width": width, "height": height}
    with rasterio.open(path, "w", **profile, transform=transform, crs=crs, **options) as raster:
        raster.write(bands)
    return path


def covered(polygon):
    """Return the shares of a small raster by brute force: one intersection for each cell."""
    cells = [shapely.box(column, row, column + 1, row + 1) for row in range(SIDE) for column in range(SIDE)]
    return shapely.area(shapely.intersection(cells, polygon)).reshape(SIDE, SIDE)


@given(st.lists(TRIANGLES, min_size=1, max_size=3), st.lists(TRIANGLES, max_size=2))
def test_shares_are_those_of_an_intersection_with_every_cell(filled, holes):
    """Any polygon, holes and parts included, on lines of the raster or beside them."""
    land = shapely.union_all([shapely.Polygon(points) for points in filled])
    water = shapely.union_all([shapely.Polygon(points) for points in holes])
    polygon = shapely.difference(land, water)

    assert covered(polygon) == pytest.approx(edges_of(polygon).shares(0, SIDE, range(SIDE)), abs=1e-9)


@given(TRIANGLES, st.integers(0, SIDE - 1), st.integers(0, SIDE - 1), st.integers(1, SIDE), st.integers(1, SIDE))
def test_a_window_sees_what_the_whole_sees(points, top, left, rows, columns):
    """Read in strips, a raster gives each cell the share that it has in one piece."""
    edges = edges_of(shapely.Polygon(points))
    whole = edges.shares(0, 2 * SIDE, range(2 * SIDE))
    part = edges.shares(top, rows, range(left, left + columns))

    assert whole[top : top + rows, left : left + columns] == pytest.approx(part, abs=1e-12)


@given(st.tuples(COORDINATES, COORDINATES))
def test_neighbours_share_a_cell_without_a_remainder(middle):
    """Four triangles around a point fill the square: every cell is given away once."""
    corners = [(0, 0), (SIDE, 0), (SIDE, SIDE), (0, SIDE)]
    parts = [shapely.Polygon([middle, corners[n], corners[n - 1]]) for n in range(4)]
    shares = sum(edges_of(part).shares(0, SIDE, range(SIDE)) for part in parts)

    assert np.ones((SIDE, SIDE)) == pytest.approx(shares, abs=1e-12)


def test_sums_are_those_of_brute_force(tmp_path):
    """A raster in degrees, two units side by side, their border in the middle of cells."""
    values = np.random.default_rng(1).integers(0, 1000, (24, 33)).astype("float32")
    path = write(tmp_path / "people.tif", values)
    found = zonal_sums(path, UNITS)
    cells = [
        shapely.box(59.9 + c / 10, 42.1 - r / 10, 60 + c / 10, 42.2 - r / 10) for r in range(24) for c in range(33)
    ]

    for unit_id, unit in UNITS.items():
        expected = (shapely.area(shapely.intersection(cells, unit)) * 100 * values.ravel()).sum()
        assert expected == pytest.approx(found.sums[unit_id], rel=1e-9)
    assert values.sum(dtype="float64") == found.whole
    assert set(UNITS) == set(found.sums)


@settings(max_examples=3)
@given(st.floats(60.1, 62.9))
def test_units_that_fill_the_raster_count_all_of_it(tmp_path_factory, border):
    """Wherever the border runs, both sides together have everybody."""
    folder = tmp_path_factory.mktemp("all")
    values = np.random.default_rng(2).integers(0, 1000, (10, 15)).astype("int32")
    path = write(folder / "people.tif", values, Affine(0.2, 0, 60, 0, -0.2, 42))
    units = {"west": shapely.box(60, 40, border, 42), "east": shapely.box(border, 40, 63, 42)}

    assert values.sum() == pytest.approx(sum(zonal_sums(path, units).sums.values()), rel=1e-12)


def test_another_projection_counts_the_same_land(tmp_path):
    """Ones on each square kilometre of an equal-area raster add up to the area, borders bent as they are."""
    crs = "+proj=aea +lat_1=41 +lat_2=43 +lat_0=42 +lon_0=62 +datum=WGS84 +units=m"
    values = np.ones((500, 500), "uint8")
    path = write(tmp_path / "km2.tif", values, Affine(1000, 0, -250_000, 0, -1000, 100_000), crs)
    found = zonal_sums(path, UNITS).sums
    areas = [Geod(ellps="WGS84").geometry_area_perimeter(shapely.segmentize(unit, 0.01))[0] for unit in UNITS.values()]

    assert [area / 1e6 for area in areas] == pytest.approx([found["west"], found["east"]], rel=1e-6)
    assert 1.3 / 1.7 == pytest.approx(found["west"] / found["east"], rel=1e-6)


def test_a_raster_turned_upside_down_counts_the_same(tmp_path):
    """Rows may run north."""
    values = np.random.default_rng(3).integers(0, 1000, (24, 33)).astype("float32")
    down = zonal_sums(write(tmp_path / "down.tif", values), UNITS).sums
    up = write(tmp_path / "up.tif", values[::-1].copy(), Affine(0.1, 0, 59.9, 0, 0.1, 39.8))

    assert down == pytest.approx(zonal_sums(up, UNITS).sums, rel=1e-9)


def test_cells_without_data_count_as_nothing(tmp_path):
    """The declared number, and NaN."""
    values = np.ones((24, 33), "float32")
    values[3, :], values[7, :] = -99999, np.nan
    ones = np.ones((24, 33), "float32")
    ones[[3, 7], :] = 0
    declared = write(tmp_path / "gaps.tif", values, nodata=-99999)

    assert zonal_sums(write(tmp_path / "ones.tif", ones), UNITS).sums == zonal_sums(declared, UNITS).sums


def test_stored_numbers_are_scaled_as_the_file_says(tmp_path):
    """A scale of ten in the file makes ten of one."""
    path = write(tmp_path / "scaled.tif", np.ones((24, 33), "uint8"))
    plain = zonal_sums(path, UNITS).sums
    with rasterio.open(path, "r+") as raster:
        raster.scales = (10.0,)

    assert {unit: 10 * value for unit, value in plain.items()} == pytest.approx(zonal_sums(path, UNITS).sums)


ONES = np.ones((24, 33), "float32")


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
@pytest.mark.parametrize(
    ("values", "options", "code"),
    [
        (ONES - 2, {}, "E-TIF-04"),
        (np.full_like(ONES, np.inf), {}, "E-TIF-04"),
        (ONES.astype("complex64"), {}, "E-TIF-01"),
        (np.stack([ONES, ONES]), {}, "E-TIF-02"),
        (ONES, {"crs": None}, "E-TIF-02"),
        (ONES, {"transform": Affine.identity()}, "E-TIF-02"),
        (ONES, {"transform": Affine(0.1, 0, 61, 0, -0.1, 42.2)}, "E-TIF-03"),
    ],
)
def test_a_raster_that_cannot_be_counted_is_refused(tmp_path, values, options, code):
    """What is not declared is not guessed: negative people, no place, a raster that ends inside of a unit."""
    path = write(tmp_path / "people.tif", values, **options)
    with pytest.raises(BadData) as error:
        zonal_sums(path, UNITS)

    assert {("people.tif", code)} == {(fault.file, fault.code) for fault in error.value.faults}


VRT = """<VRTDataset rasterXSize="33" rasterYSize="24"><VRTRasterBand dataType="Byte" band="1"><SimpleSource>
<SourceFilename>{}</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>"""


@pytest.mark.parametrize("kind", ["vrt", "text", "cut", "empty"])
def test_only_a_geotiff_is_opened(tmp_path, kind):
    """A file that names other files, whatever it is called, reads none of them."""
    whole = write(tmp_path / "whole.tif", ONES)
    content = {
        "vrt": VRT.format(whole).encode(),
        "text": b"people",
        "cut": whole.read_bytes()[:-2000],
        "empty": b"",
    }[kind]
    path = tmp_path / "people.tif"
    path.write_bytes(content)
    with pytest.raises(BadData) as error:
        zonal_sums(path, UNITS)

    assert ["E-TIF-01"] == [fault.code for fault in error.value.faults]


def test_a_raster_that_unpacks_to_more_than_is_allowed_ends_the_child(tmp_path):
    """A file of some kilobytes may hold one huge block; the reader's memory is limited, ours is not touched."""
    profile = {"driver": "GTiff", "count": 1, "dtype": "float64", "width": 16384, "height": 16384, "crs": "EPSG:4326"}
    block = {"tiled": True, "blockxsize": 16384, "blockysize": 16384, "sparse_ok": True, "compress": "deflate"}
    path = tmp_path / "bomb.tif"
    with rasterio.open(path, "w", **profile, **block, transform=Affine(3e-4, 0, 59, 0, -3e-4, 43)):
        pass
    with pytest.raises(BadData) as error:
        zonal_sums(path, UNITS, limits=Limits(memory_mb=900, cpu_s=20, wall_s=40))

    assert path.stat().st_size < 10_000
    assert ["E-SYS-05"] == [fault.code for fault in error.value.faults]


def counted(zz, named="people-*.tif"):
    """Declare rasters in place of the table of people; return the country and its units."""
    declaration = zz.borders / "country.toml"
    declaration.write_text(declaration.read_text("utf-8").replace("population.csv", named), "utf-8")
    country = read_country(zz.borders)
    return country, read_units(zz.borders, country, NEW, "region")


def people_of(table):
    return table[table["series"] == "person"].set_index(["year", "unit_id"])["value"].to_dict()


def test_a_country_may_count_its_people_from_rasters(zz):
    """One file for each year, named in country.toml with a star for the year: hundredths of people, by unit."""
    people = np.full((40, 40), 3.0, "float32")
    for year, factor in (("2023", 1), ("2024", 2)):
        write(zz.borders / f"people-{year}.tif", people * factor, Affine(0.1, 0, 60, 0, -0.1, 44))
    country, units = counted(zz)
    expected = {"10": 900.0, "20": 300.0, "30": 1200.0, "40": 1200.0, "50": 1200.0}
    doubled = {("2024", unit): 2 * value for unit, value in expected.items()}

    assert {("2023", unit): value for unit, value in expected.items()} | doubled == people_of(
        read_denominators(zz.borders, country, units)
    )
    assert doubled.items() <= people_of(lower_denominators(zz.borders, country, units)).items()


def test_a_unit_in_which_nobody_is_counted_is_a_fault(zz):
    """Nothing can be divided by zero; every unit is told, with the raster."""
    people = np.full((40, 40), 3.0, "float32")
    people[:20, :20] = 0
    write(zz.borders / "people-2024.tif", people, Affine(0.1, 0, 60, 0, -0.1, 44))
    country, units = counted(zz)
    with pytest.raises(BadData) as error:
        read_denominators(zz.borders, country, units)

    assert [("people-2024.tif", "40", "E-CSV-21")] == [
        (fault.file, fault.column, fault.code) for fault in error.value.faults
    ]


@pytest.mark.parametrize(
    ("named", "code"), [("people.tif", "E-TIF-05"), ("people-*.tif", "E-CSV-08"), ("../*.tif", "E-CTRY-03")]
)
def test_rasters_are_named_by_their_year(zz, named, code):
    """A star stands for it; without one, without a file, or outside of the folder it is a fault."""
    with pytest.raises(BadData) as error:
        read_denominators(zz.borders, *counted(zz, named))

    assert code in {fault.code for fault in error.value.faults}
