"""Laws of figures that are published under an open page: it shows them by itself, says so, and loses nothing."""

import re

import pytest
from playwright.sync_api import expect

from geo.core.settings import Settings
from geo.core.text import text_of
from geo.web import create_app
from tests.browser.conftest import serving
from tests.browser.repainted import blocks, different
from tests.restaged import new_home, restaged, with_plain, with_totals

pytestmark = pytest.mark.needs("chromium")

MAP = "zz/region/executed/2024/"
EXECUTED, LAST = 4, 2  # places of a phase and of the period 2024-12
NEWS = ".news div"
NARROW = 900  # the moving map does not begin by itself
STATE = re.compile(r"/api/current/")


class Live:
    """A home that is served and published to."""

    def __init__(self, home, first, address):
        self.home, self.first, self.address, self.number = home, first, address, 1

    def publish(self, amount, files=None, **given):
        """Publish a version in which the executed figure of the first unit is another."""
        self.number += 1
        edits = with_totals(self.first, {(0, LAST, 0, EXECUTED): amount})
        return restaged(self.home, self.first, self.number, edits | (files or {}), **given)


def settings_of(home, **given):
    return Settings(home=home.folder, country="zz", **{"watch_s": 1, "watch_live_s": 1, **given})


@pytest.fixture
def live(tmp_path, zz_version):
    """A served home with one publication, asked again each second."""
    home, first = new_home(tmp_path, zz_version)
    with serving(create_app(settings_of(home))) as address:
        yield Live(home, first, address)


@pytest.fixture
def reader(browse, live):
    """Open a page of who does not save data, in a window that remembers not to have been loaded again."""

    def begin(path=f"en/{MAP}", **given):
        seen = browse(f"{live.address}/{path}", moves=True, width=NARROW, **given)
        seen.page.evaluate("window.isSame = true")
        return seen

    return begin


def version_of(page):
    """Return the version that the page says it shows."""
    return page.inner_text("[data-part=foot] code")


def questions(seen):
    """Return how often a page asked which publication is in force."""
    return sum(bool(STATE.search(url)) for url in seen.asked)


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_a_publication_shows_by_itself(browse, live, reader, lang):
    """Map, table, sums and foot are those of a fresh load; what changed is said, with a way to all of it."""
    seen = reader(f"{lang}/{MAP}")
    page = seen.page
    made = live.publish(123_456_789_00)
    expect(page.locator(NEWS)).to_be_visible()
    said = [line.inner_text() for line in page.locator(f"{NEWS} p").all()]
    expected = text_of(lang)("watching.figures", figures="1", units="1")

    assert made.id == version_of(page)
    assert {} == different(blocks(page), blocks(browse(page.url).page))
    assert expected in said
    assert page.text_content("#said") == " ".join(said[:-1])
    assert page.get_attribute(f"{NEWS} a", "href").endswith(f"/{lang}/zz/changes/")
    assert page.evaluate("window.isSame")
    assert ([], []) == (seen.faults, seen.foreign)


def test_the_reader_stays_where_the_reader_was(live, reader):
    """Scroll, focus, the open panel and what is unfolded in it, the period on the slider."""
    page = reader().page
    page.locator('.twin tbody tr[data-u="0"] a').click()
    page.wait_for_selector("#panel [data-panel]")
    before = page.text_content("#panel [data-panel]")
    page.evaluate("for (const one of document.querySelectorAll('#panel details')) one.open = true")
    unfolded = page.locator("#panel details[open]").count()
    page.locator("select[name=measure]").focus()
    page.evaluate("scrollTo(0, 300)")
    where = page.evaluate("[scrollY, document.querySelector('#time input').value]")
    live.publish(123_456_789_00)
    expect(page.locator(NEWS)).to_be_visible()
    page.wait_for_function("was => document.querySelector('#panel [data-panel]').textContent !== was", arg=before)

    assert where == page.evaluate("[scrollY, document.querySelector('#time input').value]")
    assert "measure" == page.evaluate("document.activeElement.name")
    assert unfolded == page.locator("#panel details[open]").count()
    assert "#unit=" in page.url


def test_a_frozen_page_asks_nothing_and_shows_nothing_new(live, reader):
    """Whatever is published, and for as long as it is open."""
    seen = reader(f"v/{live.first.id}/en/{MAP}")
    other = reader()
    before = blocks(seen.page)
    live.publish(5)
    expect(other.page.locator(NEWS)).to_be_visible()

    assert 0 == questions(seen)
    assert before == blocks(seen.page)
    assert 0 == seen.page.locator(".news").count()


def test_a_rollback_says_so_with_its_reason(live, reader):
    """The figures of before are shown again."""
    live.publish(123_456_789_00)
    page = reader().page
    live.home.rollback("zz", note="a wrong file")
    expect(page.locator(NEWS)).to_contain_text(text_of("en")("watching.rollback", at="").split(" on ")[0])

    assert live.first.id == version_of(page)
    assert text_of("en")("watching.reason", reason="a wrong file") in page.inner_text(NEWS)


def test_many_publications_in_a_row_end_with_the_last(browse, live, reader):
    """None is mixed with another, however fast they come."""
    seen = reader()
    page = seen.page
    for amount in range(1, 9):
        made = live.publish(amount * 1_000_000_00)
        page.wait_for_timeout(120)
    expect(page.locator("[data-part=foot] code")).to_have_text(made.id)
    page.wait_for_function("!document.querySelector('[aria-busy=true]')")

    assert {} == different(blocks(page), blocks(browse(page.url).page))
    assert page.evaluate("window.isSame")
    assert [] == seen.faults


def test_a_server_that_was_away_is_asked_again(live, reader, zz_version):
    """What it published meanwhile shows when it is back, without a word about the pause."""
    with serving(create_app(settings_of(live.home))) as address:
        seen = reader()
        page = seen.page
        page.goto(f"{address}/en/{MAP}")
        port = int(address.rsplit(":", 1)[1])
    with page.expect_event("requestfailed", lambda request: STATE.search(request.url)):
        made = live.publish(7_000_000_00)
    with serving(create_app(settings_of(live.home)), port):
        expect(page.locator("[data-part=foot] code")).to_have_text(made.id)

    assert 0 == page.locator(".state.bad").count()


def test_who_saves_data_is_asked_first(browse, live):
    """Nothing is asked until the reader does."""
    seen = browse(f"{live.address}/en/{MAP}")
    page = seen.page
    made = live.publish(9)
    page.wait_for_timeout(1_500)
    before = questions(seen)
    page.locator("#watch").click()
    expect(page.locator("[data-part=foot] code")).to_have_text(made.id)
    expect(page.locator(NEWS)).to_be_visible()  # what changed is said before it is asked again
    page.locator("#watch").click()
    expect(page.locator(NEWS)).to_have_text(text_of("en")("explorer.watching.none"))

    assert (0, 2) == (before, questions(seen))


def test_a_view_that_is_gone_stays_and_says_so(live, reader):
    """A period that was taken out: the figures stand, with a way to those in force."""
    page = reader().page
    live.publish(1, with_plain(live.first, "axes.json", lambda plain: plain["periods"].__setitem__(2, "2024-11")))
    expect(page.locator(NEWS)).to_contain_text(text_of("en")("explorer.watching.gone"))

    assert live.first.id == version_of(page)
    assert page.get_attribute(f"{NEWS} a", "href").endswith("/en/zz/")


def test_other_outlines_bring_the_page_anew(live, reader):
    """A drawing of before does not fit the figures of now; what changed is said on the fresh page."""
    page = reader().page
    name = "2020-01-01/region/geometry.json"
    made = live.publish(1, {name: (live.first.folder / name).read_bytes() + b"\n"})
    expect(page.locator(NEWS)).to_contain_text("Changed figures")

    assert made.id == version_of(page)
    assert page.evaluate("window.isSame === undefined && !history.state?.before")


def test_the_news_is_closed_by_key_and_gives_the_focus_back(live, reader):
    """And does not come again by itself."""
    page = reader().page
    live.publish(2)
    page.locator("select[name=measure]").focus()
    expect(page.locator(NEWS)).to_be_visible()
    page.locator(".news button").focus()
    page.keyboard.press("Escape")

    assert "measure" == page.evaluate("document.activeElement.name")
    expect(page.locator(".news")).to_be_hidden()
