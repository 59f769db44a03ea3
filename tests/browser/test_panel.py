"""Laws of the panel: a unit beside the map in one tap, by pointer or keyboard, and never a place of no return."""

import re

import pytest
from playwright.sync_api import expect

from geo.core.text import text_of
from geo.web import create_app
from tests.browser.access import AXE, TAGS
from tests.test_files import LABEL, NAMES
from tests.web.zz import publish_zz

pytestmark = pytest.mark.needs("chromium")

MAP = "kz/region/executed/2024/"
UNIT = "kz/unit/2022-06-08/region/100000000/"
ARTICLE = "#panel [data-panel]"
ENEMIES = (
    "unit=%2F%2Fevil.example",
    "page=https://evil.example/",
    "page=../../v/",
    "page=search/",
    "unit=<img src=x onerror=window.__x=1>",
    "body=a/b",
    "unit=%E0%A4%A",
    "page=unit/../../x",
    "unit=",
)
SMALL = """() => [...document.querySelectorAll("article a,article button,article select,summary")]
    .filter((one) => !one.closest("p,li,td,th,svg") && one.getBoundingClientRect().height < 24)
    .map((one) => one.outerHTML)"""


def opened(browse, site, lang="en", path=MAP, **given):
    """Return a window with the panel of the first unit open, by a click in the table."""
    window = browse(f"{site}/{lang}/{path}", **given)
    window.page.locator('.twin tbody tr[data-u="0"] a').click()
    window.page.wait_for_selector(ARTICLE)
    return window


def words(page, selector):
    return re.sub(r"\s+", " ", page.locator(selector).first.text_content()).strip()


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_a_panel_is_the_page_of_the_unit(browse, site, lang):
    """The same words and numbers, fetched once, with a way to the page itself."""
    window = opened(browse, site, lang)
    page = window.page
    shown, heading = words(page, ARTICLE), page.evaluate("document.activeElement.textContent")
    address = page.locator("#panel .panel-head a").get_attribute("href")
    own = browse(address).page

    assert address == f"{site}/{lang}/{UNIT}"
    assert words(own, "[data-panel]") == shown
    assert words(own, "h1") == heading.strip()
    assert f"{site}/{lang}/{MAP}#unit=100000000" == page.url
    assert ([], []) == (window.faults, window.foreign)


@pytest.mark.parametrize("place", ["path", "inset", "row"])
def test_one_tap_on_the_map_or_the_table_opens_a_unit(browse, site, place):
    """On its shape, in its circle, anywhere in its row; it stands out in both."""
    window = browse(f"{site}/ru/{MAP}")
    page = window.page
    if place == "path":
        window.point_at(5, ".mapbox .map")
        page.mouse.down()
        page.mouse.up()
    elif place == "inset":
        page.locator(".map .inset path[data-u]").first.click(force=True)
    else:
        page.locator('.twin tbody tr[data-u="5"] td').nth(1).click()
    page.wait_for_selector(ARTICLE)

    assert f"{site}/ru/{MAP}#unit=" == page.url[:-9]
    assert 1 == page.locator(".map .picked").count()
    assert 1 == page.locator(".twin tr.is-picked").count()


def test_everything_can_be_done_with_the_keyboard_alone(browse, site):
    """Enter opens, the heading is read, Escape closes, and the focus is where it was."""
    page = browse(f"{site}/kk/{MAP}").page
    page.locator('.twin tbody tr[data-u="2"] a').focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(ARTICLE)
    inside = page.evaluate("document.activeElement.closest('#panel') !== null && document.activeElement.localName")
    page.keyboard.press("Escape")

    assert "h1" == inside
    assert page.locator("#panel").is_hidden()
    assert "2" == page.evaluate("document.activeElement.closest('tr').dataset.u")
    assert f"{site}/kk/{MAP}" == page.url


def test_back_closes_and_forward_opens_again(browse, site):
    """Each panel is a step of the history; an address with it opens it for whoever gets it."""
    page = opened(browse, site).page
    page.locator('.twin tbody tr[data-u="1"] a').click()
    page.wait_for_url("**#unit=110000000")
    page.go_back()
    expect(page.locator("#panel h1")).to_contain_text("Abay")
    page.go_back()
    page.wait_for_selector("#panel", state="hidden")
    page.go_forward()
    page.wait_for_selector(ARTICLE)
    again = browse(page.url).page
    again.wait_for_selector(ARTICLE)

    assert words(page, "#panel h1") == words(again, "#panel h1")


@pytest.mark.parametrize("key", ["Control", "Shift"])
def test_a_click_with_a_key_is_a_link_s_own(browse, site, key):
    """New tabs and windows are the reader's to open: nothing is taken over."""
    window = browse(f"{site}/en/{MAP}")
    page = window.page
    with page.context.expect_page() as other:
        page.locator('.twin tbody tr[data-u="0"] a').click(modifiers=[key])

    other.value.wait_for_url(f"**/{UNIT}")
    assert page.locator("#panel").is_hidden()


def test_links_to_units_and_comparisons_stay_in_the_panel(browse, site):
    """The map stays where it is; other links leave it as links do."""
    page = opened(browse, site).page
    page.locator("#panel a.beside").first.click()
    page.wait_for_selector("#panel .compare")
    compared = page.url
    page.locator("#panel .side thead a").nth(1).click()
    page.wait_for_selector("#panel .unit:not(.compare)")

    assert "#page=compare/2022-06-08/region/100000000," in compared
    assert f"{site}/en/{MAP}#unit=" in page.url
    assert page.locator(".mapbox .map").is_visible()


def test_what_cannot_be_fetched_says_so_and_can_be_tried_again(browse, site):
    """A failing network, then a working one; a page that is not there is told apart."""
    window = browse(f"{site}/en/{MAP}")
    page, text = window.page, text_of("en")
    page.route("**/unit/**", lambda route: route.abort())
    page.locator('.twin tbody tr[data-u="0"] a').click()
    page.wait_for_selector("#panel .again")
    failed = words(page, "#panel .told")
    page.unroute("**/unit/**")
    page.locator("#panel .again").click()
    page.wait_for_selector(ARTICLE)
    page.evaluate("location.hash = '#unit=999999999'")
    page.wait_for_selector("#panel .again")

    assert text("explorer.detail.failed") == failed
    assert text("explorer.detail.gone") == words(page, "#panel .told")


def test_a_slow_panel_says_that_it_is_slow(browse, site):
    """Nobody waits before an empty box."""
    page, held = browse(f"{site}/kk/{MAP}").page, []
    page.clock.install(time=0)
    page.clock.pause_at(3600)
    page.route("**/unit/**", lambda route: held.extend([route]))
    with page.expect_request("**/unit/**"):
        page.locator('.twin tbody tr[data-u="0"] a').click()
    page.wait_for_selector("#panel .told")
    first = words(page, "#panel .told")
    page.clock.fast_forward(3500)
    then = words(page, "#panel .told")
    held[0].continue_()
    page.wait_for_selector(ARTICLE)

    assert [text_of("kk")("explorer.detail.loading"), text_of("kk")("explorer.detail.slow")] == [first, then]


def test_no_address_of_an_enemy_is_fetched(browse, site):
    """What stands behind # comes from whoever wrote the link."""
    window = browse(f"{site}/en/{MAP}#unit=../../../evil")
    window.page.wait_for_selector("link[rel=stylesheet][href*='/panel.']", state="attached")  # its script is there
    before = len(window.asked)
    for fragment in ENEMIES:
        window.page.evaluate("fragment => { location.hash = fragment; }", fragment)
        window.page.evaluate("new Promise((done) => setTimeout(done, 50))")

        assert window.page.locator("#panel").is_hidden(), fragment
    asked = [url for url in window.asked if "evil" in url or url.endswith((UNIT, "/v/"))]
    assert ([], [], []) == (asked, window.foreign, window.faults)
    assert [] == [url for url in window.asked[before:] if re.search(r"/(unit|body|compare|search|v)/", url)]


def test_hostile_names_are_words_in_a_panel(browse, serve, tmp_path):
    """A panel adopts a page of ours; no name in it becomes an element or runs."""
    enemy = serve(create_app(publish_zz(tmp_path, names=NAMES, label=LABEL)))
    window = opened(browse, enemy, "kk", "zz/region/executed/2024/")
    page = window.page

    assert "undefined" == page.evaluate("typeof window.__x")
    assert 0 == page.locator("#panel img, #panel script, #panel iframe").count()
    assert NAMES["10"] in page.locator("#panel h1").text_content()
    assert ([], []) == (window.faults, window.foreign)


@pytest.mark.parametrize("width", [320, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_open_panel_is_readable_and_axe_finds_nothing(browse, site, scheme, width):
    """On the smallest phone and on a desk; nothing has to be scrolled sideways but wide tables."""
    window = opened(browse, site, "kk", width=width, color_scheme=scheme, bypass_csp=True)
    window.page.evaluate("Promise.all(document.getAnimations().map(({finished}) => finished))")  # it fades in
    window.page.add_script_tag(path=AXE)
    found = window.page.evaluate("tags => axe.run({runOnly: {type: 'tag', values: tags}})", TAGS)
    wide = window.page.evaluate("(panel => panel.scrollWidth - panel.clientWidth)(document.getElementById('panel'))")

    assert [] == [(rule["id"], node["html"][:120]) for rule in found["violations"] for node in rule["nodes"]]
    assert (True, True) == (window.overflow() <= 0, wide <= 0)


def test_the_panel_keeps_step_with_the_period_of_the_map(browse, site):
    """Another period of the map is another period of the panel; the focus stays where the reader is."""
    page = opened(browse, site).page
    before = words(page, "#panel .lead")
    page.locator("#time input").focus()
    for _ in range(4):  # from the whole of 2024 to that of 2023
        page.keyboard.press("ArrowLeft")
    expect(page.locator("#panel .kicker")).to_contain_text("2023")
    page.wait_for_url("**/executed/2023/**")  # the panel may be there before the words of the map

    assert before != words(page, "#panel .lead")
    assert "#unit=100000000" in page.url
    assert page.url.startswith(f"{site}/en/kz/region/executed/2023/")


@pytest.mark.parametrize("path", [UNIT, "kz/compare/2022-06-08/region/100000000,750000000/"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_readable_without_scripts_on_a_small_phone(browse, site, scheme, path):
    """Drawings, tables, form and links are there; axe finds nothing, nothing overflows."""
    window = browse(f"{site}/ru/{path}", width=320, color_scheme=scheme, bypass_csp=True)
    window.page.add_script_tag(path=AXE)
    found = window.page.evaluate("tags => axe.run({runOnly: {type: 'tag', values: tags}})", TAGS)
    small = window.page.evaluate(SMALL)

    assert [] == [(rule["id"], node["html"][:120]) for rule in found["violations"] for node in rule["nodes"]]
    assert window.overflow() <= 0
    assert [] == small
    plain = browse(f"{site}/ru/{path}", java_script_enabled=False).page
    assert plain.locator("form.beside button").is_visible()
