"""Laws about frozen embeds: what an article shows stays as it was, whatever becomes of code, templates and versions."""

import gzip
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest
from jinja2 import ChoiceLoader, DictLoader

from geo.versions import Home
from geo.web import create_app
from geo.web.embeds.dress import Dressed
from geo.web.embeds.kept import Kept
from tests.web.zz import publish_zz

MAP = "kk/zz/region/executed/2024/"
EMBEDS = (f"{MAP}embed/", f"{MAP}theme=dark/without=title/embed/", "ru/zz/region/change/2024/embed/")
MADE = Dressed("<p>Қазақстан</p>".encode(), "default-src 'none'")
ROOM = 10_000
UNPACKED = {"gzip": gzip.decompress}


@pytest.fixture
def published(tmp_path):
    """Settings of a home with one version, and its id."""
    settings = publish_zz(tmp_path)
    return settings, Home(settings.home).current_id("zz")


def answers(app, version):
    """Return what a reader gets: bytes and what says how to treat them, packed and not."""
    given = {}
    for path in EMBEDS:
        for coding in ("br", "gzip", "identity"):
            answer = app.test_client().get(f"/v/{version}/{path}", headers={"Accept-Encoding": coding})
            said = {name: answer.headers.get(name) for name in ("Content-Security-Policy", "ETag", "Content-Type")}
            # gzip writes the time of day into its head
            given[path, coding] = answer.status_code, UNPACKED.get(coding, bytes)(answer.data), said
    return given


def test_another_template_gives_the_same_bytes(published):
    """Our pages may change as often as we like; those in articles may not."""
    settings, version = published
    before = answers(create_app(settings), version)
    changed = create_app(settings)
    changed.jinja_env.loader = ChoiceLoader([DictLoader({"embed.html": "<p>other</p>"}), changed.jinja_env.loader])
    live = changed.test_client().get(f"/{EMBEDS[0]}")

    assert b"<p>other</p>" == live.data
    assert before == answers(changed, version)
    assert {200} == {status for status, *_ in before.values()}


def test_a_version_that_was_cleaned_away_leaves_its_embeds(published):
    """Twenty versions are kept, articles stay for longer; what nobody asked for in time is not there."""
    settings, version = published
    before = answers(create_app(settings), version)
    publish_zz(settings.home.parent, factor=2)
    shutil.rmtree(settings.home / "versions" / version)
    after = create_app(settings)
    late = after.test_client().get(f"/v/{version}/{MAP}without=notes/embed/", headers={"Accept": "text/html"})

    assert before == answers(after, version)
    assert 410 == late.status_code
    assert f'href="/{MAP}"' in late.get_data(as_text=True)


def test_an_embed_is_kept_under_one_address(published):
    """Other spellings lead to it, and with what pym.js adds it is the same."""
    settings, version = published
    client = create_app(settings).test_client()
    first = client.get(f"/v/{version}/{EMBEDS[0]}").data
    files = sorted(settings.home.glob("embeds/*/*"))
    spelt = client.get(f"/v/{version}/{MAP}theme=auto/embed/")
    framed = client.get(f"/v/{version}/{EMBEDS[0]}?initialWidth=300&childId=a")

    assert 1 == len(files)
    assert (308, f"/v/{version}/{EMBEDS[0]}") == (spelt.status_code, spelt.headers["Location"])
    assert (200, first) == (framed.status_code, framed.data)
    assert files == sorted(settings.home.glob("embeds/*/*"))


def test_the_first_of_many_processes_stands(tmp_path):
    """However many make it at the same time, by whichever code, all answer with one of theirs and leave one file."""
    kept = [Kept(tmp_path / "embeds", ROOM) for _ in range(8)]
    made = [Dressed(f"<p>{number}</p>".encode(), "default-src 'none'") for number in range(8)]

    with ThreadPoolExecutor(8) as pool:
        given = list(pool.map(lambda pair: pair[0].put("0" * 16, MAP, pair[1]), zip(kept, made, strict=True)))

    assert 1 == len({one.content for one in given})
    assert given[0].content in {one.content for one in made}
    assert 1 == len(list(tmp_path.glob("embeds/*/*")))
    assert [] == list(tmp_path.glob("embeds/*/.*"))


@pytest.mark.parametrize("damage", [b"", b"{}", b"\x00" * 40, None])
def test_a_damaged_file_is_made_anew(tmp_path, damage):
    """Half a file after a crash of the disk is not what an article showed."""
    kept = Kept(tmp_path, ROOM)
    kept.put("0" * 16, MAP, MADE)
    (path,) = tmp_path.glob("*/*")
    path.write_bytes(path.read_bytes()[:-3] if damage is None else damage)

    assert kept.get("0" * 16, MAP) is None
    assert MADE.content == kept.put("0" * 16, MAP, MADE).content
    assert MADE.content == kept.get("0" * 16, MAP).content


def test_what_is_kept_is_bounded_and_nothing_kept_is_given_up(tmp_path, caplog):
    """A full home answers all the same; the first ones stay, for they stand in articles."""
    kept = Kept(tmp_path, 1_000)
    paths = [f"{MAP}{number}/" for number in range(20)]
    given = [kept.put("0" * 16, path, MADE).content for path in paths]
    held = [path for path in paths if kept.get("0" * 16, path)]
    bytes_held = sum(path.stat().st_size for path in tmp_path.glob("*/*"))

    assert [MADE.content] * 20 == given
    assert held == paths[: len(held)]
    assert 0 < len(held) < 20
    assert bytes_held <= 1_000
    assert 1 == len(caplog.records)


def test_a_home_that_cannot_be_written_answers_all_the_same(tmp_path, caplog):
    """A container may mount it read only."""
    (tmp_path / "embeds").write_text("not a folder", encoding="utf-8")
    kept = Kept(tmp_path / "embeds", ROOM)

    assert MADE.content == kept.put("0" * 16, MAP, MADE).content
    assert kept.get("0" * 16, MAP) is None
    assert 1 == len(caplog.records)


@pytest.mark.parametrize("version", ["..", "../versions", "a/b", "", "é", "0" * 65])
def test_no_word_of_an_address_becomes_a_path(tmp_path, version):
    """What is not an id of a version has no file."""
    kept = Kept(tmp_path / "embeds", ROOM)

    assert kept.get(version, MAP) is None
