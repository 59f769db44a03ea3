"""Laws about errors: one shape, the reader's language, what is allowed, and nothing of the request."""

import shutil
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.core.measures import MEASURES
from geo.core.settings import Settings
from geo.core.text import text_of
from geo.core.view import KEYS, OFFERED_KEYS
from geo.web import create_app
from geo.web.answering.errors import STATUS
from tests.web.asking import LANGUAGES, page, raw

KEY_PROBLEMS = ("unknown", "twice", "not_offered")
FIELDS = {"type", "title", "status", "detail", "code", "allowed"}
SUBGROUPS = ("0101", "0102", "0201", "1501")  # of the year's ends, by the bodies that spend
UNKNOWN = (
    ("xx/zz/region/executed/2024/", 404, "E-URL-01", list(LANGUAGES)),
    ("{lang}/nowhere/region/executed/2024/", 404, "E-URL-01", ["zz"]),
    ("{lang}/zz/village/executed/2024/", 404, "E-URL-01", ["region"]),
    ("{lang}/zz/region/spendings/2024/", 404, "E-URL-01", list(MEASURES)),
    ("{lang}/zz/region/executed/2031/", 404, "E-URL-01", ["2023", "2024-06", "2024"]),
    ("{lang}/zz/region/change/2023/", 404, "E-URL-01", ["2024"]),
    ("{lang}/zz/region/executed/2024/data.xml", 404, "E-URL-01", None),
    ("{lang}/zz/unit/1999-01-01/region/100/", 404, "E-URL-01", ["2020-01-01", "2010-01-01"]),
    ("{lang}/zz/unit/2020-01-01/village/10/", 404, "E-URL-01", ["region"]),
    ("{lang}/zz/unit/2020-01-01/region/999/", 404, "E-URL-01", ["10", "20", "30", "40", "50"]),
    ("v/0000000000000000/{lang}/zz/region/executed/2024/", 404, "E-URL-06", []),
    ("nothing/at/all.txt/here", 404, None, None),
    ("{lang}/zz/region/executed/2024/fish=1/", 400, "E-URL-02", list(OFFERED_KEYS)),
    ("{lang}/zz/region/executed/2024/per=none/per=km2/", 400, "E-URL-02", list(OFFERED_KEYS)),
    (
        "{lang}/zz/region/execution/2024/per=none/",
        400,
        "E-URL-02",
        [key for key in KEYS if key not in {"per", "within"}],
    ),
    ("{lang}/zz/region/executed/2024/per=fish/", 400, "E-URL-03", ["person", "km2", "none"]),
    ("{lang}/zz/region/executed/2024/function=99/", 400, "E-URL-03", ["01", "02", "15", *SUBGROUPS]),
    ("{lang}/zz/region/executed/2024/borders=1999-01-01/", 400, "E-URL-03", ["2020-01-01", "2010-01-01"]),
    ("{lang}/zz/region/executed/2024/within=10/", 400, "E-URL-02", [key for key in KEYS if key != "within"]),
    ("{lang}/zz/region/share/2024/", 400, "E-URL-04", ["01", "02", "15"]),
    ("{lang}/zz/unit/2020-01-01/region/10/period=1999/", 400, "E-URL-03", ["2023", "2024-06", "2024"]),
    ("{lang}/zz/unit/2020-01-01/region/10/fish=1/", 400, "E-URL-02", ["period"]),
)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("path", "status", "code", "allowed"), UNKNOWN)
def test_an_unknown_word_is_answered_with_what_is_allowed(small, lang, path, status, code, allowed):
    """The same for programs and for people, in the language of the address, else of the reader."""
    asked, headers = "/" + path.format(lang=lang), {"Accept-Language": lang}
    plain = small.get(asked, headers={**headers, "Accept": "application/json"})
    shown = page(small.get(asked, headers={**headers, "Accept": "text/html"}))
    error = plain.json

    assert ("application/problem+json", status, status) == (plain.mimetype, plain.status_code, error["status"])
    assert set(error) == FIELDS
    assert lang == shown.lang
    assert code in {None, error["code"]}
    assert error["detail"] in shown.texts["p"]
    assert text_of(lang)("error.title") == error["title"] == shown.texts["h1"][0]
    if allowed is not None:
        assert allowed == error["allowed"] == shown.texts["code"]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("path", "problem", "key"),
    [
        ("region/executed/2024/fish=1/", "unknown", ""),
        ("region/executed/2024/?fish=1", "unknown", ""),
        ("unit/2020-01-01/region/10/fish=1/", "unknown", ""),
        ("region/executed/2024/per=none/per=km2/", "twice", ""),
        ("region/executed/2024/?per=none&per=km2", "twice", ""),
        ("region/execution/2024/per=none/", "not_offered", "per"),
        ("region/executed/2024/within=10/", "not_offered", "within"),
    ],
)
def test_what_is_wrong_with_a_key_is_said_in_one_sentence(small, lang, path, problem, key):
    """Unknown, twice and not offered ask for different remedies."""
    text = text_of(lang)
    sentences = {one: text(f"key_problem.{one}", key=text(f"word.{key or 'per'}")) for one in KEY_PROBLEMS}
    error = small.get(f"/{lang}/zz/{path}", headers={"Accept": "application/json"}).json

    assert ("E-URL-02", sentences[problem]) == (error["code"], error["detail"])
    assert len(KEY_PROBLEMS) == len(set(sentences.values()))
    assert {1} == {sentence.count(".") for sentence in sentences.values()}


@pytest.mark.parametrize(
    ("path", "accepted", "lang"),
    [
        ("/ru/nowhere/", "en", "ru"),
        ("/v/0000000000000000/kk/zz/", "en", "kk"),
        ("/xx/zz/", "ru,en;q=0.5", "ru"),
        ("/xx/zz/", "de", "kk"),
        ("/static/no.css", "en", "en"),
    ],
)
def test_the_address_speaks_before_the_browser(small, path, accepted, lang):
    """Somebody who followed a Russian link reads Russian, whatever the browser prefers."""
    response = small.get(path, headers={"Accept-Language": accepted, "Accept": "text/html"})

    assert lang == page(response).lang
    assert {"Accept", "Accept-Language"} <= set(response.headers["Vary"].replace(" ", "").split(","))


@pytest.mark.parametrize(
    ("accept", "path", "kind"),
    [
        ("text/html,application/xhtml+xml,*/*;q=0.8", "/en/nowhere/", "text/html"),
        ("*/*", "/en/nowhere/", "text/html"),
        ("application/json", "/en/nowhere/", "application/problem+json"),
        ("application/problem+json, text/html;q=0.5", "/en/nowhere/", "application/problem+json"),
        ("text/html", "/en/nowhere/region/executed/2024/data.json", "application/problem+json"),
        ("text/html", "/en/nowhere/region/executed/2024/data.geojson", "application/problem+json"),
        ("text/html", "/api/nothing", "application/problem+json"),
        ("text/turtle", "/en/nowhere/", "application/problem+json"),
    ],
)
def test_people_get_a_page_and_programs_a_value(small, accept, path, kind):
    """Whoever asks for data is never answered with a page."""
    assert kind == small.get(path, headers={"Accept": accept}).mimetype


HOSTILE = (
    "<img src=x onerror=window.__x=1>",
    "{{7*7}}",
    "{% raise %}",
    "${7*7}",
    "%{7*7}",
    "\"'><script>alert(1)</script>",
    "\u202egnp.exe",
    "a\r\nSet-Cookie: a=b",
    "\u2028marker",
    "javascript:alert(1)",
    "%s%s%n",
    "{word}",
    "__class__",
    "\N{ZERO WIDTH SPACE}zero",
)
_MARKED = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(st.characters(codec="utf-8", exclude_characters="/"), max_size=12).map(lambda text: f"<{text}zQ9"),
)
_PLACES = (
    "/{}/",
    "/{}",
    "/en/{}/",
    "/ru/zz/{}/executed/2024/",
    "/kk/zz/region/{}/2024/",
    "/en/zz/region/executed/{}/",
    "/en/zz/region/executed/2024/{}",
    "/en/zz/region/executed/2024/{}/",
    "/en/zz/region/executed/2024/{}=1/",
    *(f"/en/zz/region/executed/2024/{key}={{}}/" for key in KEYS),
    "/en/zz/unit/{}/region/10/",
    "/en/zz/unit/2020-01-01/{}/10/",
    "/en/zz/unit/2020-01-01/region/{}/",
    "/en/zz/unit/2020-01-01/region/10/period={}/",
    "/en/zz/unit/2020-01-01/region/10/{}/",
    "/v/{}/en/zz/region/executed/2024/",
    "/static/{}",
    "/api/{}",
    "/{}/embed/",
    "/{}/data.json",
)


def told(response, marker):
    """Return what an answer gives away of a request, and what it is if it is no refusal."""
    body, headers = response.get_data(as_text=True), str(response.headers)
    found = [
        (response.status_code, response.status_code not in {400, 404}),
        ("in the body", marker in body or "zQ9" in body),
        ("in the headers", marker.strip() in headers or "zQ9" in headers),
        ("a traceback", "Traceback" in body),
        ("a cookie", "Set-Cookie" in response.headers),
    ]
    return [what for what, is_so in found if is_so]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(marker=_MARKED, place=st.sampled_from(_PLACES), accept=st.sampled_from(["text/html", "application/json"]))
def test_nothing_of_an_address_is_echoed(small_app, marker, place, accept):
    """Not escaped, not shortened: not at all, neither in the answer nor in its headers."""
    response = raw(small_app, place.replace("{}", marker), accept=accept)

    assert [] == told(response, marker)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(marker=_MARKED, key=st.sampled_from(["{}", "period", "measure", "level", *KEYS]), accept=st.just("text/html"))
def test_nothing_of_a_query_is_echoed(small_app, marker, key, accept):
    """Neither a key nor a value."""
    query = f"{quote(marker)}=1" if key == "{}" else f"{key}={quote(marker)}"
    response = raw(small_app, "/en/zz/region/executed/2024/", query=query, accept=accept)

    assert [] == told(response, marker)


@pytest.mark.parametrize("header", ["accept", "accept_language", "cookie", "if_none_match", "referer", "user_agent"])
@pytest.mark.parametrize("marker", [text for text in HOSTILE if text.isascii() and text.isprintable()])
def test_nothing_of_a_header_is_echoed(small_app, header, marker):
    """What a browser sends along is nobody else's business."""
    for path in ("/en/nowhere/", "/en/zz/region/executed/2024/"):
        response = raw(small_app, path, **{header: marker})

        assert response.status_code in {200, 404}
        assert marker not in response.get_data(as_text=True)
        assert marker not in str(response.headers)


def test_a_fault_of_ours_says_so_and_nothing_else(small_home, tmp_path, caplog):
    """No traceback, no path, no name of a file; the server's log has them."""
    home = tmp_path / "home"
    shutil.copytree(small_home.home, home)
    app = create_app(Settings(home=home, country="zz"))
    client = app.test_client()
    pointer = home / "current" / "zz"
    pointer.write_text("[]", encoding="utf-8")
    for path in ("/en/zz/region/executed/2024/", "/", "/en/zz/region/executed/2024/data.json", "/api/current"):
        caplog.clear()
        plain = client.get(path, headers={"Accept": "application/json", "Accept-Language": "en"})

        assert plain.status_code in {500, 503}
        assert set(plain.json) == {*FIELDS, "id"}
        assert plain.json["id"] == plain.headers["X-Request-Id"]
        assert plain.json["detail"] in {text_of("en")("reader.E-SYS-01"), text_of("en")("reader.E-VER-03")}
        assert str(tmp_path) not in plain.get_data(as_text=True)
        assert caplog.records


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_status_of_the_table_has_its_sentence(lang):
    """A reader is never told a bare code; what has no sentence of its own gets the general one."""
    words = text_of(lang)

    assert words.has("reader.E-SYS-01")
    assert [] == [kind.code for kind, status in STATUS.items() if status < 500 and not words.has(f"reader.{kind.code}")]
