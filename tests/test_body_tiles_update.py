"""Laws of updated tiles: only what changed is written, and the result is what building everything anew gives."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.tiles.bodies import write_bodies
from geo.tiles.bodies.layout import layout
from geo.tiles.bodies.update import Change, update_tiles
from geo.tiles.bodies.values import write_values
from tests.body_tiles_zz import ABOUT, bodies_at, figures_of, spread_bodies

BODIES, FIGURES = spread_bodies(250, seed=5)
PLAN = layout(BODIES["lon"].to_numpy(), BODIES["lat"].to_numpy(), 7)
LONE = int(PLAN.grid.order[PLAN.is_alone][0])  # far from the body that the laws change
KEYS = st.tuples(st.integers(0, 249), st.integers(0, 1), st.integers(0, 1), st.integers(0, 1))
NEW = st.one_of(st.none(), st.just(0), st.integers(-(10**9), 10**15))


def contents(folder):
    """Return the bytes of every file below a folder, by its name there."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def built(bodies, figures, plan, folder):
    """Build everything into a folder."""
    folder.mkdir()
    write_bodies(bodies, figures, plan, folder, ABOUT)
    write_values(figures, plan, folder, ABOUT)
    return folder


def updated(change, old, folder, about):
    """Return what an update did; in the folder then stands all of it, with what it keeps."""
    done = update_tiles(change, old, folder, about)
    for name in done.kept:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).hardlink_to(old / name)
    return done


def edited(figures, edits):
    """Return the figures with other amounts by (body, period, function, phase); None takes a figure away."""
    rows = {tuple(row)[:4]: row[4] for row in figures.rows.tolist()} | edits
    return figures_of((*key, amount) for key, amount in rows.items() if amount is not None)


@pytest.fixture(scope="module")
def old(tmp_path_factory):
    """Give the folder of what was built before."""
    return built(BODIES, FIGURES, PLAN, tmp_path_factory.mktemp("old") / "tiles")


@given(st.dictionaries(KEYS, NEW, max_size=8))
@settings(max_examples=12, deadline=None)
def test_an_update_gives_the_bytes_of_a_full_build(old, edits):
    """Figures come, go, become zero or the largest: no byte tells how the archives were made."""
    after = edited(FIGURES, edits)
    with TemporaryDirectory() as name:
        folder = Path(name) / "new"
        folder.mkdir()
        done = updated(Change(BODIES, PLAN, BODIES, FIGURES, after), old, folder, ABOUT)

        assert contents(built(BODIES, after, PLAN, Path(name) / "full")) == contents(folder)
        assert not done.is_whole


def test_tiles_that_are_alike_are_stored_once_after_an_update_too(tmp_path):
    """In the north-western corner of the world a cell has the same number at every zoom."""
    bodies = bodies_at([(-180.0, 85.06), (50.0, 50.0)])
    plan = layout(bodies["lon"].to_numpy(), bodies["lat"].to_numpy(), 7)
    before = figures_of([(0, 1, 0, 1, 5), (1, 1, 0, 1, 5)])
    after = edited(before, {(0, 1, 0, 1): 7})
    old, folder = built(bodies, before, plan, tmp_path / "old"), tmp_path / "new"
    folder.mkdir()
    done = updated(Change(bodies, plan, bodies, before, after), old, folder, ABOUT)

    assert contents(built(bodies, after, plan, tmp_path / "full")) == contents(folder)
    assert not done.is_whole


def test_only_tiles_that_hold_changed_bodies_are_written(old, tmp_path):
    """One tile a zoom for one body; archives of other periods and functions stay where they are."""
    after = edited(FIGURES, {(7, 1, 0, 1): 123_456_789})
    done = update_tiles(Change(BODIES, PLAN, BODIES, FIGURES, after), old, tmp_path, ABOUT)
    same = sorted(done.kept)

    assert (PLAN.zoom + 1, 2) == (done.tiles, done.archives)
    assert ["values/2023-12/01.pmtiles", "values/2023-12/04.pmtiles", "values/2023-12/all.pmtiles"] == same[:3]
    assert ["values/2024-12/04.pmtiles"] == same[3:]
    assert not {*same} & {*contents(tmp_path)}


@pytest.mark.parametrize("what", ["a body moved", "a name changed", "a body came", "the archive is of other figures"])
def test_where_more_than_figures_changed_everything_is_built(old, tmp_path, what):
    """Said so, and right."""
    bodies, before, after = BODIES, FIGURES, edited(FIGURES, {(7, 1, 0, 1): 5})
    if what == "a body moved":
        bodies = bodies.set_column(bodies.schema.get_field_index("lon"), "lon", [bodies["lon"].to_numpy() + 0.5])
    elif what == "a name changed":
        names = ["Жаңа", *bodies["name_kk"].to_pylist()[1:]]
        bodies = bodies.set_column(bodies.schema.get_field_index("name_kk"), "name_kk", [names])
    elif what == "a body came":
        places = [*zip(bodies["lon"].to_pylist(), bodies["lat"].to_pylist(), strict=True), (60.0, 50.0)]
        bodies = bodies_at(places)
    else:
        before, after = (edited(figures, {(LONE, 1, 0, 1): 6}) for figures in (before, after))
    plan = layout(bodies["lon"].to_numpy(), bodies["lat"].to_numpy(), 7)
    folder = tmp_path / "new"
    folder.mkdir()
    done = updated(Change(bodies, plan, BODIES, before, after), old, folder, ABOUT)

    assert done.is_whole
    assert contents(built(bodies, after, plan, tmp_path / "full")) == contents(folder)


def test_an_update_of_nothing_keeps_and_copies(old, tmp_path):
    """The same bytes, and no tile written."""
    done = updated(Change(BODIES, PLAN, BODIES, FIGURES, replace(FIGURES)), old, tmp_path, ABOUT)

    assert contents(old) == contents(tmp_path)
    assert (0, 0) == (done.tiles, done.archives)
    assert np.array_equal(FIGURES.rows, replace(FIGURES).rows)
