"""Laws over real sockets: the server that `budgetmap serve` starts, and nginx before it as the documents say."""

import getpass
import gzip
import http.client
import json
import re
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from pmtiles.reader import Reader, all_tiles

from tests.conftest import made_zz, published
from tests.test_cli import COMMAND, environment, free_port
from tests.web.tiled import EDITION, RASTER, content, has, places, with_tiles

V = "feed00000000beef"
BODIES, UNITS = f"/tiles/zz/{V}/bodies", f"/tiles/zz/{EDITION}/units"
PAGE, SHEET = f"/v/{V}/en/zz/region/executed/2024/", f"/v/{V}/en/zz/region/executed/2024/values.json"
DEPLOYED = Path(__file__).resolve().parents[2] / "docs" / "deploy" / "nginx.conf"
WHOLE = """
daemon off; user {user}; pid {folder}/pid; error_log {folder}/errors; worker_processes 2;
events {{ worker_connections 256; }}
http {{
    access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    include {folder}/site.conf;
}}
"""


@contextmanager
def running(command, port, env=None):
    """Run a server until the block is left; yields when somebody listens."""
    with subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        try:
            deadline = time.monotonic() + 30
            while not _listens(port):
                assert process.poll() is None, process.stderr.read()
                assert time.monotonic() < deadline
                time.sleep(0.05)
            yield port
        finally:
            process.terminate()
            process.communicate(timeout=20)


def _listens(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    """Serve a version with tiles as an operator does; the port."""
    folder = tmp_path_factory.mktemp("served")
    settings = with_tiles(published(made_zz(folder).settings, "zz"), folder, V)
    chosen = free_port()
    words = ["--home", str(settings.home), "serve", "--port", str(chosen), "--workers", "1"]
    with running([*COMMAND, *words], chosen, environment(BUDGETMAP_COUNTRY="zz")) as found:
        yield found


@pytest.fixture(scope="module")
def proxy(port, tmp_path_factory):
    """Put nginx before it with the documented configuration, its folders and ports replaced; the port."""
    folder, chosen = tmp_path_factory.mktemp("nginx"), free_port()
    text = DEPLOYED.read_text(encoding="utf-8")
    for ours, own in (
        ("/var/cache/nginx/budgetmap", f"{folder}/cache"),
        ("127.0.0.1:8000", f"127.0.0.1:{port}"),
        ("listen 80", f"listen 127.0.0.1:{chosen}"),
        ("server_name map.example", "server_name localhost"),
        ("/srv/budgetmap-site", f"{folder}/site"),
    ):
        assert ours in text
        text = text.replace(ours, own)
    for name in ("index.html", "v/1/en/index.html", "static/page.css"):
        (folder / "site" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "site" / name).write_text(name, encoding="utf-8")
    (folder / "site.conf").write_text(text, encoding="utf-8")
    (folder / "nginx.conf").write_text(WHOLE.format(folder=folder, user=getpass.getuser()), encoding="utf-8")
    command = ["nginx", "-c", f"{folder}/nginx.conf"]
    subprocess.run([*command, "-t"], check=True, capture_output=True)
    with running(command, chosen) as found:
        yield found


class Asked:
    """Requests over one connection that stays open."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)

    def get(self, path, method="GET", **headers):
        """Return (status, headers, body)."""
        self.connection.request(method, path, headers={name.replace("_", "-"): text for name, text in headers.items()})
        answer = self.connection.getresponse()
        return answer.status, {name.lower(): text for name, text in answer.getheaders()}, answer.read()

    def part(self, path):
        """Return what the pmtiles package reads a file of this address by."""

        def get_bytes(offset, length):
            status, _, body = self.get(path, Range=f"bytes={offset}-{offset + length - 1}")
            assert status == 206
            return body

        return get_bytes


@pytest.fixture
def direct(port):
    """Ask the server itself."""
    asked = Asked(port)
    yield asked
    asked.connection.close()


@pytest.fixture
def proxied(proxy):
    """Ask nginx."""
    asked = Asked(proxy)
    yield asked
    asked.connection.close()


def test_the_server_speaks_http_as_it_should(direct):
    """Over one connection: bodies where there are some, none after HEAD, 204 and 304, and the right lengths."""
    tile = f"{BODIES}/2/1/3.mvt"
    status, headers, body = direct.get(tile, Accept_Encoding="gzip")
    plain = direct.get(tile)

    assert (200, "gzip", content("bodies", 2, 1, 3)) == (status, headers["content-encoding"], gzip.decompress(body))
    assert content("bodies", 2, 1, 3) == plain[2]
    assert str(len(body)) == headers["content-length"]
    assert "date" in headers
    assert (304, b"") == direct.get(tile, Accept_Encoding="gzip", If_None_Match=headers["etag"])[::2]
    assert (200, b"", headers["content-length"]) == (
        *direct.get(tile, "HEAD", Accept_Encoding="gzip")[::2],
        direct.get(tile, "HEAD", Accept_Encoding="gzip")[1]["content-length"],
    )
    assert (204, b"") == direct.get(f"{BODIES}/1/0/1.mvt")[::2]
    assert 404 == direct.get(f"{BODIES}/9/0/1.mvt")[0]
    assert 405 == direct.get(tile, "POST")[0]
    assert 200 == direct.get(PAGE)[0]
    assert direct.get(PAGE)[2] == direct.get(PAGE)[2]


@pytest.mark.parametrize("server", ["direct", pytest.param("proxied", marks=pytest.mark.needs("nginx"))])
def test_other_programs_read_an_archive_by_parts(server, request):
    """The pmtiles package finds every tile over HTTP; a raster is given from any place on."""
    asked = request.getfixturevalue(server)
    get_bytes = asked.part(f"{BODIES}.pmtiles")
    found = dict(all_tiles(get_bytes))

    assert set(places()) == set(found)
    assert all(content("bodies", *place) == gzip.decompress(tile) for place, tile in found.items())
    assert content("bodies", 3, 0, 0) == gzip.decompress(Reader(get_bytes).get(3, 0, 0))
    assert has(3, 0, 0)
    raster = f"/tiles/zz/{V}/surface.tif"
    assert (206, RASTER[1000:1100]) == asked.get(raster, Range="bytes=1000-1099")[::2]
    assert RASTER == asked.get(raster)[2]
    assert 416 == asked.get(raster, Range=f"bytes={len(RASTER)}-")[0]


@pytest.mark.needs("nginx")
@pytest.mark.parametrize("path", [f"{BODIES}/3/0/0.mvt", f"{UNITS}/3/0/0.mvt", f"{BODIES}.json", PAGE, SHEET])
@pytest.mark.parametrize("accepted", ["", "gzip", "br, gzip"])
def test_the_second_reader_is_answered_by_the_cache(direct, proxied, port, path, accepted):
    """With the bytes, tags and policies of the application; nobody gets a coding that he does not take."""
    host = f"127.0.0.1:{port}"
    is_shared = path.startswith("/tiles/") and "br" in accepted  # tiles lie in the cache as gzip or plain
    theirs = direct.get(path, Accept_Encoding="gzip" if is_shared else accepted)
    answers = [proxied.get(path, Accept_Encoding=accepted, Host=host) for _ in range(2)]
    own = {"date", "connection", "server", "x-cache", "transfer-encoding"}

    assert ["HIT" if is_shared else "MISS", "HIT"] == [answer[1]["x-cache"] for answer in answers]
    for status, headers, body in answers:
        assert (200, theirs[2]) == (status, body)
        assert {n: v for n, v in theirs[1].items() if n not in own} == {
            n: v for n, v in headers.items() if n not in own
        }
    assert 304 == proxied.get(path, Accept_Encoding=accepted, Host=host, If_None_Match=theirs[1]["etag"])[0]


@pytest.mark.needs("nginx")
def test_what_is_in_force_is_never_answered_by_the_cache(proxied):
    """Nor an error, nor a redirect, nor another host."""
    for path in ("/en/zz/region/executed/2024/", f"{BODIES}/9/0/0.mvt", "/", f"{BODIES}/3/0/0.mvt?x=1"):
        for _ in range(2):
            assert "HIT" != proxied.get(path)[1].get("x-cache")
    poisoned = proxied.get(f"{BODIES}.json", Host="evil.example")

    assert (400, "E-URL-08") == (poisoned[0], json.loads(poisoned[2])["code"])
    assert b"evil" not in proxied.get(f"{BODIES}.json")[2]


@pytest.mark.needs("nginx")
@pytest.mark.parametrize(
    "escaped", ["/2/1/%33.mvt", "/2/%31/3.mvt", "/2/1/3%2Emvt", ".%70mtiles", "/%2e%2e/bodies.json"]
)
def test_an_escaped_spelling_has_no_answer_and_no_place_in_the_cache(proxied, escaped):
    """Else one reader could fill the cache with copies of one tile."""
    assert 404 == proxied.get(f"{BODIES}{escaped}")[0]


@pytest.mark.needs("nginx")
def test_an_absent_tile_is_cached_too(proxied):
    """Most tiles of the world hold nothing."""
    answers = [proxied.get(f"{BODIES}/3/0/1.mvt") for _ in range(2)]

    assert [204, 204] == [status for status, _, _ in answers]
    assert ["MISS", "HIT"] == [headers["x-cache"] for _, headers, _ in answers]


@pytest.mark.needs("nginx")
@pytest.mark.parametrize(
    ("path", "status", "kind", "name"),
    [
        ("/", 200, "text/html; charset=utf-8", "index.html"),
        ("/v/1/en/", 200, "text/html; charset=utf-8", "v/1/en/index.html"),
        ("/static/page.css", 200, "text/css; charset=utf-8", "static/page.css"),
        ("/none/", 404, "text/html; charset=utf-8", ""),
        ("/../site.conf", 400, "text/html", ""),
        ("/..%2fsite.conf", 400, "text/html", ""),
    ],
)
def test_a_plain_site_is_given_out_without_the_application(proxied, path, status, kind, name):
    """Pages by their folders, what never changes for a year, nothing from elsewhere."""
    answer = proxied.get(path, Host="plain.map.example")
    caching = "max-age=31536000, immutable" if path.startswith(("/v/", "/static/")) else "max-age=60"

    assert (status, kind) == (answer[0], answer[1]["content-type"])
    if status == 200:
        assert (name.encode(), "nosniff") == (answer[2], answer[1]["x-content-type-options"])
        assert answer[1]["cache-control"].endswith(caching)


def test_the_documents_name_what_the_configuration_holds():
    """Every word that an operator has to replace is in both."""
    guide = DEPLOYED.parent.with_suffix(".md").read_text(encoding="utf-8")

    for word in ("map.example", "/var/cache/nginx/budgetmap", "/srv/budgetmap-site", "127.0.0.1:8000"):
        assert word in guide
        assert word in DEPLOYED.read_text(encoding="utf-8")
    assert re.search(r"\]\(deploy/nginx\.conf\)", guide)
