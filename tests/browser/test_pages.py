"""Laws about pages in a browser: any language, width and scheme; with scripts and without."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.needs("chromium")

MAP = "kz/region/executed/2024/"
PLACE = "kz/unit/2022-06-08/region/750000000/"
PATHS = {
    "view": MAP,
    "circles": f"{MAP}per=none/",
    "missing": "kz/region/execution/2025-03/",
    "change": "kz/region/change/2024/",
    "unit": PLACE,
    "embed": f"{MAP}embed/",
}
KAZAKH = set("әғқңөұүі")


def assert_whole(seen, lang):
    """Find no complaint on the console, nothing asked of others, nothing to scroll sideways, the language told."""
    assert [] == seen.faults, seen.page.url
    assert [] == seen.foreign, seen.page.url
    assert seen.overflow() <= 0, seen.page.url
    assert lang == seen.page.get_attribute("html", "lang"), seen.page.url


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_a_page_is_whole_in_every_window(browse, site, lang, width, scheme):
    """No complaint on the console, nothing asked of others, nothing to scroll sideways, the language told."""
    rare = {"circles", "missing", "change"}  # the same parts as the view: one language is enough
    for name, path in PATHS.items():
        if name in rare and lang != "kk":
            continue
        seen = browse(f"{site}/{lang}/{path}", width=width, color_scheme=scheme)

        assert_whole(seen, lang)
        assert (lang == "kk") <= (name == "embed" or KAZAKH <= set(seen.page.inner_text("body").lower())), name
        assert 200 == seen.status, name


@pytest.mark.parametrize(
    ("lang", "width", "scheme"), [("kk", 360, "dark"), ("ru", 1440, "light"), ("en", 360, "light")]
)
def test_an_error_is_whole_in_every_window(browse, site, lang, scheme, width):
    """What a wrong address is answered with is a page like the others."""
    seen = browse(f"{site}/{lang}/kz/region/spendings/2024/", width=width, color_scheme=scheme)

    assert_whole(seen, lang)
    assert 404 == seen.status


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_wears_the_scheme_of_its_reader(browse, site, scheme):
    """Dark on light or light on dark, in pages and embeds."""
    for path in (MAP, PLACE, f"{MAP}embed/"):
        seen = browse(f"{site}/kk/{path}", color_scheme=scheme)
        paper, ink = (
            sum(map(int, re.findall(r"\d+", seen.page.evaluate(f"getComputedStyle(document.body).{name}"))[:3]))
            for name in ("backgroundColor", "color")
        )

        assert (scheme == "light") == (paper > ink)


def test_a_page_is_complete_without_scripts(browse, site):
    """Map, values, table, legend with counts, reconciliation, notes, sources."""
    page = browse(f"{site}/kk/{MAP}", java_script_enabled=False).page
    counts = [int(text) for text in page.locator(".legend small").all_inner_texts()]

    assert 20 == page.locator(".map a[data-u]").count() == page.locator(".twin tbody tr").count()
    assert 20 == sum(counts)
    assert page.locator(".map").bounding_box()["width"] > 600
    assert page.locator(".map .values text").count() >= 17
    assert "15" in page.locator(".account .published td").inner_text()
    assert page.locator(".account tr").count() >= 4
    assert page.locator(".notes li").count() >= 2
    assert page.locator(".sources li").count() >= 2


def test_the_form_works_without_scripts(browse, site):
    """Choose, press, read; the address is the one to keep."""
    page = browse(f"{site}/ru/{MAP}", java_script_enabled=False).page
    page.select_option("select[name=period]", "2023")
    page.select_option("select[name=measure]", "approved")
    page.select_option("select[name=per]", "none")
    page.click(".controls button")
    page.wait_for_url(f"{site}/ru/kz/region/approved/2023/per=none/")

    assert 200 == page.request.get(page.url).status
    assert "2023" == page.locator("select[name=period]").input_value()


def test_the_table_is_sorted_by_its_links(browse, site):
    """By name and back, without scripts."""
    page = browse(f"{site}/en/{MAP}", java_script_enabled=False).page
    page.click(".twin thead th.name a")
    page.wait_for_url("**/sort=name/#table")
    names = [text.strip() for text in page.locator(".twin tbody th").all_inner_texts()]

    assert sorted(names) == names
    assert "ascending" == page.locator(".twin thead th.name").get_attribute("aria-sort")


@pytest.mark.parametrize("path", [MAP, f"{MAP}per=none/", f"{MAP}borders=2018-06-19/"])
def test_pointing_at_a_unit_reads_it_out(browse, site, path):
    """Name and value of every unit, as the table has them; away from the map the hint is back."""
    seen = browse(f"{site}/kk/{path}")
    page = seen.page
    hint = page.inner_text("#readout")
    for row in page.locator(".twin tbody tr").all():
        unit, cells = row.get_attribute("data-u"), row.locator("th,td").all_inner_texts()
        seen.point_at(unit)

        expect(page.locator("#readout")).to_contain_text(cells[0].strip())
        expect(page.locator("#readout")).to_contain_text(cells[1].strip())
    page.mouse.move(2, 2)

    expect(page.locator("#readout")).to_have_text(hint, use_inner_text=True)
    assert [] == seen.faults


def test_the_keyboard_reaches_every_unit_and_opens_it(browse, site):
    """The map is one stop of the Tab key; arrows walk it, each territory is read out as it is reached."""
    seen = browse(f"{site}/en/{MAP}")
    page, reached = seen.page, {}
    focused = "document.activeElement.closest('.map a')?.dataset.u ?? ''"
    expect(page.locator('.map > a[data-u][tabindex="0"]')).to_have_count(1)  # scripts have made it one stop
    while not (unit := page.evaluate(focused)):
        page.keyboard.press("Tab")
    while unit and int(unit) not in reached:
        reached[int(unit)] = page.inner_text("#readout")
        page.keyboard.press("ArrowRight")
        unit = page.evaluate(focused)
    names = {
        int(row.get_attribute("data-u")): row.locator("th").inner_text().strip()
        for row in page.locator(".twin tbody tr").all()
    }

    assert sorted(names) == sorted(reached)
    assert [] == [name for unit, name in names.items() if name not in reached[unit]]
    page.locator('.map a[data-u="3"]').focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#panel h1")
    assert names[3] in page.inner_text("#panel h1")


def test_a_unit_in_focus_is_seen(browse, site):
    """Its outline is wider than that of the others."""
    page = browse(f"{site}/en/{MAP}", reduced_motion="reduce").page
    page.locator(".brand").focus()
    page.keyboard.press("Tab")
    path = page.locator('.map a[data-u="5"] path')
    before = path.evaluate("e => getComputedStyle(e).strokeWidth")
    page.locator('.map a[data-u="5"]').focus()

    assert before != path.evaluate("e => getComputedStyle(e).strokeWidth")
