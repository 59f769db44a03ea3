"""Whatever is asked, the answer has a code of ours: no request brings the service down or out of itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.web.ogc.asking import OF_ITEMS
from geo.web.operating.operated import LONGEST_ADDRESS
from tests.web.asking import raw

UNITS, FUNCTIONS = "zz.units.region.2020-01-01", "zz.functions.region.2020-01-01"
NASTY = (
    *("' OR 1=1 --", "1; DROP TABLE units", "\x00", "\U0001f4a9", "ә" * 5000, "../../etc/passwd", "%", "%%%", "&&"),
    *(
        "{{7*7}}",
        "${7*7}",
        "<script>alert(1)</script>",
        "1e308",
        "-0",
        "NaN",
        "Infinity",
        "\u202e",
        "０",
        "٣",
        "\r\nX: y",
    ),
    *("1e308,1e308,1e308,1e308", "-1e308,-1e308,1e308,1e308", "0,0,0,0", ",,,", "0001-01-01/9999-12-31", "9" * 5000),
)
KEYS = (
    *OF_ITEMS,
    "unit_id",
    "period",
    "function",
    "is_restated",
    "f",
    "lang",
    "filter",
    "filter-lang",
    "properties",
    "",
)


def is_too_long(answer):
    """Tell whether an answer is to an address that is longer than any of ours."""
    return len(answer.request.path) + len(answer.request.query_string) > LONGEST_ADDRESS


@pytest.mark.parametrize("key", KEYS)
def test_no_word_of_any_key_does_harm(ogc, key):
    """Answered or refused, with our own code, and never with what was asked."""
    for word in NASTY:
        answer = ogc.client.get(f"/ogc/collections/{FUNCTIONS}/items", query_string={key: word})

        assert answer.status_code in ({414} if is_too_long(answer) else {200, 400})
        assert 200 == answer.status_code or answer.get_json()["code"].startswith("E-URL-")
        assert "<script>" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "query", ["unit_id=%ff%fe", "%ff=1", "%00=%00", "=", "&", "?", "unit_id", "limit=5;offset=1", "#"]
)
def test_a_query_that_is_no_query_is_answered_or_refused(small_app, query):
    """Bytes that are no text, keys without words, words without keys."""
    answer = raw(small_app, f"/ogc/collections/{UNITS}/items", query=query)

    assert answer.status_code in {200, 400}


@pytest.mark.parametrize("word", NASTY)
def test_no_page_for_people_runs_what_was_asked(ogc, word):
    """The words of an address stand in its links to other languages, and nowhere as markup."""
    for key in ("unit_id", "bbox", "nothing"):
        answer = ogc.client.get(f"/ogc/collections/{FUNCTIONS}/items", query_string={key: word, "f": "html"})

        assert answer.status_code in ({414} if is_too_long(answer) else {200, 400})
        assert "<script>alert" not in answer.get_data(as_text=True)


@given(query=st.dictionaries(st.sampled_from(KEYS), st.text(max_size=40), max_size=4))
def test_no_query_is_answered_with_a_fault_of_ours(small_app, query):
    """Any words, any keys."""
    answer = small_app.test_client().get(f"/ogc/collections/{UNITS}/items", query_string=query)

    assert answer.status_code in {200, 400}


PATHS = (
    *("/ogc/collections/\udcff", "/ogc/\x00", "/ogc//collections", "/ogc/collections/../api", "/ogc/" + "a/" * 500),
    *("/ogc/collections/zz.units/items/../../x", "/ogc/collections/%2e%2e/items"),
    f"/ogc/collections/{UNITS}/items/\udcff",
)


@pytest.mark.parametrize("path", PATHS)
def test_no_path_leads_out_of_the_collections(small_app, path):
    """What is not there is not found."""
    answer = raw(small_app, path)

    assert 404 == answer.status_code


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_features_are_read_only(small, method):
    """Other methods are refused, and the answer says which are not."""
    answer = small.open(f"/ogc/collections/{UNITS}/items", method=method)

    assert (405, "E-URL-07") == (answer.status_code, answer.get_json()["code"])
    assert "GET" in answer.headers["Allow"]
