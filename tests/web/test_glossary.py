"""Laws about the words explained in place and on a page of their own."""

import re

import pytest

from geo.core.model import LANGUAGES
from geo.core.text import text_of
from geo.faces.wording import collated
from geo.web.pages.glossary import terms
from tests.web.asking import linked
from tests.web.test_words import PAGES, UNIT

GLOSSARY = "kz/glossary/"
MAP = "kz/region/executed/2024/"
_PROMISED = (
    "approved revised adjusted planned_to_date executed execution local_budget republican_budget transfers function",
    "administrator kato bin per_person density constant_prices natural_breaks quantile restated reconciliation",
    "not_placed withheld not_reported difference year_to_date final version deviation median quartile",
)
PROMISED = {key for line in _PROMISED for key in line.split()}
each_language = pytest.mark.parametrize("lang", LANGUAGES)
_TARGETS = re.compile(r'popovertarget="([^"]+)"')
_POPOVERS = re.compile(r'<(\w+) popover [^>]*id="([^"]+)">(.*?)</\1>', re.DOTALL)
_IDS = re.compile(r'\sid="([^"]+)"')


def html_of(client, path):
    """Return the HTML of an address."""
    return client.get(path, headers={"Accept": "text/html"}).get_data(as_text=True)


@each_language
def test_every_term_has_a_word_and_a_meaning(lang):
    """In every language, in its alphabet's order; the source is named in all languages or in none."""
    found = terms(text_of(lang))

    assert {term.key for term in found} >= PROMISED
    assert all(term.word and len(term.meaning) > 30 for term in found)
    assert [term.word for term in found] == sorted((term.word for term in found), key=collated)
    assert {t.key for t in found if t.source} == {t.key for t in terms(text_of("kk")) if t.source}


@each_language
def test_the_page_holds_every_term(kz, lang):
    """Each under an address of its own."""
    html = html_of(kz, f"/{lang}/{GLOSSARY}")

    assert [] == [term.key for term in terms(text_of(lang)) if f'id="{term.key}"' not in html]
    assert [] == [term.key for term in terms(text_of(lang)) if term.word not in html]


@each_language
@pytest.mark.parametrize("path", [path for path in PAGES if "embed" not in path and "svg" not in path])
def test_every_button_of_a_word_opens_its_meaning(kz, lang, path):
    """It stands on the same page, once; no two elements have one id."""
    html = html_of(kz, f"/{lang}/{path}")
    opened = {name: content for _, name, content in _POPOVERS.findall(html)}
    ids = _IDS.findall(html)

    assert len(ids) == len(set(ids))
    assert set(_TARGETS.findall(html)) == set(opened)
    for name, content in opened.items():
        key = name.split("-", 1)[1]
        assert text_of(lang)(f"glossary.{key}.text").split("’")[0] in content


@pytest.mark.parametrize(
    ("path", "keys"),
    [
        (MAP, {"t-executed", "t-final", "t-per_person", "t-reconciliation", "t-natural_breaks", "t-transfers"}),
        ("kz/region/execution/2025-03/", {"t-execution", "t-year_to_date", "t-not_reported"}),
        (f"{MAP}prices=2023/", {"t-constant_prices"}),
        (f"{MAP}classes=quantile/", {"t-quantile"}),
        (f"{MAP}borders=2018-06-19/", {"t-restated"}),
        (UNIT, {"u-executed", "u-median", "u-quartile"}),
    ],
)
def test_the_words_of_a_page_are_explained_on_it(kz, path, keys):
    """Where they stand, and no others."""
    opened = set(_TARGETS.findall(html_of(kz, f"/kk/{path}")))

    assert keys <= opened
    assert len(opened) < len(terms(text_of("kk"))) / 2


@each_language
@pytest.mark.parametrize("path", [MAP, UNIT, "kz/status/", "kz/changes/", GLOSSARY])
def test_every_page_leads_to_what_is_said_about_its_figures(kz, lang, path):
    """Who has reported, what changed, what the words mean."""
    led = linked(f"/{lang}/{path}", kz.get(f"/{lang}/{path}"))
    expected = {f"http://localhost/{lang}/kz/{word}/" for word in ("status", "changes", "glossary")}

    assert expected <= {*led, f"http://localhost/{lang}/{path}"}


def test_pinned_pages_of_words_are_immutable(kz):
    """And they name the version that they belong to."""
    version = kz.get("/api/current").json["countries"]["kz"]["id"]
    response = kz.get(f"/v/{version}/kk/{GLOSSARY}")

    assert "immutable" in response.headers["Cache-Control"]
    assert version in response.get_data(as_text=True)


@pytest.mark.parametrize(
    ("path", "status"),
    [("kz/glossary/x/", 400), ("kz/glossary/a.json", 404), ("xx/glossary/", 404), ("kz/changes/x/", 400)],
)
def test_no_other_address_has_words(kz, path, status):
    """They have no keys and no files."""
    assert status == kz.get(f"/ru/{path}").status_code
