"""Laws of the parts of the explorer that follow each other: the last view counts, nothing jumps or stays behind."""

import base64
import re

import pytest
from playwright.sync_api import expect

from geo.web import create_app
from tests.browser.repainted import after
from tests.browser.waiting import PATIENCE_MS, settles
from tests.web.zz import publish_zz

pytestmark = pytest.mark.needs("chromium")

MAP = "kz/region/executed/2024/"
OLD = "2018-06-19"
TILES = f"**/tiles/kz/{OLD}/units/**"
PLACES = (".scope", ".mapbox > .map", ".words .terms")
UNIT = "100000000"
NARROW = 900  # the map does not begin by itself
VALUES = """() => [...document.querySelectorAll(".moving-labels text[data-key^=unit] tspan:not(.n)")].map(
  (line) => [Number(line.parentNode.dataset.key.slice(5)), line.textContent])"""
ACCENT = """async (picture) => {
  const bytes = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes]));
  const pen = new OffscreenCanvas(image.width, image.height).getContext("2d");
  pen.drawImage(image, 0, 0);
  const {data} = pen.getImageData(0, 0, image.width, image.height);
  const accent = getComputedStyle(document.documentElement).getPropertyValue("--accent").trim();
  const wanted = [1, 3, 5].map((at) => parseInt(accent.slice(at, at + 2), 16));
  let count = 0;
  for (let at = 0; at < data.length; at += 4) {
    if (wanted.every((value, k) => Math.abs(value - data[at + k]) < 8)) count++;
  }
  return count;
}"""
SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    // Columns of a table widen while its rows arrive: no script brings them.
    const others = entry.sources.filter(({node}) => node && !(node.parentElement ?? node).closest("table"));
    const moved = others.map(({node}) => (node.outerHTML ?? node.textContent).slice(0, 80));
    if (moved.length && !entry.hadRecentInput) window.shifts.push([entry.value, ...moved]);
  }
}).observe({type: "layout-shift", buffered: true});"""
WATCH = """() => {
  window.touched = [];
  const watching = {subtree: true, childList: true, attributes: true, attributeFilter: ["transform", "class"]};
  const note = (list) => window.touched.push(...list.map(({type, target}) => type + target.outerHTML.slice(0, 60)));
  new MutationObserver(note).observe(document.querySelector(".moving-labels"), watching);
  new MutationObserver(note).observe(document.querySelector(".moving"), {childList: true});
}"""
SIZES = """() => Object.fromEntries([...document.querySelectorAll("circle.sum")].map(
  (circle) => [circle.dataset.u, Number(circle.getAttribute("r"))]))"""
FETCH = "async (path) => (await fetch(path)).json()"
TWICE = """() => [...document.querySelectorAll("[id]")].map(({id}) => id)
  .filter((id, at, all) => all.indexOf(id) !== at)"""
WIDTHS = "() => document.querySelector('.mapbox > .map').getBoundingClientRect().width"


def says(page, labels):
    """Wait until every value on the moving map is one of these, each at its unit."""
    for _ in range(PATIENCE_MS // 50):
        found = page.evaluate(VALUES)
        if found and all(labels[unit : unit + 1] == [value] for unit, value in found):
            return True
        page.wait_for_timeout(50)
    return False


def accent(page):
    """Return how many pixels of the moving map have the colour of what is picked."""
    return page.evaluate(ACCENT, base64.b64encode(page.locator(".moving").screenshot()).decode())


def choose(page, name, value):
    """Choose in a field of the form and wait for the words of the view."""
    after(page, lambda: page.select_option(f".controls select[name={name}]", value))


def labels(page):
    """Return the labels of the view that the address names, by the number of the unit."""
    return page.evaluate(FETCH, f"{page.url.split('#')[0]}values.json")["labels"]


@pytest.mark.parametrize("goes_back", [False, True])
def test_the_last_view_counts_whichever_borders_come_first(moved, site, goes_back):
    """Two views of borders that are on their way: no source is added twice, no older view is painted later."""
    seen = moved(f"{site}/en/{MAP}")
    page, held = seen.page, []
    page.route("**/tiles/kz/2018-06-19/units.json", lambda route: held.extend([route]))
    choose(page, "borders", OLD)
    choose(page, "measure", "approved")
    for _ in range(2 * goes_back):
        after(page, page.go_back)
    for route in held:
        route.continue_()

    assert says(page, labels(page))
    page.wait_for_timeout(200)
    assert says(page, labels(page))
    assert (1, []) == (len(held), seen.faults)


def test_borders_that_come_again_before_they_left_are_drawn_once(moved, site):
    """There and back and there again, faster than tiles arrive."""
    seen = moved(f"{site}/en/{MAP}")
    page, held = seen.page, []
    page.route(TILES, lambda route: held.extend([route]))
    with page.expect_request(TILES):
        choose(page, "borders", OLD)
    after(page, page.go_back)
    after(page, page.go_forward)
    for route in held:
        route.continue_()

    assert says(page, labels(page))
    assert [] == seen.faults


def test_the_unit_of_the_panel_is_outlined_on_the_moving_map(moved, site):
    """Whether the panel was there first or not; another view keeps it, closing ends it."""
    page = moved(f"{site}/en/{MAP}#unit={UNIT}").page
    page.wait_for_selector("#panel [data-panel]")

    assert not settles(page, lambda: accent(page) <= 100)
    after(page, lambda: page.locator("#time input").press("ArrowLeft"))
    expect(page.locator(".twin tr.is-picked")).to_have_count(1)
    expect(page.locator(".map .picked")).to_have_count(1)
    assert not settles(page, lambda: accent(page) <= 100)
    page.locator("#panel .close").click()
    assert 0 == settles(page, lambda: accent(page))


@pytest.mark.parametrize("spot", [f"unit={UNIT}", f"page=compare/2022-06-08/region/{UNIT},750000000/"])
def test_panel_and_moving_map_speak_the_language_that_was_chosen(moved, site, spot):
    """The page in the panel, the names on the map, and what the map is called."""
    page = moved(f"{site}/en/{MAP}#{spot}").page
    page.wait_for_selector("#panel [data-panel]")
    after(page, page.locator(".languages a", has_text="Қазақша").click)
    expect(page.locator("#panel .panel-head a")).to_have_attribute("href", re.compile("/kk/kz/(unit|compare)/"))
    expect(page.locator(".moving canvas")).to_have_attribute("aria-label", page.get_attribute(".mapbox", "aria-label"))
    expect(page.locator(".moving-labels text", has_text="облысы").first).to_be_attached()

    assert "Қазақстан" in page.get_attribute(".mapbox", "aria-label")
    assert "Қазақстан" in page.inner_text("#panel .kicker")


def test_circles_have_the_sizes_of_the_sheet_before_the_words_come(browse, site):
    """At once; and those of before, where the words do not come."""
    page = browse(f"{site}/en/{MAP}per=none/", width=NARROW).page
    before, held = page.evaluate(SIZES), []
    page.route("**/2023-03/per=none/parts.html", lambda route: held.extend([route]))
    page.select_option(".controls select[name=period]", "2023-03")
    page.wait_for_selector(".map.between", state="attached")
    early = page.evaluate(SIZES)
    radii = page.evaluate(FETCH, "/en/kz/region/executed/2023-03/per=none/values.json")["radii"]
    page.route("**/values.json", lambda route: None)  # it will be tried again: no circle grows then
    held[0].abort()
    page.wait_for_selector(".state.bad")

    assert {unit: radii[int(unit)] for unit in before} == early
    assert before != early
    assert before == page.evaluate(SIZES)


def test_the_same_values_in_another_order_change_nothing_on_the_map(moved, site):
    """What is drawn already is not drawn anew: no label of the moving map is touched, nor any copy of an inset."""
    page = moved(f"{site}/en/{MAP}").page
    page.evaluate(WATCH)
    after(page, page.locator(".twin thead th.name a").click)
    page.wait_for_timeout(100)

    assert [] == page.evaluate("window.touched")


def test_nothing_jumps_until_the_map_moves(chromium, site):
    """From the first byte on: the place of whatever scripts bring is kept for it."""
    for width in (1440, 360):
        context = chromium.new_context(viewport={"width": width, "height": 900})
        context.add_init_script(SHIFTS)
        page = context.new_page()
        page.goto(f"{site}/kk/{MAP}")
        page.wait_for_load_state("networkidle")
        if width < NARROW:
            page.click("#moving")  # what moves at once with a press is no jump
        page.wait_for_selector(".is-moving", timeout=PATIENCE_MS)
        page.wait_for_timeout(200)

        assert [] == page.evaluate("window.shifts"), width
        context.close()


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_on_a_phone_the_map_comes_before_the_words_about_it(browse, site, lang):
    """What the words mean stands below the map, once; what the figures are about stays above."""
    page = browse(f"{site}/{lang}/{MAP}", width=360).page
    scope, drawn, words = (
        page.locator(place).bounding_box() for place in (".scope", ".mapbox > .map", ".words .terms")
    )

    assert scope["y"] < drawn["y"] < words["y"]
    assert drawn["y"] + drawn["height"] / 2 < 900 / 2 + 100
    assert [] == page.evaluate(TWICE)


@pytest.mark.parametrize("width", [360, 1440])
def test_there_is_one_way_to_choose_a_period_on_the_map(browse, site, width):
    """The slider where scripts run, the strip where they do not."""
    page = browse(f"{site}/ru/{MAP}", width=width).page
    plain = browse(f"{site}/ru/{MAP}", width=width, java_script_enabled=False).page

    assert (False, True) == (page.locator(".strip").first.is_visible(), page.locator("#time input").is_visible())
    assert plain.locator(".strip").first.is_visible()


@pytest.mark.parametrize("width", [1200, 1440, 1920])
def test_a_panel_takes_the_place_of_the_column_beside_the_map(browse, site, width):
    """The map keeps its size and place, the head of the page stays free, and nothing under the panel can be reached."""
    page = browse(f"{site}/ru/{MAP}", width=width).page
    before = page.evaluate(WIDTHS)
    page.wait_for_load_state("networkidle")
    page.locator('.twin tbody tr[data-u="0"] a').click()
    page.wait_for_selector("#panel [data-panel]")
    page.evaluate("scrollTo(0, 0)")
    top, side, panel = (page.locator(name).bounding_box() for name in (".top", ".side", "#panel"))

    assert before == page.evaluate(WIDTHS)
    assert panel["x"] <= side["x"]
    assert side["x"] + side["width"] <= panel["x"] + panel["width"]
    assert panel["y"] >= top["y"] + top["height"]
    assert not page.locator(".side select").first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_organisations_known_to_their_territory_alone_are_one_marker(moved, serve, tmp_path):
    """With how many they are and the sum of all; it opens their list beside the map."""
    address = serve(create_app(publish_zz(tmp_path)))
    seen = moved(f"{address}/en/zz/region/executed/2024/#map=10/40.7/60.7&show=bodies")
    page = seen.page
    labels = page.locator(".moving-labels text[data-key^=bodies]")
    expect(labels).to_have_count(1)
    page.focus(".moving canvas")
    page.keyboard.press("PageDown")

    expect(page.locator("#readout")).to_contain_text("2,800")  # 2,820 less 20
    assert "2 org." in labels.text_content()
    assert "Organisations: 2" == page.inner_text("#readout b")
    page.keyboard.press("Enter")
    expect(page.locator("#panel h1")).to_contain_text("Region 20")
    assert re.search(r"#.*page=bodies/[\d-]+/region/20/", page.url)
    assert [] == seen.faults
