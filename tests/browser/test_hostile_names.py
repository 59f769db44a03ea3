"""Laws about names written by an enemy: a browser shows them and runs none of them."""

import urllib.request

import pytest

from geo.versions import Home
from geo.web import create_app
from tests.browser.access import beyond
from tests.restaged import LEVEL, restaged, with_plain, with_totals
from tests.test_files import LABEL, NAMES
from tests.web.zz import publish_zz

pytestmark = pytest.mark.needs("chromium")


@pytest.fixture(scope="module")
def enemy(tmp_path_factory, serve):
    """The address of a service whose every name is hostile."""
    return serve(create_app(publish_zz(tmp_path_factory.mktemp("enemy"), names=NAMES, label=LABEL)))


# Words that a register would refuse and a version may hold all the same: they turn what follows, or are far too long.
WORSE = {"10": f"\u202e\u2066{NAMES['10']}", "20": "Ж" * 300, "30": NAMES["50"], "40": NAMES["20"], "50": "שלום <b>"}


@pytest.fixture(scope="module")
def worse(tmp_path_factory, serve):
    """The address of a service with worse names, published twice by somebody who means no better."""
    settings = publish_zz(tmp_path_factory.mktemp("worse"), names=NAMES, label=LABEL)
    home = Home(settings.home)
    version = home.version(home.current_id("zz"))

    def rename(plain):
        for unit in plain["units"]:
            unit["names"] = dict.fromkeys(unit["names"], WORSE[unit["unit_id"]])

    def named(plain):
        for number, body in enumerate(plain):
            body.update(dict.fromkeys(("name_kk", "name_ru", "name_en"), list(WORSE.values())[number % 5]))

    files = with_plain(version, f"{LEVEL}/units.json", rename) | with_plain(version, "bodies.json", named)
    files |= with_totals(version, {(0, 2, 0, 4): 5, (1, 2, 1, 4): 6})
    restaged(home, version, 9, files, author=LABEL, note=f"{WORSE['10']} {WORSE['20']}")
    return serve(create_app(settings))


@pytest.mark.parametrize(
    "path",
    [
        "zz/region/executed/2024/",
        "zz/region/executed/2024/function=01/",
        "zz/unit/2020-01-01/region/10/",
        "zz/compare/2020-01-01/region/10,20,50/",
        "zz/bodies/2020-01-01/region/10/",
        "zz/body/10-110/",
        "zz/search/?q=%3Cimg%20src%3Dx%20onerror%3Dwindow.__x%3D1%3E",
        "zz/search/?q=%24%7Bwindow.__x%3D1%7D%E2%80%AE",
        "zz/changes/",
        "zz/glossary/",
        "zz/status/",
    ],
)
def test_a_worse_name_is_neither_run_nor_in_the_way(browse, worse, path):
    """On every page: no script, no complaint, nothing asked of others, nothing wider than the window."""
    seen = browse(f"{worse}/kk/{path}", width=320)
    too_wide = beyond(seen.page)
    seen.page.set_viewport_size({"width": 1440, "height": 900})
    seen.page.wait_for_timeout(300)

    assert 200 == seen.status
    assert "undefined" == seen.page.evaluate("typeof window.__x")
    assert [] == seen.faults
    assert [] == seen.foreign
    assert [] == too_wide + beyond(seen.page)


def test_a_worse_name_is_not_run_in_a_panel(browse, worse):
    """Nor among the hits under the box."""
    seen = browse(f"{worse}/en/zz/region/executed/2024/#unit=10")
    seen.page.wait_for_selector("#panel [data-panel]")
    seen.page.locator("#find").type("<img")
    seen.page.wait_for_selector("#find-list li")

    assert WORSE["30"][:9] in seen.page.locator(".twin").inner_text()
    assert "undefined" == seen.page.evaluate("typeof window.__x")
    assert 0 == seen.page.locator("#panel img, #find-list img, .mapbox img").count()
    assert [] == seen.faults
    assert [] == seen.foreign


@pytest.mark.parametrize(
    "path",
    [
        "zz/region/executed/2024/",
        "zz/region/executed/2024/per=none/",
        "zz/region/execution/2024-06/",
        "zz/region/share/2024/function=01/",
        "zz/region/executed/2024/embed/",
        "zz/unit/2020-01-01/region/10/",
    ],
)
@pytest.mark.parametrize("lang", ["kk", "en"])
def test_no_name_is_run(browse, enemy, lang, path):
    """Neither as the page loads nor when its units are pointed at; the policy has nothing to forbid."""
    seen = browse(f"{enemy}/{lang}/{path}")
    page = seen.page
    if page.locator("#readout").count():
        for unit in range(5):
            seen.point_at(unit)
            assert page.inner_text("#readout")
    frames = [frame.evaluate("typeof window.__x") for frame in page.frames]

    assert ["undefined"] == frames
    assert [] == seen.faults
    assert [] == seen.foreign


@pytest.mark.parametrize("key", ["", "per=none/"])
@pytest.mark.parametrize("lang", ["kk", "en"])
def test_no_name_is_run_by_a_picture_that_was_kept(browse, enemy, tmp_path, lang, key):
    """Opened from the disk it has no policy to guard it."""
    kept = tmp_path / "map.svg"
    with urllib.request.urlopen(f"{enemy}/{lang}/zz/region/executed/2024/{key}map.svg") as response:
        kept.write_bytes(response.read())
    seen = browse(kept.as_uri())

    assert "svg" == seen.page.evaluate("document.documentElement.localName")
    assert "undefined" == seen.page.evaluate("typeof window.__x")
    assert set(NAMES.values()) <= {title.rsplit(": ", 1)[0] for title in seen.page.locator("title").all_text_contents()}
    assert [] == seen.faults
    assert [kept.as_uri()] == seen.asked


def test_a_hostile_name_is_shown_as_it_is(browse, enemy):
    """It is a name after all."""
    page = browse(f"{enemy}/en/zz/region/executed/2024/").page
    shown = {text.strip() for text in page.locator(".twin tbody th").all_inner_texts()}

    assert set(NAMES.values()) == shown


def test_a_script_would_be_noticed(browse, enemy):
    """The trap is tried: an inline handler is stopped by the policy, and the stop is seen."""
    seen = browse(f"{enemy}/en/zz/region/executed/2024/")
    with seen.page.expect_console_message(lambda said: "Content Security Policy" in said.text):
        seen.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=window.__x=1>')")

    assert "undefined" == seen.page.evaluate("typeof window.__x")
    assert any("Content Security Policy" in text for text in seen.complaints)
