"""Laws of borders that are brought in: a level below, and a new edition of the top one; sums are kept."""

import json

import pandas as pd
import pytest

from geo.atlas import build
from geo.atlas.gathered import gathered, ledger_folder
from geo.core.errors import BadData, BadOrder
from geo.core.settings import Settings
from geo.intake.borders import BordersOrder, add_borders
from geo.ledger import Signed
from geo.versions import Home
from tests.conftest import DATA
from tests.test_foreign_tables import SHARED

BORDERS = SHARED / "kz" / "boundaries"
SIGNED = Signed("2025-04-20T08:00:00Z")
NOW, BEFORE, LATER = "2022-06-08", "2018-06-19", "2024-01-01"

pytestmark = pytest.mark.skipif(not BORDERS.is_dir(), reason="needs the shared borders")


def added(settings, name, edition, level):
    """Add a file of borders of the known source."""
    order = BordersOrder(BORDERS / name, edition, level, SIGNED, source="geokz")
    return add_borders(settings, "kz", order, lambda step: None)


@pytest.fixture(scope="module")
def settings(once):
    """Settings of a home with districts, and regions as if they had changed in 2024, published."""
    return Settings(home=once("kz-borders", _made) / "home", data=DATA)


def _made(folder):
    made = Settings(home=folder / "home", data=DATA)
    added(made, "district_2022.geojson", NOW, "district")
    added(made, "region_2022.geojson", LATER, "region")
    Home(made.home).publish(build(made, "kz").id)


@pytest.fixture(scope="module")
def version(settings):
    home = Home(settings.home)
    return home.version(home.current_id("kz"))


def table(version, name):
    return pd.read_parquet(version.folder / f"tables/{name}.parquet")


def test_the_same_borders_again_change_nothing(settings):
    """The delivery is known, and the ledger keeps its bytes."""
    index = ledger_folder(settings, "kz") / "ledger.json"
    before = index.read_bytes()

    assert not added(settings, "district_2022.geojson", NOW, "district").is_new
    assert before == index.read_bytes()


def test_a_new_edition_inherits_by_code_and_keeps_every_sum(version):
    """Figures since 2024 belong to it; restated to any other edition they add up to the tiyn."""
    totals = table(version, "totals")
    top = totals[(totals["level"] == "region") & ~totals["edition"].eq("")]
    own = top[~top["is_restated"]]
    edition = own.assign(is_later=own["period"] >= LATER[:7]).groupby("is_later")["edition"].agg(set).to_dict()
    keys = ["period", "function", "phase"]
    sums = {name: part.groupby(keys)["amount_minor"].sum() for name, part in top.groupby("edition")}

    assert {False: {NOW}, True: {LATER}} == edition
    assert {BEFORE, NOW, LATER} == set(sums)
    assert all(sums[LATER].equals(part) for part in sums.values())


def test_an_edition_far_ahead_is_a_mistyped_year(settings):
    """Borders are decided months before they hold."""
    with pytest.raises(BadOrder) as refusal:
        added(settings, "region_2022.geojson", "2042-01-01", "region")

    assert ("--edition", "2042-01-01") == (refusal.value.values["word"], refusal.value.values["value"])


@pytest.mark.parametrize(
    ("code", "expected"), [("999000000", ("E-GEO-43", "1")), (100000000.0, ("E-GEO-16", "100000000.0"))]
)
def test_codes_that_figures_would_not_find_are_named(settings, tmp_path, code, expected):
    """A later edition has a place for every unit with figures since; a code is no number with a point."""
    plain = json.loads((BORDERS / "region_2022.geojson").read_text(encoding="utf-8"))
    plain["features"][0]["properties"]["KATO"] = code
    file = tmp_path / "regions.geojson"
    file.write_text(json.dumps(plain), encoding="utf-8")
    with pytest.raises(BadData) as refusal:
        add_borders(settings, "kz", BordersOrder(file, LATER, "region", SIGNED, source="geokz"), lambda step: None)

    assert [expected] == [(fault.code, fault.value) for fault in refusal.value.every]


def test_a_level_that_was_brought_in_is_part_of_its_edition(settings):
    """Each unit has its region as parent, by code."""
    got = gathered(settings, "kz")
    districts = got.maps[NOW, "district"]

    assert 224 == len(districts)
    assert set(districts["parent_id"]) <= set(got.maps[NOW, "region"]["unit_id"])
    assert (districts["parent_id"].str[:2] == districts["unit_id"].str[:2]).all()


@pytest.mark.parametrize(
    ("edition", "level"), [("2021-01-01", "region"), ("x", "region"), (LATER, "district"), (NOW, "y")]
)
def test_a_place_that_cannot_be_is_refused(tmp_path, edition, level):
    """An edition between others, no day, a level without the one above it, an unknown level."""
    home = Settings(home=tmp_path / "home", data=DATA)
    with pytest.raises(BadOrder):
        added(home, "region_2022.geojson", edition, level)

    assert not (tmp_path / "home").exists()


def test_borders_that_are_none_are_refused_and_nothing_is_stored(tmp_path):
    """Whatever the bytes: faults that name the file."""
    home = Settings(home=tmp_path / "home", data=DATA)
    file = tmp_path / "odd.geojson"
    file.write_bytes(b"\0not json")
    with pytest.raises(BadData) as error:
        add_borders(home, "kz", BordersOrder(file, NOW, "district", SIGNED, source="geokz"), lambda step: None)

    assert {"odd.geojson"} == {fault.file for fault in error.value.faults}
    assert not (tmp_path / "home").exists()


def changed(tmp_path, name, change):
    """Return a shared file of borders with its features changed."""
    plain = json.loads((BORDERS / name).read_text(encoding="utf-8"))
    plain["features"] = change(plain["features"])
    path = tmp_path / "changed.geojson"
    path.write_text(json.dumps(plain), encoding="utf-8")
    return path


def far_part(features):
    """Give one unit a square in the gulf of Guinea."""
    shape = features[0]["geometry"]
    parts = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
    ring = [[1, 1], [2, 1], [2, 2], [1, 2], [1, 1]]
    features[0]["geometry"] = {"type": "MultiPolygon", "coordinates": [*parts, [ring]]}
    return features


@pytest.mark.parametrize(
    ("name", "level", "change", "expected"),
    [
        ("region_2022.geojson", "region", far_part, {("E-GEO-40", "geometry")}),
        ("district_2022.geojson", "district", lambda features: features[:10], {("E-GEO-41", "geometry")}),
        ("district_2022.geojson", "region", lambda features: features, {("E-GEO-42", "KATO")}),
        ("region_2022.geojson", "district", lambda features: features, {("E-GEO-42", "KATO")}),
        ("region_2022.geojson", "region", lambda features: features[1:], {("E-GEO-43", "KATO")}),
    ],
)
def test_borders_that_are_not_those_of_the_place_are_refused(tmp_path, name, level, change, expected):
    """Far away, cut, of another level, without a unit that figures need: said by the property of the file."""
    home = Settings(home=tmp_path / "home", data=DATA)
    columns = {"unit_id": "KATO", "names": {"ru": f"ADM{1 + (name[0] == 'd')}_RU"}}
    order = BordersOrder(changed(tmp_path, name, change), NOW, level, SIGNED, **columns)
    with pytest.raises(BadData) as error:
        add_borders(home, "kz", order, lambda step: None)

    assert expected == {(fault.code, fault.column) for fault in error.value.every}
    assert not (tmp_path / "home").exists()
