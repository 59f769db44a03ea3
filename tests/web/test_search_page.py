"""Laws of the search page and of its answers while one types: whatever is asked for, nothing of it runs or is kept."""

import json
import re
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.asking import LANGUAGES, page

HOSTILE = (
    '"',
    "'; DROP TABLE words; --",
    'NEAR("a" "b") OR name:* AND NOT (x)',
    "a* ^b -c +d {e} [f] \\",
    "%00",
    "a\x00b",
    "\ud800",
    "Q" * 8_000,
    "\u202eabc\u2066\u200f",
    "<img src=x onerror=alert(1)>",
    "</title><script>alert(1)</script>",
    "${7*7}{{7*7}}",
    "../../etc/passwd",
    "𝕼𝖞𝖟𝖞𝖑",
    "٣٤٥",
    "عشق",
    " ",
    "ﷺ" * 60,
    "é" * 300,
)
NEVER = ("<img src=x", "<script>alert", "\u202e", "\u2066", "\x00")


def json_of(client, path):
    response = client.get(path)
    assert 200 == response.status_code
    return json.loads(response.data)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_form_of_every_page_leads_to_the_search_of_its_country(kz, lang):
    """Maps, units, and the search itself; it works without scripts."""
    for path in ("region/executed/2024/", "unit/2022-06-08/region/750000000/", "status/", "search/"):
        forms = page(kz.get(f"/{lang}/kz/{path}")).forms
        action = next(form.action for form in forms if form.action.endswith("/search/"))

        assert action.strip("./") == f"{lang}/kz/search"


def test_the_name_is_shown_in_the_language_of_the_reader_and_the_one_asked_for_beside(kz):
    """Any script finds it on any page; the other name is said where the reader's own does not have it."""
    found = json_of(kz, "/en/kz/search/results.json?q=Шығыс")["results"][0]

    assert "East Kazakhstan Region" == "".join(text for text, _ in found["name"])
    assert [["Шығыс", 1], [" Қазақстан облысы", 0]] == found["beside"]


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("Qyzylorda oblysy", "kk/kz/unit/2022-06-08/region/430000000/"),
        ("KZ-11", "kk/kz/unit/2022-06-08/region/110000000/"),
        ("750000000", "kk/kz/unit/2022-06-08/region/750000000/"),
        ("Нур-Султан", "kk/kz/unit/2022-06-08/region/710000000/"),
        ("Семей", "kk/kz/unit/2022-06-08/region/100000000/"),
        ("100000000-261", "kk/kz/body/100000000-261/"),
        ("education", "kk/kz/region/executed/2024/function=04/"),
        ("0402", "kk/kz/region/executed/2024/function=04/"),
    ],
)
def test_a_hit_leads_to_its_page(kz, typed, address):
    """Units and seats to the unit, organisations to theirs, functions and their parts to the map of the function."""
    first = json_of(kz, f"/kk/kz/search/results.json?q={quote(typed)}&limit=1")["results"][0]

    assert address == f"kk/kz/{first['href'].removeprefix('../')}"
    assert address in kz.get(f"/kk/kz/search/?q={quote(typed)}").get_data(as_text=True)


def test_pages_of_found_units_and_functions_are_there(kz):
    """Every address that a search of a common word names, organisations apart, is answered."""
    for typed in ("обл", "Алматы", "услуги", "Нур-Султан", "Капчагай"):
        for hit in json_of(kz, f"/ru/kz/search/results.json?q={quote(typed)}&limit=20")["results"]:
            if hit["kind"] != "body":
                assert 200 == kz.get(f"/ru/kz/{hit['href'].removeprefix('../')}").status_code


@pytest.mark.parametrize("typed", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_query_is_answered_and_never_runs(small, typed):
    """As a page and as JSON: nothing of it is markup, nothing of it turns the line around."""
    asked = quote(typed.encode("utf-8", "surrogatepass"))
    response = small.get(f"/ru/zz/search/?q={asked}")
    html = response.get_data(as_text=True)

    assert 200 == response.status_code
    assert [] == [part for part in NEVER if part in html]
    assert "49" not in re.sub("<[^>]*>", "", html.split("<h1>")[1].split("</article>")[0]) or "49" in typed
    assert len(json_of(small, f"/ru/zz/search/results.json?q={asked}")["q"]) <= 100


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=120))
def test_any_query_is_answered(small, typed):
    """Whatever letters there are."""
    asked = quote(typed.encode("utf-8", "surrogatepass"))

    assert 200 == small.get(f"/kk/zz/search/?q={asked}").status_code
    assert 200 == small.get(f"/kk/zz/search/results.json?q={asked}").status_code


def test_what_is_asked_for_is_kept_by_nobody(small):
    """No cache, no tag, and no address told to the next page; the page without a query is cached as all are."""
    for path in ("?q=10", "results.json?q=10"):
        headers = small.get(f"/ru/zz/search/{path}").headers
        assert "no-store" == headers["Cache-Control"]
        assert "ETag" not in headers

    empty = small.get("/ru/zz/search/")

    assert 'name="referrer" content="no-referrer"' in small.get("/ru/zz/search/?q=10").get_data(as_text=True)
    assert "public, no-cache" == empty.headers["Cache-Control"]
    assert "ETag" in empty.headers


def test_nothing_of_a_query_is_logged(small, caplog):
    """Not even of one that is refused."""
    small.get("/ru/zz/search/?q=canary-31&q=canary-31")
    small.get("/ru/zz/search/results.json?q=canary-31&limit=canary-31")

    assert "canary" not in caplog.text


@pytest.mark.parametrize("query", ["q=1&q=2", "other=1", "q=1&kind=other", "limit=5&kind=unit", "q=1&utm_source=x"])
def test_the_page_takes_no_other_keys(small, query):
    """A key that is unknown, stands twice or has another value is refused with what is allowed."""
    assert 400 == small.get(f"/ru/zz/search/?{query}").status_code


@pytest.mark.parametrize("limit", ["0", "21", "-1", "x", "1" * 500, "٣"])
def test_the_number_of_hits_is_bounded(small, limit):
    """From one to twenty."""
    assert 400 == small.get(f"/ru/zz/search/results.json?q=1&limit={limit}").status_code


def test_other_pages_still_take_no_query(small):
    """They would be more addresses of the same answer."""
    for path in ("/healthz", "/api/current", "/ru/zz/unit/2020-01-01/region/10/", "/ru/zz/status/"):
        assert 400 == small.get(f"{path}?q=1").status_code


def test_search_speaks_only_of_what_is_there(small):
    """Unknown countries and languages are answered with those that are known, a missing slash leads on."""
    assert 404 == small.get("/ru/xx/search/?q=1").status_code
    assert 404 == small.get("/de/zz/search/?q=1").status_code
    assert 404 == small.get("/ru/zz/search/more/").status_code
    led = small.get("/ru/zz/search?q=%D3%99")
    assert (308, "/ru/zz/search/?q=%D3%99") == (led.status_code, led.headers["Location"])


def test_a_pinned_search_stays_in_its_version(small, small_home):
    """Its hits lead to pages of the version; without a query it never changes."""
    from geo.versions import Home

    version = Home(small_home.home).publications()[0].id
    html = small.get(f"/v/{version}/ru/zz/search/?q=10").get_data(as_text=True)

    assert f"../../../../../v/{version}/ru/zz/unit/2020-01-01/region/10/" in html
    assert "immutable" in small.get(f"/v/{version}/ru/zz/search/").headers["Cache-Control"]
    assert 404 == small.get("/v/0000000000000000/ru/zz/search/?q=10").status_code


def test_nothing_found_says_what_single_words_find(kz):
    """With links that ask for them."""
    html = kz.get("/ru/kz/search/?q=образования+бурундук").get_data(as_text=True)

    assert "ничего не найдено" in html
    assert f'?q={quote("образования")}"' in html


def test_one_kind_can_be_shown_alone(kz):
    """A hundred of it at most, and how many there are."""
    html = kz.get("/ru/kz/search/?q=управление&kind=body").get_data(as_text=True)

    assert 100 == html.count("/body/")
    assert 1 == html.count('<section class="hits"')


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_empty_page_says_what_can_be_searched(kz, lang):
    """With examples of this version that find something."""
    response = kz.get(f"/{lang}/kz/search/")
    examples = [address for address in page(response).addresses if "/search/?q=" in address]

    assert 4 <= len(examples)
    for address in examples:
        assert 'class="hits"' in kz.get(f"/{address.lstrip('./')}").get_data(as_text=True)
