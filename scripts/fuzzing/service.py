"""Every parser of a request: whatever is asked, the service answers with a status that it means, and lives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask
from hypothesis import strategies as st

from scripts.fuzzing.spoiling import spoilt_words
from tests.web.asking import raw
from tests.web.route_map import EVERY, MAP, OGC, TILES

MEANT = {200, 204, 206, 303, 304, 308, 400, 403, 404, 405, 406, 410, 413, 414, 415, 416, 429, 501}
OPTIONS = ("theme=dark", "width=640", "without=source.title", "lang=ru", "classes=1_2_3", "highlight=10", "sort=name")
OPTIONS = (*OPTIONS, "per=none", "borders=2010-01-01", "palette=viridis", "prices=2024", "function=01", "within=10")
ITEMS = (
    *(
        "bbox=60,40,61,41",
        "bbox=60,40,0,61,41,9",
        "datetime=2024-01-01/..",
        "datetime=2024-01-01T00:00:00Z",
        "limit=10",
    ),
    *("offset=5", "unit_id=10", "function=01", "crs=http://www.opengis.net/def/crs/EPSG/0/3857", "f=json", "lang=kk"),
)
PASTED = (f"url=http://localhost{MAP}", f"url=http://localhost{MAP}embed/", "maxwidth=400", "format=json")
TYPED = ("q=Абай", "q=10 110", "kind=unit", "limit=8", "page=2")
CHOSEN = ("level=region", "measure=executed", "period=2024", "per=none", "highlight=10", "width=640", "theme=dark")
HEADERS = (
    "bytes=0-9",
    "bytes=-5",
    '"0123456789abcdef0123"',
    'W/"a", "b"',
    "*",
    "gzip, br;q=0.5",
    "text/html;q=0.9, */*",
    "ru, kk",
)
NAMES = ("range", "if_range", "if_none_match", "accept", "accept_language", "accept_encoding", "host", "origin")
Law = Callable[[Any], None]


def _queries(words: Sequence[str]) -> st.SearchStrategy[str]:
    return st.lists(spoilt_words(words), max_size=3).map("&".join)


def answered(app: Flask, path: str, query: str = "", method: str = "GET", **headers: str) -> None:
    """Ask, and see that the answer is one that is meant; a redirect stays here, and no cookie is set."""
    given = query.encode("utf-8", "surrogateescape").decode("latin-1")
    answer = raw(app, path, method=method, query=given, **headers)
    location = answer.headers.get("Location", "/")
    assert answer.status_code in MEANT, answer.status_code
    assert location.startswith("/"), location
    assert not location.startswith(("//", "/\\")), location
    assert "Set-Cookie" not in answer.headers


def requests(app: Flask, version: str) -> dict[str, tuple[st.SearchStrategy[Any], Law]]:
    """Return name → (inputs, law) of every kind of request."""
    paths = [
        path.replace("{v}", version).partition("?")[0]
        for path in EVERY
        if ".parquet" not in path and ".gpkg" not in path
    ]
    tiles = [
        path.replace("{v}", version)
        for path in (*TILES, "/tiles/zz/{v}/bodies/3/5/3.mvt", "/tiles/zz/{v}/bodies.pmtiles")
    ]
    heads = st.dictionaries(st.sampled_from(NAMES), spoilt_words(HEADERS).map(_header), max_size=3)
    embed = st.lists(spoilt_words(OPTIONS), max_size=3).map(lambda words: f"{MAP}{'/'.join([*words, 'embed'])}/")
    return {
        "addresses": (spoilt_words(paths), lambda path: answered(app, path)),
        "options": (embed, lambda path: answered(app, path)),
        "tiles": (spoilt_words(tiles), lambda path: answered(app, path)),
        "items": (_queries(ITEMS), lambda query: answered(app, f"/ogc{OGC['items']}", query)),
        "oembed": (_queries(PASTED), lambda query: answered(app, "/oembed", query)),
        "search": (_queries(TYPED), lambda query: answered(app, "/en/zz/search/results.json", query)),
        "builder": (_queries(CHOSEN), lambda query: answered(app, f"{MAP}builder/", query)),
        "headers": (
            st.tuples(st.sampled_from(paths), heads),
            lambda asked: answered(app, asked[0], **asked[1]),
        ),
    }


def _header(word: str) -> str:
    """Return a word as a server hands a header on: in Latin letters, on one line."""
    return word.encode("utf-8", "surrogateescape").decode("latin-1").replace("\r", "").replace("\n", "")
