"""Laws about a site of plain files in a browser: what readers do on the service they do here, from any folder.

The laws of readers are those of the service's own tests, run against files. Those that do not apply are of what a plain
host lacks (docs/freeze.md): forms, sorting, another view on the same page, comparing, nearness, the builder, live
figures, answers to wrong addresses.
"""

import functools
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from geo.core.skeleton import TABLES, skeletons
from geo.web.assets import FOLDER
from tests.browser import test_embeds, test_moving_map, test_pages, test_panel, test_search
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


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        """Keep the lines of requests out of the output of the tests."""


@pytest.fixture(scope="module")
def plain(once, kz_home):
    """The address of a frozen site of Kazakhstan on a host of plain files: that of `python -m http.server`."""
    folder = frozen_kz(once, kz_home)
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=folder))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/deep/site"
    server.shutdown()
    thread.join()
    server.server_close()


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
    names = page.locator(".hits li a").all_inner_texts()

    assert page.url.endswith("/ru/kz/search/")
    assert {"г.Шымкент", "Туркестанская область"} <= set(names)
    page.click("text=г.Шымкент")
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
