"""Laws about making a map ready for an article, in a browser: what is chosen is seen, what is copied works."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.access import beyond, objections, small
from tests.browser.waiting import WANTED, awaited

pytestmark = pytest.mark.needs("chromium")

VIEW = "kz/region/executed/2024/"
DOCUMENT = Path(__file__).parents[2] / "docs" / "embedding.md"
BASE = "https://budget.example"
COLUMN = 640  # pixels
_HEIGHTS = """() => [document.querySelector("iframe").clientHeight, document.querySelector("iframe").clientWidth]"""


@pytest.fixture(scope="module")
def host(serve):
    """An article on another origin: `host.body` stands in its column, `host.policy` is that of its site."""

    class Host:
        body, policy, address = "", "", ""

    def app(environ, start_response):
        headers = [("Content-Type", "text/html; charset=utf-8")]
        start_response("200 OK", [*headers, *([("Content-Security-Policy", Host.policy)] if Host.policy else [])])
        column = f'<div style="width:{COLUMN}px">{Host.body}</div>' if not Host.policy else Host.body
        return [f'<!doctype html><link rel="icon" href="data:,">{column}'.encode()]

    Host.address = serve(app)
    return Host


def pasted(page, name):
    """Return a code of the builder as a reader would copy it."""
    return page.locator(f"#s-{name}").input_value()


def test_every_code_works_in_an_article(browse, site, host):
    """As it is pasted: the frame has room for the whole map, with the script exactly; the picture shows."""
    builder = browse(f"{site}/kk/{VIEW}builder/").page
    codes = {name: pasted(builder, name) for name in ("iframe", "script", "picture")}
    measured = {}
    for name in ("iframe", "script"):
        host.body = codes[name]
        seen = browse(f"{host.address}/")
        frame = seen.page.frames[1]
        frame.wait_for_selector(".map path.u")
        awaited(frame, f"innerHeight === {WANTED}" if name == "script" else f"innerHeight >= {WANTED}")
        needed = frame.evaluate(WANTED)
        measured[name] = (needed, *seen.page.evaluate(_HEIGHTS))
        assert [] == seen.complaints
    host.body = codes["picture"]
    picture = browse(f"{host.address}/").page
    picture.wait_for_function("() => document.images[0].complete && document.images[0].naturalWidth === 1200")
    needed, high, wide = measured["iframe"]

    assert (COLUMN, COLUMN) == (wide, measured["script"][2])
    assert needed <= high <= 1.2 * needed
    assert picture.evaluate("() => document.images[0].getBoundingClientRect().width") <= COLUMN


def test_codes_of_the_document_work_under_its_policy(browse, site, host, kz_version):
    """docs/embedding.md as it stands: all its codes in one page that allows what it says must be allowed."""
    text = DOCUMENT.read_text(encoding="utf-8").replace(BASE, site).replace("VERSION", kz_version.id)
    codes = [code for code in re.findall(r"^```html\n(.*?)^```", text, re.M | re.S) if not code.startswith("<amp")]
    (policy,) = re.findall(r"^frame-src .*$", text, re.M)
    host.body = "".join(codes).replace('loading="lazy"', "")
    host.policy = f"default-src 'none'; {policy} data:"
    try:
        seen = browse(f"{host.address}/")
        frames = seen.page.frames[1:]
        for frame in frames:
            frame.frame_element().scroll_into_view_if_needed()  # elsewhere a browser has no time for it
            frame.wait_for_selector(".map path.u")
        seen.page.wait_for_function("() => [...document.images].every(image => image.naturalWidth)")
        seen.page.wait_for_function("() => [...document.querySelectorAll('iframe')].every(f => f.style.height)")
    finally:
        host.policy = ""

    assert len(frames) == len(re.findall("<iframe", host.body)) >= 4
    assert [] == [said for said in seen.complaints if "style" not in said]


def test_what_is_chosen_is_seen_at_once(browse, site):
    """Without a new page: the map, the codes and the address follow, and the field keeps its focus."""
    seen = browse(f"{site}/en/{VIEW}builder/")
    page = seen.page
    page.evaluate("() => { window.__same = true; }")
    page.locator("#b-highlight").select_option("750000000")
    expect(page.locator("#preview")).to_have_attribute("src", re.compile("highlight=750000000/embed/$"))
    page.locator("#b-show-legend").uncheck()
    expect(page.locator("#preview")).to_have_attribute("src", re.compile("without=legend/embed/$"))
    page.locator("#b-width").fill("400")
    page.locator("#b-width").press("Enter")
    expect(page.locator("#preview")).to_have_attribute("width", "400")
    page.locator("#b-live").check()
    expect(page.locator("#s-link")).to_have_value(f"{site}/en/{VIEW}highlight=750000000/")
    page.frame_locator("#preview").locator(".map path.u").first.wait_for()
    expect(page).to_have_url(f"{site}/en/{VIEW}highlight=750000000/without=legend/figures=live/width=400/builder/")

    assert page.evaluate("() => window.__same && document.activeElement.id") == "b-live"
    assert "without=legend" in pasted(page, "iframe")
    assert [] == seen.faults


def test_a_code_is_copied_or_chosen(browse, site):
    """Where a browser lets us write to its clipboard; elsewhere the text is selected and the reader is told."""
    page = browse(f"{site}/en/{VIEW}builder/", permissions=["clipboard-read", "clipboard-write"]).page
    page.locator("[data-copy=s-iframe]").click()
    expect(page.locator("[data-copied]").first).to_have_text("Copied.")
    copied = page.evaluate("() => navigator.clipboard.readText()")
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error()); }")
    page.locator("[data-copy=s-link]").click()
    expect(page.locator("[data-copied]").nth(2)).not_to_be_empty()
    chosen = page.evaluate("() => getSelection().toString() || document.activeElement.value")

    assert pasted(page, "iframe") == copied
    assert pasted(page, "link") == chosen


def test_without_scripts_the_form_does_the_same(browse, site):
    """A button sends it, and what only scripts can do is not offered."""
    page = browse(f"{site}/ru/{VIEW}builder/", java_script_enabled=False, width=360).page
    offered = page.locator("[data-copy]").first.is_visible()
    page.locator("#b-theme").select_option("dark")
    page.locator("#b-show-title").uncheck()
    page.locator(".send button").click()
    page.wait_for_url(f"{site}/ru/{VIEW}theme=dark/without=title/builder/")

    assert not offered
    expect(page.frame_locator("#preview").locator(".map path.u > title")).to_have_count(20)
    assert "theme=dark/without=title/embed/" in pasted(page, "iframe")


@pytest.mark.parametrize(("lang", "width", "scheme"), [("kk", 320, "dark"), ("ru", 1440, "light")])
def test_everybody_can_use_the_builder(browse, site, lang, width, scheme):
    """axe-core has no objection, fingers hit, nothing stands out of a narrow window."""
    given = {"width": width, "color_scheme": scheme, "bypass_csp": True}  # axe-core is put into the page
    page = browse(f"{site}/{lang}/{VIEW}highlight=750000000/builder/", **given).page
    page.frame_locator("#preview").locator(".map path.u").first.wait_for()

    assert [] == objections(page)
    assert [] == small(page)
    assert [] == beyond(page)
