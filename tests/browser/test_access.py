"""Laws about pages for everybody: no objection of axe-core in any state, targets for fingers, nothing that moves."""

import re

import pytest
from playwright.sync_api import expect

from geo.core.settings import Settings
from geo.core.text import text_of
from geo.versions import Home
from geo.web import create_app
from tests.browser.access import beyond, moving, objections, small
from tests.restaged import npy, restaged

pytestmark = pytest.mark.needs("chromium")

MAP = "kz/region/executed/2024/"
UNIT = "kz/unit/2022-06-08/region/750000000/"
LEVEL = "2022-06-08/region"
PAGES = {
    "view": MAP,
    "circles": f"{MAP}per=none/",
    "missing": "kz/region/execution/2025-03/",
    "unit": UNIT,
    "compare": "kz/compare/2022-06-08/region/750000000,710000000/",
    "body": "kz/body/750000000-111/",
    "bodies": "kz/bodies/2022-06-08/region/750000000/",
    "nearest": "kz/nearest/",
    "search": "kz/search/?q=%D0%90%D0%B1%D0%B0%D0%B9",
    "nothing found": "kz/search/?q=zzzzzz",
    "status": "kz/status/",
    "changes": "kz/changes/",
    "glossary": "kz/glossary/",
    "error": "kz/region/spendings/2024/",
}
WINDOWS = [("kk", "light", 1440), ("ru", "dark", 360), ("en", "light", 320)]
JUDGED = {"kk", "ru"}  # axe-core is the dearest measure: each page is judged by it on a desktop and, dark, on a phone


@pytest.fixture(scope="module")
def changed(kz_version, tmp_path_factory, serve):
    """The address of a service on which figures of Kazakhstan were published twice, with a long note."""
    home = Home(tmp_path_factory.mktemp("changed") / "home")
    restaged(home, kz_version, 1)
    totals = kz_version.level(*LEVEL.split("/")).totals
    restaged(home, kz_version, 2, {f"{LEVEL}/totals.npy": npy(totals + 1_234_567)}, author="Ә", note="w" * 300)
    return serve(create_app(Settings(home=home.folder, country="kz")))


@pytest.fixture
def opened(browse, changed):
    """Open a page whose scripts may be joined by those of the test: `opened(path, lang, scheme, width)`."""

    def begin(path, lang="kk", scheme="light", width=1440, **given):
        given = {"bypass_csp": True, "reduced_motion": "reduce", **given}
        return browse(f"{changed}/{lang}/{path}", width=width, color_scheme=scheme, **given).page

    return begin


@pytest.mark.parametrize(("lang", "scheme", "width"), WINDOWS)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_for_everybody(opened, name, lang, scheme, width):
    """No objection, no small target, nothing to scroll sideways, nothing that moves for whom motion is too much."""
    page = opened(PAGES[name], lang, scheme, width)

    assert [] == (objections(page) if lang in JUDGED else [])
    assert [] == small(page)
    assert [] == beyond(page)
    assert 0 == moving(page)


@pytest.mark.parametrize(("lang", "scheme", "width"), WINDOWS[:2])
def test_a_word_is_explained_in_place(opened, lang, scheme, width):
    """One press opens its meaning inside the window, Escape closes it, and the focus stays on the word."""
    page = opened(MAP, lang, scheme, width)
    word = page.locator('button[popovertarget="t-reconciliation"]')
    meaning = page.locator("#t-reconciliation")
    word.scroll_into_view_if_needed()
    word.click()
    page.wait_for_function("document.querySelector('#t-reconciliation').matches(':popover-open')")
    box = meaning.bounding_box()

    assert text_of(lang)("glossary.reconciliation.text") in meaning.inner_text()
    assert [] == objections(page)
    assert 0 <= box["x"]
    assert box["x"] + box["width"] <= width
    assert 0 <= box["y"]
    assert box["y"] + box["height"] <= 900
    page.keyboard.press("Escape")
    expect(meaning).to_be_hidden()
    assert "t-reconciliation" == page.evaluate("document.activeElement.getAttribute('popovertarget')")


def test_a_word_is_explained_without_scripts(browse, changed):
    """By the browser itself."""
    page = browse(f"{changed}/ru/{UNIT}", java_script_enabled=False).page
    page.locator('button[popovertarget="u-executed"]').click()

    expect(page.get_by_text(text_of("ru")("glossary.executed.text"))).to_be_visible()


@pytest.mark.parametrize(("lang", "scheme", "width"), WINDOWS[:3])
def test_an_open_panel_is_for_everybody(opened, lang, scheme, width):
    """The unit beside the map, with words explained in it, and no id twice on the page."""
    page = opened(f"{MAP}#unit=750000000", lang, scheme, width)
    page.wait_for_selector("#panel [data-panel]")
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")

    assert len(ids) == len(set(ids))
    assert [] == objections(page)
    assert [] == small(page)
    assert [] == beyond(page)
    assert 0 == moving(page)


@pytest.mark.parametrize(("lang", "scheme"), [("kk", "dark"), ("en", "light")])
def test_what_could_not_be_fetched_is_said_to_everybody(opened, lang, scheme):
    """A panel whose page does not answer."""
    page = opened(MAP, lang, scheme)
    page.route("**/unit/**", lambda route: route.abort())
    page.evaluate("location.hash = 'unit=750000000'")
    page.wait_for_selector("#panel button:not(.close)")

    assert [] == objections(page)
    assert [] == small(page)


def test_hits_while_typing_are_for_everybody(opened):
    """The list under the box is a listbox that is said to belong to it."""
    page = opened(MAP, "ru", "light")
    page.locator("#find").fill("Аба")  # at once: letter by letter, the list could change while it is judged
    page.wait_for_selector("#find-list [role=option]")

    assert [] == objections(page)


@pytest.mark.parametrize("path", [MAP, UNIT, "kz/changes/", "kz/status/", "kz/body/750000000-111/"])
def test_paper_is_black_on_white_and_has_no_buttons(opened, path):
    """Whatever the scheme of the screen: figures, notes and sources, nothing to press."""
    page = opened(path, "kk", "dark")
    page.emulate_media(media="print", color_scheme="dark")
    ink, paper = page.evaluate(
        "(() => { const s = getComputedStyle(document.body); return [s.color, s.backgroundColor]; })()"
    )

    assert sum(map(int, re.findall(r"\d+", ink)[:3])) < 150
    assert sum(map(int, re.findall(r"\d+", paper)[:3])) >= 3 * 245
    assert [] == [
        e.inner_text() for e in page.locator("button, select, #panel, .controls, .find").all() if e.is_visible()
    ]
    assert page.locator(".foot").is_visible()


def test_forced_colours_keep_the_classes_apart(opened):
    """Each class has a fill of its own on the map and in the legend, and the legend has numbers."""
    page = opened(MAP, "en", forced_colors="active")
    fills = page.locator(".legend li path, .legend li rect").evaluate_all(
        "all => all.map(e => getComputedStyle(e).fill)"
    )
    units = page.locator(".map path.u").evaluate_all("all => all.map(e => getComputedStyle(e).stroke)")

    assert len(set(fills)) >= 5
    assert "none" not in units
    assert all(re.search(r"\d", text) for text in page.locator(".legend li span").all_inner_texts()[:5])


@pytest.mark.parametrize("letters", ["ӘәҒғҚқҢңӨөҰұҮүҺһІі₸"])
def test_kazakh_letters_have_shapes_of_their_own(opened, letters):
    """None is drawn as the box of a letter that a font lacks, neither on the page nor on a canvas."""
    page = opened("kz/glossary/")
    drawn = page.evaluate(
        """letters => {
          const shape = letter => {
            const canvas = Object.assign(document.createElement("canvas"), {width: 40, height: 40});
            const pen = canvas.getContext("2d", {willReadFrequently: true});
            pen.font = `28px ${getComputedStyle(document.body).fontFamily}`;
            pen.fillText(letter, 6, 30);
            return [...pen.getImageData(0, 0, 40, 40).data].filter((_, i) => i % 4 === 3).join();
          };
          return [...letters, "\\u{10FFFE}"].map(shape);
        }""",
        letters,
    )

    assert drawn[-1] not in drawn[:-1]
    # Latin and Cyrillic hold letters that look alike; among these nineteen none does.
    assert len(set(drawn[:-1])) == len(letters)


def test_the_total_leads_to_its_parts_in_one_step(opened):
    """From beside the map to the account below it."""
    page = opened(MAP, "ru")
    page.locator(".trust a").click()
    page.wait_for_function(
        "(() => { const top = document.querySelector('#accounts').getBoundingClientRect().top;"
        "return top > -2 && top < innerHeight; })()"
    )

    assert "Не на карте" in page.locator(".trust").inner_text()
    assert page.locator(".account .published").first.is_visible()
