"""Laws about figures in Python: a folder and a site say the same, exactly, and refuse with our errors."""

import json
import threading
from contextlib import contextmanager
from decimal import Decimal
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import folium
import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import geo
from geo import open_version
from geo.client import doors
from geo.core import errors
from geo.web import create_app
from tests.browser.conftest import serving
from tests.web.zz import publish_zz

ADDRESSES = (
    "kz/region/executed/2024?per=person",
    "ru/kz/region/execution/2024-06",
    "/kk/kz/region/executed/2024/per=none/",
)


@pytest.fixture(scope="module")
def site(kz_home):
    """The address of the service over Kazakhstan."""
    with serving(create_app(kz_home)) as address:
        yield address


@pytest.fixture(scope="module")
def here(kz_home):
    """The figures of a folder."""
    return open_version(kz_home.home)


@pytest.fixture(scope="module")
def there(site):
    """The same figures over HTTP."""
    return open_version(site)


@contextmanager
def _saying(status, headers, body):
    """Serve one answer to whatever is asked; yield the address."""

    class Says(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Keep the lines of requests out of the output of the tests."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Says)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_folder_and_a_site_give_the_same_frame(here, there, address):
    """Codes, amounts, geometry, reference system, and what the file says of itself."""
    one, other = (figures.layer(address).to_geodataframe() for figures in (here, there))

    assert isinstance(one, gpd.GeoDataFrame)
    pd.testing.assert_frame_equal(pd.DataFrame(one), pd.DataFrame(other))
    assert one.crs == other.crs == "OGC:CRS84"
    assert one.attrs == other.attrs


def test_a_folder_and_a_site_offer_the_same(here, there):
    """Countries, measures, periods of the same versions."""
    assert here.versions == there.versions
    assert ["kz"] == here.countries
    assert here.offer("kz") == there.offer("kz")
    assert here.periods("kz", "change") == there.periods("kz", "change")
    assert "2024" in here.periods("kz")
    assert "deviation" in here.measures("kz")


def test_amounts_add_up_exactly_to_the_account(here):
    """What is on the map is the sum of the column, to the tiyn; nothing passes through a float."""
    frame = here.layer("kz/region/executed/2024").to_dataframe()
    terms = {term["term"]: term["amount"] for term in frame.attrs["reconciliation"][0]["terms"]}

    assert {Decimal} == set(map(type, frame.amount.dropna()))
    assert Decimal(terms["on_map"]) == frame.amount.sum()
    assert frame.unit_id.map(type).eq(str).all()


def test_a_query_asks_what_the_path_asks(here):
    """Both stand at one canonical address, in a version; a default is left out of it."""
    asked = {here.layer(f"kz/region/executed/2024{keys}").path for keys in ("?per=none", "/per=none/", "/per=none")}

    assert asked == {f"v/{here.versions['kz']}/en/kz/region/executed/2024/per=none/"}
    assert here.layer("kz/region/executed/2024?per=person").path.endswith("/2024/")


def test_opened_figures_stay_as_they_were(tmp_path):
    """What is published later is seen by who opens anew."""
    settings = publish_zz(tmp_path)
    figures = open_version(settings.home)
    before = figures.layer("zz/region/executed/2024").to_dataframe()
    publish_zz(tmp_path, factor=2)
    after = open_version(settings.home)

    pd.testing.assert_frame_equal(before, figures.layer("zz/region/executed/2024").to_dataframe())
    assert (before.amount.dropna() * 2 == after.layer("zz/region/executed/2024").to_dataframe().amount.dropna()).all()
    old = open_version(settings.home, figures.versions["zz"])
    assert figures.versions == old.versions


@pytest.mark.parametrize(
    ("address", "error", "known"),
    [
        ("kz/region/nothing/2024", errors.UnknownWord, "executed"),
        ("xx/region/executed/2024", errors.UnknownWord, "kz"),
        ("kz/region/executed/2024?per=moon", errors.BadValue, "person"),
        ("kz/region/executed/2024?moon=1", errors.BadKey, "per"),
        ("v/0123456789abcdef/en/kz/region/executed/2024", errors.UnknownVersion, ""),
        ("", errors.UnknownWord, "kz"),
    ],
)
def test_a_wrong_address_is_refused_alike(here, there, address, error, known):
    """With our error and what is allowed, whoever answers."""
    for figures in (here, there):
        with pytest.raises(error) as refused:
            figures.layer(address)
        assert known in (*refused.value.allowed, "")


@settings(max_examples=30)
@given(address=st.text(max_size=40) | st.text("zregionxcutd/.%?=&#\\0", max_size=40).map("zz/".__add__))
def test_no_text_is_more_than_an_address(zz_home, address):
    """It is answered or refused with an error of ours; it reaches no file and no other site."""
    figures = _opened(zz_home.home)
    code = "E-URL"
    try:
        figures.layer(address)
    except errors.ReaderError as refused:
        code = refused.code

    assert code.startswith("E-URL")


_opened = cache(open_version)


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (302, {"Location": "http://example.invalid/api/current"}, b""),
        (302, {"Location": "file:///etc/hostname"}, b""),
        (302, {"Location": "/"}, b""),
        (500, {}, b"<h1>broken</h1>"),
        (404, {}, b"[" * 100_000),
        (200, {"Content-Length": "100"}, b"short"),
        (200, {"Content-Length": "100"}, b'{"countries":{}}'),
        (200, {}, b"<h1>another site</h1>"),
        (200, {}, b"{}"),
        (200, {}, b"[" * 100_000),
    ],
)
def test_a_site_that_misbehaves_is_an_error_of_ours(status, headers, body):
    """It leads elsewhere or round and round, breaks, breaks off: nothing of it is followed or believed."""
    with _saying(status, headers, body) as address, pytest.raises(errors.NoAnswer) as refused:
        open_version(address)

    assert "E-SYS-07" == refused.value.code


def test_an_answer_without_end_is_not_taken(monkeypatch):
    """There is a limit of bytes."""
    monkeypatch.setattr(doors, "LARGEST", 1000)
    with _saying(200, {}, b"x" * 10_000) as address, pytest.raises(errors.NoAnswer):
        open_version(address)


def test_an_empty_folder_says_that_nothing_is_published(tmp_path):
    """As the command and the site do."""
    with pytest.raises(errors.NothingPublished):
        open_version(tmp_path)


@pytest.mark.parametrize("key", ["", "?per=none"])
def test_a_map_for_a_notebook_asks_nothing_and_repeats(here, there, key):
    """It is folium's, without a link to anybody; the same layer makes the same bytes, from a folder or a site."""
    maps = [figures.layer(f"kz/region/executed/2024{key}").explore() for figures in (here, there, here)]
    pages = [made.get_root().render() for made in maps]

    assert {folium.Map} == set(map(type, maps))
    assert 1 == len(set(pages))
    assert "<link" not in pages[0]
    assert " src=" not in pages[0]
    assert len(json.dumps(pages[0])) > 100_000


def test_the_package_names_what_it_gives_and_nothing_else():
    """Other names are no part of it."""
    assert geo.open_version is open_version
    with pytest.raises(AttributeError):
        geo.nothing  # noqa: B018 - asking is the test
