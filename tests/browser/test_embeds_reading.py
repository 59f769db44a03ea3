"""Laws about reading an embed: by keyboard, in the colours of the device, on paper, by those who see few colours."""

import pytest

pytestmark = pytest.mark.needs("chromium")

MAP = "kz/region/executed/2024/"
KARAGANDY = "350000000"


def test_the_arrow_keys_read_out_every_unit(browse, site):
    """One stop of the Tab key; round and round, both ways; Escape and leaving bring all together back."""
    page = browse(f"{site}/kk/{MAP}embed/", width=600).page
    rest = page.inner_text("#readout")
    names = [text.strip() for text in page.locator("table").first.locator("th").all_text_contents()]
    page.keyboard.press("Tab")
    told = []
    for _ in names:
        page.keyboard.press("ArrowRight")
        told.append(page.inner_text("#readout"))
        assert page.locator(".map .on").count() >= 1
    page.keyboard.press("ArrowDown")
    around = page.inner_text("#readout")
    page.keyboard.press("ArrowLeft")
    last = page.inner_text("#readout")
    page.keyboard.press("Escape")

    assert names == [text.split(":")[0] for text in told]
    assert (rest, told[-1], rest) == (around, last, page.inner_text("#readout"))
    assert "rgba(0, 0, 0, 0)" != page.evaluate("getComputedStyle(document.activeElement).outlineColor")


@pytest.mark.parametrize(
    ("path", "device", "is_dark"),
    [
        ("", "light", False),
        ("", "dark", True),
        ("theme=dark/", "light", True),
        ("theme=light/", "dark", False),
    ],
)
def test_a_theme_is_heeded_on_every_device(browse, site, path, device, is_dark):
    """An article that is always light has a light map; paper is white whatever was asked."""
    page = browse(f"{site}/ru/{MAP}{path}embed/", width=600, color_scheme=device).page
    ground = "getComputedStyle(document.body).backgroundColor"
    on_screen = page.evaluate(ground)
    page.emulate_media(media="print", color_scheme="light")

    assert is_dark == (on_screen == "rgb(21, 28, 31)")
    assert "rgb(247, 246, 243)" == page.evaluate(ground)


def test_paper_shows_the_table_and_the_reconciliation(browse, site):
    """What a click would open cannot be clicked on paper."""
    page = browse(f"{site}/kk/{MAP}embed/", width=600).page
    is_seen = "all => all.map(one => one.checkVisibility() && one.getBoundingClientRect().height > 0)"
    on_screen = page.locator("table").evaluate_all(is_seen)
    page.emulate_media(media="print")
    on_paper = page.locator("table").evaluate_all(is_seen)

    assert {False} == set(on_screen)
    assert [True] * len(on_screen) == on_paper


def test_the_unit_of_the_article_stands_out(browse, site):
    """In a narrow column, in light and dark and where the device chooses colours: a line of three pixels around it."""
    for given in ({}, {"color_scheme": "dark"}, {"forced_colors": "active"}):
        page = browse(f"{site}/en/{MAP}highlight={KARAGANDY}/embed/", width=300, **given).page
        style = "([e, name]) => getComputedStyle(e)[name]"
        outline, unit = page.locator(".map .hi").element_handle(), page.locator(".map .u").first.element_handle()

        assert "3px" == page.evaluate(style, [outline, "strokeWidth"])
        assert page.evaluate(style, [outline, "stroke"]) != page.evaluate(style, [unit, "stroke"])
        assert page.locator(".told").is_visible()


def test_colours_that_the_device_chooses_leave_the_map_its_own(browse, site):
    """Classes would all look alike otherwise, and the legend would name colours that are not there."""
    page = browse(f"{site}/ru/{MAP}embed/", width=600, forced_colors="active").page
    fills = set(page.locator(".map .u").evaluate_all("all => all.map(e => getComputedStyle(e).fill)"))
    keys = page.locator("li .u").evaluate_all("all => all.map(e => getComputedStyle(e).fill)")

    assert len(fills) >= 5
    assert set(keys) <= fills


@pytest.mark.parametrize("scripts", [True, False])
def test_an_embed_is_complete_without_its_style(browse, site, scripts):
    """A reader of feeds takes styles and scripts away: title, scope, figures, sums and sources are left as text."""
    page = browse(f"{site}/kk/{MAP}embed/", width=600, java_script_enabled=scripts, bypass_csp=True).page
    text = page.locator("main").text_content()
    told = page.locator(".map").get_attribute("aria-label")

    assert 20 == page.locator(".map .u > title").count()
    assert all(part in text for part in (page.locator("h1").text_content(), "budget.egov.kz"))
    assert page.locator("h1").text_content() in told


def test_an_embed_keeps_nothing(browse, site):
    """No cookie, no storage, nothing that a reader would have to agree to."""
    seen = browse(f"{site}/ru/{MAP}embed/", width=600)

    assert [] == seen.page.context.cookies()
    assert [0, 0] == seen.page.evaluate("[localStorage.length, sessionStorage.length]")
    assert [] == seen.faults
