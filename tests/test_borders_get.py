"""Laws of downloading borders: whole, from where it was asked, with the digest that was expected, or nothing at all."""

import hashlib
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from geo.boundaries.described import Download, Source, read_sources
from geo.boundaries.source import Means, fetch, fetch_address
from geo.core.errors import BadData
from tests.conftest import DATA

CONTENT = b'{"type":"FeatureCollection"}' * 1000
DIGEST = hashlib.sha256(CONTENT).hexdigest()
OTHER = hashlib.sha256(b"").hexdigest()


class Server(BaseHTTPRequestHandler):
    """Answers as the path says."""

    def do_GET(self):
        """Serve good.geojson, or misbehave."""
        name = urlsplit(self.path).path.removeprefix("/")
        if name in ("elsewhere", "file", "same"):
            port = self.server.server_address[1]
            to = {"elsewhere": f"http://localhost:{port}/good.geojson", "file": "file:///etc/passwd"}
            self.send_response(302)
            self.send_header("Location", to.get(name, "/good.geojson"))
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if name == "missing":
            self.send_error(404)
            return
        self.send_response(200)
        if name != "unstated":
            self.send_header("Content-Length", str(len(CONTENT) + (name == "cut.geojson")))
        self.end_headers()
        self.wfile.write(CONTENT)

    def log_message(self, *_):
        """Say nothing."""


@contextmanager
def serving():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def server():
    with serving() as address:
        yield address


def refused(address, into, sha256=DIGEST, means=None):
    """Return the code and value of what a download is refused for; it leaves nothing behind."""
    with pytest.raises(BadData) as error:
        fetch_address(address, into, sha256, means or Means())

    assert [] == list(into.iterdir())
    return [(fault.code, fault.value) for fault in error.value.faults]


def test_a_good_file_is_kept_under_its_digest(server, tmp_path):
    """Every byte, and progress up to the last one."""
    seen = []
    path = fetch_address(f"{server}/good.geojson", tmp_path, DIGEST, Means(progress=lambda *done: seen.append(done)))

    assert (CONTENT, f"{DIGEST[:16]}.geojson") == (path.read_bytes(), path.name)
    assert [path] == list(tmp_path.iterdir())
    assert (len(CONTENT), len(CONTENT)) == seen[-1]


def test_a_length_that_is_not_stated_and_a_redirect_at_home_are_no_fault(server, tmp_path):
    """The digest tells whether it is whole."""
    assert CONTENT == fetch_address(f"{server}/unstated", tmp_path, DIGEST, Means()).read_bytes()
    assert CONTENT == fetch_address(f"{server}/same", tmp_path, DIGEST.upper(), Means()).read_bytes()


def test_another_digest_is_refused(server, tmp_path):
    """Said are the one found and the one expected."""
    assert [("E-GEO-31", DIGEST[:80])] == refused(f"{server}/good.geojson", tmp_path, OTHER)
    assert [("E-GEO-31", "abc")] == refused(f"{server}/good.geojson", tmp_path, "abc")


def test_an_unknown_digest_is_found_and_said_but_the_file_is_not_used(server, tmp_path):
    """The operator compares it and states it."""
    assert [("E-GEO-35", DIGEST)] == refused(f"{server}/good.geojson", tmp_path, "")


@pytest.mark.parametrize(
    ("name", "code"),
    [("elsewhere", "E-GEO-32"), ("file", "E-GEO-32"), ("missing", "E-GEO-30"), ("cut.geojson", "E-GEO-30")],
)
def test_a_server_that_misbehaves_is_refused(server, tmp_path, name, code):
    """Sent to another host or scheme, not found, cut off."""
    assert [code] == [found for found, _ in refused(f"{server}/{name}", tmp_path)]


@pytest.mark.parametrize("name", ["good.geojson", "unstated"])
def test_too_much_is_refused_whether_stated_or_not(server, tmp_path, name):
    """By the stated length, and by what really comes."""
    assert [("E-GEO-33", "0")] == refused(f"{server}/{name}", tmp_path, means=Means(most_mb=0))


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("file:///etc/passwd", "E-GEO-32"),
        ("ftp://127.0.0.1/x", "E-GEO-32"),
        ("x.geojson", "E-GEO-32"),
        ("http://127.0.0.1:1/x", "E-GEO-30"),
        ("http://", "E-GEO-30"),
        ("http://127.0.0.1:port/x", "E-GEO-30"),
    ],
)
def test_an_address_that_cannot_be_asked_is_refused(tmp_path, address, code):
    """Only http and https, and only where somebody answers."""
    assert [code] == [found for found, _ in refused(address, tmp_path)]


def source(address, sha256):
    return Source("s", "t", "l", "c", "p", {}, (Download("2022-06-08", "district", address, "", sha256),))


def test_a_source_is_asked_for_an_edition_and_level_that_it_has(server, tmp_path):
    """A stated digest may complete the known one, never replace it."""
    address = f"{server}/good.geojson"
    known, unknown = source(address, DIGEST), source(address, "")
    with pytest.raises(BadData) as missing:
        fetch(known, "2022-06-08", "region", tmp_path)
    with pytest.raises(BadData) as other:
        fetch(known, "2022-06-08", "district", tmp_path, OTHER)

    assert CONTENT == fetch(known, "2022-06-08", "district", tmp_path).read_bytes()
    assert CONTENT == fetch(unknown, "2022-06-08", "district", tmp_path, DIGEST).read_bytes()
    assert ["E-GEO-36", "E-GEO-31"] == [error.value.faults[0].code for error in (missing, other)]


def test_every_source_of_kazakhstan_is_described_whole():
    """Each download has its level's columns; the licence and whom to credit stand beside."""
    sources = read_sources(DATA / "boundaries" / "kz")
    geokz = sources.source("geokz")

    assert {(edition, level) for edition in ("2018-06-19", "2022-06-08") for level in ("region", "district")} == {
        (row.edition, row.level) for row in geokz.downloads
    }
    assert {"kk", "ru", "en"} == set(geokz.described("district").names)
    assert all((geokz.licence, geokz.credit, geokz.title))


@pytest.mark.parametrize(
    ("found", "replaced"),
    [
        ('sha256 = ""', 'sha256 = "x"'),
        ('address = "https', 'address = "file'),
        ("unit_id =", "code ="),
        ("city =", "city = '(' #"),
    ],
)
def test_a_description_that_cannot_be_used_is_refused(tmp_path, found, replaced):
    """A digest that is none, an address of another kind, a key nobody knows, a pattern that does not parse."""
    text = (DATA / "boundaries" / "kz" / "sources.toml").read_text(encoding="utf-8")
    (tmp_path / "sources.toml").write_text(text.replace(found, replaced, 1), encoding="utf-8")

    with pytest.raises(BadData):
        read_sources(tmp_path)


def test_an_unknown_source_is_refused():
    """With those that are known."""
    with pytest.raises(BadData) as error:
        read_sources(DATA / "boundaries" / "kz").source("osm")

    assert ("E-GEO-36", "geokz") == (error.value.faults[0].code, error.value.faults[0].values["found"])
