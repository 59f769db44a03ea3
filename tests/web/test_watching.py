"""Laws of what open pages ask: which publication is in force, in a hundred bytes, and what it changed, in words."""

import errno
import os
import time

import pytest

from geo.core.settings import Settings
from geo.core.text import text_of
from geo.versions.atwork import at_work
from geo.web import create_app
from geo.web.opening import Opener
from geo.web.site import Site
from geo.web.watching import Watch
from geo.web.watching.state import AT_ONCE_S
from tests.restaged import new_home, restaged, with_plain, with_totals

EXECUTED, LAST = 4, 2  # places of a phase and of the period 2024-12
STATE = "/api/current/zz.json"
MAP = "/en/zz/region/executed/2024/"


@pytest.fixture
def two(tmp_path, zz_version):
    """A home with one publication, that version, and a way to publish another: (home, version, publish)."""
    home, first = new_home(tmp_path, zz_version)
    return home, first, lambda number, files=None, **given: restaged(home, first, number, files, **given)


@pytest.fixture
def ask(two):
    """Ask a service over the home."""
    return create_app(settings_of(two[0])).test_client().get


def settings_of(home, **given):
    return Settings(home=home.folder, country="zz", **given)


def edited(first, amount=123_456_789_00):
    return with_totals(first, {(0, LAST, 0, EXECUTED): amount})


def test_the_state_names_the_publication_in_force(two, ask):
    """In at most 300 bytes, open to other sites, under a strong tag of its sequence and version."""
    home, _, publish = two
    publish(2)
    answer = ask(STATE)
    row = home.publication("zz")

    assert {"at": row.at, "every_s": 1, "sequence": 2, "version": row.id} == answer.json
    assert len(answer.data) <= 300
    assert f'"2-{row.id}-1"' == answer.headers["ETag"]
    assert ("public, no-cache", "*") == tuple(
        answer.headers[n] for n in ("Cache-Control", "Access-Control-Allow-Origin")
    )


def test_who_has_the_state_is_given_nothing(two, ask):
    """Until something else is published; then the next question is answered at once."""
    tag = ask(STATE).headers["ETag"]
    same = ask(STATE, headers={"If-None-Match": tag})
    two[2](2)
    other = ask(STATE, headers={"If-None-Match": tag})

    assert (304, b"", tag) == (same.status_code, same.data, same.headers["ETag"])
    assert (200, 2) == (other.status_code, other.json["sequence"])


def test_a_rollback_is_another_state(two, ask):
    """The version is that of before, the sequence and so the tag are not."""
    home, first, publish = two
    before = ask(STATE)
    publish(2)
    home.rollback("zz")
    after = ask(STATE)

    assert before.json["version"] == after.json["version"] == first.id
    assert before.headers["ETag"] != after.headers["ETag"]


def test_pages_ask_often_only_while_figures_are_being_published(two):
    """By the clock of the publication: ten minutes later there is no haste, nor where a clock was set back."""
    home = two[0]
    watch = Watch(Site(settings_of(home, watch_s=30, watch_live_s=2)))
    row = home.publication("zz")
    at = [row.at, "2001-01-01T00:00:00Z", "2099-01-01T00:00:00Z"]

    assert [2, 30, 30] == [watch.every_s(type(row)(**{**vars(row), "at": one})) for one in at]
    assert 0 == Watch(Site(settings_of(home, watch_s=0))).every_s(row)


def test_pages_ask_at_once_while_a_version_is_being_made(two):
    """As long as somebody is at work, and not for ever where one died at it; a page that never asks asks never."""
    home = two[0]
    watch, row = Watch(Site(settings_of(home, watch_s=30, watch_live_s=2))), home.publication("zz")
    never = Watch(Site(settings_of(home, watch_s=0)))
    with at_work(home.folder, "zz"):
        during, nobody = watch.every_s(row), never.every_s(row)
        os.utime(home.folder / ".at-work-zz", (1, 1))
        died = watch.every_s(row)

    assert (AT_ONCE_S, 0, 2, 2) == (during, nobody, died, watch.every_s(row))
    assert [] == [*home.folder.glob(".at-work*")]


def test_what_comes_into_force_is_opened_before_anybody_asks(two):
    """And looked for often while it is being made; what was taken back in between is opened like any other."""
    home, first, publish = two
    site = create_app(settings_of(home)).extensions["budgetmap"]
    opener = Opener(site)
    usual = opener.once()
    with at_work(home.folder, "zz"):
        soon = opener.once()
        made = publish(2)
        opener.once()

    assert soon < usual <= 1
    assert site.is_open(first.id)
    assert site.is_open(made.id)


@pytest.mark.parametrize(
    "missing",
    [OSError(errno.EIO, "Input/output error"), MemoryError(), RuntimeError("can't start new thread")],
    ids=["disk", "memory", "thread"],
)
def test_the_thread_that_opens_outlives_what_is_away_for_a_while(two, monkeypatch, missing):
    """It looks again, and opens what has come into force meanwhile."""
    home, _, publish = two
    site = create_app(settings_of(home)).extensions["budgetmap"]
    asked, countries = [], type(site.home).countries

    def away(self):
        asked.append(1)
        if len(asked) == 1:
            raise missing
        return countries(self)

    monkeypatch.setattr(type(site.home), "countries", away)
    monkeypatch.setattr("geo.web.opening.USUAL_S", 0.01)
    made, opener = publish(2), Opener(site)
    opener.start()
    until = time.monotonic() + 30
    while not site.is_open(made.id) and time.monotonic() < until:
        time.sleep(0.01)
    opener.stop()

    assert site.is_open(made.id)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/current/nowhere.json", 404, "E-URL-01"),
        ("/api/current/...json", 404, "E-URL-01"),
        ("/api/current/%00.json", 404, "E-URL-01"),
        ("/api/current/zz.json?x=1", 400, "E-URL-02"),
        ("/api/news/zz/0000000000000001/9.en.json", 404, "E-URL-05"),
        ("/api/news/zz/0000000000000001/01.en.json", 404, "E-URL-05"),
        ("/api/news/zz/0000000000000001/1.de.json", 404, "E-URL-01"),
        ("/api/news/zz/ffffffffffffffff/1.en.json", 404, "E-URL-06"),
        ("/api/news/nowhere/0000000000000001/1.en.json", 404, "E-URL-05"),
    ],
)
def test_other_words_are_refused(ask, path, status, code):
    """With the code of other addresses."""
    answer = ask(path)

    assert (status, code) == (answer.status_code, answer.json["code"])


def test_a_wrong_host_is_refused_before_anything_is_said(ask):
    """Although no page is made."""
    assert 400 == ask(STATE, headers={"Host": "evil.example"}).status_code


def test_a_damaged_pointer_is_said_and_forgotten_when_it_is_whole_again(two, ask):
    """Never an older publication with 200."""
    pointer = two[0].folder / "current" / "zz"
    whole = pointer.read_bytes()
    pointer.write_bytes(b"{}")
    damaged = ask(STATE)
    pointer.write_bytes(whole)

    assert (503, "E-VER-03") == (damaged.status_code, damaged.json["code"])
    assert 200 == ask(STATE).status_code


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_news_says_how_much_changed(two, ask, lang):
    """Figures, territories, periods, the amount exactly, the reason, and where all of it stands; for good."""
    _, first, publish = two
    old = int(first.level("2020-01-01", "region").totals[0, LAST, 0, EXECUTED])
    publish(2, edited(first, old + 1_50), note="corrected by the portal")
    answer, text = ask(f"/api/news/zz/{first.id}/2.{lang}.json"), text_of(lang)
    said = " ".join(answer.json["lines"])

    assert text("watching.figures", figures="1", units="1") in said
    assert f"+{text.money(150, first.country.minor_units, first.country.symbol)}" in said
    assert text("watching.reason", reason="corrected by the portal") in said
    assert f"{lang}/zz/changes/" == answer.json["link"]
    assert not answer.json["is_redrawn"]
    assert "immutable" in answer.headers["Cache-Control"]


def test_news_of_many_publications_is_one(two, ask):
    """Whoever has missed some hears what all of them changed together."""
    _, first, publish = two
    publish(2, edited(first, 1))
    publish(3, with_totals(first, {(0, LAST, 0, EXECUTED): 2, (1, LAST, 0, EXECUTED): 3}))
    said = ask(f"/api/news/zz/{first.id}/3.en.json").json["lines"]

    assert text_of("en")("watching.figures", figures="2", units="2") in said


def test_news_without_another_figure_says_so(two, ask):
    """Other words are news of another kind."""
    _, first, publish = two
    publish(2)
    publish(3, with_plain(first, "country.json", lambda plain: plain["scope"].update(en="Another scope")))
    said = [ask(f"/api/news/zz/{first.id}/{number}.en.json").json["lines"] for number in (2, 3)]

    assert [True, True] == [
        text_of("en")(f"watching.{key}") in told for key, told in zip(("nothing", "others"), said, strict=True)
    ]


def test_a_long_reason_is_cut(two, ask):
    """News travels to every reader."""
    _, first, publish = two
    publish(2, edited(first), note="ә" * 5_000)

    assert len(ask(f"/api/news/zz/{first.id}/2.kk.json").data) < 2_000


def test_news_about_what_is_no_longer_kept_is_not_kept_either(two, tmp_path):
    """It may be brought back; that something was published is said all the same."""
    home, first, publish = two
    publish(2, edited(first))
    os.rename(home.folder / "versions" / first.id, tmp_path / "away")
    answer = create_app(settings_of(home)).test_client().get(f"/api/news/zz/{first.id}/2.en.json")

    assert answer.json["lines"][0].startswith("New figures, published on ")
    assert "immutable" not in answer.headers["Cache-Control"]


def test_a_page_says_how_old_its_figures_are(two, ask):
    """To which period they go, and when they were published."""
    home, first, _ = two
    text, at = text_of("en"), home.publication("zz").at
    time_said = text("changes.time", day=text.day(at), time=at[11:16])

    assert text("watching.as_of", period=text.period(first.periods[-1]), at=time_said) in ask(MAP).get_data(
        as_text=True
    )


@pytest.mark.parametrize("path", ["unit/2020-01-01/region/{unit}/", "glossary/", "changes/"])
def test_pages_that_do_not_repaint_offer_newer_figures(two, ask, path):
    """Each names its version and what is asked; not where it is frozen, nor where nobody is to ask."""
    home, first, _ = two
    unit = first.level("2020-01-01", "region").units[0].unit_id
    page = f"/en/zz/{path.format(unit=unit)}"
    told = f'data-version="{first.id}" data-every="10"'
    never = create_app(settings_of(home, watch_s=0)).test_client().get(page, follow_redirects=True)
    live, pinned = (ask(of + page, follow_redirects=True).get_data(as_text=True) for of in ("", f"/v/{first.id}"))

    assert [True, False, False] == [told in text for text in (live, pinned, never.get_data(as_text=True))]
    assert "api/current/zz.json" in live
    assert "newer." in live


def test_only_pages_of_the_version_in_force_are_told_to_ask(two):
    """And none where that is set to never."""
    home, first, _ = two
    html = create_app(settings_of(home, watch_s=0)).test_client().get(MAP).get_data(as_text=True)
    pinned = create_app(settings_of(home)).test_client().get(f"/v/{first.id}{MAP}").get_data(as_text=True)

    assert '"watch_s":0' in html
    assert 'id="watch"' in html
    assert 'id="watch"' not in pinned
