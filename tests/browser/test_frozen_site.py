"""Laws about a site of plain files in a browser: what readers do on the service they do here, from any folder.

The laws of readers are those of the service's own tests. A choice of them is run against files here, all that apply by
`python -m scripts.proofs.frozen_readers`; why the others do not is said in tests/browser/plain_files.py.
"""

import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from playwright.sync_api import expect

from geo.core.skeleton import TABLES, skeletons
from geo.web.assets import FOLDER
from tests.browser import plain_files, test_embeds, test_moving_map, test_pages, test_panel, test_search
from tests.browser.repainted import after, blocks, different
from tests.browser.waiting import settles
from tests.browser.watching import Watched
from tests.frozen import MAP, frozen_kz

pytestmark = pytest.mark.needs("chromium")
LAWS = [
    (test_pages.test_a_page_wears_the_scheme_of_its_reader, {"scheme": "dark"}),
    (test_pages.test_a_page_is_complete_without_scripts, {}),
    (test_pages.test_pointing_at_a_unit_reads_it_out, {"path": f"{MAP}per=none/"}),
    (test_pages.test_the_keyboard_reaches_every_unit_and_opens_it, {}),
    (test_panel.test_a_panel_is_the_page_of_the_unit, {"lang": "kk"}),
    (test_panel.test_one_tap_on_the_map_or_the_table_opens_a_unit, {"place": "inset"}),
    (test_panel.test_back_closes_and_forward_opens_again, {}),
    (test_panel.test_no_address_of_an_enemy_is_fetched, {}),
    (test_search.test_escape_closes_the_list_and_keeps_what_was_typed, {}),
    (test_search.test_a_territory_opens_beside_the_map, {}),
    (test_embeds.test_an_embed_is_one_request, {"lang": "en", "path": "per=none/"}),
    (test_embeds.test_pointing_at_a_unit_of_an_embed_reads_it_out, {}),
]
MOVING = [
    (test_moving_map.test_the_moving_map_wears_the_colours_of_the_drawing, {"scheme": "light"}),
    (test_moving_map.test_the_keyboard_walks_every_unit_once_in_the_order_of_reading, {}),
]


@pytest.fixture(scope="module")
def plain(once, kz_home):
    """The address of a frozen site of Kazakhstan on a host of plain files: that of `python -m http.server`."""
    with plain_files.served(frozen_kz(once, kz_home)) as address:
        yield address


def laws_of_readers():
    """Return every browser test, by file and name."""
    files = sorted(Path(__file__).parent.glob("test_*.py"))
    return [f"{file.name}::{name}" for file in files for name in re.findall(r"^def (test_\w+)", file.read_text(), re.M)]


def test_every_law_that_is_not_asked_of_plain_files_has_a_reason():
    """None is named that is not there, and the document for those who freeze says each reason in the same words."""
    named = [pattern.partition("[[]")[0] for pattern in plain_files.NOT_HERE]
    document = " ".join((Path(__file__).parents[2] / "docs" / "freeze.md").read_text(encoding="utf-8").split())

    assert [] == [one for one in named if not any(fnmatchcase(law, one) for law in laws_of_readers())]
    assert set(plain_files.REASONS) == set(plain_files.NOT_HERE.values())
    assert [] == [reason for reason in plain_files.REASONS.values() if reason not in document]


def test_another_view_shows_on_the_same_page(browse, plain):
    """Chosen by link or in time: every block is that of a fresh load; panel and focus stay, back leads back."""
    seen = browse(f"{plain}/kk/{MAP}")
    page = seen.page
    page.evaluate("window.isSame = true")
    after(page, page.locator(".controls a[href*='per=none']").first.click)
    circles = different(blocks(page), blocks(browse(page.url).page))
    after(page, page.go_back)
    page.locator("#time input").focus()
    after(page, lambda: page.keyboard.press("Home"))
    earlier = different(blocks(page), blocks(browse(page.url).page))
    focused = page.evaluate("document.activeElement.type")
    page.locator('.twin tbody tr[data-u="0"] a').click()
    page.wait_for_selector("#panel [data-panel]")
    page.locator("#time input").focus()
    after(page, lambda: page.keyboard.press("End"))

    assert ({}, {}, "range") == (circles, earlier, focused)
    assert f"{plain}/kk/{MAP}#unit=100000000" == page.url
    assert page.locator("#panel [data-panel]").is_visible()
    assert page.evaluate("window.isSame")
    assert page.locator("#time button").is_visible()
    assert ([], []) == (seen.faults, seen.foreign)


def test_from_near_no_tile_is_asked_for_that_is_not_there(moved, plain):
    """Nearer than the last tiles, at the edge of the country and with organisations: the console stays empty."""
    seen = moved(f"{plain}/ru/{MAP}#map=9.5/43.2/80.4&show=bodies")
    page = seen.page
    page.focus(test_moving_map.CANVAS)
    for key in ("-", "-", "-", "+", "+"):
        page.keyboard.press(key)
        page.wait_for_timeout(300)

    assert not settles(page, lambda: not any("/bodies/" in url and url.endswith(".mvt") for url in seen.asked))
    expect(page.locator(".state")).to_have_text("")
    assert ([], []) == (seen.faults, seen.foreign)


@pytest.mark.parametrize(("law", "given"), LAWS, ids=[law.__name__ for law, _ in LAWS])
def test_a_law_of_the_service_holds_on_plain_files(browse, plain, law, given):
    """Readers, with and without scripts, by pointer and by keyboard."""
    assert law(browse, plain, **given) is None


@pytest.mark.parametrize(("law", "given"), MOVING, ids=[law.__name__ for law, _ in MOVING])
def test_a_law_of_the_moving_map_holds_on_plain_files(moved, plain, law, given):
    """Its tiles and values are files."""
    assert law(moved, plain, **given) is None


def test_what_is_typed_is_found_in_files(browse, plain):
    """In Latin letters on a Kazakh page; Enter leads to the page of the search, which looks the same up."""
    page = browse(f"{plain}/kk/{MAP}").page
    page.wait_for_selector("#find[role=combobox]")
    found = test_search.typed(page, "qyzylorda").all_inner_texts()
    page.keyboard.press("Enter")
    page.wait_for_url("**/kk/kz/search/?q=qyzylorda")
    page.wait_for_selector(f"{test_search.OPTION}:visible")

    assert "Қызылорда облысы" in found[0]
    assert found == page.locator(test_search.OPTION).all_inner_texts()


def test_without_scripts_the_search_is_a_list(browse, plain):
    """One link away on every page, with every territory, organisation and function that has a page here."""
    page = browse(f"{plain}/ru/{MAP}", java_script_enabled=False, width=360).page
    page.click(".find a")
    page.wait_for_url("**/ru/kz/search/")
    names = page.locator(".hits li a").all_inner_texts()

    assert {"г.Шымкент", "Туркестанская область"} <= set(names)
    page.click("text=г.Шымкент")
    page.wait_for_url("**/unit/**")
    assert "Шымкент" in page.inner_text("h1")


def test_a_frozen_embed_asks_a_file_what_has_happened_since(chromium, plain):
    """It is told that its figures are in force, and complains of nothing."""
    window = chromium.new_context()
    page = Watched.opened(window, f"{plain}/kk/{MAP}")
    pinned = page.page.get_attribute(".foot code >> xpath=..", "href").split("v/")[1]
    with window.expect_event("response", lambda answer: answer.url.endswith("/notice.json")) as asked:
        seen = Watched.opened(window, f"{plain}/v/{pinned}embed/")

    assert 200 == asked.value.status
    assert {"state": "current"} == asked.value.json()
    assert ([], []) == (seen.faults, seen.foreign)
    window.close()


def test_a_script_hears_names_as_the_service_does(chromium, kz_version):
    """Every name of every unit and function, and what is typed in other alphabets, by the tables of the site."""
    names = [name for row in kz_version.json("functions.json").values() for name in row.values()]
    names += [name for unit in kz_version.level("2022-06-08", "region").units for name in unit.names.values()]
    names += ["Qyzylorda' obly´sy", "СШ №12 им. Абая", "Щучинск", "Ñaizağai Жетiсу", "KOKШЕTAУ", "x-ray ǴǴ 2024-06"]
    source = (FOLDER / "explorer" / "heard.js").read_text(encoding="utf-8").replace("export const", "const")
    window = chromium.new_context()
    hear = f"([names, tables]) => {{ {source}; return names.map((name) => skeletons(name, tables)); }}"

    assert [skeletons(name) for name in names] == window.new_page().evaluate(hear, [names, TABLES])
    window.close()
