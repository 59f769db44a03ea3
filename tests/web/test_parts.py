"""Laws about the parts of a page: the same blocks as the page, without the geometry, small enough for a change."""

import json
import re

import brotli
import pytest

from tests.web.asking import LANGUAGES
from tests.web.test_forms import STARTS
from tests.web.test_same_numbers import VIEWS

MOST = 15_000  # bytes, compressed as served
MAP = "en/kz/region/executed/2024/"
_BLOCK = re.compile(r'<(\w+)[^>]* data-part="(\w+)"')
_OUTLINE = re.compile(r'(<path class="(?:u [^"]*|around|ground)"[^>]*?) d="[^"]*"')


def blocks(html):
    """Return the HTML of each block by its name."""
    found = {}
    for match in _BLOCK.finditer(html):
        tag, name = match.groups()
        ends = re.compile(rf"<{tag}\b|</{tag}>")
        depth = 0
        for end in ends.finditer(html, match.start()):
            depth += -1 if end[0].startswith("</") else 1
            if not depth:
                found[name] = html[match.start() : end.end()]
                break
    return found


def drawn(html):
    """Return the map of a page."""
    return re.search(r'<section class="mapbox".*?(<svg class="map".*?</svg>)\n', html, re.S)[1]


def data(html):
    """Return what a page says to its scripts."""
    return json.loads(re.search(r'<script type="application/json" id="explorer">(.*?)</script>', html, re.S)[1])


def said(html):
    """Return title, description and links of a page's head, but those for programs."""
    return re.findall(
        r"<title>.*?</title>|<meta name=\"description\"[^>]*>|<link rel=\"(?:canonical|alternate)\" href[^>]*>", html
    )


@pytest.mark.parametrize("path", [*VIEWS, f"{MAP}sort=name/"])
def test_each_block_of_the_parts_is_that_of_the_page(kz, path):
    """One template makes both: nothing can differ but the outlines of the map."""
    page, parts = (kz.get(f"/{path}{face}").get_data(as_text=True) for face in ("", "parts.html"))

    assert blocks(page).keys() > {"headline", "strip", "legend", "controls", "table", "accounts", "notes", "take"}
    assert blocks(page) == blocks(parts)
    assert said(page) == said(parts)
    assert _OUTLINE.sub(r"\1", drawn(page)) == drawn(parts)
    assert " d=" not in "".join(re.findall(r'<path class="u [^>]*>', drawn(parts)))
    assert {**data(page), "words": 0} == {**data(parts), "words": 0}


@pytest.mark.parametrize("path", STARTS)
def test_every_choice_leads_where_the_form_leads(small, path):
    """The address that an option names is the one that the form, sent whole, is led to."""
    path = f"/kk/zz/region/{path}"
    html = small.get(path).get_data(as_text=True)
    fields = dict(re.findall(r'<select id="f-\w+" name="(\w+)">(.*?)</select>', html, re.S))
    options = {name: re.findall(r'<option value="([^"]*)" data-to="([^"]*)"', held) for name, held in fields.items()}
    sent = {name: re.search(r'<option value="([^"]*)"[^>]* selected', held)[1] for name, held in fields.items()}
    led = {
        (name, value): small.get(path, query_string={**sent, name: value}).headers["Location"]
        for name, choices in options.items()
        for value, _ in choices
        if name not in {"classes", "subgroup"}
    }

    assert len(led) > 20
    assert led == {
        (name, value): f"/{to}" for name, held in options.items() for value, to in held if (name, value) in led
    }


def test_a_form_may_be_sent_to_the_parts(kz):
    """What several choices lead to is found in one request, without the page."""
    response = kz.get(f"/{MAP}parts.html?per=none&function=04")

    assert (303, f"/{MAP}function=04/per=none/parts.html") == (response.status_code, response.headers["Location"])


def test_parts_are_no_page_of_their_own(kz):
    """Nobody frames them, nothing in them runs, no search engine lists them; they may be kept by content."""
    headers = kz.get(f"/{MAP}parts.html").headers

    assert "noindex" == headers["X-Robots-Tag"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "script-src" not in headers["Content-Security-Policy"]
    assert headers["ETag"]


def test_parts_of_a_version_never_change(kz):
    """Under the address of a version they are immutable, and lead within it."""
    version = data(kz.get(f"/{MAP}").get_data(as_text=True))["version"]
    response = kz.get(f"/v/{version}/{MAP}parts.html")
    about = data(response.get_data(as_text=True))

    assert "immutable" in response.headers["Cache-Control"]
    assert (True, f"v/{version}/", MAP) == (about["is_pinned"], about["prefix"], about["view"])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_parts_of_20_units_are_at_most_15_kilobytes(kz, lang):
    """With everything that stands on the page."""
    sizes = {
        path: len(brotli.compress(kz.get(f"/{lang}/kz/region/{path}parts.html").data, quality=5, lgwin=16))
        for path in ("executed/2024/", "executed/2024/per=none/", "execution/2025-03/", "change/2024/")
    }

    assert {} == {path: size for path, size in sizes.items() if not 1_000 < size <= MOST}


def test_a_word_that_is_not_known_is_refused_as_everywhere(kz):
    """In a sentence for programs: scripts show it."""
    response = kz.get("/kk/kz/region/spendings/2024/parts.html", headers={"Accept": "application/json"})

    assert (404, "E-URL-01") == (response.status_code, response.json["code"])
