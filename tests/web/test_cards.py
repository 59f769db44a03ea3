"""Laws of cards: what a page says of itself to other sites is true, absolute, and in its own language."""

import re
import struct
from dataclasses import replace
from html import unescape
from urllib.parse import urlsplit

import pytest

from geo.web import create_app
from geo.web.sharing.cards import CARD

META = re.compile(r'<meta (?:property|name)="((?:og|twitter):[^"]+)" content="([^"]*)">')
VIEWS = ("zz/region/executed/2024/", "zz/region/executed/2024/per=none/", "zz/region/change/2024/")
LANGUAGES = {"kk": "kk_KZ", "ru": "ru_KZ", "en": "en_US"}
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def version(small):
    """Return the version in force."""
    return small.get("/api/current").json["countries"]["zz"]["id"]


def card(html):
    """Return the card of a page: what each property says."""
    found = {}
    for name, content in META.findall(html):
        found.setdefault(name, []).append(unescape(content))
    return found


def asked(client, path):
    """Return the card of an address."""
    return card(client.get(path).get_data(as_text=True))


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_card_says_what_the_page_says(small, lang, view):
    """Title with the mark of made-up figures, description, own address, language and the other languages."""
    html = small.get(f"/{lang}/{view}").get_data(as_text=True)
    found, others = card(html), [code for code in LANGUAGES.values() if code != LANGUAGES[lang]]
    heading = unescape(re.search(r"<h1>([^<]*)", html)[1])
    described = unescape(re.search(r'<meta name="description" content="([^"]*)', html)[1])

    assert heading in found["og:title"][0]
    assert [described] == found["og:description"] == found["og:image:alt"]
    assert [f"http://localhost/{lang}/{view}"] == found["og:url"]
    assert [LANGUAGES[lang]] == found["og:locale"]
    assert sorted(others) == sorted(found["og:locale:alternate"])
    assert ["summary_large_image"] == found["twitter:card"]


@pytest.mark.parametrize("prefix", ["", "v/{v}/"])
def test_the_picture_of_a_card_is_there_and_as_large_as_it_says(small, version, prefix):
    """It is that of the version shown, so that no network keeps an old one for new figures."""
    found = asked(small, f"/{prefix.format(v=version)}ru/{VIEWS[0]}")
    response = small.get(urlsplit(found["og:image"][0]).path)
    size = tuple(int(found[f"og:image:{name}"][0]) for name in ("width", "height"))

    assert [f"http://localhost/v/{version}/ru/{VIEWS[0]}size=card/map.png"] == found["og:image"]
    assert (200, "image/png", PNG) == (response.status_code, response.mimetype, response.data[:8])
    assert size == struct.unpack(">II", response.data[16:24])
    assert "immutable" in response.headers["Cache-Control"]


def test_a_live_picture_and_that_of_its_version_are_the_same(small, version):
    """One drawing serves both addresses; only how long it may be kept differs."""
    live, kept = (small.get(f"/{prefix}kk/{VIEWS[0]}size=square/map.png") for prefix in ("", f"v/{version}/"))

    assert live.data == kept.data
    assert "no-cache" in live.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("given", "canonical"),
    [("size=page/", ""), ("scale=1/", ""), ("scale=2/size=card/", "size=card/scale=2/"), ("?size=card", "size=card/")],
)
def test_a_picture_has_one_address(small, given, canonical):
    """Defaults are left out, options stand in one order, a form leads there."""
    form = given if given.startswith("?") else ""
    response = small.get(f"/en/{VIEWS[0]}{'' if form else given}map.png{form}")

    assert response.status_code in {303, 308}
    assert f"/en/{VIEWS[0]}{canonical}map.png" == response.headers["Location"]


@pytest.mark.parametrize("given", ["size=huge/", "scale=3/", "scale=/", "size=card/size=square/", "width=9/"])
def test_what_a_picture_is_not_offered_in_is_refused(small, given):
    """Nobody makes the service draw ten thousand pixels."""
    assert 400 == small.get(f"/en/{VIEWS[0]}{given}map.png").status_code


def test_a_pinned_page_has_a_card_of_its_own_address(small, version):
    """Who shares a fixed version shares that."""
    assert [f"http://localhost/v/{version}/en/{VIEWS[0]}"] == asked(small, f"/v/{version}/en/{VIEWS[0]}")["og:url"]


def test_a_plain_site_tells_of_the_pictures_that_it_holds(small_home, version):
    """Where its public address is known; a page without a picture has the words of its card alone."""
    path = f"ru/{VIEWS[0]}"
    picture = f"v/{version}/{path}{CARD}"

    def shown(base, *held):
        client = create_app(replace(small_home, base_url=base), plain=frozenset([path, *held])).test_client()
        return card(client.get(f"/{path}", headers={"Host": "map.example"}).get_data(as_text=True))

    with_picture, without = shown("https://map.example/", picture), shown("https://map.example/")

    assert {} == shown("")
    assert [f"https://map.example/{picture}"] == with_picture["og:image"]
    assert "og:image" not in without
    assert with_picture["og:title"] == without["og:title"]


def test_a_plain_site_names_no_address_that_only_a_service_answers(small_home):
    """Nobody answers oEmbed there."""
    client = create_app(replace(small_home, base_url="https://map.example/"), plain=frozenset()).test_client()
    html = client.get(f"/en/{VIEWS[0]}", headers={"Host": "map.example"}).get_data(as_text=True)

    assert "oembed" not in html
