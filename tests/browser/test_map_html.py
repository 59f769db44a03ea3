"""Laws about map.html in a browser: it opens from a disk, asks for nothing, reads to everybody, runs no name."""

import re
import urllib.request

import pytest
from markupsafe import Markup

from geo.faces.layered import Layered, Page, Shown
from geo.faces.leaflet import leaflet_map
from geo.web import create_app
from tests.browser.access import beyond
from tests.test_files import LABEL, NAMES
from tests.web.zz import publish_zz

pytestmark = pytest.mark.needs("chromium")
_TRAPS = ("<img src=x onerror={}>", "<svg onload={}>", "</script><script>{}</script>", "${{{}}}", "`${{{}}}`")
_TRAPS += ("{{{{ {} }}}}", "{{% print({}) %}}", "{{# {} #}}", "'+({})+'", '"+({})+"', "\\u003cscript>{}</script>")
_TRAPS += ("javascript:{}", "<!--<script>{}", "]]><script>{}</script>", "<iframe srcdoc='<script>{}</script>'>")
_TRAPS += ("</style><script>{}</script>", "</title><script>{}</script>", '" onfocus={} autofocus x="', "\u2028{}//")
_TRAPS += ("&lt;img src=x onerror={}&gt;",)
HOSTILE = [trap.format(act) for trap in _TRAPS for act in ("window.__x=1", "self['__x']=1")]


@pytest.fixture
def kept(tmp_path):
    """Keep what an address answers as a file: `kept(address)` is the address of the file."""

    def keep(address, name="map.html"):
        with urllib.request.urlopen(address) as response:
            (tmp_path / name).write_bytes(response.read())
        return (tmp_path / name).as_uri()

    return keep


def _asks_nobody(seen, address):
    return [address] == seen.asked and [] == seen.faults


@pytest.mark.parametrize(("lang", "width", "scheme"), [("kk", 360, "dark"), ("en", 1440, "light")])
def test_the_file_opens_from_a_disk_and_asks_for_nothing(browse, site, kept, lang, width, scheme):
    """Without a network every territory is on the map, told to pointer and keyboard, and nothing is too wide."""
    address = kept(f"{site}/{lang}/kz/region/executed/2024/map.html")
    seen = browse(address, width=width, color_scheme=scheme, offline=True)
    page = seen.page
    told = page.locator("path[role=img]").evaluate_all("all => all.map(one => one.getAttribute('aria-label'))")
    rows = page.locator("section:not([hidden]) table").first.locator("tbody tr").all()
    read = [": ".join([row.locator("th").inner_text(), row.locator("td").first.inner_text()]) for row in rows]

    assert _asks_nobody(seen, address)
    assert read == told
    assert 20 == len(told)
    assert [] == beyond(page)


def test_a_chosen_function_has_its_map_legend_and_table(browse, site, kept):
    """The keyboard chooses it; what is said on the map is what stands in the table."""
    page = browse(kept(f"{site}/ru/kz/region/executed/2024/map.html")).page
    page.locator("#choices input").first.focus()
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    page.locator("path[role=img]").nth(3).focus()
    said = page.locator(".told").inner_text()
    shown = page.locator("[data-choice]:not([hidden])")

    assert ["4", "4"] == shown.evaluate_all("all => all.map(one => one.dataset.choice)")
    assert "Образование" in shown.last.locator("h2").inner_text()
    name, value = said.split(": ")
    row = shown.last.locator("tbody tr", has_text=name).first.inner_text()
    assert re.split(r"\t", row)[1] == value
    assert 1 == page.locator("path.on").count()


def test_without_scripts_the_drawing_and_every_table_are_read(browse, site, kept):
    """What the script would hide is there, and no empty frame."""
    page = browse(kept(f"{site}/en/kz/region/executed/2024/map.html"), java_script_enabled=False).page

    assert page.locator("svg.map").is_visible()
    assert not page.locator(".folium-map").is_visible()
    assert page.locator("section").count() == page.locator("section:visible").count() > 10


@pytest.mark.parametrize("key", ["", "per=none/"])
def test_no_hostile_name_of_a_country_is_run(browse, serve, kept, tmp_path_factory, key):
    """A name is a text in the map, on its labels, in tables and titles."""
    enemy = serve(create_app(publish_zz(tmp_path_factory.mktemp("enemy"), names=NAMES, label=LABEL)))
    address = kept(f"{enemy}/en/zz/region/executed/2024/{key}map.html")
    seen = browse(address)
    seen.page.locator("path[role=img]").first.focus()

    assert set(NAMES.values()) == {
        text.strip() for text in seen.page.locator("section tbody th").all_inner_texts()
    } & set(NAMES.values())
    assert "undefined" == seen.page.evaluate("typeof window.__x")
    assert _asks_nobody(seen, address)


@pytest.mark.parametrize("is_sealed", [True, False])
def test_no_trap_is_sprung_in_any_place_of_a_map(browse, tmp_path, is_sealed):
    """Forty strings as names of units and layers, as title and as label; also where no policy stands guard."""
    shapes = [
        {"type": "Polygon", "coordinates": [[[x, 0], [x + 1, 0], [x + 1, 1], [x, 0]]]} for x in range(len(HOSTILE))
    ]
    shown = [Shown(name, ["s1"] * len(shapes), HOSTILE) for name in HOSTILE]
    layered = Layered(HOSTILE[0], shapes, shown, words={"zoom_in": HOSTILE[1], "zoom_out": HOSTILE[2]})
    page = Page(
        "en",
        HOSTILE[4],
        "",
        Markup('<div class="stage"><fieldset id="choices"></fieldset>'),
        Markup("</div>"),
        is_sealed,
    )
    html = leaflet_map(layered, page).get_root().render()
    file = tmp_path / "map.html"
    file.write_text(html, encoding="utf-8")
    seen = browse(file.as_uri())
    window = seen.page
    for number in range(len(HOSTILE)):
        window.locator("#choices input").nth(number).check()
    for path in window.locator("path[role=img]").all():
        path.focus()
        assert window.locator(".told").inner_text() in HOSTILE

    assert 40 == len(set(HOSTILE))
    assert [name.strip() for name in HOSTILE] == [
        text.strip() for text in window.locator("#choices label").all_inner_texts()
    ]
    assert "undefined" == window.evaluate("typeof window.__x")
    assert _asks_nobody(seen, file.as_uri())
