"""Laws about headers: a matrix over every route, so that a new one without a class is noticed."""

import base64
import gzip
import hashlib

import brotli
import pytest

from geo.web.assets import asset
from geo.web.faces import FILES
from tests.web.asking import page
from tests.web.route_map import (
    ASSETS,
    BULK,
    CLASSES,
    CRAWLED,
    DATA,
    EMBEDS,
    ERRORS,
    EVERY,
    FEATURES,
    FOUND,
    FRAMED,
    MACHINES,
    MAP,
    PACKED,
    PAGES,
    REDIRECTS,
    REDIRECTS_UNKEPT,
    SHEETS,
)

HTML, JSON, PROBLEM = "text/html; charset=utf-8", "application/json", "application/problem+json"
GEOJSON, SCHEMA = "application/geo+json", "application/schema+json"
TYPES = {
    "map.svg": "image/svg+xml; charset=utf-8",
    "map.html": HTML,
    "map.png": "image/png",
    "data.geojson": GEOJSON,
    "data.csv": "text/csv; charset=utf-8",
    "changes.csv": "text/csv; charset=utf-8",
    "data.json": JSON,
    "data.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "data.gpkg": "application/geopackage+sqlite3",
    "data.parquet": "application/vnd.apache.parquet",
    "catalog.jsonld": "application/ld+json",
    "api": "application/vnd.oai.openapi+json;version=3.0",
    "queryables": SCHEMA,
    "schema": SCHEMA,
    "frame.js": "text/javascript; charset=utf-8",
    "robots.txt": "text/plain; charset=utf-8",
    "sitemap.xml": "application/xml",
}


@pytest.fixture(scope="module")
def version(small_app):
    """Name the version in force."""
    return small_app.test_client().get("/api/current").json["countries"]["zz"]["id"]


@pytest.fixture
def ask(small, version):
    """Ask for an address of the tables above."""
    return lambda path, **given: small.get(path.replace("{v}", version), **given)


def test_every_route_has_its_class(small_app):
    """Whoever adds a route says what kind of answer it gives, and the laws below hold for it.

    What is sent to `nearest` has laws of its own: tests/web/test_body_pages.py.
    """
    assert set(CLASSES) == {rule.endpoint for rule in small_app.url_map.iter_rules() if "GET" in rule.methods}


@pytest.mark.parametrize("endpoint", CLASSES)
def test_the_addresses_of_a_class_are_answered_by_its_route(small_app, version, endpoint):
    """The table above is not only complete but true."""
    found = set()
    for path in CLASSES[endpoint]:
        with small_app.test_request_context(path.replace("{v}", version)) as context:
            found.add(context.request.endpoint)

    assert endpoint in found


@pytest.mark.parametrize("path", EVERY)
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST"])
def test_every_answer_is_guarded(small, version, path, method):
    """No content is guessed, nothing is told to others, nothing is remembered, no inline script is allowed."""
    response = small.open(path.replace("{v}", version), method=method, headers={"Accept": "text/html"})
    headers = response.headers
    policy = headers["Content-Security-Policy"]

    assert "nosniff" == headers["X-Content-Type-Options"]
    assert "strict-origin-when-cross-origin" == headers["Referrer-Policy"]
    assert "Set-Cookie" not in headers
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe-" not in policy
    assert "http" not in policy
    assert 1 == len(headers.getlist("Content-Security-Policy")) == len(headers.getlist("Content-Type"))


@pytest.mark.parametrize("path", EVERY)
def test_only_an_embed_may_be_framed(ask, path):
    """The page with the form may not lie under somebody else's buttons."""
    headers = ask(path, headers={"Accept": "text/html"}).headers
    policy = headers["Content-Security-Policy"]
    is_embed = path in EMBEDS

    assert is_embed == ("frame-ancestors *" in policy)
    assert is_embed != ("frame-ancestors 'none'" in policy)
    assert (None if is_embed else "DENY") == headers.get("X-Frame-Options")


@pytest.mark.parametrize("path", EVERY)
def test_data_and_embeds_are_open_to_other_sites_and_pages_are_not(ask, path):
    """A notebook in a browser may read the figures."""
    headers = ask(path, headers={"Accept": "text/html"}).headers
    is_open = path in (*EMBEDS, *DATA, *BULK, *MACHINES, *FRAMED, *FEATURES) or (
        path in ERRORS and headers["Content-Type"] == PROBLEM
    )

    assert ("*" if is_open else None) == headers.get("Access-Control-Allow-Origin")


@pytest.mark.parametrize("path", [*PAGES, *EMBEDS, *SHEETS])
def test_a_page_is_html(ask, path):
    """With its letters' encoding, for Kazakh has letters of its own."""
    response = ask(path)

    assert (200, HTML) == (response.status_code, response.headers["Content-Type"])
    assert response.data.startswith(b"<!doctype html>")


@pytest.mark.parametrize("path", [*DATA, *FEATURES, *MACHINES, *FRAMED, *CRAWLED, *ASSETS])
def test_a_file_has_its_media_type(ask, path):
    """Exactly; programs choose their reader by it."""
    of_assets = {"css": "text/css", "js": "text/javascript", "mjs": "text/javascript", "svg": "image/svg+xml"}
    name = path.rsplit("/", 1)[-1].partition("?")[0]
    expected = JSON if path.startswith("/oembed") else TYPES.get(name, GEOJSON if "/items" in path else JSON)
    if path in ASSETS:
        expected = f"{of_assets[name.rsplit('.', 1)[1]]}; charset=utf-8"

    assert (200, expected) == (ask(path).status_code, ask(path).headers["Content-Type"])


def test_files_for_analysts_come_as_downloads_with_a_telling_name(ask):
    """Two files in a folder can be told apart; none opens as a page of the site."""
    names = {name: ask(f"{MAP}{name}").headers.get("Content-Disposition") for name in FILES}

    assert {
        "map.svg": 'attachment; filename="zz-region-executed-2024-synthetic.svg"',
        "map.html": 'attachment; filename="zz-region-executed-2024-synthetic.html"',
        "map.png": 'attachment; filename="zz-region-executed-2024-synthetic.png"',
        "data.json": 'attachment; filename="zz-region-executed-2024-synthetic.json"',
        "data.csv": 'attachment; filename="zz-region-executed-2024-synthetic.csv"',
        "data.geojson": 'attachment; filename="zz-region-executed-2024-synthetic.geojson"',
        "data.xlsx": 'attachment; filename="zz-region-executed-2024-synthetic.xlsx"',
        "data.gpkg": 'attachment; filename="zz-region-executed-2024-synthetic.gpkg"',
        "data.parquet": 'attachment; filename="zz-region-executed-2024-synthetic.parquet"',
        "values.json": None,  # for scripts, not for a folder
    } == names


@pytest.mark.parametrize("path", [*PAGES, *SHEETS, *EMBEDS, *DATA, *FEATURES, *MACHINES, *FRAMED, *ASSETS])
def test_an_answer_that_is_known_is_not_sent_again(ask, path):
    """By a strong tag of the content: one of a list, as a weak one, or any."""
    first = ask(path)
    tag = first.headers["ETag"]

    assert tag.startswith('"')
    for given in (tag, f'"other", {tag}', f"W/{tag}", "*", f'W/"a", W/{tag}'):
        again = ask(path, headers={"If-None-Match": given})

        assert (304, b"") == (again.status_code, again.data)
        assert tag == again.headers["ETag"]
        assert first.headers["Cache-Control"] == again.headers["Cache-Control"]
    for given in ('"other"', 'W/"other"', "", tag.strip('"') + "x"):
        assert (200, first.data) == (ask(path, headers={"If-None-Match": given}).status_code, first.data)


def test_a_tag_is_that_of_the_content(ask):
    """Different content, different tags."""
    found = {ask(path).data: ask(path).headers["ETag"] for path in (*PAGES, *EMBEDS, *DATA, *ASSETS)}

    assert len(found) == len(set(found.values()))


@pytest.mark.parametrize("path", [*PAGES, *SHEETS, *EMBEDS, *DATA, *FEATURES, *MACHINES, *ASSETS])
def test_what_holds_a_version_never_changes_and_all_else_is_asked_for_again(ask, path):
    """A year for what is named by its content, every time for what is in force."""
    is_fixed = "{v}" in path or path in ASSETS
    expected = "public, max-age=31536000, immutable" if is_fixed else "public, no-cache"

    assert expected == ask(path).headers["Cache-Control"]


@pytest.mark.parametrize("path", FRAMED)
def test_what_other_sites_ask_for_is_kept_as_long_as_is_said(ask, path):
    """A notice waits some minutes at most, whoever keeps it."""
    assert FRAMED[path] == ask(path).headers["Cache-Control"]


@pytest.mark.parametrize("path", [*FOUND, *REDIRECTS_UNKEPT])
def test_what_a_reader_looks_for_is_kept_by_nobody(ask, path):
    """Neither the answer nor a tag by which it would be known again."""
    headers = ask(path).headers

    assert ("no-store", None) == (headers["Cache-Control"], headers.get("ETag"))


@pytest.mark.parametrize("path", ERRORS)
def test_an_error_is_kept_by_nobody(ask, path):
    """The address may work in a minute."""
    response = ask(path)

    assert response.status_code in {400, 404}
    assert "no-store" == response.headers["Cache-Control"]
    assert "ETag" not in response.headers


@pytest.mark.parametrize("path", REDIRECTS)
def test_a_redirect_is_asked_for_again(ask, path):
    """The last year becomes another one."""
    response = ask(path)

    assert response.status_code in {303, 308}
    assert "no-cache" == response.headers["Cache-Control"]


@pytest.mark.parametrize("path", EMBEDS)
def test_the_policy_of_an_embed_names_its_inline_blocks_by_hash(ask, path):
    """One letter more in them and a browser would not run them."""
    response = ask(path)
    blocks = page(response).blocks
    policy = response.headers["Content-Security-Policy"]

    assert (1, 1) == (len(blocks["style"]), len(blocks["script"]))
    assert f"style-src '{_hash(blocks['style'][0])}';" in policy
    assert f"script-src '{_hash(blocks['script'][0])}';" in policy


@pytest.mark.parametrize("path", [*PAGES, *SHEETS])
def test_a_page_holds_no_inline_block(ask, path):
    """Its policy would not run it."""
    parts = page(ask(path))

    assert [] == [text for text in (*parts.blocks["style"], *parts.blocks["script"]) if text.strip()]
    assert set() == {name for name in parts.attributes if name == "style" or name.startswith("on")}


def test_the_picture_names_its_style_by_hash(ask):
    """An SVG opened by itself is a document with a policy of its own."""
    response = ask(f"{MAP}map.svg")
    (style,) = page(response).blocks["style"]

    assert f"style-src '{_hash(style)}';" in response.headers["Content-Security-Policy"]
    assert "sandbox" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", [PAGES[0], EMBEDS[0], *PACKED, f"/{asset('page.css')}"])
@pytest.mark.parametrize(("asked", "unpacked"), [("br", brotli.decompress), ("gzip", gzip.decompress)])
def test_compression_loses_nothing(ask, path, asked, unpacked):
    """The same bytes come out, caches are told, and the tag of the packed answer is good for a 304."""
    plain, packed = ask(path), ask(path, headers={"Accept-Encoding": asked})
    again = ask(path, headers={"Accept-Encoding": asked, "If-None-Match": packed.headers["ETag"]})

    assert asked == packed.headers["Content-Encoding"]
    assert plain.data == unpacked(packed.data)
    assert len(packed.data) < len(plain.data)
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert all("Accept-Encoding" in answer.headers["Vary"] for answer in (plain, packed, again))
    assert 304 == again.status_code


def _hash(text):
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
