"""Laws of places: points that are joined by code, with a residue that is named and counted, in every face."""

import csv
import io
import json
import re
from dataclasses import replace

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.boundaries import check_places, read_units
from geo.core.country_file import read_country
from geo.core.errors import BadData, BadValue
from geo.core.measures import MEASURES
from geo.core.view import parse_view
from geo.denominators import lower_denominators
from geo.layers import layer, offer_of
from geo.layers.offer import with_denominator
from geo.outlines import DRAWINGS, exported, outline, outline_places
from geo.versions import Home
from geo.web import create_app
from geo.web.frozen.views import addresses
from geo.web.site import Site
from tests.conftest import made_zz, published
from tests.country_zz import FUNCTIONS, NEW, PERIODS, PHASES, SHAPES, TOWNS, add_towns, square, write_zz
from tests.web.asking import LANGUAGES, page

TOWN = "zz/town/executed/2024/"
OWN = {"kk": "Әңү", "ru": "Слово", "en": "Word"}
OUTSIDE = {
    "kk": "Көрсетілген елді мекендерден тыс",
    "ru": "Вне показанных населённых пунктов",
    "en": "Outside the places shown",
}


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    """Settings whose home has zz with its towns published."""
    made = made_zz(tmp_path_factory.mktemp("towns"))
    add_towns(made.borders)
    return published(made.settings, "zz")


@pytest.fixture(scope="module")
def version(settings):
    home = Home(settings.home)
    return home.version(home.current_id("zz"))


@pytest.fixture(scope="module")
def client(settings):
    return create_app(settings).test_client()


@pytest.fixture(scope="module")
def country(tmp_path_factory):
    """The description of a zz with towns, and its folder."""
    borders, _ = write_zz(tmp_path_factory.mktemp("borders"))
    add_towns(borders)
    return read_country(borders), borders


def read(made, level="town"):
    return read_units(made.borders, read_country(made.borders), NEW, level)


def answer(version, *words, lang="en"):
    """Return the layer of a view of towns."""
    return layer(parse_view(lang, ["zz", "town", *words], {"zz": offer_of(version)}), version)


def spoilt(made, change):
    """Change the second town and return (feature, code) of what the file is refused for."""
    add_towns(made.borders)
    path = made.borders / NEW / "town.geojson"
    plain = json.loads(path.read_text(encoding="utf-8"))
    change(plain["features"][1])
    path.write_text(json.dumps(plain), encoding="utf-8")
    with pytest.raises(BadData) as error:
        read(made)
    return {(fault.row, fault.code) for fault in error.value.faults}


def test_places_are_read_in_order_with_their_parents(zz):
    """A point each, no area, the unit that they lie in by code."""
    add_towns(zz.borders)
    towns = read(zz)

    assert ["10", "13", "20"] == list(towns["unit_id"])
    assert ["10", "10", "20"] == list(towns["parent_id"])
    assert [0, 0, 0] == list(towns["area_m2"])
    assert [place[1:] for place in TOWNS.values()] == [(point.x, point.y) for point in towns.geometry]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"geometry": {"type": "Polygon", "coordinates": [square(60, 40, 1)]}}, "E-GEO-45"),
        ({"geometry": {"type": "MultiPoint", "coordinates": [[60, 40]]}}, "E-GEO-45"),
        ({"geometry": None}, "E-GEO-45"),
        ({"geometry": "Point"}, "E-GEO-45"),
        ({"geometry": {"type": "Point", "coordinates": []}}, "E-GEO-46"),
        ({"geometry": {"type": "Point", "coordinates": ["60", "40"]}}, "E-GEO-46"),
        ({"geometry": {"type": "Point", "coordinates": [True, 40]}}, "E-GEO-46"),
        ({"geometry": {"type": "Point", "coordinates": [6_680_000, 4_900_000]}}, "E-GEO-10"),
        ({"geometry": {"type": "Point", "coordinates": [60.25, 41.76]}}, "E-GEO-12"),
    ],
)
def test_a_place_that_is_no_point_in_degrees_is_refused(zz, change, code):
    """Each with its feature; nothing is guessed from a polygon."""
    assert {(2, code)} == spoilt(zz, lambda feature: feature.update(change))


@pytest.mark.parametrize(
    ("change", "code"),
    [({"area_m2": 1}, "E-GEO-19"), ({"label_lon": None}, "E-GEO-19"), ({"name_kk": ""}, "E-GEO-17")],
)
def test_a_place_says_what_a_unit_says_but_has_no_area(zz, change, code):
    """Codes, names and labels are asked for as of polygons."""
    assert {(2, code)} == spoilt(zz, lambda feature: feature["properties"].update(change))


def test_a_point_is_no_territory(zz):
    """A level of polygons takes no place."""
    add_towns(zz.borders)
    (zz.borders / NEW / "region.geojson").write_bytes((zz.borders / NEW / "town.geojson").read_bytes())
    with pytest.raises(BadData) as error:
        read(zz, "region")

    assert {"E-GEO-06", "E-GEO-19"} == {fault.code for fault in error.value.faults}


@pytest.mark.parametrize(
    ("place", "code"),
    [(("99", 60.2, 40.2), "E-GEO-47"), (("", 60.2, 40.2), "E-GEO-47"), (("10", 40.2, 60.2), "E-GEO-48")],
)
def test_a_place_lies_in_the_unit_that_it_names(zz, place, code):
    """Longitude and latitude exchanged, a parent that is none: seen before a figure is placed."""
    add_towns(zz.borders, towns={**TOWNS, "13": place})
    with pytest.raises(BadData) as error:
        check_places({(NEW, level): read(zz, level) for level in ("region", "town")}, read_country(zz.borders))

    assert [("13", code)] == [(fault.value, fault.code) for fault in error.value.faults]


@given(lon=st.floats(62, 64), lat=st.floats(40, 42), beside=st.floats(0, 0.05))
def test_every_point_of_a_unit_may_be_a_place_of_it(country, lon, lat, beside):
    """Also a little outside: borders are generalised."""
    described, borders = country
    maps = {(NEW, level): read_units(borders, described, NEW, level) for level in ("region", "town")}
    moved = maps[NEW, "town"].assign(parent_id="30", geometry=[shapely.Point(lon + beside, lat)] * 3)

    assert check_places({**maps, (NEW, "town"): moved}, described) is None


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda drawing: drawing.name)
def test_places_are_drawn_where_their_territories_are(country, drawing):
    """The same picture as that of the coverage, which is the ground; a point for each, no path, no inset."""
    described, borders = country
    regions, towns = (read_units(borders, described, NEW, level) for level in ("region", "town"))
    drawn, below = (
        outline_places(towns, regions, [], described, drawing),
        outline(regions, [], described, drawing),
    )

    assert [below[key] for key in ("width", "height")] == [drawn[key] for key in ("width", "height")]
    assert (3, [], []) == (len(drawn["labels"]), drawn["units"], drawn["insets"])
    assert below["labels"][0] == drawn["labels"][0]
    assert len(SHAPES[NEW]) + 1 == drawn["ground"].count("z")  # the hole of the city as well


def test_exported_points_are_those_of_the_source(country):
    """Nothing of a point can be simplified."""
    described, borders = country
    found = exported(read_units(borders, described, NEW, "town"))

    assert [list(place[1:]) for place in TOWNS.values()] == [shape["coordinates"] for shape in found["geometries"]]
    assert ([60.2, 40.2, 61.0, 41.75], 0) == (found["bbox"], found["tolerance_deg"])


@pytest.mark.parametrize("function", ["", *FUNCTIONS])
@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("measure", [name for name in MEASURES if name in PHASES])
def test_places_and_what_lies_outside_are_all_the_money(version, measure, period, function):
    """Published = on the map + transfers + outside + difference, for every phase; each term is a whole number."""
    words = ["per=none"] if not function else [f"function={function}", "per=none"]
    account = answer(version, measure, period, *words).accounts[0]
    terms = {term.key: term.amount for term in account.terms}
    own = version.level(NEW, "town")
    p, f = version.periods.index(period), version.phases.index(measure)
    functions = [version.functions.index(code) for code in ([function] if function else FUNCTIONS[:2])]

    assert account.published == sum(amount or 0 for amount in terms.values())
    assert int(own.wider[p, functions, f].sum()) == terms.get("outside_places", 0)
    assert "wider" not in terms


def test_what_lies_outside_is_counted_by_code_alone(version):
    """Of 2024: 30, 40 and 50 lie in no town, whatever their polygons hold."""
    terms = {term.key: term.amount for term in answer(version, "executed", "2024", "per=none").accounts[0].terms}

    assert (430_000, 185_000) == (terms["on_map"], terms["outside_places"])


def residue(client, lang, name):
    """Return the amounts of the lines of the reconciliation that have a name."""
    tables = page(client.get(f"/{lang}/{TOWN}")).tables
    return [row[1] for table in tables for row in table if row[0] == f"+ {name}"]


def test_the_residue_is_named_by_the_country_or_in_general(client, tmp_path):
    """ "Outside cities" in the words of the level; without them a name that fits any places."""
    made = made_zz(tmp_path)
    add_towns(made.borders, outside=False)
    general = create_app(published(made.settings, "zz")).test_client()
    own = [residue(client, lang, name) for lang, name in OWN.items()]

    assert own == [residue(general, lang, name) for lang, name in OUTSIDE.items()]
    assert [1, 1, 1] == [sum("1\u00a0850" in amount or "1,850" in amount for amount in found) for found in own]


def test_places_have_no_area_to_be_divided_by(version, client):
    """km² is neither offered nor answered, and a form that asks for it with the level leads on."""
    offer = offer_of(version)
    with pytest.raises(BadValue) as error:
        parse_view("en", ["zz", "town", "executed", "2024", "per=km2"], {"zz": offer})
    led = client.get("/en/zz/region/executed/2024/per=km2/?level=town&per=km2")

    assert ("person", "none") == tuple(error.value.allowed)
    assert (303, f"/en/{TOWN}") == (led.status_code, led.headers["Location"])
    assert 400 == client.get(f"/en/{TOWN}per=km2/data.csv").status_code
    (form,) = [form for form in page(client.get(f"/en/{TOWN}")).forms if "per" in form.options]
    assert "km2" not in form.options["per"]


def test_nobody_is_divided_by_people_that_nobody_counted(version):
    """A place with money and without a number of people has no value and says why; its money is a term of its own."""
    known = version.facts["denominators"]
    people = {"person": {"2024": [0.0, 0.0, 200.0]}}
    counted = replace(version, facts={**version.facts, "denominators": {**known, f"{NEW}/town": people}}, _cache={})
    found = answer(counted, "executed", "2024")
    rows = {row.unit.unit_id: (row.state, row.value, row.denominator) for row in found.rows}

    assert {
        "10": ("no_denominator", None, None),
        "13": ("not_reported", None, None),
        "20": ("value", 1400.0, 200.0),
    } == rows
    assert {"on_map": 280_000, "not_drawn": 150_000, "outside_places": 185_000} == {
        term.key: term.amount
        for term in found.accounts[0].terms
        if term.key in {"on_map", "not_drawn", "outside_places"}
    }


def test_people_that_are_known_of_most_places_are_a_denominator(country):
    """Zero stands where nobody has counted; a level below of polygons still needs every unit."""
    described, borders = country
    table = lower_denominators(borders, described, read_units(borders, described, NEW, "town"))

    assert {("person", "2023"), ("person", "2024")} == set(zip(table["series"], table["year"], strict=True))
    assert {"10": 100, "13": 0, "20": 200} == dict(
        table.loc[table["year"] == "2024", ["unit_id", "value"]].itertuples(index=False)
    )


def test_people_of_a_few_places_are_no_denominator(tmp_path):
    """A map on which most places are hatched says nothing: totals are shown instead."""
    made = made_zz(tmp_path)
    add_towns(made.borders, towns={**TOWNS, "14": ("10", 61.8, 40.1)}, people={})
    home = Home(published(made.settings, "zz").home)
    version = home.version(home.current_id("zz"))
    view = parse_view("en", ["zz", "town", "executed", "2024"], {"zz": offer_of(version)})

    assert version.denominators(NEW, "town", "person", "2024") is None
    assert "none" == with_denominator(view, version).per


def test_files_hold_points_with_the_numbers_of_the_map(client):
    """GeoJSON, CSV and JSON say the same of each place."""
    geojson = client.get(f"/en/{TOWN}data.geojson").json
    rows = list(csv.DictReader(io.StringIO(client.get(f"/en/{TOWN}data.csv").get_data(as_text=True))))
    units = client.get(f"/en/{TOWN}data.json").json["units"]

    assert ["Point"] * 3 == [feature["geometry"]["type"] for feature in geojson["features"]]
    assert units == [feature["properties"] for feature in geojson["features"]]
    assert [unit["amount"] or "" for unit in units] == [row["amount"] for row in rows]
    assert ["1500", None, "2800"] == [unit["amount"] for unit in units]
    assert "outside_places" in json.dumps(geojson["metadata"]["reconciliation"])


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "measure", ["executed/2024/", "executed/2024/per=none/", "execution/2024/", "share/2024/function=01/"]
)
def test_every_place_is_drawn_and_leads_to_its_page(client, lang, measure):
    """Rates are points in the colour of their class, totals circles; each is a link and has a name beside it."""
    html = client.get(f"/{lang}/zz/town/{measure}").get_data(as_text=True)
    links = re.findall(r'<a href="([^"]+)" data-u="\d" aria-label="[^"]+"><circle', html)

    assert 3 == len(links)
    assert 3 == html.split('class="values town"')[1].split("</g>")[0].count("<text")
    assert all(200 == client.get(f"/{lang}/zz/{link.split('/zz/')[1]}").status_code for link in links)
    assert 1 == html.count('class="ground"')


@pytest.mark.parametrize("face", ["", "embed/", "map.svg"])
def test_a_highlighted_place_has_a_ring(client, face):
    """An article may point at a city."""
    html = client.get(f"/en/{TOWN}highlight=20/{face}").get_data(as_text=True)

    assert 1 == html.count('<circle class="hi"')


def test_the_page_of_a_place_says_where_it_lies(client):
    """Its region instead of an area; one that is its own region names none; money as on the map."""
    town, own = (client.get(f"/ru/zz/unit/{NEW}/town/{code}/").get_data(as_text=True) for code in ("13", "20"))

    assert "Город 13: расходы находящихся здесь организаций" in town
    assert "Район 10" in town
    assert "Площадь" not in town + own
    assert "Район" not in own.split("<main")[1].split("</h1>")[1].split("<nav")[0]


def test_a_plain_site_holds_the_places(settings, version, client):
    """Every default view of the level and every place, each with an answer."""
    held = [path for path in addresses(version, Site(settings)) if path.startswith("kk/zz/") and "/town/" in path]

    assert {f"kk/zz/unit/{NEW}/town/{code}/" for code in TOWNS} <= set(held)
    assert f"kk/{TOWN}" in held
    assert not [path for path in held if "per=km2" in path]
    assert {200} == {client.get(f"/{path}").status_code for path in held}


def test_a_country_begins_with_a_coverage(zz):
    """Whole budgets belong to territories; places alone would leave the ground bare."""
    path = zz.borders / "country.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('kind = "coverage"', 'kind = "places"'), encoding="utf-8")
    with pytest.raises(BadData) as error:
        read_country(zz.borders)

    assert ["levels.kind"] == [fault.value for fault in error.value.faults]
