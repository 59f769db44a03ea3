"""Laws about the header X-Version: an answer names the version that it was made of."""

import pytest

from tests.web.route_map import BULK, DATA, EMBEDS, ERRORS, FEATURES, FOUND, PAGES

DEAR = ("map.png", "data.xlsx", "data.gpkg", "data.parquet")  # made by the same code as the others, slowly
NAMED = [path for path in (*PAGES, *EMBEDS, *DATA, *FOUND, *BULK) if "/api/" not in path and not path.endswith(DEAR)]
ITEMS = tuple(path for path in FEATURES if "/items" in path)
TILES = ("/tiles/zz/2020-01-01/units.json", "/tiles/zz/2020-01-01/units/0/0/0.mvt", "/tiles/zz/{v}/bodies/0/0/0.mvt")


@pytest.fixture(scope="module")
def versions(small_app):
    """The versions that were in force, the one that is now last."""
    return [row.id for row in small_app.extensions["budgetmap"].home.publications()]


@pytest.mark.parametrize("path", [*NAMED, *ITEMS, *TILES, "/api/current/zz.json"])
def test_an_answer_names_the_version_in_force(small, versions, path):
    """Pages, embeds, files, features, tiles, what is looked for: the same header everywhere."""
    answer = small.get(path.format(v=versions[-1]))

    assert answer.status_code in {200, 204}
    assert versions[-1] == answer.headers["X-Version"]


@pytest.mark.parametrize("path", [path for path in (*NAMED, *ITEMS) if "{v}" in path])
def test_an_answer_at_a_frozen_address_names_the_version_of_the_address(small, versions, path):
    """Whatever is in force by now; asked for twice, for the second answer may lie ready."""
    asked = [small.get(path.format(v=versions[0])) for _ in range(2)]

    assert 2 * [versions[0]] == [answer.headers["X-Version"] for answer in asked]


def test_an_answer_without_a_body_names_its_version_too(small, versions):
    """Whoever has it already is told what it is of."""
    path = PAGES[0]
    tag = small.get(path).headers["ETag"]

    answer = small.get(path, headers={"If-None-Match": tag})

    assert (304, versions[-1]) == (answer.status_code, answer.headers["X-Version"])


@pytest.mark.parametrize("path", [*ERRORS, "/", "/healthz", "/readyz", "/static/map.css", "/v/nope/en/zz/"])
def test_what_is_made_of_no_version_names_none(small, path):
    """An error, what is of all countries, and above all no word of the address that was asked for."""
    answer = small.get(path.format(v="0" * 16))

    assert None is answer.headers.get("X-Version")
