"""Laws of what people come for: each act as a person does it, in a real browser, until the answer is read."""

import re

import pandas as pd
import pytest
from playwright.sync_api import expect

from geo.core.text import text_of
from geo.web import create_app
from tests.browser.conftest import SAVES_DATA, serving
from tests.browser.waiting import PATIENCE_MS
from tests.browser.watching import Watched

pytestmark = pytest.mark.needs("chromium")

MAP = "kz/region/executed/2024/"
OLD, NOW = "2018-06-19", "2022-06-08"
KARAGANDA, EAST = "350000000", "630000000"
NO_WEBGL = """
const real = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
  return kind.startsWith("webgl") ? null : real.call(this, kind, ...more);
};"""


@pytest.fixture
def begun(chromium):
    """Open a window, by default of somebody who saves data: `begun(address, script=…, **given)` is what was seen."""
    contexts = []

    def begin(address, *, script=SAVES_DATA, **given):
        context = chromium.new_context(viewport={"width": 1440, "height": 900}, **given)
        contexts.append(context)
        context.add_init_script(script)
        return Watched.opened(context, address)

    yield begin
    for context in contexts:
        context.close()


def plain(amounts):
    """Return the exact values of amounts that a page shows, in tenge."""
    return [float(amount.get_attribute("value")) for amount in amounts.all()]


def spent(settings, body_id, period="2024-12"):
    """Return what the file of entries says that a body spent, in tenge."""
    entries = pd.read_parquet(settings.data / "budget/kz-demo/entries.parquet")
    is_own = (entries["body_id"] == body_id) & (entries["period"] == period) & (entries["phase"] == "executed")
    return int(entries[is_own]["amount_minor"].sum()) / 100


def a_school(settings, lang):
    """Return the id and the name of the first school whose name nobody shares."""
    bodies = pd.read_parquet(settings.data / "budget/kz-demo/bodies.parquet")
    schools = bodies[(bodies["kind"] == "school") & ~bodies[f"name_{lang}"].duplicated(keep=False)]
    first = schools.sort_values("body_id").iloc[0]
    return first["body_id"], first[f"name_{lang}"]


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_my_school_is_found_by_its_name_and_says_what_it_spent(begun, demo_site, demo_home, lang):
    """Named in small letters, chosen from the list; beside the map stands its amount, to the tiyn that of the file."""
    body_id, name = a_school(demo_home, lang)
    page = begun(f"{demo_site}/{lang}/kz-demo/region/executed/2024/").page
    page.get_by_role("combobox", name=text_of(lang)("search.label")).fill(name.split(" (")[0].lower())
    page.get_by_role("option").filter(has_text=name).first.click()
    panel = page.locator("#panel")

    expect(panel.get_by_role("heading", level=1)).to_contain_text(name)
    expect(panel.get_by_text(text_of(lang)("synthetic.mark")).first).to_be_visible()
    assert spent(demo_home, body_id) in plain(panel.locator("data"))
    assert f"body={body_id}" in page.url


def test_a_number_is_followed_to_its_row(begun, demo_site, demo_home):
    """From what a school spent to the file and the row that say so; the row says the same amount."""
    body_id, _ = a_school(demo_home, "en")
    page = begun(f"{demo_site}/en/kz-demo/body/{body_id}/").page
    rows = page.locator("table.rows tbody tr")
    entries = pd.read_parquet(demo_home.data / "budget/kz-demo/entries.parquet")
    named = [int(re.sub(r"\D", "", row.locator("td").first.text_content())) for row in rows.all()]
    found = entries[entries["source_row"].isin(named) & (entries["body_id"] == body_id)]

    assert named
    assert {body_id} == set(found["body_id"])
    assert spent(demo_home, body_id) in plain(page.locator("table.phases data"))


def test_two_regions_are_compared_over_the_reform_of_borders(begun, site, kz_version):
    """Karaganda beside East Kazakhstan: in the borders of before the reform each is larger by what was split off."""
    page = begun(f"{site}/en/kz/unit/{NOW}/region/{KARAGANDA}/").page
    page.get_by_label(text_of("en")("place.compare_with")).select_option(EAST)
    page.locator("form.beside").get_by_role("button").click()
    page.wait_for_url(f"**/compare/{NOW}/region/{KARAGANDA},{EAST}/")
    since = plain(page.locator("table.side data"))
    page.get_by_role("link", name=re.compile(re.escape(OLD))).first.click()
    page.wait_for_url(f"**/compare/{OLD}/region/{KARAGANDA},{EAST}/**")
    before = plain(page.locator("table.side data"))
    executed = {
        (edition, unit): _executed(kz_version, edition, unit) for edition in (OLD, NOW) for unit in (KARAGANDA, EAST)
    }

    assert [] == [unit for unit in (KARAGANDA, EAST) if executed[OLD, unit] <= executed[NOW, unit]]
    assert {executed[NOW, KARAGANDA], executed[NOW, EAST]} <= set(since)
    assert {executed[OLD, KARAGANDA], executed[OLD, EAST]} <= set(before)


def _executed(version, edition, unit):
    totals = pd.read_parquet(version.folder / "tables/totals.parquet")
    cells = {"edition": edition, "level": "region", "unit_id": unit, "period": "2024-12", "phase": "executed"}
    own = totals[(totals[list(cells)] == pd.Series(cells)).all(axis=1)]
    return int(own["amount_minor"].sum()) / 100


def tabbed_to(page, place, most=80):
    """Press Tab until the focus is within a place; returns how often it took."""
    for count in range(1, most):
        page.keyboard.press("Tab")
        if page.evaluate("place => !!document.activeElement?.closest(place)", place):
            return count
    raise AssertionError(f"no Tab leads to {place}")


@pytest.mark.parametrize(("script", "place"), [(SAVES_DATA, ".mapbox .map"), ("", "[role=application]")])
def test_everything_is_done_by_keyboard(begun, site, script, place):
    """On either map: one stop, arrows from unit to unit, Enter opens, Escape closes and comes back; then a measure."""
    seen = begun(f"{site}/en/{MAP}", script=script)
    page = seen.page
    if not script:
        page.locator(".mapbox.is-moving").wait_for(timeout=PATIENCE_MS)
    tabbed_to(page, place)
    page.keyboard.press("Home")
    first = page.locator("#readout b").text_content()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#readout b")).not_to_have_text(first)
    name = page.locator("#readout b").text_content()
    page.keyboard.press("Enter")
    heading = page.locator("#panel").get_by_role("heading", level=1)
    expect(heading).to_contain_text(name)
    expect(heading).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    assert page.evaluate("place => !!document.activeElement.closest(place)", place)
    tabbed_to(page, ".controls select[name=measure]")
    page.keyboard.press("ArrowUp")
    page.wait_for_url(lambda address: "/executed/" not in address)

    expect(page.locator("main")).not_to_have_attribute("aria-busy", "true")
    assert [] == seen.faults


def test_everything_is_read_without_scripts(begun, site, kz_version):
    """Figures, another measure, a region, a search and another language: each is a page of its own."""
    page = begun(f"{site}/en/{MAP}", java_script_enabled=False).page
    assert len(kz_version.level(NOW, "region").units) == page.locator(".twin tbody tr").count()
    page.get_by_label(text_of("en")("form.measure"), exact=True).select_option("approved")
    page.get_by_role("button", name=text_of("en")("form.show")).click()
    page.wait_for_url("**/en/kz/region/approved/2024/")
    page.locator(".twin tbody th a").first.click()
    page.wait_for_url("**/en/kz/unit/**")
    page.get_by_role("searchbox").fill("Almaty")
    page.get_by_role("search").get_by_role("button").click()
    page.wait_for_url("**/en/kz/search/**")
    hits = page.locator("main").get_by_role("link", name=re.compile("Almaty"))
    expect(hits.nth(1)).to_be_visible()
    hits.first.click()
    page.wait_for_url("**/en/kz/unit/**")
    page.get_by_role("link", name="Қазақша").click()
    page.wait_for_url("**/kk/kz/unit/**")

    expect(page.locator("main data").nth(5)).to_be_attached()
    assert "kk" == page.locator("html").get_attribute("lang")


def test_the_language_is_switched_midway(begun, site, kz_version):
    """After a choice and with a region's panel open: the same view and the same region, in Kazakh."""
    page = begun(f"{site}/en/{MAP}").page
    page.get_by_label(text_of("en")("form.measure"), exact=True).select_option("approved")
    page.wait_for_url("**/en/kz/region/approved/2024/")
    expect(page.locator("main")).not_to_have_attribute("aria-busy", "true")  # its words and links have come too
    page.locator(".twin tbody th a").first.click()
    expect(page.locator("#panel").get_by_role("heading", level=1)).to_be_visible()
    page.locator("header").get_by_role("link", name="Қазақша").click()
    page.wait_for_url("**/kk/kz/region/approved/2024/**")
    names = {unit.names["kk"] for unit in kz_version.level(NOW, "region").units}

    expect(page.locator("html")).to_have_attribute("lang", "kk")
    expect(page.locator("main")).not_to_have_attribute("aria-busy", "true")
    expect(page.locator(".twin tbody th a").first).to_have_text(re.compile("|".join(map(re.escape, names))))
    assert names == {name.strip() for name in page.locator(".twin tbody th a").all_text_contents()}
    assert text_of("kk")("form.measure") in page.locator(".controls").text_content()


def test_without_webgl_the_drawn_map_stays_and_says_why(begun, site):
    """It is pointed at, coloured anew and opened as before."""
    seen = begun(f"{site}/en/{MAP}", script=NO_WEBGL)
    page = seen.page
    page.evaluate("document.getElementById('moving')?.click()")  # it is gone once the map has tried by itself
    expect(page.get_by_text(text_of("en")("explorer.map.none"))).to_be_visible()
    seen.point_at(3)
    expect(page.locator("#readout b")).to_have_text(page.locator(".twin tr[data-u='3'] a").text_content().strip())
    fills = [path.get_attribute("class") for path in page.locator(".mapbox .map > a > path").all()]
    page.get_by_label(text_of("en")("form.measure"), exact=True).select_option("execution")
    page.wait_for_url("**/en/kz/region/execution/2024/")

    expect(page.locator("main")).not_to_have_attribute("aria-busy", "true")
    expect(page.locator(".mapbox .map")).to_be_visible()
    assert fills != [path.get_attribute("class") for path in page.locator(".mapbox .map > a > path").all()]
    assert [] == seen.faults


def test_a_server_that_was_restarted_under_the_page_is_asked_again(begun, kz_home):
    """While it is away the page says so and keeps what it shows; then the choice is carried out."""
    app = create_app(kz_home)
    with serving(app) as address:
        page = begun(f"{address}/en/{MAP}").page
        before = page.locator(".overall b").text_content()
    page.get_by_label(text_of("en")("form.measure"), exact=True).select_option("approved")
    again = page.get_by_role("button", name=text_of("en")("explorer.again"))
    expect(again).to_be_visible()
    assert before == page.locator(".overall b").text_content()
    with serving(app, int(address.rsplit(":", 1)[1])):
        page.wait_for_url("**/en/kz/region/approved/2024/", timeout=PATIENCE_MS)

        expect(page.locator(".overall b")).not_to_have_text(before)
        expect(again).to_be_hidden()
