"""The service describes itself, and what it says is so."""

import re

import pytest

LIMIT = "limit"
PARTS = ("", "/conformance", "/collections", "/api")
OF_COLLECTION = ("", "/queryables", "/schema", "/items")


def collections(ogc):
    """Return every collection as the service lists it."""
    return ogc.get("/collections")["collections"]


def resolved(document, value):
    """Return what a reference of an OpenAPI document stands for."""
    if "$ref" not in value:
        return value
    for part in value["$ref"].removeprefix("#/").split("/"):
        document = document[part]
    return document


def test_every_link_leads_to_what_it_says(ogc):
    """From the landing page to the last collection, in the type that the link names."""
    answers = [ogc.get(part) for part in PARTS[:3]]
    for one in answers[2]["collections"]:
        answers += [one, ogc.items(one["id"], limit=1)]
    for link in (link for answer in answers for link in answer["links"]):
        found = ogc.client.get(link["href"])

        assert link["href"].startswith("http://localhost/")
        assert 200 == found.status_code
        assert link["type"].split(";")[0] == found.mimetype


def test_a_collection_counts_and_bounds_its_features(ogc):
    """`itemCount`, the extent in space and in time."""
    for one in collections(ogc):
        found = ogc.items(one["id"], limit=1000)["features"]
        points = [re.findall(r"-?\d+\.?\d*(?:e-?\d+)?", str(feature["geometry"]["coordinates"])) for feature in found
                  if feature["geometry"]]  # fmt: skip
        numbers = [float(number) for point in points for number in point]

        assert one["itemCount"] == len(found)
        if numbers:
            [box] = one["extent"]["spatial"]["bbox"]

            assert [min(numbers[::2]), min(numbers[1::2]), max(numbers[::2]), max(numbers[1::2])] == box
        if dates := [feature["properties"]["date"] for feature in found if "date" in feature["properties"]]:
            ends = [f"{end}T00:00:00Z" for end in (min(dates), max(dates))]

            assert [ends] == one["extent"]["temporal"]["interval"]


def test_the_schema_names_every_property_and_its_type(ogc):
    """In their order; what may be missing is null."""
    types = {"string": str, "number": float, "integer": int, "boolean": bool}
    for one in collections(ogc):
        described = ogc.get(f"/collections/{one['id']}/schema")["properties"]
        geometry = described.pop("geometry")
        for feature in ogc.items(one["id"], limit=1000)["features"]:
            assert list(described) == list(feature["properties"])
            for name, value in feature["properties"].items():
                assert value is None or type(value) is types[described[name]["type"]]
                assert value is None or value in described[name].get("enum", [value])
        assert "primary-geometry" == geometry["x-ogc-role"]
        assert list(range(1, len(described) + 1)) == [row["x-ogc-propertySeq"] for row in described.values()]


def test_features_can_be_chosen_by_each_queryable(ogc):
    """And those that are chosen have the word, all of them."""
    for one in collections(ogc):
        every = ogc.items(one["id"], limit=1000)["features"]
        for name in ogc.get(f"/collections/{one['id']}/queryables")["properties"]:
            values = [feature["properties"].get(name) for feature in every]
            word = next((value for value in values if value is not None), None)
            if name == "geometry" or word is None:
                continue
            asked = str(word).lower() if isinstance(word, bool) else word

            assert values.count(word) == ogc.items(one["id"], **{name: asked})["numberMatched"]


def test_the_openapi_document_describes_every_address_and_key(ogc):
    """What it names is answered; what a collection can be asked is named, as QGIS looks for it."""
    document = ogc.get("/api")
    [server] = document["servers"]
    for path, operations in document["paths"].items():
        url = f"{server['url']}{path}".rstrip("/").replace("{featureId}", "nobody")
        found = ogc.client.get(url)

        assert str(found.status_code) in operations["get"]["responses"]
    for one in collections(ogc):
        named = [resolved(document, row) for row in
                 document["paths"][f"/collections/{one['id']}/items"]["get"]["parameters"]]  # fmt: skip
        refused = ogc.items(one["id"], 400, nothing="x")["allowed"]
        limit = next(row for row in named if row["name"] == LIMIT)

        assert sorted(refused) == sorted(row["name"] for row in named)
        assert all(row["style"] == "form" and row["explode"] is False for row in named)
        assert (100, 1) == (limit["schema"]["default"], limit["schema"]["minimum"])


def test_an_answer_is_in_the_format_that_is_liked_best(ogc):
    """JSON for whoever says nothing; the word in the address beats the header."""
    page, browser = "text/html", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    for part in (*PARTS, *(f"/collections/zz.bodies{part}" for part in OF_COLLECTION)):
        plain, liked = ogc.answer(part), ogc.answer(part, {"Accept": browser})

        assert plain.mimetype.endswith("json")
        assert page == liked.mimetype
        assert plain.mimetype == ogc.answer(part, {"Accept": browser}, f="json").mimetype
        assert page == ogc.answer(part, {"Accept": "application/json"}, f="html").mimetype
        assert "Accept, Accept-Language" in plain.headers["Vary"]


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_titles_are_in_the_language_that_is_asked_for(ogc, lang):
    """By the address or by what the reader speaks."""
    by_word, by_header = ogc.answer("", lang=lang), ogc.answer("", {"Accept-Language": lang})

    assert lang == by_word.headers["Content-Language"] == by_header.headers["Content-Language"]
    assert by_word.get_json()["description"] == by_header.get_json()["description"]


def test_a_collection_that_is_not_there_is_answered_with_those_that_are(ogc):
    """With the code of an unknown word."""
    answer = ogc.get("/collections/zz.units", 404)

    assert "E-URL-01" == answer["code"]
    assert [one["id"] for one in collections(ogc)] == answer["allowed"]
