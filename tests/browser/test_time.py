"""Laws about moving in time: every period at its place, with its status, in the borders of its moment."""

import json

import pytest

from geo.atlas import build
from geo.core.settings import Settings
from geo.versions import Home
from geo.web import create_app
from tests import country_zz
from tests.browser.repainted import after, blocks, different

pytestmark = pytest.mark.needs("chromium")

REFORM = "2024-01-01"
SLIDER, PLAY = "#time input", "#time button"
BEFORE = {  # what reached further before the reform: a strip of 30 was a part of 10
    **country_zz.SHAPES[country_zz.NEW],
    "10": country_zz.SHAPES[country_zz.OLD]["10"],
    "30": [[[62.5, 40], [64, 40], [64, 42], [62.5, 42], [62.5, 40]]],
    "50": [[[62, 42], [62.5, 42], [64, 42], [64, 44], [62, 44], [62, 42]]],
}
SHARES = [("30", "10", 250_000), ("30", "30", 750_000), *((unit, unit, 1_000_000) for unit in ("10", "20", "40", "50"))]


@pytest.fixture(scope="module")
def reformed(tmp_path_factory, serve):
    """The address of a country whose borders changed between its first period and its second."""
    root = tmp_path_factory.mktemp("reformed")
    borders, _ = country_zz.write_zz(root / "data")
    (borders / country_zz.NEW).rename(borders / REFORM)
    (borders / country_zz.OLD / "region.geojson").write_text(json.dumps(country_zz.collection(BEFORE)), "utf-8")
    words = (borders / "country.toml").read_text("utf-8").replace("2019-12-31", "2023-12-31")
    first = words.replace(f'with_figures = "{country_zz.NEW}"', f'with_figures = "{country_zz.OLD}"')
    (borders / "country.toml").write_text(first.replace(country_zz.NEW, REFORM), "utf-8")
    head = ["from_edition", "from_unit", "to_edition", "to_unit", "share_ppm", "reason"]
    rows = [[REFORM, new, country_zz.OLD, old, share, "x"] for new, old, share in sorted(SHARES)]
    country_zz.write_rows(borders / "lineage.csv", [head, *rows])
    settings = Settings(home=root / "home", data=root / "data", country="zz")
    Home(settings.home).publish(build(settings, "zz").id)
    return serve(create_app(settings))


def values(page):
    """Return the slider's name, value and value in words, and what is written beside it."""
    slider = page.locator(SLIDER)
    return (
        slider.get_attribute("aria-label"),
        slider.input_value(),
        slider.get_attribute("aria-valuetext"),
        page.inner_text("#time output"),
    )


def test_the_slider_stands_on_the_period_and_says_its_status(browse, site):
    """In words, for those who see and for those who hear."""
    said = {
        "executed/2024/": ("Period", "7", "2024, final"),
        "executed/2025-03/": ("Period", "8", "January–March 2025, year to date"),
        "approved/2023/": ("Period", "3", "2023, plan of the year"),
    }
    for path, expected in said.items():
        page = browse(f"{site}/en/kz/region/{path}").page

        assert (*expected, expected[2]) == values(page)
        assert "8" == page.get_attribute(SLIDER, "max")
        assert ["2023", "2024", "2025"] == [text for text in page.locator("#time li").all_inner_texts() if text]


def test_arrow_keys_move_in_time(browse, site):
    """Each step repaints; several of them are one step of the history."""
    page = browse(f"{site}/en/kz/region/executed/2024/per=none/").page
    page.locator(SLIDER).focus()
    after(page, lambda: page.keyboard.press("ArrowLeft"))
    after(page, lambda: page.keyboard.press("ArrowLeft"))
    here = page.url
    focused = page.evaluate("document.activeElement.type")
    fresh = blocks(browse(here).page)
    repainted = blocks(page)
    after(page, page.go_back)

    assert here.endswith("/en/kz/region/executed/2024-06/per=none/")
    assert {} == different(repainted, fresh)
    assert "range" == focused
    assert page.url.endswith("/executed/2024/per=none/")
    assert "7" == values(page)[1]


def test_each_moment_has_the_borders_of_its_time(browse, reformed):
    """The map changes with them, there and back."""
    page = browse(f"{reformed}/en/zz/region/executed/2024/").page
    page.evaluate("window.isSame = true")
    page.locator(SLIDER).focus()
    for key, ending in (("Home", "/2023/"), ("End", "/2024/"), ("Home", "/2023/")):
        after(page, lambda: page.keyboard.press(key))  # noqa: B023 - called at once

        assert page.url.endswith(ending)
        assert {} == different(blocks(page), blocks(browse(page.url).page))
    assert page.evaluate("window.isSame")


def test_playing_shows_one_period_after_the_other_and_stops_at_the_last(browse, reformed):
    """Over the reform of the borders; the button is a pause meanwhile."""
    seen = browse(f"{reformed}/en/zz/region/executed/2023/", width=1000)
    page, way = seen.page, []
    page.on("framenavigated", lambda frame: way.append(frame.url.split("executed")[1]))
    while_playing = page.locator(PLAY).evaluate("button => (button.click(), button.ariaLabel)")  # it may stop soon
    page.wait_for_url("**/2024/")
    page.wait_for_function(f"document.querySelector('{PLAY}').ariaLabel !== 'Pause'")

    assert "Pause" == while_playing
    assert ["/2024-06/", "/2024/"] == way
    assert {} == different(blocks(page), blocks(browse(page.url).page))
    assert [] == seen.faults


def test_who_wants_no_motion_steps(browse, site):
    """One press, one period; from the last one it goes on with the first."""
    page = browse(f"{site}/en/kz/region/executed/2024/", reduced_motion="reduce").page
    label = page.get_attribute(PLAY, "aria-label")
    after(page, page.locator(PLAY).click)
    last = page.url
    after(page, page.locator(PLAY).click)

    assert "Next period" == label
    assert last.endswith("/2025-03/")
    assert page.url.endswith("/2023-03/")


def test_without_scripts_the_strip_leads_to_every_period(browse, site):
    """With the same words; there is no slider."""
    page = browse(f"{site}/kk/kz/region/executed/2024/", width=360, java_script_enabled=False).page
    links = page.locator(".strip a")
    titles = [link.get_attribute("title") for link in links.all()]

    assert 8 == links.count()
    assert all(", " in title for title in titles)
    assert links.first.is_visible()
    assert 0 == page.locator(SLIDER).count()
