"""Laws of maps of places and of the mark as a browser shows them: reachable, readable, and never in the way."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from geo.core.text import text_of
from geo.web import create_app
from tests.browser.access import AXE, TAGS
from tests.conftest import made_zz, published
from tests.country_zz import NEW, add_towns

pytestmark = pytest.mark.needs("chromium")
TOWNS = "zz/town/executed/2024/"
PATHS = {
    "points": TOWNS,
    "circles": f"{TOWNS}per=none/",
    "embedded points": f"{TOWNS}embed/",
    "embedded circles": f"{TOWNS}per=none/embed/",
    "place": f"zz/unit/{NEW}/town/13/",
    "status": "zz/status/",
    "error": "zz/town/spendings/2024/",
}


@pytest.fixture(scope="module")
def towns(tmp_path_factory, serve):
    """The address of a service over zz with towns, a synthetic country."""
    made = made_zz(Path(tmp_path_factory.mktemp("towns")))
    add_towns(made.borders)
    return serve(create_app(published(made.settings, "zz")))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PATHS)
def test_axe_finds_nothing_to_object_to(browse, towns, name, scheme):
    """The rules of WCAG 2.2 AA that a program can check, and good practice; with the band and the mark."""
    window = browse(f"{towns}/kk/{PATHS[name]}", color_scheme=scheme, bypass_csp=True)
    window.page.add_script_tag(path=AXE)
    found = window.page.evaluate("tags => axe.run({runOnly: {type: 'tag', values: tags}})", TAGS)

    assert [] == [(rule["id"], node["html"][:90]) for rule in found["violations"] for node in rule["nodes"]]


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("path", [TOWNS, f"{TOWNS}per=none/", f"{TOWNS}per=none/embed/"])
def test_the_mark_is_seen_and_nothing_overflows(browse, towns, lang, width, path):
    """On a phone and on a desk, without a complaint of the browser."""
    window = browse(f"{towns}/{lang}/{path}", width=width)
    mark = window.page.locator(".map .mark text").first
    box = mark.bounding_box()

    assert text_of(lang)("synthetic.mark") == mark.text_content()
    assert box["width"] > min(width, 640) / 8
    assert ([], [], True) == (window.faults, window.foreign, window.overflow() <= 0)


def test_the_band_stays_while_a_page_is_scrolled(browse, towns):
    """Whatever part of a page is photographed, the band is in it."""
    page = browse(f"{towns}/en/{TOWNS}").page
    page.mouse.wheel(0, 1500)
    page.wait_for_function("scrollY > 300")

    assert page.locator(".synthetic").bounding_box()["y"] == 0


def test_a_place_can_be_pointed_at_through_the_mark(browse, towns):
    """Its figures are read out, its circle and its row stand out."""
    window = browse(f"{towns}/en/{TOWNS}per=none/")
    window.point_at(2)

    expect(window.page.locator("#readout")).to_contain_text("Town 20")
    expect(window.page.locator('.map a[data-u="2"] > circle.on')).to_have_count(1)
    expect(window.page.locator('.twin tr[data-u="2"].on')).to_have_count(1)


def test_a_place_is_read_out_in_an_embed(browse, towns):
    """Pointing at its circle says its name and value."""
    window = browse(f"{towns}/ru/{TOWNS}embed/", width=640)
    window.point_at(0)

    expect(window.page.locator("#readout")).to_have_text("Город 10: 15,0")


@pytest.mark.parametrize("path", [TOWNS, f"{TOWNS}per=none/"])
def test_no_name_of_a_place_covers_another(browse, towns, path):
    """Names without room are left to the table."""
    page = browse(f"{towns}/kk/{path}").page
    boxes = [text.bounding_box() for text in page.locator(".map .town text").all()]
    covered = [
        (one, other)
        for k, one in enumerate(boxes)
        for other in boxes[:k]
        if one["x"] < other["x"] + other["width"] - 1
        and other["x"] < one["x"] + one["width"] - 1
        and abs(one["y"] - other["y"]) < one["height"] * 0.6
    ]

    assert len(boxes) >= 2
    assert [] == covered


def test_a_marked_map_is_complete_without_scripts(browse, towns):
    """Points, names, mark and table are there before any script."""
    page = browse(f"{towns}/en/{TOWNS}", java_script_enabled=False).page

    assert 3 == page.locator(".map a[data-u] circle").count()
    assert 3 == page.locator(".twin tbody tr").count()
    assert page.locator(".map .mark text").first.is_visible()
