"""Laws about embeds and the pages around them: in the words of each host the frame becomes as high as its map wants."""

import re
from urllib.parse import quote, unquote

import pytest
from playwright.sync_api import expect

from geo.versions import Home
from geo.web import create_app
from tests.browser.waiting import WANTED, awaited, settled
from tests.web.zz import publish_zz

pytestmark = pytest.mark.needs("chromium")

COLUMNS = (300, 560, 900)
MAP = "kz/region/executed/2024/"
FRAME = '<div style="width:{width}px"><iframe src="{src}" width="100%" height="240" {more}></iframe></div>'
SANDBOX = 'sandbox="allow-scripts"'
# What the scripts of others listen for, as short as it can be said.
DATAWRAPPER = """addEventListener("message", ({data, source}) => { if (data["datawrapper-height"] === undefined) return;
  for (const frame of document.querySelectorAll("iframe")) for (const id in data["datawrapper-height"])
    if (frame.contentWindow === source) frame.style.height = data["datawrapper-height"][id] + "px"; });"""
WORDPRESS = """addEventListener("message", ({data, source}) => {
  if (!data || !(data.secret || data.message || data.value) || /[^a-zA-Z0-9]/.test(data.secret)) return;
  for (const frame of document.querySelectorAll(`iframe[data-secret="${data.secret}"]`))
    if (source === frame.contentWindow && data.message === "height")
      frame.height = Math.max(200, Math.min(1000, parseInt(data.value, 10))); });
addEventListener("load", () => document.querySelectorAll("iframe").forEach((frame, i) => {
  frame.src += "#?secret=abcdefghi" + i; frame.setAttribute("data-secret", "abcdefghi" + i); }));"""
AMP = """addEventListener("message", ({data, source}) => {
  if (data.sentinel !== "amp" || data.type !== "embed-size") return;
  for (const frame of document.querySelectorAll("iframe"))
    if (frame.contentWindow === source) frame.style.height = data.height + "px"; });"""
PYM = """document.querySelectorAll("iframe").forEach((frame, i) => { const id = "map-" + i;
  frame.src += `?initialWidth=${frame.offsetWidth}&childId=${id}&parentTitle=A%20b`;
  frame.src += `&parentUrl=${encodeURIComponent(location)}`;
  addEventListener("message", ({data}) => { const said = typeof data === "string" &&
    data.match(new RegExp(`^pymxPYMx${id}xPYMx(\\\\S+)xPYMx(.*)$`));
    if (said && said[1] === "height") frame.setAttribute("height", parseInt(said[2]) + "px"); }); });"""
HOSTS = {
    "datawrapper": (f"<script>{DATAWRAPPER}</script>{{frames}}", ""),
    "wordpress": (
        f"{{frames}}<script>{WORDPRESS}</script>",
        f'class="wp-embedded-content" security="restricted" {SANDBOX}',
    ),
    "amp": (f"<script>{AMP}</script>{{frames}}", SANDBOX),
    "pym": (f"{{frames}}<script>{PYM}</script>", ""),
    "ours": ('{frames}<script src="{site}/frame.js" async></script>', SANDBOX),
}


@pytest.fixture(scope="module")
def article(serve):
    """The address of an article on another origin: `?` is followed by its HTML, `#` by nothing."""

    def app(environ, start_response):
        policy = (
            "default-src 'none'; frame-src *; script-src * 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"
        )
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Security-Policy", policy)])
        return [f'<!doctype html><link rel="icon" href="data:,">{unquote(environ["QUERY_STRING"])}'.encode()]

    return serve(app)


@pytest.fixture(scope="module")
def zz(serve, tmp_path_factory):
    """A site that has published twice as much since: (address, home, id of the older version)."""
    root = tmp_path_factory.mktemp("hosts")
    home = Home(publish_zz(root).home)
    older = home.current_id("zz")
    return serve(create_app(publish_zz(root, factor=2))), home, older


def shown(browse, article, html, **given):
    """Return the window of an article."""
    return browse(f"{article}/?{quote(html)}", **given)


def _fixed(width, src, more, height=620):
    return FRAME.replace("240", str(height)).format(width=width, src=src, more=more)


@pytest.mark.parametrize("host", HOSTS)
def test_a_frame_becomes_as_high_as_its_map_wants(browse, site, article, host):
    """In three columns of one page; then nothing scrolls, the map is in full, and nothing moves any more."""
    page, more = HOSTS[host]
    src = f"{site}/kk/{MAP}embed/"
    frames = "".join(FRAME.format(width=width, src=src, more=more) for width in COLUMNS)
    seen = shown(browse, article, page.replace("{frames}", frames).replace("{site}", site))
    sizes = [settled(frame) for frame in seen.page.frames[1:]]
    seen.page.evaluate("new Promise(done => setTimeout(done, 200))")

    assert len(COLUMNS) == len(sizes)
    assert [] == [size for size in sizes if size[0] - size[1] > 1 or abs(size[2] - 401 / 640) > 0.02]
    assert sizes == [settled(frame) for frame in seen.page.frames[1:]]
    assert [] == seen.complaints


def test_a_frame_grows_when_its_table_is_opened(browse, site, article):
    """And shrinks again: a closed table leaves no gap."""
    frames = FRAME.format(width=560, src=f"{site}/ru/{MAP}embed/", more=SANDBOX)
    seen = shown(browse, article, HOSTS["ours"][0].replace("{frames}", frames).replace("{site}", site))
    frame = seen.page.frames[1]
    before = settled(frame)[0]
    frame.locator("summary").first.click()
    awaited(frame, f"innerHeight > {before} + 300")
    opened = settled(frame)[0]
    frame.locator("summary").first.click()
    awaited(frame, f"innerHeight < {opened} - 300")

    assert before == settled(frame)[0]


def test_a_frame_that_has_no_width_yet_asks_for_no_height(browse, site, article):
    """Hidden, or in a process that has not been told: a page as narrow as nothing would ask for thousands of pixels."""
    hears = """<script>window.heard = []; addEventListener("message", ({data}) => {
      if (data["datawrapper-height"]) heard.push(data["datawrapper-height"].map); });</script>"""
    frames = FRAME.format(width=0, src=f"{site}/ru/{MAP}embed/", more=SANDBOX)
    page = shown(browse, article, hears + frames).page
    frame = page.frames[1]
    frame.wait_for_selector("body:has(.map)", state="attached")
    page.wait_for_timeout(300)  # nothing tells that nothing comes
    unasked = page.evaluate("heard")
    page.evaluate("document.querySelector('div').style.width = '560px'")
    awaited(frame, "innerWidth === 560")
    awaited(page.main_frame, f"heard.at(-1) === {frame.evaluate(WANTED)}")
    asked = page.evaluate("heard")

    assert [] == unasked
    assert max(asked) < 1000


@pytest.mark.parametrize("sandbox", ["", SANDBOX])
@pytest.mark.parametrize("width", COLUMNS)
def test_in_a_frame_of_fixed_height_nothing_is_cut(browse, site, article, width, sandbox):
    """Where nobody listens: the map shrinks, and what has no room at last is scrolled to."""
    seen = shown(
        browse, article, FRAME.replace("240", "620").format(width=width, src=f"{site}/kk/{MAP}embed/", more=sandbox)
    )
    frame = seen.page.frames[1]
    frame.wait_for_selector(".map")
    awaited(frame, f"innerWidth === {width}")  # a sandbox is told its size later than its page
    box = frame.locator(".map").bounding_box()

    assert box["height"] >= 150
    assert box["width"] <= width
    assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert [] == seen.complaints


def test_a_host_that_answers_every_message_is_not_answered_without_end(browse, site, article):
    """A page that always gives another height and speaks back at once would otherwise go on for ever."""
    naughty = """<script>window.heard = 0; addEventListener("message", ({data, source}) => { heard++;
      const frame = document.querySelector("iframe"); frame.style.height = 300 + heard % 2 * 9 + "px";
      source.postMessage({height: 1e9, "datawrapper-height": {x: 1}, secret: "<b>"}, "*"); });</script>"""
    seen = shown(browse, article, naughty + FRAME.format(width=560, src=f"{site}/en/{MAP}embed/", more=""))
    frame = seen.page.frames[1]
    awaited(seen.page.main_frame, "heard > 0")
    frame.evaluate("new Promise(done => setTimeout(done, 400))")
    heard = seen.page.evaluate("heard")
    before = frame.evaluate("document.body.innerHTML")
    seen.page.evaluate("for (let i = 0; i < 1000; i++) frames[0].postMessage([null, i, 'pymxPYMx', {}][i % 4], '*')")
    frame.evaluate("new Promise(done => setTimeout(done, 100))")

    assert heard < 60
    assert seen.page.evaluate("heard") < 60
    assert before == frame.evaluate("document.body.innerHTML")
    assert [] == seen.complaints


@pytest.mark.parametrize("sandbox", ["", SANDBOX])
def test_a_frozen_embed_tells_of_newer_figures_and_shows_them_on_demand(browse, zz, article, sandbox):
    """From an opaque origin as well, in one request after the map; its own figures stay."""
    site, _, older = zz
    src = f"{site}/v/{older}/kk/zz/region/executed/2024/embed/"
    seen = shown(browse, article, _fixed(560, src, sandbox, 900))
    frame = seen.page.frames[1]
    table = frame.locator("details table").first.text_content()
    expect(frame.locator(".news button")).to_be_visible()
    asked = [url for url in seen.asked if url.startswith(site)]
    frame.locator(".news button").click()
    expect(frame.locator(".news tr")).to_have_count(7)

    assert [src, f"{site}/notice/{older}/kk/zz/region/executed/2024/notice.json"] == asked
    assert 3 == len(re.findall(r"\d+,\d", frame.locator(".news tr").nth(1).inner_text())) + 1
    assert table == frame.locator("details table").first.text_content()
    assert [] == seen.complaints


def test_a_withdrawal_is_visible_in_the_article(browse, zz, article):
    """With its reason, as text, whatever is written in it; an embed that nobody asked for before says it as a page."""
    site, home, _ = zz
    newer = home.current_id("zz")
    src = f"{site}/v/{newer}/ru/zz/region/executed/2024/embed/"
    shown(browse, article, FRAME.format(width=560, src=src, more=""))
    home.rollback("zz", note="<img src=x onerror=alert(1)> ошибка в файле")
    try:
        kept, fresh = (
            shown(browse, article, FRAME.format(width=560, src=one, more=SANDBOX)).page.frames[1]
            for one in (src, src.replace("embed/", "theme=dark/embed/"))
        )
        expect(kept.locator(".news")).to_contain_text("onerror=alert(1)> ошибка в файле")
        expect(fresh.locator("main")).to_contain_text("ошибка в файле")
        awaited(fresh, "innerWidth === 560")  # a sandbox is told its size later than its page
    finally:
        home.publish(newer)

    assert 0 == kept.locator("img").count() + fresh.locator("img").count()
    assert fresh.evaluate("document.documentElement.scrollHeight <= innerHeight")
    assert fresh.locator("a").get_attribute("href") == "/ru/zz/region/executed/2024/"


def test_a_notice_that_does_not_come_is_not_missed(browse, zz, article):
    """The service may be gone; the article stays."""
    site, _, older = zz
    src = f"{site}/v/{older}/en/zz/region/executed/2024/embed/"
    seen = shown(browse, article, "<p>An article</p>")
    seen.page.route("**/notice/**", lambda route: route.abort())
    seen.page.set_content(FRAME.format(width=560, src=src, more=SANDBOX))
    frame = seen.page.frames[1]
    frame.wait_for_selector(".map")
    frame.evaluate("new Promise(done => setTimeout(done, 300))")

    assert "" == frame.locator(".news").text_content()
    assert [] == [text for text in seen.complaints if "ERR_FAILED" not in text]
