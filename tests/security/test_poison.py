"""Laws about caches: nginx as the documents say stands before the service, and nobody leaves in it what others get."""

import getpass
import http.client
import subprocess

import pytest

from geo.web import create_app
from tests.browser.conftest import serving
from tests.test_cli import free_port
from tests.web.test_served import DEPLOYED, WHOLE, running

pytestmark = pytest.mark.needs("nginx")

EVIL = "evil.example"
COMPARED = (
    "content-type",
    "etag",
    "cache-control",
    "content-security-policy",
    "location",
    "content-disposition",
    "vary",
)
FACES = ("data.csv", "data.json", "data.geojson", "values.json", "embed/", "")
VIEWS = tuple(
    f"{lang}/zz/region/{measure}/2024/" for lang in ("en", "kk", "ru") for measure in ("executed", "approved")
)
ADDRESSES = [f"{view}{face}" for view in VIEWS for face in FACES]
# Each is (method, what is put behind the address, headers): sent before anybody else has asked for the address.
POISONS = [
    *(("GET", "", {name: EVIL}) for name in ("X-Forwarded-Host", "X-Host", "X-Forwarded-Server", "Forwarded-Host")),
    ("GET", "", {"Forwarded": f"for=1.2.3.4;host={EVIL};proto=https"}),
    ("GET", "", {"X-Forwarded-Proto": "https", "X-Forwarded-Scheme": "nothttps", "X-Forwarded-Port": "99"}),
    ("GET", "", {"X-Forwarded-Prefix": "/evil", "X-Script-Name": "/evil", "Script-Name": "/evil"}),
    ("GET", "", {"X-Original-URL": "/nope", "X-Rewrite-URL": "/nope"}),
    ("GET", "", {"X-HTTP-Method-Override": "POST", "X-Method-Override": "DELETE"}),
    ("GET", "", {"Host": EVIL}),
    ("GET", "", {"Host": f"localhost@{EVIL}"}),
    ("GET", "", {"Accept": "application/problem+json", "Accept-Language": "ru-evil, *;q=0.1"}),
    ("GET", "", {"Accept-Encoding": "br;q=0, gzip;q=0, identity;q=0, evil"}),
    ("GET", "", {"Range": "bytes=0-9", "If-Range": '"x"'}),
    ("GET", "", {"If-None-Match": "*", "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}),
    ("GET", "", {"Origin": f"https://{EVIL}", "Referer": f"https://{EVIL}/", "Cookie": "lang=evil; session=1"}),
    ("GET", "", {"Authorization": "Basic ZXZpbDpldmls", "Cache-Control": "no-store", "Pragma": "no-cache"}),
    ("GET", "", {"Connection": "ETag, Content-Type, close"}),
    ("GET", "", {"User-Agent": "<script>window.__x=1</script>", "Via": EVIL, "X-Real-IP": "127.0.0.1"}),
    ("HEAD", "", {"X-Forwarded-Host": EVIL}),
    ("POST", "", {"Content-Type": "text/html"}),
    ("PURGE", "", {}),
    *(
        ("GET", more, {})
        for more in ("?utm_source=evil", "?&", "?callback=evil", ";.css", "/x.css", "%2e", "%00", "%3f")
    ),
]


@pytest.fixture(scope="module")
def upstream(small_home):
    """The address of a service that has answered nothing yet."""
    with serving(create_app(small_home)) as address:
        yield address.removeprefix("http://")


@pytest.fixture(scope="module")
def cache(upstream, tmp_path_factory):
    """The port of nginx before it, with an empty cache."""
    folder, port = tmp_path_factory.mktemp("poison"), free_port()
    text = DEPLOYED.read_text(encoding="utf-8")
    for ours, own in (
        ("/var/cache/nginx/budgetmap", f"{folder}/cache"),
        ("127.0.0.1:8000", upstream),
        ("listen 80", f"listen 127.0.0.1:{port}"),
        ("server_name map.example", "server_name localhost"),
        ("/srv/budgetmap-site", f"{folder}/site"),
    ):
        text = text.replace(ours, own)
    (folder / "site.conf").write_text(text, encoding="utf-8")
    (folder / "nginx.conf").write_text(WHOLE.format(folder=folder, user=getpass.getuser()), encoding="utf-8")
    command = ["nginx", "-c", f"{folder}/nginx.conf"]
    subprocess.run([*command, "-t"], check=True, capture_output=True)
    with running(command, port) as found:
        yield found


def asked(address, path, method="GET", **headers):
    """Return (status, those headers that say what an answer is, whether the cache had it, body)."""
    host, _, port = address.partition(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=20)
    try:
        connection.request(method, path, headers={"Host": "localhost", **headers})
        answer = connection.getresponse()
        given = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, {name: given.get(name) for name in COMPARED}, given.get("x-cache"), answer.read()
    finally:
        connection.close()


@pytest.fixture(scope="module")
def version(small_app):
    """Name the version in force."""
    return small_app.test_client().get("/api/current").json["countries"]["zz"]["id"]


@pytest.mark.parametrize("number", range(len(POISONS)))
def test_nobody_poisons_the_cache_for_others(upstream, cache, version, number):
    """Whoever asks next gets what the service itself says, byte for byte, and so does who asks after that."""
    method, more, headers = POISONS[number]
    path = f"/v/{version}/{ADDRESSES[number % len(ADDRESSES)]}"
    asked(f"127.0.0.1:{cache}", path + more, method, **headers)
    expected = asked(upstream, path)
    first, second = (asked(f"127.0.0.1:{cache}", path) for _ in range(2))

    assert 200 == expected[0]
    assert expected[:2] == first[:2] == second[:2]
    assert expected[3] == first[3] == second[3]
    assert "HIT" == second[2]
    assert EVIL.encode() not in second[3]


@pytest.mark.parametrize("more", ["x;.css", "x.css", "..%2fx.css", ";/x.js", "%0a.css", "data.json;x.css"])
def test_no_page_is_cached_under_the_name_of_a_style_sheet(cache, more):
    """What looks like a file and is none is refused, and the refusal is kept by nobody."""
    path = f"/en/zz/region/executed/2024/{more}"
    found = [asked(f"127.0.0.1:{cache}", path) for _ in range(2)]

    assert {(400, "no-store"), (404, "no-store")} >= {(answer[0], answer[1]["cache-control"]) for answer in found}
    assert "HIT" not in {answer[2] for answer in found}


def test_there_are_enough_addresses_and_poisons():
    """Each poison meets an address that nobody has asked for, and there are more than twenty of them."""
    assert 20 < len(POISONS) <= len(set(ADDRESSES))
