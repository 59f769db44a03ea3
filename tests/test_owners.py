"""Laws of points and units: one owner, the same by raster and by exact test, on borders too."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.join import owners, owners_on_maps
from geo.join.grid import Grid
from geo.join.owning import FEW

KZ = Path(__file__).resolve().parent.parent / "data" / "boundaries" / "kz"
SIDE = 4  # quadrilaterals in a row
EIGHTHS = st.integers(-3, 3)


def units_of(shapes, names=None):
    """Return units with the given shapes; the names need not be in order."""
    return pd.DataFrame({"unit_id": names or [f"u{n:02}" for n in range(len(shapes))], "geometry": shapes})


@st.composite
def maps(draw):
    """Return units side by side, some of several parts, some missing, sometimes one more upon the others."""
    shift = np.array(draw(st.lists(EIGHTHS, min_size=2 * (SIDE + 1) ** 2, max_size=2 * (SIDE + 1) ** 2)))
    x, y = np.mgrid[0 : SIDE + 1, 0 : SIDE + 1] + shift.reshape(2, SIDE + 1, SIDE + 1) / 8
    corner = np.dstack([60 + x, 40 + y])
    cells = [
        shapely.Polygon([corner[i, j], corner[i + 1, j], corner[i + 1, j + 1], corner[i, j + 1]])
        for i in range(SIDE)
        for j in range(SIDE)
    ]
    owner = draw(st.lists(st.integers(0, 5), min_size=len(cells), max_size=len(cells)))
    shapes = [
        shapely.union_all([cell for cell, unit in zip(cells, owner, strict=True) if unit == number])
        for number in range(1, 6)
    ]
    if draw(st.booleans()):
        shapes.append(shapely.box(61.25, 41.125, 61.25 + draw(st.sampled_from([0.001, 0.125, 1.5])), 42))
    names = draw(st.permutations([f"u{n}" for n in range(len(shapes))]))
    return units_of([*shapes], list(names))


def telling(units, random):
    """Return points on corners, on the middles of edges, on corners of cells, beside, anywhere, and nowhere."""
    corners = shapely.get_coordinates(units["geometry"].to_numpy())
    middles = (corners[1:] + corners[:-1]) / 2
    grid = Grid.around(shapely.total_bounds(units["geometry"].to_numpy()), FEW)
    steps = random.integers(0, [[grid.columns], [grid.rows]], (2, 200))
    crossings = np.array([grid.west, grid.north])[:, None] + steps * [[grid.cell_deg], [-grid.cell_deg]]
    anywhere = random.uniform([[59], [39]], [[66], [46]], (2, 200))
    strange = [[np.nan, 62, np.inf, -np.inf, 1e300, 62, -500], [42, np.nan, 42, 42, 42, np.inf, 42]]
    return np.hstack([corners.T, middles.T, np.nextafter(corners.T, 0), crossings, anywhere, strange])


def asked_one_by_one(points, units):
    """Return owner and tie of each point as unprepared geometries say."""
    which = units["unit_id"].argsort()
    shapes = units["geometry"].to_numpy()[which]
    touch = shapely.intersects(shapes[:, None], shapely.points(*np.where(np.isfinite(points).all(axis=0), points, -1)))
    found = np.where(touch.any(axis=0), which.to_numpy()[touch.argmax(axis=0)], -1)
    return found, touch.sum(axis=0) > 1


@settings(max_examples=40)
@given(maps(), st.integers(0, 2**32 - 1))
def test_a_raster_changes_no_owner(units, seed):
    """Whatever the shapes: the answer for many points, by raster, is that of asking each unit about each point."""
    if shapely.is_empty(units["geometry"].to_numpy()).all():
        units = units_of([shapely.box(60, 40, 61, 41)])
    points = telling(units, np.random.default_rng(seed))
    lon, lat = (np.resize(row, FEW + 1) for row in points)
    expected, is_tie = asked_one_by_one(points, units)
    few, many = owners(*points, units), owners(lon, lat, units)

    assert expected.tolist() == few[0].tolist()
    assert is_tie.tolist() == few[1].tolist()
    assert np.array_equal(np.resize(expected, FEW + 1), many[0])
    assert np.array_equal(np.resize(is_tie, FEW + 1), many[1])


@settings(max_examples=10)
@given(maps(), st.integers(0, 2**32 - 1))
def test_neither_points_nor_units_need_an_order(units, seed):
    """The unit_id decides, not the row."""
    random = np.random.default_rng(seed)
    lon, lat = random.uniform([[60], [40]], [[64], [44]], (2, FEW))
    points, rows = random.permutation(FEW), random.permutation(len(units))
    number, is_tie = owners(lon, lat, units)
    turned, turned_tie = owners(lon[points], lat[points], units.iloc[rows].reset_index(drop=True))
    names, turned_names = np.append(units["unit_id"], ""), np.append(units["unit_id"].to_numpy()[rows], "")

    assert names[number][points].tolist() == turned_names[turned].tolist()
    assert is_tie[points].tolist() == turned_tie.tolist()


@pytest.mark.parametrize("edition", ["2018-06-19", "2022-06-08"])
def test_real_borders_are_joined_as_geopandas_does(edition):
    """Points on corners and edges of Kazakhstan's regions too: smallest unit_id, ties told, the same for few."""
    units = gpd.read_file(KZ / edition / "region.geojson")[["unit_id", "geometry"]].sample(frac=1, random_state=1)
    units = units.reset_index(drop=True)
    random = np.random.default_rng(1)
    corners = shapely.get_coordinates(units.geometry.to_numpy())[::7]
    anywhere = random.uniform(*units.total_bounds.reshape(2, 2), (FEW, 2))
    points = np.vstack([corners, anywhere]).T
    frame = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*points), crs=4326)
    pairs = gpd.sjoin(frame, units.set_crs(4326, allow_override=True))
    expected = pairs.groupby(level=0)["unit_id"].min().reindex(frame.index, fill_value="")
    number, is_tie = owners(*points, units)
    few = owners(*points[:, :500], units)

    assert expected.tolist() == np.append(units["unit_id"], "")[number].tolist()
    assert (pairs.groupby(level=0).size().reindex(frame.index, fill_value=0) > 1).tolist() == is_tie.tolist()
    assert is_tie.sum() > 1000
    assert np.array_equal(few, [number[:500], is_tie[:500]])


def test_several_maps_are_asked_in_one_pass():
    """Each answers as if it were alone, wherever it lies."""
    first = units_of([shapely.box(60, 40, 62, 42), shapely.box(62, 40, 64, 42)])
    second = units_of([shapely.box(61, 40, 90, 50)])
    lon, lat = np.random.default_rng(2).uniform([[55], [35]], [[95], [55]], (2, FEW))
    together = owners_on_maps(lon, lat, [first, second, units_of([])])

    assert np.array_equal(together[0], owners(lon, lat, first))
    assert np.array_equal(together[1], owners(lon, lat, second))
    assert {-1} == {*together[2][0].tolist()}


def test_no_points_have_no_owners():
    """An empty question has an empty answer."""
    number, is_tie = owners(np.array([]), np.array([]), units_of([shapely.box(0, 0, 1, 1)]))

    assert (0, 0) == (len(number), len(is_tie))
