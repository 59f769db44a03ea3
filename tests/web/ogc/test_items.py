"""Features hold what the version holds: every unit and body once, every amount exactly, page by page."""

from decimal import Decimal

import numpy as np
import pytest

from geo.layers.holdings import holdings, points

UNITS, VALUES, FUNCTIONS = "zz.units.region.2020-01-01", "zz.values.region.2020-01-01", "zz.functions.region.2020-01-01"


def minor(text, units=100):
    """Return an exact amount in minor units; None for one that is not known."""
    return None if text is None else int(Decimal(text) * units)


def every(features, collection, **query):
    """Return all features of a collection by following its links."""
    answer = features.items(collection, limit=7, **query)
    found = answer["features"]
    while following := [link["href"] for link in answer["links"] if link["rel"] == "next"]:
        answer = features.client.get(following[0]).get_json()
        found += answer["features"]
    return found


def test_the_values_of_a_period_add_up_to_the_totals_of_the_version(ogc, small_version):
    """To the last minor unit, for each period and phase; transfers apart are group 15."""
    level = small_version.level("2020-01-01", "region")
    found = every(ogc, VALUES)

    assert 15 == len({feature["id"] for feature in found}) == len(found)
    for p, period in enumerate(small_version.periods):
        for f, phase in enumerate(small_version.phases):
            rows = [row["properties"] for row in found if row["properties"]["period"] == period]
            known = level.reported[:, p, f] == 1

            assert level.totals[known, p, :, f].sum() == sum(minor(row[f"{phase}_exact"]) or 0 for row in rows)
            assert level.totals[known, p, -1, f].sum() == sum(
                minor(row[f"{phase}_transfers_exact"]) or 0 for row in rows
            )


def test_the_functions_of_a_period_add_up_to_its_values(ogc):
    """Whoever sums a column of one collection gets the column of the other."""
    whole = {row["properties"]["unit_id"]: row["properties"] for row in every(ogc, VALUES, period="2024-12")}
    parts = every(ogc, FUNCTIONS, period="2024-12")

    for unit, row in whole.items():
        own = [one["properties"] for one in parts if one["properties"]["unit_id"] == unit]

        assert minor(row["executed_exact"]) == sum(minor(one["executed_exact"]) for one in own)
        assert ["01", "02", "15"] == [one["function"] for one in own]


def test_a_number_for_colours_is_the_exact_amount_as_near_as_a_number_can_be(kz, kz_version):
    """No amount is rounded in silence: the text beside it is exact."""
    rows = kz.get("/ogc/collections/kz.values.region.2022-06-08/items?limit=1000").get_json()["features"]

    for row in rows:
        properties = row["properties"]
        for phase in kz_version.phases:
            exact = properties[f"{phase}_exact"]

            assert (None if exact is None else float(exact)) == properties[phase]


def test_what_was_not_reported_has_no_amount_and_says_why(ogc):
    """Nothing is nothing, not zero."""
    missing = ogc.get(f"/collections/{VALUES}/items/50:2024-06")["properties"]
    known = ogc.get(f"/collections/{VALUES}/items/40:2024-06")["properties"]

    assert (None, None, "not_reported") == tuple(missing[f"executed{end}"] for end in ("", "_exact", "_state"))
    assert (420.0, "420", "value") == tuple(known[f"executed{end}"] for end in ("", "_exact", "_state"))


def test_restated_figures_say_so(ogc):
    """In the borders of 2010 the figures of later years are shares of others."""
    rows = every(ogc, "zz.values.region.2010-01-01")

    assert {True} == {row["properties"]["is_restated"] for row in rows}
    assert ["10", "20", "35", "40"] == [row["properties"]["unit_id"] for row in rows[:4]]


def test_every_body_is_there_once_and_where_it_is(demo, demo_version):
    """Page by page, in the order of the version, with what it spent."""
    answer = demo.items("kz-demo.bodies", limit=10_000)
    ids = [feature["id"] for feature in answer["features"]]
    places = points(demo_version)

    assert [body["body_id"] for body in holdings(demo_version).bodies] == ids
    for feature, place in zip(answer["features"], places.tolist(), strict=True):
        assert (None if np.isnan(place).any() else place) == (feature["geometry"] or {}).get("coordinates")


def test_what_bodies_executed_is_the_sum_of_their_figures(demo, demo_version):
    """Of the last finished year, to the tiyn."""
    rows = demo.items("kz-demo.bodies", limit=10_000)["features"]
    spending = demo_version.spending
    meant = (spending["period"] == demo_version.periods.index("2024-12")) & (
        spending["phase"] == demo_version.phases.index("executed")
    )

    assert spending["amount"][meant].sum() == sum(minor(row["properties"]["executed_exact"]) or 0 for row in rows)


def test_bodies_in_a_unit_are_those_that_it_owns(demo, demo_version):
    """The filter by unit says what the placements say."""
    owners = demo_version.owners("2022-06-08", "region")
    units = demo_version.level("2022-06-08", "region").units

    for number, unit in list(enumerate(units))[:4]:
        found = demo.items("kz-demo.bodies", unit_region=unit.unit_id, limit=1)

        assert (owners == number).sum() == found["numberMatched"]


def test_pages_follow_each_other_within_one_version_and_lead_back(ogc, small_version):
    """A publication in the middle of a long reading changes nothing in it."""
    first = ogc.items(UNITS, limit=2)
    links = {link["rel"]: link["href"] for link in first["links"]}
    second = ogc.client.get(links["next"]).get_json()
    back = {link["rel"]: link["href"] for link in second["links"]}
    last = ogc.client.get(back["next"]).get_json()

    assert "prev" not in links
    assert f"http://localhost/v/{small_version.id}/ogc/" in links["next"]
    assert [["10", "20"], ["30", "40"], ["50"]] == [
        [feature["id"] for feature in page["features"]] for page in (first, second, last)
    ]
    assert "next" not in {link["rel"] for link in last["links"]}
    assert first["features"] == ogc.client.get(back["prev"]).get_json()["features"]


@pytest.mark.parametrize("collection", [UNITS, VALUES, FUNCTIONS, "zz.bodies"])
def test_a_feature_by_itself_is_the_one_of_the_page(ogc, collection):
    """And it names the way back."""
    listed = ogc.items(collection, limit=1000)["features"]
    for feature in listed:
        alone = ogc.get(f"/collections/{collection}/items/{feature['id']}")
        rels = {link["rel"] for link in alone.pop("links")}

        assert {"self", "alternate", "collection"} == rels
        assert feature == {key: alone[key] for key in feature}


@pytest.mark.parametrize("word", ["nobody", "10:2024-12", "10/2024", "%00", "' OR 1=1 --", "ә" * 2000, "10:", ":"])
def test_a_feature_that_is_not_there_is_not_found(ogc, word):
    """Under whichever spelling."""
    answer = ogc.answer(f"/collections/{UNITS}/items/{word}")

    assert (404, True) == (answer.status_code, answer.get_json()["code"] in {"E-URL-01", "E-URL-05"})


def test_made_up_figures_say_so_in_every_answer(demo, ogc):
    """In the collection, in the page and in each feature."""
    page = demo.items("kz-demo.bodies", limit=1)

    assert page["is_synthetic"]
    assert page["mark"]
    assert page["features"][0]["properties"]["is_synthetic"]
    assert page["mark"] in demo.get("/collections/kz-demo.bodies", lang="kk")["title"]
