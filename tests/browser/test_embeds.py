"""Laws about embeds: anybody may frame them, sandboxed or not; nobody may frame the page."""

from urllib.parse import quote, unquote

import pytest

from tests.browser.waiting import awaited

pytestmark = pytest.mark.needs("chromium")

MAP = "kz/region/executed/2024/"


@pytest.fixture(scope="module")
def article(serve):
    """The address of an article on another origin: `?` is followed by what its frame is."""

    def app(environ, start_response):
        frame = unquote(environ["QUERY_STRING"])
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        return [
            f'<!doctype html><link rel="icon" href="data:,"><iframe width="600" height="700" {frame}></iframe>'.encode()
        ]

    return serve(app)


def framed(browse, article, attributes):
    """Return the window of an article and its inner frame."""
    seen = browse(f"{article}/?{quote(attributes)}")
    return seen, seen.page.frames[1]


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_an_embed_loads_in_an_article_of_another_site(browse, site, article, lang):
    """With its map, its table and its reading by pointer."""
    seen, frame = framed(browse, article, f'src="{site}/{lang}/{MAP}embed/"')
    box = frame.locator(".map").bounding_box()

    assert [] == seen.complaints
    assert 20 == frame.locator(".map path.u[data-u] > title").count()
    assert box["width"] > 500
    assert 20 == frame.locator("table").first.locator("tr").count()


@pytest.mark.parametrize("sandbox", ["", "allow-scripts"])
def test_a_sandboxed_embed_shows_its_map(browse, site, article, sandbox):
    """News sites put frames into sandboxes; without scripts it is complete as well."""
    _, frame = framed(browse, article, f'sandbox="{sandbox}" src="{site}/kk/{MAP}embed/"')
    frame.wait_for_selector(".map")
    awaited(frame, "innerWidth === 600")  # a sandbox is told its size later than its page

    assert frame.locator(".map").bounding_box()["height"] > 200
    assert frame.locator("#readout b").is_visible()


@pytest.mark.parametrize("path", [MAP, "kz/unit/2022-06-08/region/750000000/", "kz/nowhere/"])
def test_no_other_page_can_be_framed(browse, site, article, path):
    """A page with a form under somebody else's button would be a trap."""
    seen, frame = framed(browse, article, f'src="{site}/en/{path}"')
    if not any("frame" in text.lower() for text in seen.complaints):
        seen.page.wait_for_event("console", lambda said: "frame" in said.text.lower())

    assert 0 == frame.locator(".map, .headline").count()
    assert any("frame" in text.lower() for text in seen.complaints)


def test_a_picture_is_never_shown_in_a_frame(browse, site, article):
    """It comes as a download, and its policy forbids the frame as well."""
    seen, frame = framed(browse, article, f'src="{site}/en/{MAP}map.svg"')
    headers = seen.page.request.get(f"{site}/en/{MAP}map.svg").headers

    assert 0 == frame.locator("svg").count()
    assert headers["content-disposition"].startswith("attachment; ")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


@pytest.mark.parametrize("path", ["", "per=none/", "function=04/"])
@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_an_embed_is_one_request(browse, site, lang, path):
    """It is complete in itself."""
    seen = browse(f"{site}/{lang}/{MAP}{path}embed/", width=600)

    assert [f"{site}/{lang}/{MAP}{path}embed/"] == seen.asked
    assert [] == seen.faults


def test_pointing_at_a_unit_of_an_embed_reads_it_out(browse, site):
    """Every unit, as the table below has it; away from the map the sum is back."""
    seen = browse(f"{site}/kk/{MAP}embed/", width=640)
    page = seen.page
    rest = page.inner_text("#readout")
    rows = page.locator("table").first.locator("tr")
    for unit in range(20):
        name, value = (rows.nth(unit).locator(tag).text_content().strip() for tag in ("th", "td"))
        seen.point_at(unit)

        assert f"{name}: {value}" == page.inner_text("#readout")
    page.mouse.move(1, 1)

    assert rest == page.inner_text("#readout")


def test_an_embed_heeds_no_message(browse, site):
    """A parent page may say what it likes."""
    seen = browse(f"{site}/en/{MAP}embed/", width=600)
    before = seen.page.content()
    seen.page.evaluate(
        """() => { for (const said of [null, 1, "x".repeat(99999), {height: 1e9}, {type: "resize", height: -1},
            {"datawrapper-height": {x: 9}}, ["<img src=x onerror=window.__x=1>"]]) window.postMessage(said, "*"); }"""
    )

    assert before == seen.page.content()
    assert [] == seen.faults
