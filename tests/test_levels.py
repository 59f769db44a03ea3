"""Laws of levels and dated borders: districts and regions, figures of before and after a change, all to the tiyn."""

import csv
import json
import re
from collections import Counter

import brotli
import pandas as pd
import pytest
import shapely

from geo.core.model import WIDER
from geo.core.settings import Settings
from geo.core.view import MEASURES, parse_view
from geo.entries.coded import coded, numbers
from geo.intake import imported, prepared, published
from geo.intake.borders import BordersOrder, add_borders
from geo.intake.order import Order
from geo.layers import layer, offer_of
from geo.layers.unit import unit_budget
from geo.ledger import Signed
from geo.outlines import path
from geo.versions import Home
from geo.web import create_app
from tests.conftest import DATA
from tests.conftest import published as built
from tests.test_foreign_tables import SHARED

OLD, NOW, LATER = "2018-06-19", "2022-06-08", "2024-01-01"
AT = "2025-04-20T08:00:00Z"
DOUBTS = frozenset({"E-CSV-16", "E-SUM-04", "E-SUM-10", "E-SUM-11", "E-SUM-12", "E-SUM-13", "E-SUM-14", "E-SUM-15"})
HEAD = ["Unit code (KATO)", "Period", "Function code", "BIN", "Unit of amounts", "Approved budget", "Revised budget"]
HEAD += ["Adjusted plan of the year", "Plan to date", "Executed since January"]
REGISTER = SHARED / "kz/organisations/kz_state_organisations_sample_from_legal_entity_register.csv"
CLASSIFIER = SHARED / "kz/codes/kato_nk_rk_11-2025.csv"
needs_shared = pytest.mark.skipif(not REGISTER.exists(), reason="needs the shared borders, classifier and register")


def units_of(edition):
    """Return the codes of the bundled regions of an edition."""
    text = (DATA / f"boundaries/kz/{edition}/region.geojson").read_text(encoding="utf-8")
    return [feature["properties"]["unit_id"] for feature in json.loads(text)["features"]]


def form(place, rows):
    """Write rows of (unit, period, function, BIN, thousands approved) as the form that regions fill in."""
    lines = [[*row[:4], "thousand tenge", *(row[4] + more for more in (0, 1, 2, 2, -7))] for row in rows]
    total = ["Total", "", "", "", "thousand tenge", *(sum(line[k] for line in lines) for k in range(5, 10))]
    with place.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEAD, *lines, total])
    return place


def taken(settings, place, profile, act=imported):
    """Take a file in and return what came of it."""
    with prepared(
        settings, "kz", Order((place,), AT, profile=str(profile), accepted=DOUBTS), lambda step: None
    ) as made:
        assert () == made.faults
        return act(made)


def answer(version, level, measure, period, *words):
    """Return the layer of a view."""
    offer = {"kz": offer_of(version)}
    return layer(parse_view("en", ["kz", level, measure, period, *words], offer), version)


def terms(answer):
    """Return the terms of the first reconciliation."""
    return {term.key: term.amount for term in answer.accounts[0].terms}


def group_by_group(frame):
    """Return the sums of totals by period, function and phase."""
    return frame.groupby(["period", "function", "phase"])["amount_minor"].sum()


@pytest.fixture(scope="module")
def dated(tmp_path_factory):
    """Settings of Kazakhstan with figures of 2021 by the 17 regions of the time, published."""
    folder = tmp_path_factory.mktemp("dated")
    settings = Settings(home=folder / "home", data=DATA)
    rows = [
        (unit, "2021-12", function, "", share * (1_000_003 + 7_919 * k))
        for k, unit in enumerate(units_of(OLD))
        for function, share in (("04", 3), ("05", 2), ("15", 1))
    ]
    taken(settings, form(folder / "old.csv", rows), "kz-template", published)
    return settings


@pytest.fixture(scope="module")
def dated_version(dated):
    home = Home(dated.home)
    return home.version(home.current_id("kz"))


def test_figures_belong_to_the_borders_of_their_time(dated_version):
    """2021 is shown in 17 regions, 2024 in 20, each in the borders that were in force."""
    before, since = (
        answer(dated_version, "region", "executed", "2021"),
        answer(dated_version, "region", "executed", "2024"),
    )

    assert (OLD, 17, NOW, 20) == (before.edition, len(before.rows), since.edition, len(since.rows))
    assert {"value"} == {row.state for row in before.rows}


@pytest.mark.parametrize(("period", "borders", "count"), [("2021", NOW, 20), ("2024", OLD, 17)])
def test_other_borders_say_so_and_keep_every_tiyn(dated_version, period, borders, count):
    """What is restated, forwards or back, adds up to what was published, and a note names the borders."""
    own = answer(dated_version, "region", "executed", period)
    other = answer(dated_version, "region", "executed", period, f"borders={borders}")
    told = dict(other.notes)

    assert (borders, count) == (other.edition, len(other.rows))
    assert terms(own) == terms(other)
    assert {"edition": borders} == told["restated"]
    assert "restated" not in dict(own.notes)


def test_each_group_of_each_phase_is_kept_in_other_borders(dated_version):
    """Divided by people, to the minor unit: no group or phase borrows from another."""
    totals = pd.read_parquet(dated_version.folder / "tables/totals.parquet")
    own, restated = (totals[totals["is_restated"] == flag] for flag in (False, True))

    assert group_by_group(own).to_dict() == group_by_group(restated).to_dict()


def test_people_and_prices_of_the_year_are_known_in_both_borders(dated_version):
    """2021 per person and in prices of 2024, in 17 regions and in 20."""
    own = answer(dated_version, "region", "executed", "2021", "prices=2024")
    other = answer(dated_version, "region", "executed", "2021", f"borders={NOW}", "prices=2024")

    assert own.price_factor > 1
    assert sum(row.denominator for row in own.rows) == pytest.approx(sum(row.denominator for row in other.rows))
    assert own.overall == pytest.approx(other.overall)


def test_a_code_of_other_borders_is_refused_with_its_period(tmp_path):
    """Abai did not exist in 2021: its rows are named, and which codes the period has."""
    path = form(tmp_path / "wrong.csv", [(unit, "2021-12", "04", "", 1_000_000) for unit in units_of(NOW)])
    order = Order((path,), AT, profile="kz-template", accepted=DOUBTS)
    with prepared(Settings(home=tmp_path / "home", data=DATA), "kz", order, lambda step: None) as made:
        told = {(fault.code, fault.value, fault.values["period"]) for fault in made.faults}

    assert {("E-JOIN-08", unit, "2021-12") for unit in ("100000000", "330000000", "620000000")} == told


def test_every_dated_page_answers(dated):
    """Maps and units of both editions, in both borders; a unit's page offers only periods that it can show."""
    client = create_app(dated).test_client()
    paths = [f"region/executed/2021/borders={NOW}/", "region/executed/2021/", f"region/executed/2024/borders={OLD}/"]
    paths += [
        f"unit/{edition}/region/{unit}/period=2021/" for edition, unit in ((OLD, "610000000"), (NOW, "620000000"))
    ]

    assert [200] * len(paths) == [client.get(f"/kk/kz/{path}").status_code for path in paths]


def test_another_period_is_shown_in_the_borders_of_its_time(dated):
    """The form sends the borders of the time as none: 2021 chosen on a page of 2024 has its own borders."""
    client = create_app(dated).test_client()
    page = client.get("/en/kz/region/executed/2024/").text
    chosen = client.get("/en/kz/region/executed/2024/?period=2021&borders=")

    assert re.search(r'<option value=""[^>]* selected>of the time', page)
    assert "/en/kz/region/executed/2021/" == chosen.headers["Location"]


def with_districts(folder):
    """Return settings with districts and figures of real bodies by BIN, published."""
    settings = Settings(home=folder / "home", data=DATA)
    borders = SHARED / "kz/boundaries/district_2022.geojson"
    add_borders(settings, "kz", BordersOrder(borders, NOW, "district", Signed(AT), source="geokz"), lambda step: None)
    taken(settings, CLASSIFIER, "kz-settlements")
    taken(settings, REGISTER, "kz-legal-entities")
    with REGISTER.open(encoding="utf-8-sig", newline="") as file:
        bodies = [row for row in csv.DictReader(file) if row["region_kato_parsed_from_address"]]
    rows = [
        (body["region_kato_parsed_from_address"], "2024-12", ("04", "06")[k % 2], body["bin"], 1_000 + 37 * k)
        for k, body in enumerate(bodies)
    ]
    taken(settings, form(folder / "figures.csv", rows), "kz-template-bodies", published)
    return settings


@pytest.fixture(scope="module")
def districts(once):
    """Settings with districts; not to be written to."""
    return Settings(home=once("districts", with_districts) / "home", data=DATA)


@pytest.fixture(scope="module")
def district_version(districts):
    home = Home(districts.home)
    return home.version(home.current_id("kz"))


@needs_shared
def test_single_bodies_change_no_sum_of_their_region(district_version, kz_version):
    """Bodies that report for themselves are a part of their region's budget, in every group and phase."""
    ours, theirs = (version.level(NOW, "region").totals for version in (district_version, kz_version))

    assert ("region", "district") == offer_of(district_version).levels
    assert (theirs == ours).all()


@needs_shared
@pytest.mark.parametrize("measure", [row for row in MEASURES if row not in {"change", "share"}])
@pytest.mark.parametrize("per", ["", "per=km2", "per=none"])
def test_districts_and_what_lies_in_a_region_only_add_up(district_version, measure, per):
    """On the map, apart, undrawn and known more widely: the published total, to the tiyn, whatever is shown."""
    words = [per] if per and MEASURES[measure].is_money else []
    shown = answer(district_version, "district", measure, "2024", *words)
    above = answer(district_version, "region", measure, "2024")

    for account, other in zip(shown.accounts, above.accounts, strict=True):
        assert other.published == account.published == sum(term.amount or 0 for term in account.terms)
        assert WIDER not in {unit for term in account.terms for unit in term.units}
    assert terms(shown)["wider"] > 0


@needs_shared
def test_a_district_without_bodies_is_not_reported(district_version):
    """Never zero; and where nobody counts the people of districts, money per person has no denominator."""
    by_area = answer(district_version, "district", "executed", "2024", "per=km2")
    by_people = answer(district_version, "district", "executed", "2024")
    states = Counter(row.state for row in by_area.rows)

    assert 224 == sum(states.values())
    assert {"value", "not_reported"} == set(states)
    assert {"no_denominator", "not_reported"} == {row.state for row in by_people.rows}
    assert {None} == {row.amount for row in by_area.rows if row.state == "not_reported"}


@needs_shared
def test_the_page_of_a_district_names_its_bodies(district_version):
    """Each district's functions are its bodies', and together they are what is on the map."""
    shown = answer(district_version, "district", "executed", "2024", "per=none")
    found = 0
    for row in shown.rows:
        budget = unit_budget(shown.view, row.unit.unit_id, district_version)
        found += sum(group.total for group in budget.bodies)
        assert (row.amount is None) == (not budget.is_reported)

    assert terms(shown)["on_map"] == found


@needs_shared
@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_an_embed_of_224_districts_is_at_most_24000_bytes(districts, district_version, lang):
    """Live and frozen, the longest outline of all standing out, as a reader's browser is given them."""
    client = create_app(districts).test_client()
    outlines = district_version.json(f"{NOW}/district/outline-embed.json")["units"]
    units = district_version.level(NOW, "district").units
    longest, _ = max(zip(units, outlines, strict=True), key=lambda pair: len(pair[1]))
    view = f"{lang}/kz/district/executed/2024/per=km2/highlight={longest.unit_id}/embed/"
    sizes = [
        len(client.get(f"/{before}{view}", headers={"Accept-Encoding": "br"}, follow_redirects=True).data)
        for before in ("", f"v/{district_version.id}/")
    ]

    assert [] == [size for size in sizes if not 10_000 < size <= 24_000]


@needs_shared
@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_every_face_of_districts_answers(districts, district_version, lang):
    """Map, embed, picture, files and a district's page; the form changes the level."""
    client = create_app(districts).test_client()
    unit = next(row.unit.unit_id for row in answer(district_version, "district", "executed", "2024").rows if row.amount)
    faces = [f"district/executed/2024/per=km2/{face}" for face in ("", "embed/", "map.svg", "data.geojson", "data.csv")]
    paths = [*faces, "district/executed/2024/data.json", f"unit/{NOW}/district/{unit}/"]
    page = client.get(f"/{lang}/kz/region/executed/2024/").text

    assert [200] * len(paths) == [client.get(f"/{lang}/kz/{path}").status_code for path in paths]
    assert '<select id="f-level" name="level">' in page
    assert '<option value="district" ' in page


@needs_shared
@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ("region/executed/2024/?level=district&per=person", "district/executed/2024/per=km2/"),
        ("region/change/2024/?level=district&measure=change", "district/executed/2024/per=km2/"),
        (f"region/executed/2024/borders={OLD}/?level=district&borders={OLD}", "district/executed/2024/per=km2/"),
        ("region/executed/2023/?level=district&period=2023", "district/executed/2024/per=km2/"),
        ("district/executed/2024/per=km2/?level=region&per=km2", "region/executed/2024/per=km2/"),
    ],
)
def test_changing_the_level_leads_to_a_map_with_values(districts, asked, led):
    """What the other level lacks (people, a year before, other borders, a period) is replaced by what it has."""
    answered = create_app(districts).test_client().get(f"/en/kz/{asked}")

    assert (303, f"/en/kz/{led}") == (answered.status_code, answered.headers["Location"])


@needs_shared
def test_bodies_that_spend_more_than_their_region_are_refused(tmp_path, districts):
    """A part cannot be larger than the whole: the cell of the region is named with both sums."""
    with REGISTER.open(encoding="utf-8-sig", newline="") as file:
        body = next(row for row in csv.DictReader(file) if row["region_kato_parsed_from_address"] == "100000000")
    path = form(tmp_path / "more.csv", [("100000000", "2024-12", "04", body["bin"], 900_000_000)])
    order = Order((path,), AT, profile="kz-template-bodies", accepted=DOUBTS)
    with prepared(districts, "kz", order, lambda step: None) as made:
        told = [(fault.code, fault.value) for fault in made.faults]

    assert ("E-SUM-20", "100000000 2024-12 04 executed") in told
    assert {"E-SUM-20"} == {code for code, _ in told}


@needs_shared
def test_a_new_edition_of_regions_answers_on_both_sides(tmp_path):
    """As if regions had changed in 2024: 2023 and 2024 in either borders have the same sums, and every page answers."""
    settings = Settings(home=tmp_path / "home", data=DATA)
    borders = SHARED / "kz/boundaries/region_2022.geojson"
    add_borders(settings, "kz", BordersOrder(borders, LATER, "region", Signed(AT), source="geokz"), lambda step: None)
    built(settings, "kz")
    home = Home(settings.home)
    version, client = home.version(home.current_id("kz")), create_app(settings).test_client()

    for period, own, others in (("2023", NOW, (OLD, LATER)), ("2024", LATER, (NOW, OLD))):
        plain = answer(version, "region", "executed", period)
        assert own == plain.edition
        assert 200 == client.get(f"/ru/kz/region/executed/{period}/").status_code
        assert (
            200 == client.get(f"/ru/kz/unit/{own}/region/750000000/period={period}/", follow_redirects=True).status_code
        )
        for other in others:
            assert terms(plain) == terms(answer(version, "region", "executed", period, f"borders={other}"))
            assert 200 == client.get(f"/ru/kz/region/executed/{period}/borders={other}/").status_code


def test_a_level_without_figures_is_not_offered(kz_version):
    """Districts are a level of Kazakhstan, but nobody has brought borders of them: regions alone can be chosen."""
    assert ["region", "district"] == [level.id for level in kz_version.country.levels]
    assert ("region",) == offer_of(kz_version).levels


def test_a_hole_is_drawn_as_a_hole_whichever_way_it_turns():
    """Zhezkazgan lies inside Ulytau: a ring that turns like the outline must not fill it."""
    outer, inner = [(0, 0), (40, 0), (40, 40), (0, 40)], [(10, 10), (20, 10), (20, 20), (10, 20)]

    assert path(shapely.Polygon(outer, [inner])) == path(shapely.Polygon(outer, [[inner[0], *inner[:0:-1]]]))


def test_texts_have_the_same_numbers_whatever_their_order_was():
    """Categories in another order are other categories: a phase must never be subtracted from another."""
    words = ["revised", "approved", "executed"]
    one = pd.DataFrame({"phase": words})
    other = pd.DataFrame({"phase": pd.Categorical(words, categories=words)})
    first, second = coded([one, other], {}, ["phase"])

    assert numbers(first, ["phase"]).tolist() == numbers(second, ["phase"]).tolist()
    assert words == second["phase"].tolist()


@needs_shared
def test_a_value_sheet_of_all_districts_is_small(districts):
    """One request of at most 15 kB, compressed as served, colours a map of 224 units."""
    answered = (
        create_app(districts)
        .test_client()
        .get("/kk/kz/district/executed/2024/per=none/values.json", headers={"Accept-Encoding": "br"})
    )
    sheet = json.loads(brotli.decompress(answered.data))

    assert 224 == len(sheet["ids"]) == len(sheet["values"])
    assert len(answered.data) <= 15_000
