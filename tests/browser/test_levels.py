"""Laws of a map of many units as a browser shows it: no value covers another, the table keeps its height."""

import pytest
from playwright.sync_api import expect

from geo.core.settings import Settings
from geo.web import create_app
from tests.conftest import DATA
from tests.test_levels import REGISTER, with_districts

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.skipif(not REGISTER.exists(), reason="needs the shared borders, classifier and register"),
]
MAP = "kz/district/executed/2024/per=km2/"


@pytest.fixture(scope="module")
def districts(once, serve):
    """The address of a service with districts."""
    return serve(create_app(Settings(home=once("districts", with_districts) / "home", data=DATA)))


@pytest.mark.parametrize("path", [MAP, "kz/district/executed/2024/per=none/"])
@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_no_value_covers_another(browse, districts, lang, path):
    """Values without room are left to the table; those that are written can be read."""
    page = browse(f"{districts}/{lang}/{path}").page
    boxes = [text.bounding_box() for text in page.locator(".map .values text").all()]
    covered = [
        (one["x"], one["y"])
        for k, one in enumerate(boxes)
        for other in boxes[:k]
        if one["x"] < other["x"] + other["width"] - 1
        and other["x"] < one["x"] + one["width"] - 1
        and abs(one["y"] - other["y"]) < one["height"] * 0.6
    ]

    assert len(boxes) > 20
    assert [] == covered


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_a_long_table_scrolls_in_its_place(browse, districts, width, scheme):
    """All 224 rows are there, the reconciliation is not pushed out of sight, nothing is wider than the window."""
    window = browse(f"{districts}/kk/{MAP}", width=width, color_scheme=scheme)
    table = window.page.locator(".tablebox .scroll").bounding_box()

    assert (224, 0) == (window.page.locator(".twin tbody tr").count(), window.overflow())
    assert table["height"] < 700
    assert [] == window.faults


def test_a_long_table_is_printed_whole(browse, districts):
    """Paper does not scroll."""
    page = browse(f"{districts}/en/{MAP}").page
    page.emulate_media(media="print")

    assert page.locator(".tablebox .scroll").bounding_box()["height"] > 4000


def test_the_level_is_a_choice_of_the_form(browse, districts):
    """From regions to districts, with scripts and without."""
    for has_scripts in (True, False):
        page = browse(f"{districts}/ru/kz/region/executed/2024/", java_script_enabled=has_scripts).page
        page.select_option("#f-level", "district")
        if not has_scripts:
            page.click(".controls button")
        page.wait_for_url(f"**/ru/{MAP}")

        expect(page.locator(".twin tbody tr")).to_have_count(224)  # the address changes before the table
