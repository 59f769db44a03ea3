"""Laws of a level within one unit: its own units, its own money, its own frame; everything else stays as it is."""

import re

import pytest

from geo.atlas import build
from geo.core.errors import BadKey, BadValue
from geo.core.view import MEASURES, parse_form, parse_view
from geo.faces.framed import drawing_of
from geo.layers import layer, offer_of
from geo.versions import Home
from geo.web import create_app
from tests.conftest import made_zz
from tests.country_zz import add_towns

ADDRESSES = (
    "executed/2024",
    "executed/2023/per=none",
    "executed/2024/function=01/transfers=included",
    "executed/2024/function=0101",
    "execution/2024",
    "change/2024",
    "deviation/2024",
    "share/2024/function=02",
)


@pytest.fixture(scope="module")
def towns(tmp_path_factory):
    """The country zz with the places 10 and 13 in region 10, and 20 in region 20."""
    made = made_zz(tmp_path_factory.mktemp("towns"))
    add_towns(made.borders)
    version = build(made.settings, "zz")
    Home(made.settings.home).publish(version.id)
    return version, made.settings


def view_of(version, *words, level="town"):
    """Return the view of an English address of a level."""
    return parse_view("en", ["zz", level, *words], {"zz": offer_of(version)})


def views(version, address):
    """Return the view of a whole level, and within each unit above."""
    whole = view_of(version, *address.split("/"))
    return whole, [view_of(version, *address.split("/"), f"within={parent}") for parent in ("10", "20")]


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_parts_hold_the_units_of_the_whole_once(towns, address):
    """With the values that they have on the map of all: a view is a part of it, not another computation."""
    version, _ = towns
    whole, parts = views(version, address)
    rows = {row.unit.unit_id: (row.state, row.value, row.amount) for row in layer(whole, version).rows}
    found = [row for part in parts for row in layer(part, version).rows]

    assert sorted(rows) == sorted(row.unit.unit_id for row in found)
    assert rows == {row.unit.unit_id: (row.state, row.value, row.amount) for row in found}


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_reconciliation_is_that_of_the_unit_around(towns, address):
    """Its whole money: on the map of its parts, apart, outside of them, and the source's difference."""
    version, _ = towns
    for part in views(version, address)[1]:
        above = layer(
            part.but(level="region", within="", per="person" if part.shown.has_denominator else part.per), version
        )
        (unit,) = [row for row in above.rows if row.unit.unit_id == part.within]
        account = layer(part, version).accounts[0]
        terms = {term.key: term.amount or 0 for term in account.terms}
        coloured = sum(terms.get(key, 0) for key in ("on_map", "not_drawn", "partly_reported", "outside_places"))

        assert account.published == sum(terms.values())
        assert unit.amount == coloured, part.path


def test_only_a_level_with_units_around_offers_it(towns):
    """Regions lie in nothing; a town has no unit inside."""
    version, _ = towns

    with pytest.raises(BadKey):
        view_of(version, "executed", "2024", "within=10", level="region")
    with pytest.raises(BadValue):
        view_of(version, "executed", "2024", "within=30")
    with pytest.raises(BadValue):
        view_of(version, "executed", "2024", "within=10", "highlight=20")
    assert "13" == view_of(version, "executed", "2024", "within=10", "highlight=13").highlight


def test_a_form_leaves_the_unit_with_the_level(towns):
    """Another figure stays inside, another level does not."""
    version, _ = towns
    start = view_of(version, "executed", "2024", "within=10")

    assert "10" == parse_form(start, {"measure": "execution"}, offer_of(version)).within
    assert "" == parse_form(start, {"level": "region"}, offer_of(version)).within
    assert "" == parse_form(start, {"within": ""}, offer_of(version)).within


@pytest.mark.parametrize("measure", [row.id for row in MEASURES.values() if row.id != "share"])
def test_the_frame_holds_every_place_of_the_unit_and_nothing_else(towns, measure):
    """Each label lies inside the drawing, in the order of the rows; the other regions are quiet ground."""
    version, _ = towns
    for name in ("page", "embed"):
        answer = layer(view_of(version, measure, "2024", "within=10"), version)
        drawing, whole = drawing_of(answer, version, name), version.json(f"{answer.edition}/town/outline-{name}.json")

        assert len(answer.rows) == len(drawing["labels"]) == 2
        assert all(0 < x < drawing["width"] and 0 < y < drawing["height"] for x, y in drawing["labels"])
        assert 0.4 < drawing["height"] / drawing["width"] < 0.8
        assert drawing["width"] > 0.6 * whole["width"]


def test_every_face_shows_the_same_units(towns):
    """Page, embed, picture and files: two places, never the third."""
    version, settings = towns
    client = create_app(settings).test_client()
    path = "/en/zz/town/executed/2024/within=10/"
    names = {row.unit.names["en"] for row in layer(view_of(version, "executed", "2024", "within=10"), version).rows}
    texts = {face: client.get(f"{path}{face}").get_data(as_text=True) for face in ("embed/", "map.svg", "data.csv")}
    features = client.get(f"{path}data.geojson").json

    assert {"Town 10", "Town 13"} == names
    for text in texts.values():
        assert names <= set(re.findall(r"Town \d+", text))
        assert "Town 20" not in text
    assert (
        ["10", "13"]
        == [feature["id"] for feature in features["features"]]
        == client.get(f"{path}values.json").json["ids"]
    )
    assert [60.2, 40.2, 60.25, 41.75] == features["bbox"]
