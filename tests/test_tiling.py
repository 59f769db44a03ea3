"""Laws of the tiles of a version: they hold what it holds, and are taken over where they may be, byte for byte."""

import pytest

from geo.atlas import build
from geo.core.pmtiles import Archive
from geo.versions import Home
from tests.conftest import made_zz


def tiles_of(version):
    """Return name → digest of everything below tiles/."""
    return {name: row["sha256"] for name, row in version.manifest["files"].items() if name.startswith("tiles/")}


def inode(version, name):
    """Return what tells whether two names are one file."""
    return (version.folder / name).stat().st_ino


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A country made in code, built and published."""
    made = made_zz(tmp_path_factory.mktemp("tiling"))
    version = build(made.settings, "zz")
    Home(made.settings.home).publish(version.id)
    return made, version


def test_every_kind_of_tile_is_in_a_version(published):
    """Borders of each edition, bodies, values of each period and function that have figures, the surface."""
    _, version = published
    names = set(tiles_of(version))

    assert {f"tiles/units/{edition.id}.pmtiles" for edition in version.country.editions} <= names
    assert {"tiles/bodies.pmtiles", "tiles/surface.pmtiles", "tiles/surface.tif", "tiles/surface.json"} <= names
    assert {f"tiles/values/{period}/all.pmtiles" for period in version.periods} <= names
    assert {
        f"tiles/values/{period}/{code}.pmtiles" for period in version.periods for code in version.functions
    } <= names


def test_the_tiles_and_what_is_on_none_are_the_version_to_the_last_minor_unit(published):
    """At every zoom the amounts of each phase, with those off the map, are the sums of the version's own figures."""
    _, version = published
    metadata = Archive.open(version.folder / "tiles/bodies.pmtiles").metadata
    period = version.periods.index(metadata["period"])
    rows = version.spending[version.spending["period"] == period]
    whole = {phase: int(rows["amount"][rows["phase"] == n].sum()) for n, phase in enumerate(version.phases)}

    assert metadata["sums"]
    for sums in metadata["sums"]:
        assert whole == {phase: int(sums[phase]) + int(metadata["off_map"][phase]) for phase in version.phases}


def test_new_figures_rebuild_no_borders_and_give_the_tiles_of_a_build_from_nothing(published, tmp_path):
    """Borders are the same file; bodies and values, brought up to date, are those that a first build would make."""
    made, before = published
    corrected(
        made.budget / "bodies.csv",
        {"350.00,380.00,320.00": "350.00,380.00,319.00", "-20,-20,-20,-20": "-20,-20,-20,-19"},
    )
    after = build(made.settings, "zz")
    alone = build(made.settings.with_given(home=tmp_path / "other"), "zz")
    old, new = tiles_of(before), tiles_of(after)

    assert before.id != after.id == alone.id
    assert tiles_of(alone) == new
    for name in old:
        if (
            name.startswith("tiles/units/")
            or "/2023-12/" in name
            or name.endswith(("/2024-12/02.pmtiles", "/2024-12/15.pmtiles"))
        ):
            assert inode(before, name) == inode(after, name), name
    assert old["tiles/bodies.pmtiles"] != new["tiles/bodies.pmtiles"]
    assert old["tiles/values/2024-12/01.pmtiles"] != new["tiles/values/2024-12/01.pmtiles"]


def corrected(path, changes):
    """Replace what occurs once in a line of unit 40 in 2024-12."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    for old, new in changes.items():
        (number,) = [n for n, line in enumerate(lines) if line.startswith("40,2024-12") and old in line]
        lines[number] = lines[number].replace(old, new)
    path.write_text("".join(lines), encoding="utf-8")
