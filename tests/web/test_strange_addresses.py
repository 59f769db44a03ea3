"""Laws about addresses that nobody means well with: no file is reached, nobody is sent away, nothing is broken."""

from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.web.assets import asset
from tests.web.asking import raw

CANARY = "canary-7f3a"
_UP = (
    "../",
    "..\\",
    "%2e%2e/",
    "..%2f",
    "%2e%2e%2f",
    "..%5c",
    "%252e%252e%252f",
    "..;/",
    ".../",
    "..//",
    "%c0%ae%c0%ae/",
)
_DOORS = ("/", "/static/", "/v/", "/en/", "/en/zz/unit/")
TRAVERSALS = (
    *(f"{door}{up * 4}canary.txt" for door in _DOORS for up in _UP),
    "/canary.txt",
    "/home/canary.txt",
    "//etc/passwd",
    "/etc/passwd",
    "/file:///etc/passwd",
    "/static/%00",
    "/en/%00/region/executed/2024/",
    "/static/page.css%00.txt",
    "/static/C:\\windows\\win.ini",
    "/v/../canary.txt",
    "/v/canary.txt/en/",
    "/v/..%2fcanary.txt/en/zz/region/executed/2024/",
    "/v/.staging-0/en/",
    "/v/./en/",
    "/v/%2e/en/zz/region/executed/2024/",
    "/static/~root/canary.txt",
    "/.git/config",
    "/static/.env",
    "/templates/view.html",
    "/static/../templates/view.html",
    "/static/../messages/en.toml",
    "/en/zz/region/executed/2024/../../../../../canary.txt",
    "/en/zz/region/executed/2024/..%2f..%2fcanary.txt",
    "/en/zz/unit/2020-01-01/../canary.txt",
    "/en/zz/region/executed/2024/function=../canary.txt",
    "/en/zz/region/executed/2024/borders=..%2f..%2f/",
)
ELSEWHERE = (
    "//evil.example",
    "//evil.example/",
    "///evil.example",
    "////evil.example/%2f..",
    "/\\evil.example",
    "/\\/evil.example",
    "\\\\evil.example",
    "/%2fevil.example",
    "/%5cevil.example",
    "/ru//evil.example/",
    "/ru/\\evil.example/",
    "/ru/%2f%2fevil.example/",
    "/ru/zz//evil.example/",
    "/ru///evil.example",
    "/ru/..//evil.example",
    "/https://evil.example/",
    "/https:evil.example",
    "/ru/https://evil.example/",
    "/javascript:alert(1)",
    "//evil.example@localhost/",
    "//localhost@evil.example/",
    "/ru/zz/region/executed/2024//evil.example",
    "/ru/zz/region/executed/2024/%0d%0aLocation:%20https://evil.example/",
    "/ru/zz\r\nLocation: https://evil.example/",
    "/ru\t//evil.example/",
    "/v//evil.example/ru/",
    "//evil.example/ru/zz/region/executed/2024-12/",
    "//ru/zz/region/executed/2024-12",
)


@pytest.mark.parametrize("path", TRAVERSALS)
def test_no_spelling_of_a_path_reaches_a_file(small_app, path):
    """Names are looked up in what the version and the program list; none is joined to a folder."""
    for spelling in (path, unquote(path)):
        response = raw(small_app, spelling)

        assert response.status_code in {400, 404}
        assert CANARY not in response.get_data(as_text=True)


def test_the_canary_is_where_the_traversals_look_for_it(small_home):
    """A trap that is not set catches nothing."""
    assert CANARY == (small_home.home / "canary.txt").read_text(encoding="utf-8")
    assert len(TRAVERSALS) >= 60


@pytest.mark.parametrize("path", ELSEWHERE)
@pytest.mark.parametrize("query", ["", "per=none", "next=//evil.example"])
def test_nobody_is_sent_to_another_site(small_app, path, query):
    """A redirect is made of words of ours, whatever stands around them."""
    for spelling in (path, unquote(path)):
        response = raw(small_app, spelling, query=query)
        location = response.headers.get("Location", "/")

        assert response.status_code < 500
        assert location.startswith("/")
        assert not location.startswith(("//", "/\\"))
        assert "evil" not in location


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"host": "localhost.evil.example"},
        {"host": "localhost@evil.example"},
        {"host": "evil.example:80"},
        {"host": ""},
        {"host": "localhost/evil"},
        {"host": "[::1]evil.example"},
        {"host": "[::1]:80@evil.example"},
        {"host": "localhost:80.evil.example"},
    ],
)
@pytest.mark.parametrize("path", ["/", "/en/zz/region/executed/2024/", "/api/current", "/nope"])
def test_a_foreign_host_is_refused(small_app, path, headers):
    """Else it would stand in embed codes and in the caches of others."""
    response = raw(small_app, path, **headers)

    assert 400 == response.status_code
    assert "E-URL-08" == response.json["code"]
    assert "evil" not in response.get_data(as_text=True)
    assert "no-store" == response.headers["Cache-Control"]


def test_headers_of_a_proxy_change_nothing(small_app):
    """Nobody but a configured address says what the site is called."""
    path = "/en/zz/region/executed/2024/"
    told = {"host": "evil.example", "proto": "https", "for": "10.0.0.1", "prefix": "/evil", "port": "99", "server": "x"}
    headers = {f"x_forwarded_{name}": value for name, value in told.items()}
    headers |= {"forwarded": "host=evil.example;proto=https", "x_original_url": "/evil", "x_host": "evil.example"}

    assert raw(small_app, path).data == raw(small_app, path, **headers).data
    assert "/kk/zz/region/executed/2024/" == raw(small_app, "/", **headers).headers["Location"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND"])
@pytest.mark.parametrize("path", ["/", "/en/zz/region/executed/2024/", "/en/zz/region/executed/2024/embed/", "/readyz"])
def test_nothing_can_be_sent_to_the_site(small_app, path, method):
    """It says which methods it answers, in the one shape of errors."""
    response = raw(small_app, path, method=method)

    assert (405, "E-URL-07") == (response.status_code, response.json["code"])
    assert "GET, HEAD, OPTIONS" == response.headers["Allow"]


def test_a_style_sheet_takes_no_post(small_app):
    """Files are no exception."""
    assert 405 == raw(small_app, f"/{asset('page.css')}", method="POST").status_code


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.lists(
        st.one_of(
            st.sampled_from(
                ["en", "zz", "region", "executed", "2024", "unit", "v", "embed", "data.csv", "per=none", ""]
            ),
            st.text(st.characters(codec="utf-8"), max_size=8),
        ),
        max_size=9,
    ),
    query=st.text(st.characters(codec="ascii"), max_size=12),
)
def test_no_address_at_all_is_a_fault_of_ours(small_app, path, query):
    """Known words and rubbish in any mixture: an answer, a redirect to one of ours, or a refusal."""
    response = raw(small_app, "/" + "/".join(path), query=query.encode().decode("latin-1"))

    assert response.status_code in {200, 303, 308, 400, 404}
    assert "evil" not in response.headers.get("Location", "")
    assert not response.headers.get("Location", "/").startswith("//")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "localhost:8000", "127.0.0.1:80", "[::1]", "[::1]:8000"])
def test_a_name_of_this_site_is_answered_in_any_case_and_at_any_port(small_app, host):
    """What `serve` prints as its address works, an IPv6 address too."""
    assert 200 == raw(small_app, "/en/zz/region/executed/2024/", host=host).status_code
