"""Laws of oEmbed: an address of ours is shown as asked for, every other one is refused, and nothing is ever fetched."""

import re
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from geo.web import create_app
from tests.web.asking import page

BASE = "http://localhost/"
VIEW = "en/zz/region/executed/2024/"
FRAME = re.compile(r'<iframe src="([^"]+)" title="([^"]+)" width="(\d+)" height="(\d+)"')
ROWS = (  # the spellings of an address that is not ours; {host} listens on this machine
    "http://{host}/" + VIEW,
    "http://evil.example/" + VIEW,
    "https://evil.example/" + VIEW,
    "//localhost/" + VIEW,
    "/" + VIEW,
    VIEW,
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)//localhost/" + VIEW,
    "data:text/html,http://localhost/" + VIEW,
    "file:///etc/passwd",
    "file://localhost/" + VIEW,
    "ftp://localhost/" + VIEW,
    "gopher://localhost:80/" + VIEW,
    "http:localhost/" + VIEW,
    "http:/localhost/" + VIEW,
    "http:///localhost/" + VIEW,
    "http://localhost@{host}/" + VIEW,
    "http://localhost:80@{host}/" + VIEW,
    "http://user@localhost/" + VIEW,
    "http://user:secret@localhost/" + VIEW,
    "http://{host}#@localhost/" + VIEW,
    "http://{host}\\@localhost/" + VIEW,
    "http://localhost\\.evil.example/" + VIEW,
    "http:\\\\localhost\\" + VIEW,
    "http://localhost.evil.example/" + VIEW,
    "http://evil.example/localhost/" + VIEW,
    "http://localhost:22/" + VIEW,
    "http://localhost:99999/" + VIEW,
    "http://localhost:x/" + VIEW,
    "http://2130706433/" + VIEW,
    "http://0x7f000001/" + VIEW,
    "http://0177.0.0.1/" + VIEW,
    "http://127.1/" + VIEW,
    "http://0/" + VIEW,
    "http://127.0.0.2/" + VIEW,
    "http://[::ffff:127.0.0.1]/" + VIEW,
    "http://[::ffff:7f00:1]/" + VIEW,
    "http://[::/" + VIEW,
    "http://169.254.169.254/" + VIEW,
    "http://localhost./" + VIEW,
    "http://ⓛocalhost/" + VIEW,
    "http://locаlhost/" + VIEW,  # the a is Cyrillic
    "http://xn--loclhost-91g/" + VIEW,
    "http://localhost%2eevil.example/" + VIEW,
    "http://local\thost/" + VIEW,
    " http://localhost/" + VIEW,
    "http://localhost/" + VIEW + "\r\nX-Header: 1",
    "http://localhost/" + VIEW + "\x00",
    "http://localhost/" + VIEW + "?next=http://evil.example",
    "http://localhost/../" + VIEW,
    "http://localhost//" + VIEW,
    "http://localhost/%65n/zz/region/executed/2024/",
    "http://localhost/" + VIEW + "data.csv",
    "http://localhost/" + VIEW + "within=nowhere/",
    "http://localhost/en/zz/unit/2020-01-01/region/10/",
    "http://localhost/en/",
    "http://localhost/",
    "http://localhost/v/0000000000000000/" + VIEW,
    "http://localhost/" + "a" * 5000,
)


@pytest.fixture
def version(small):
    """Return the version in force."""
    return small.get("/api/current").json["countries"]["zz"]["id"]


def asked(client, url, **query):
    """Return the answer for an address."""
    return client.get("/oembed", query_string={"url": url, **query})


def frame(plain):
    """Return (address, title, width, height) of the frame in an answer."""
    address, title, *size = FRAME.match(plain["html"]).groups()
    return address, title, *map(int, size)


@pytest.fixture(scope="module")
def listener():
    """Listen on this machine: (host with port, what was asked)."""
    heard = []

    class Noting(BaseHTTPRequestHandler):
        def do_GET(self):
            heard.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Noting)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}", heard
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("row", ROWS, ids=[f"{number:02}" for number in range(len(ROWS))])
def test_an_address_that_is_not_of_a_view_of_ours_is_refused_and_never_asked_for(small, listener, row):
    """Whatever it is spelt like; somebody else's server hears nothing from us."""
    host, heard = listener
    response = asked(small, row.format(host=host))

    assert (404, "E-URL-05") == (response.status_code, response.json["code"])
    assert [] == heard


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({}, 400, "E-OEM-01"),
        ({"url": ""}, 400, "E-OEM-01"),
        ({"url": BASE + VIEW, "format": "xml"}, 501, "E-OEM-02"),
        ({"url": BASE + VIEW, "format": ""}, 501, "E-OEM-02"),
        ({"url": BASE + VIEW, "maxwidth": "abc"}, 400, "E-URL-03"),
        ({"url": BASE + VIEW, "maxwidth": "0"}, 400, "E-URL-03"),
        ({"url": BASE + VIEW, "maxheight": "-5"}, 400, "E-URL-03"),
        ({"url": BASE + VIEW, "maxheight": "1e3"}, 400, "E-URL-03"),
        ({"url": BASE + VIEW, "maxwidth": "9" * 400}, 400, "E-URL-03"),
        ({"url": BASE + VIEW, "callback": "x"}, 400, "E-URL-02"),
        ({"url": [BASE + VIEW, BASE + VIEW]}, 400, "E-URL-02"),
    ],
)
def test_a_question_that_cannot_be_answered_says_why(small, query, status, code):
    """In the one shape of errors, for programs."""
    response = small.get("/oembed", query_string=query, headers={"Accept": "text/html"})

    assert (status, code, "application/problem+json") == (
        response.status_code,
        response.json["code"],
        response.mimetype,
    )


def test_an_answer_has_all_that_the_standard_asks_for(small):
    """A rich one of version 1.0, with a frame as large as it says."""
    response = asked(small, BASE + VIEW, format="json")
    plain = response.json
    address, title, width, height = frame(plain)

    assert ("application/json", "*") == (response.mimetype, response.headers["Access-Control-Allow-Origin"])
    assert ("1.0", "rich") == (plain["version"], plain["type"])
    assert (plain["title"], plain["width"], plain["height"]) == (title, width, height)
    assert (BASE, 3600) == (plain["provider_url"], plain["cache_age"])
    assert all(plain[name] for name in ("provider_name", "author_name"))
    assert (1200, 630) == (plain["thumbnail_width"], plain["thumbnail_height"])
    assert "image/png" == small.get(urlsplit(plain["thumbnail_url"]).path).mimetype
    assert 200 == small.get(urlsplit(address).path).status_code


def test_the_address_of_a_page_gives_the_embed_of_its_version(small, version):
    """An article's figures never change by themselves; a pinned page gives its own, an embed itself."""
    pinned = f"v/{version}/{VIEW}"

    assert BASE + pinned + "embed/" == frame(asked(small, BASE + VIEW).json)[0]
    assert BASE + pinned + "embed/" == frame(asked(small, BASE + pinned).json)[0]
    assert BASE + VIEW + "embed/" == frame(asked(small, BASE + VIEW + "embed/").json)[0]
    assert f"{BASE}{pinned}theme=dark/embed/" == frame(asked(small, f"{BASE}{pinned}theme=dark/embed/").json)[0]


@pytest.mark.parametrize("url", [BASE + VIEW.rstrip("/"), f"{BASE}{VIEW}per=person/", f"{BASE}{VIEW}#table"])
def test_an_address_need_not_be_the_canonical_one(small, url):
    """People copy what stands in the bar of their browser."""
    assert frame(asked(small, BASE + VIEW).json) == frame(asked(small, url).json)


@pytest.mark.parametrize("most", [1, 200, 320, 640, 5000])
def test_nothing_is_larger_than_is_allowed(small, most):
    """Neither the frame nor the picture that stands for it."""
    for key, size in (("maxwidth", "width"), ("maxheight", "height")):
        plain = asked(small, BASE + VIEW, **{key: most}).json

        assert plain[size] <= most
        assert plain.get(f"thumbnail_{size}", 0) <= most


def test_a_narrow_frame_is_higher_for_its_words_and_lower_for_its_map(small):
    """The height is that of the embed at the width given, not of another."""
    heights = {most: asked(small, BASE + VIEW, maxwidth=most).json["height"] for most in (200, 400, 640)}

    assert 3 == len(set(heights.values()))


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_a_page_tells_early_where_to_ask(small, version, lang):
    """WordPress reads the beginning of a head; what stands there leads to the frame of that page."""
    for path in (VIEW, f"v/{version}/{VIEW}"):
        html = small.get(f"/{path.replace('en/', f'{lang}/', 1)}").get_data(as_text=True)
        link = re.search(r'<link rel="alternate" type="application/json\+oembed" href="([^"]+)"', html[:2000])
        answer = small.get(link[1].replace("&amp;", "&").removeprefix("http://localhost"))

        assert f"v/{version}/{lang}/zz/region/executed/2024/embed/" in frame(answer.json)[0]


def test_behind_a_proxy_only_the_public_address_is_ours(small_home):
    """The configured root counts, with its folder, and every address given is below it."""
    client = create_app(replace(small_home, base_url="https://map.example/a")).test_client()
    ours, headers = f"https://map.example/a/{VIEW}", {"Host": "map.example"}

    def told(url):
        return client.get("/oembed", query_string={"url": url}, headers=headers)

    assert frame(told(ours).json)[0].startswith("https://map.example/a/v/")
    assert [404, 404, 404] == [
        told(url).status_code
        for url in (f"https://map.example/{VIEW}", f"https://map.example:444/a/{VIEW}", "https://b/a/")
    ]


def test_the_code_is_one_frame_and_nothing_else(small):
    """It is pasted into somebody's page: no script, no style, no handler."""
    code = asked(small, BASE + VIEW).json["html"]

    assert ["iframe", "/iframe"] == re.findall(r"<(/?\w+)", code)
    assert set() == {name for name in re.findall(r" (\w+)=", code) if name == "style" or name.startswith("on")}


def test_the_frame_is_titled_as_the_page(small):
    """A screen reader says what the frame holds, and that it is made up."""
    title = asked(small, BASE + VIEW).json["title"]
    heading = page(small.get(f"/{VIEW}")).texts["h1"][0]

    assert heading in title
