"""Laws about hostile words in requests: whatever stands in an address, a query or a header is looked up, never said."""

import re
from html.parser import HTMLParser
from urllib.parse import quote

import pytest
from werkzeug.wrappers import Response

from tests.hostile import HOSTILE
from tests.web.asking import raw
from tests.web.route_map import CLASSES, EVERY, MAP, OGC

LONGEST = 60  # letters of a word that fit a part of an address: the first of each word are the ones that do harm
KEYS = (
    "title",
    "lang",
    "palette",
    "measure",
    "q",
    "url",
    "callback",
    "_trace",
    "next",
    "f",
    "bbox",
    "datetime",
    "limit",
)
FORMS = (MAP, f"{MAP}builder/", "/en/zz/search/", "/oembed", f"/ogc{OGC['items']}")
HEADERS = ("Accept", "Accept-Language", "Accept-Encoding", "If-None-Match", "Range", "Referer", "User-Agent", "Origin")
_OURS = re.compile(r"Location: /(?![/\\\\])")
ANSWERS = {200, 204, 206, 303, 304, 308, 400, 404, 405, 416, 501}


class Markup(HTMLParser):
    """What in a page would run or lead away."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.wrong = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        """Note handlers, frames of words, bases, and addresses that are no addresses of ours."""
        for name, value in attributes:
            led = name in {"href", "src", "action", "formaction", "data", "srcset", "content"}
            if name.startswith("on") or name == "srcdoc" or (led and _leads_away(value or "")):
                self.wrong.append((tag, name, value))
        if tag in {"base", "object", "embed"}:
            self.wrong.append((tag, attributes))


def _leads_away(value):
    return value.lower().strip().startswith(("javascript:", "data:text", "//", "http://evil"))


@pytest.fixture(scope="module")
def version(small_app):
    """Name the version in force."""
    return small_app.test_client().get("/api/current").json["countries"]["zz"]["id"]


def harm(answer, word):
    """Return what of a word an answer lets through."""
    body = answer.get_data(as_text=True)
    said = [f"{name}: {value}" for name, value in answer.headers if "evil" in value or "__x" in value]
    found = ["a cookie"] if "Set-Cookie" in answer.headers else []
    found += [] if answer.status_code in ANSWERS else [f"status {answer.status_code}"]
    found += [line for line in said if not _OURS.match(line)]
    if answer.mimetype in {"text/html", "image/svg+xml"}:
        found += Markup(body).wrong
    if answer.status_code >= 400 and len(word) > 8 and word in body:
        found.append("said again")
    if "1337" in body or "canary-7f3a" in body:
        found.append("worked out")
    return found


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_no_part_of_an_address_is_said_again(small_app, version, number):
    """Each route has the word in place of its last part, a third of them each time; errors repeat nothing of it."""
    word, wrong = HOSTILE[number][:LONGEST], {}
    for endpoint, paths in list(CLASSES.items())[number % 3 :: 3]:
        head, _, _ = paths[-1].replace("{v}", version).partition("?")[0].rstrip("/").rpartition("/")
        found = harm(raw(small_app, f"{head}/{word}{'/' * (number % 2)}", accept="text/html"), word)
        wrong |= {endpoint: found} if found else {}

    assert {} == wrong


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_no_word_of_a_query_is_run(small_app, number):
    """Where a query may be given, and where it may not: known keys and keys that nobody knows."""
    word, wrong = HOSTILE[number][:LONGEST], {}
    for path in FORMS:
        for key in (KEYS[number % len(KEYS)], KEYS[(number * 5 + 3) % len(KEYS)], word):
            value = word if key != word else "1"
            found = harm(raw(small_app, path, query=f"{quote(key)}={quote(value)}", accept="text/html"), word)
            wrong |= {(path, key): found} if found else {}

    assert {} == wrong


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_no_header_is_said_again(small_app, number):
    """What cannot be a header never arrives; all else is compared, and nothing else is done with it."""
    word, wrong = HOSTILE[number].replace("\r", "").replace("\n", "").encode("utf-8").decode("latin-1")[:200], {}
    for name in HEADERS[number % 4 :: 4]:
        for path in (MAP, f"{MAP}embed/", "/api/current", f"/ogc{OGC['items']}", "/nope"):
            answer = raw(small_app, path, **{name.replace("-", "_").lower(): word})
            found = harm(answer, word)
            wrong |= {(name, path): found} if found else {}

    assert {} == wrong


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ("<p onclick=x>", {}),
        ("<a href='javascript:x'>", {}),
        ("<base href='//evil.example'>", {}),
        ("<p>1337", {}),
        ("", {"Set-Cookie": "evil=1"}),
        ("", {"Location": "//evil.example/"}),
        ("", {"Link": "<//evil.example/>"}),
    ],
)
def test_harm_would_be_noticed(body, headers):
    """Each of the traps is tried."""
    assert [] != harm(Response(body, headers={"Content-Type": "text/html", **headers}), HOSTILE[0])


def test_every_route_refuses_a_key_that_it_does_not_know(small_app, version):
    """And a query without any key: each would be one more address of the same answer."""
    taken = {}
    for path in EVERY:
        plain = path.replace("{v}", version).partition("?")[0]
        for query in ("utm_source=x", "_=1", "&", "&&"):
            status = raw(small_app, plain, query=query).status_code
            if status not in {400, 404} and not (query[0] != "&" and plain.endswith("/search")):
                taken[plain, query] = status

    assert {} == taken
