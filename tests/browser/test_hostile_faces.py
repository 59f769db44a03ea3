"""Laws about forty hostile strings in what travels: a browser shows embeds, pictures, files and errors, and runs none.

What stands in the bytes: tests/security/test_hostile_names.py and tests/security/test_hostile_words.py.
"""

import unicodedata
from urllib.parse import quote

import pytest

from geo.versions import Home
from geo.web import create_app
from tests.hostile import HOSTILE
from tests.restaged import LEVEL, restaged, with_plain, with_totals
from tests.web.zz import publish_zz

pytestmark = pytest.mark.needs("chromium")
UNITS = ("10", "20", "30", "40", "50")
NAMES = tuple(" ".join(HOSTILE[number :: len(UNITS)]) for number in range(len(UNITS)))  # all forty, eight in a name
# Words of a country's own folder: what they may not hold is refused when it is built.
LABEL = " ".join(word for word in HOSTILE if not {unicodedata.category(sign)[0] for sign in word} & {"C", "Z"})
MAP = "zz/region/executed/2024/"
FRAMED = (f"{MAP}embed/", f"{MAP}highlight=10/theme=dark/embed/", f"{MAP}per=none/without=title.notes/embed/")
SHOWN = (*FRAMED, f"{MAP}builder/", "zz/bulk/", "zz/status/")
ASKED = (
    "/en/api/",
    "/ogc",
    "/ogc/collections?f=html",
    "/ogc/collections/zz.units.region.2020-01-01/items?f=html",
    "/ogc/collections/zz.units.region.2020-01-01/items/10?f=html",
    "/ogc/collections/zz.bodies/items?f=html",
)
PLACES = (
    "/en/zz/region/{}/2024/embed/",
    "/en/zz/region/executed/2024/theme={}/embed/",
    "/en/zz/region/executed/2024/embed/?theme={}",
    "/en/zz/region/executed/2024/builder/?width={}",
    "/en/zz/region/executed/2024/size={}/map.png",
    "/en/zz/region/executed/2024/geometry={}/data.geojson",
    "/oembed?url={}",
    "/ogc/collections/{}/items?f=html",
    "/ogc/collections/zz.bodies/items?f=html&name_en={}",
    "/notice/{}/en/zz/region/executed/2024/notice.json",
)


@pytest.fixture(scope="module")
def enemy(tmp_path_factory, serve):
    """The address of a service whose units, bodies, functions, sources and notes are hostile, and its first version."""
    settings = publish_zz(tmp_path_factory.mktemp("faces"), label=LABEL)
    home = Home(settings.home)
    version = home.version(home.current_id("zz"))
    files = with_plain(version, f"{LEVEL}/units.json", _units) | with_plain(version, "bodies.json", _bodies)
    first = restaged(home, version, 1, files, author=NAMES[0], note=NAMES[1])
    restaged(home, version, 2, files | with_totals(version, {(0, 2, 0, 4): 5}), author=NAMES[2], note=NAMES[3])
    return serve(create_app(settings)), first.id


def _units(plain):
    for unit in plain["units"]:
        unit["names"] = dict.fromkeys(unit["names"], NAMES[UNITS.index(unit["unit_id"])])


def _bodies(plain):
    for number, body in enumerate(plain):
        body.update(dict.fromkeys(("name_kk", "name_ru", "name_en"), NAMES[number % len(NAMES)]))


def harm(seen, address):
    """Open an address in a window that is watched; return what was run, asked of others, or forbidden by a policy."""
    seen.complaints.clear()
    seen.asked.clear()
    seen.status = seen.page.goto(address, wait_until="load").status
    run = [frame.evaluate("typeof window.__x") for frame in seen.page.frames]
    return [kind for kind in run if kind != "undefined"] + seen.faults + seen.foreign


def test_no_name_is_run_by_a_face(browse, enemy):
    """Live and of one version, in the embed, the page that makes it, the picture, the lists, the features."""
    site, version = enemy
    seen = browse(f"{site}/healthz")
    paths = [f"/{before}kk/{path}" for before in ("", f"v/{version}/") for path in SHOWN] + list(ASKED)
    wrong = {path: found for path in paths if (found := harm(seen, f"{site}{path}"))}

    assert {} == wrong


def test_no_name_is_run_by_a_notice(browse, enemy):
    """What has changed since is told as text, on demand: old and new, unit by unit."""
    site, version = enemy
    seen = browse(f"{site}/v/{version}/en/{MAP}embed/")
    news = seen.page.locator(".news")
    news.locator("button").click()
    news.locator("td").first.wait_for()

    assert "<img src=x" in news.inner_text()
    assert 0 == seen.page.locator("img, iframe, base").count()
    assert "undefined" == seen.page.evaluate("typeof window.__x")
    assert [] == seen.faults + seen.foreign


@pytest.mark.parametrize(("name", "shown"), [("map.html", "table"), ("map.svg", "title")])
def test_no_name_is_run_by_a_map_that_was_kept(browse, enemy, tmp_path, name, shown):
    """A file with a script of its own, and one without, opened from the disk: no policy of a server guards it."""
    site, _ = enemy
    kept = tmp_path / name
    kept.write_bytes(browse(f"{site}/healthz").page.request.get(f"{site}/en/{MAP}{name}").body())
    seen = browse(kept.as_uri())

    assert "<img src=x" in " ".join(seen.page.locator(shown).all_text_contents())
    assert "undefined" == seen.page.evaluate("typeof window.__x")
    assert [] == seen.faults
    assert [] == [url for url in seen.asked if not url.startswith(("file:", "data:", "blob:"))]


def test_no_word_of_an_address_is_run(browse, enemy):
    """Each face that can be asked for something is asked for sixteen hostile words, the next one for others."""
    site, _ = enemy
    seen = browse(f"{site}/healthz")
    asked = [(place, NAMES[(number + more) % 5]) for number, place in enumerate(PLACES) for more in (0, 1)]
    addresses = [f"{site}{place.format(quote(name[:400], safe=''))}" for place, name in asked]
    wrong = {address: found for address in addresses if (found := harm(seen, address))}

    assert {} == wrong
