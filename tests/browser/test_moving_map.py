"""Laws of the moving map: it lies over the drawing, says the same, and gives way to it whenever it cannot be drawn."""

import base64
import re

import pytest
from playwright.sync_api import expect

from geo.core.text import text_of
from tests.browser.repainted import after
from tests.browser.waiting import PATIENCE_MS, settles

pytestmark = pytest.mark.needs("chromium")

MAP = "kz/region/executed/2024/"
CANVAS = ".moving canvas"
NARROW = 900  # the map does not begin by itself
ALMATY_SEEN = "#map=12.2/43.24/76.92&show=bodies"
NO_WEBGL = """
const real = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
  return kind.startsWith("webgl") ? null : real.call(this, kind, ...more);
};"""
# Where the labels of units stand on the map, in pixels of the window; those in circles of their own are not on it.
PLACES = """() => {
  for (const part of document.querySelectorAll(".moving-labels,.moving-insets")) part.style.setProperty("opacity", "0");
  const clips = [...document.querySelectorAll(".moving-insets .inset clipPath")];
  const inset = clips.map((clip) => clip.id.match(/\\d+/)[0]);
  const texts = [...document.querySelectorAll(".moving-labels text")];
  return texts.flatMap((text) => {
    const unit = text.dataset.key.split("/")[1];
    const {x, y, width, height} = text.getBoundingClientRect();
    return inset.includes(unit) ? [] : [[Number(unit), x + width / 2, y + height / 2]];
  });
}"""
PIXELS = """async ([picture, places]) => {
  const bytes = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes]));
  const pen = new OffscreenCanvas(image.width, image.height).getContext("2d", {willReadFrequently: true});
  pen.drawImage(image, 0, 0);
  const at = (x, y) => [...pen.getImageData(Math.round(x), Math.round(y), 1, 1).data].slice(0, 3);
  return places.map(([unit, x, y]) => [unit, at(x, y)]);
}"""
LOSE = """() => {
  const held = document.querySelector(".moving canvas").getContext("webgl2");
  held.getExtension("WEBGL_lose_context").loseContext();
}"""
# What is said of failures stands for two seconds: it is noted, so that it can be read later.
NOTE = """() => {
  const state = document.querySelector(".state");
  globalThis.noted = [];
  new MutationObserver(() => noted.push(state.textContent)).observe(state, {childList: true});
}"""
FILL = """(unit) => getComputedStyle(document.querySelector(`.mapbox>.map>a[data-u="${unit}"]>path`)).fill
  .match(/\\d+/g).slice(0, 3).map(Number)"""
# The order of reading of the drawing, by a rule of its own: rows of one height from the northmost unit left.
IN_ORDER = """() => {
  const places = [...document.querySelectorAll(".mapbox>.map>a[data-u]")].map((link) => {
    const {x, y, width, height} = link.querySelector("path").getBBox();
    return [link.getAttribute("aria-label").split(": ")[0], x + width / 2, y + height / 2];
  });
  const span = (list) => Math.max(...list) - Math.min(...list);
  const row = span(places.map((place) => place[2])) / Math.sqrt(places.length);
  const found = [];
  while (places.length) {
    const top = Math.min(...places.map((place) => place[2]));
    const here = places.filter((place) => place[2] <= top + row).sort((a, b) => a[1] - b[1]);
    for (const place of here) places.splice(places.indexOf(place), 1);
    found.push(...here.map((place) => place[0]));
  }
  return found;
}"""


def colours(page):
    """Return the colour of each unit on the moving map and on the drawing under it, by the number of the unit."""
    page.mouse.move(0, 0)
    places = page.evaluate(PLACES)
    picture = base64.b64encode(page.screenshot()).decode()
    return {unit: (seen, page.evaluate(FILL, unit)) for unit, seen in page.evaluate(PIXELS, [picture, places])}


def differing(page, least=17):
    """Return the units that the moving map paints otherwise than the drawing, so many at least having been compared."""
    found = colours(page)
    if len(found) < least:
        return {"too few": len(found)}
    return {unit: both for unit, both in found.items() if max(abs(a - b) for a, b in zip(*both, strict=True)) > 2}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_moving_map_wears_the_colours_of_the_drawing(moved, site, scheme):
    """It begins by itself where nobody pays for it; the policy of the page holds and nobody else is asked."""
    seen = moved(f"{site}/kk/{MAP}", color_scheme=scheme)

    assert {} == differing(seen.page)
    assert [] == seen.faults
    assert [] == seen.foreign


def test_colours_follow_the_scheme_of_the_reader(moved, site):
    """Without loading anything again."""
    page = moved(f"{site}/en/{MAP}", color_scheme="light").page
    light = colours(page)
    page.emulate_media(color_scheme="dark")

    assert {} == settles(page, lambda: differing(page))
    assert not {unit: both for unit, both in colours(page).items() if both == light[unit]}


def test_another_view_and_other_borders_are_painted_alike(moved, site):
    """Values change on the same borders; then the borders of another time come in their place."""
    page = moved(f"{site}/ru/{MAP}").page
    after(page, lambda: page.select_option(".controls select[name=measure]", "approved"))

    assert "/approved/" in page.url
    assert {} == settles(page, lambda: differing(page))
    page.select_option(".controls select[name=borders]", "2018-06-19")
    page.wait_for_url("**/borders=2018-06-19/**")
    expect(page.locator(".mapbox > .map > a")).to_have_count(17)
    expect(page.locator(".moving-labels text[data-key='unit/17']")).to_have_count(0)  # the moving map has them too
    assert {} == settles(page, lambda: differing(page, 14))  # of the 17 units of 2018 three stand apart


def test_the_map_does_not_jump_when_it_begins_to_move(browse, site):
    """It lies exactly over the drawing; what stands below stays where it was."""
    page = browse(f"{site}/en/{MAP}", width=NARROW).page
    below = page.locator("#readout").bounding_box()
    drawn = page.locator(".mapbox > .map").bounding_box()
    page.click("#moving")
    page.wait_for_selector(".is-moving", timeout=PATIENCE_MS)

    assert drawn == page.locator(".moving").bounding_box()
    assert below["y"] == page.locator("#readout").bounding_box()["y"]
    page.click("#moving")
    expect(page.locator(".mapbox > .map > a").first).to_be_visible()
    assert 0 == page.locator(".moving").count()


def walked(page, *, stop):
    """Return the names that the readout says on the way from the first unit to the last, and what was said of them."""
    said = {}
    for key in ["Home", *["ArrowRight"] * 30]:
        page.keyboard.press(key)
        text = page.inner_text("#readout")
        said[text.split(" · ")[0]] = text
        if len(said) == stop:
            break
    return said


def test_the_keyboard_walks_every_unit_once_in_the_order_of_reading(moved, site):
    """One stop for Tab; each step says name, value and rank as the table has them; the drawing is walked alike."""
    page = moved(f"{site}/en/{MAP}").page
    order = page.evaluate(IN_ORDER)
    page.focus(CANVAS)
    said = walked(page, stop=20)

    assert order == list(said)
    for row in page.locator(".twin tbody tr").all():
        name, *values = [cell.strip() for cell in row.locator("th,td").all_inner_texts()]
        assert all(value in said[name] for value in values), name
    page.keyboard.press("ArrowRight")
    assert order[-1] == page.inner_text("#readout").split(" · ")[0]
    page.keyboard.press("Escape")
    assert not page.evaluate("document.activeElement.closest('.moving')")


def test_the_drawing_is_walked_like_the_moving_map(browse, site):
    """Without the engine: one stop for Tab, then arrows."""
    page = browse(f"{site}/kk/{MAP}", width=NARROW).page
    order = page.evaluate(IN_ORDER)
    expect(page.locator(".mapbox > .map > a[tabindex='0']")).to_have_count(1)
    page.focus(".mapbox > .map > a[tabindex='0']")

    assert order == list(walked(page, stop=20))
    assert 1 == page.locator(".mapbox > .map > a[tabindex='0']").count()


def test_keys_zoom_return_and_open(moved, site):
    """Plus and minus, 0 for the whole map, Enter for the unit's panel; the address says where the map looks."""
    page = moved(f"{site}/en/{MAP}").page
    page.focus(CANVAS)
    page.keyboard.press("+")
    page.wait_for_url(re.compile(r"#map=[\d.]+/[\d.]+/[\d.]+$"))
    page.keyboard.press("0")
    page.wait_for_url(lambda url: "#" not in url)
    page.keyboard.press("End")
    name = page.inner_text("#readout").split(" · ")[0]
    page.keyboard.press("Enter")

    expect(page.locator("#panel h1, #panel h2").first).to_contain_text(name)
    assert re.search(r"#unit=\d+$", page.url)


def test_a_place_in_the_address_is_where_the_map_looks(moved, site):
    """On a small screen too: whoever sent the address meant the map."""
    page = moved(f"{site}/en/{MAP}#map=6.5/43.3/76.9", width=NARROW).page
    labels = page.locator(".moving-labels text")

    assert any("Almaty" in text for text in labels.all_text_contents())
    assert page.url.endswith("#map=6.5/43.3/76.9")


def test_organisations_appear_with_sums_and_open(moved, demo_site):
    """Cells say how many they hold; what is made up is marked; from near each has a name and its own panel."""
    seen = moved(f"{demo_site}/ru/kz-demo/region/executed/2024/")
    page = seen.page
    page.click(".moving-layers summary")
    page.get_by_role("checkbox", name=text_of("ru")("explorer.map.bodies")).check()
    labels = page.locator(".moving-labels text[data-key^=cells]")
    expect(labels.first).to_contain_text("₸")

    assert "show=bodies" in page.url
    assert page.locator(".moving-insets .mark").count() == 1
    page.focus(CANVAS)
    page.keyboard.press("PageDown")
    expect(page.locator("#readout b")).to_have_text(re.compile(r"^Организаций: \d"))
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"map=\d"))
    assert [] == seen.faults
    assert [] == seen.foreign


def test_from_near_each_organisation_has_its_name_and_its_panel(moved, demo_site):
    """The exact amount is read, the name opens what is known of the organisation."""
    seen = moved(f"{demo_site}/kk/kz-demo/region/executed/2024/{ALMATY_SEEN}")
    page = seen.page
    expect(page.locator(".moving-labels text[data-key^=bodies]").first).to_contain_text("₸")
    page.focus(CANVAS)
    page.keyboard.press("PageDown")
    name = page.inner_text("#readout b")
    page.keyboard.press("Enter")

    expect(page.locator("#panel h1, #panel h2").first).to_contain_text(name)
    assert "&body=" in page.url
    assert [] == seen.faults


def test_cells_hold_the_amounts_of_the_view(moved, demo_site):
    """The sums of all cells in sight are those of the published figure, whichever function is shown."""
    page = moved(f"{demo_site}/en/kz-demo/region/executed/2024/function=04/#show=bodies").page
    expect(page.locator(".moving-labels text[data-key^=cells]").first).to_be_attached()
    page.focus(CANVAS)
    amounts, last = {}, ""
    for _ in range(400):
        page.keyboard.press("PageDown")
        text = page.inner_text("#readout")
        if text == last:
            break
        last = text
        amounts[len(amounts)] = round(100 * float(re.search(r"₸\s?([\d,.]+)", text)[1].replace(",", "")))
    sheet = page.evaluate("async () => (await fetch(location.pathname + 'values.json')).json()")
    whole = sum(round(100 * float(amount)) for amount in sheet["amounts"] if amount)

    assert whole == sum(amounts.values())


def test_the_surface_comes_with_its_legend(moved, demo_site):
    """Colours of a raster mean nothing without words."""
    page = moved(f"{demo_site}/kk/kz-demo/region/executed/2024/#show=surface").page
    legend = page.locator(".surface-legend")

    expect(legend).to_contain_text("км²")
    assert legend.locator("li").count() >= 2


def test_without_webgl_the_drawing_stays_and_says_why(chromium, site):
    """Everything on the page works; the button gives way to a sentence once it was pressed."""
    context = chromium.new_context(viewport={"width": NARROW, "height": 900})
    context.add_init_script(NO_WEBGL)
    page = context.new_page()
    page.goto(f"{site}/en/{MAP}")
    page.click("#moving")

    expect(page.locator(".why")).to_have_text(text_of("en")("explorer.map.none"))
    expect(page.locator("#moving")).to_be_hidden()
    expect(page.locator(".mapbox > .map > a").first).to_be_visible()
    page.focus(".mapbox > .map > a")
    expect(page.locator("#readout b")).not_to_be_empty()
    context.close()


def test_a_lost_context_brings_the_drawing_back_at_once(moved, site):
    """The picture of the page needs no graphics card."""
    page = moved(f"{site}/en/{MAP}").page

    page.evaluate(LOSE)

    expect(page.locator(".mapbox > .map > a").first).to_be_visible()
    assert 0 == page.locator(".moving").count()


def test_tiles_that_fail_are_said_and_come_when_they_can(moved, site):
    """The map goes on with what it has and says so as long as that lasts; then every tile in the window comes."""
    page = moved(f"{site}/en/{MAP}").page
    tile, failed, came = re.compile(r"/tiles/.*/(\d+)/\d+/\d+\.mvt$"), [], []
    page.on("requestfailed", lambda request: failed.append(request.url))
    page.on("response", lambda answer: came.append(answer.url))
    page.route(tile, lambda route: route.abort())
    page.evaluate(NOTE)
    page.focus(CANVAS)
    for _ in range(3):
        after(page, lambda: page.keyboard.press("+"))
    page.wait_for_function(
        "words => noted.filter((text) => text.includes(words)).length > 2", arg=text_of("en")("explorer.map.tiles")
    )
    nearest = max(int(tile.search(url)[1]) for url in failed)
    seen = {url for url in failed if f"/{nearest}/" in url}
    page.unroute(tile)
    page.evaluate("dispatchEvent(new Event('online'))")

    assert len(seen) > 1
    assert set() == settles(page, lambda: seen - set(came))
    expect(page.locator(".state")).to_have_text("")


def test_without_the_engine_the_drawing_stays(browse, site):
    """A file that does not come is said, and asked for again by the reader."""
    seen = browse(f"{site}/en/{MAP}", width=NARROW)
    page, engine = seen.page, re.compile(r"maplibre-gl\.mjs$")
    page.route(engine, lambda route: route.abort())
    page.click("#moving")
    expect(page.locator(".state")).to_contain_text(text_of("en")("explorer.map.engine"))

    expect(page.locator(".mapbox > .map > a").first).to_be_visible()


def test_a_finger_scrolls_the_page_over_the_map(moved, site):
    """One finger is the page's; two move the map, and the map says so in the reader's language."""
    page = moved(f"{site}/kk/{MAP}#map=4/48/67", width=360, has_touch=True).page
    style = page.evaluate("getComputedStyle(document.querySelector('.moving canvas')).touchAction")

    assert "pan-x pan-y" == style
    expect(page.locator(".maplibregl-mobile-message")).to_have_text(text_of("kk")("explorer.map.two_fingers"))
