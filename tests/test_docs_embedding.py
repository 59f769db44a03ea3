"""Laws of docs/embedding*.md: each address in them answers, each code is one that the builder hands out."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from geo.web import create_app

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted((ROOT / "docs").glob("embedding*.md"))
BASE = "https://budget.example"
ADDRESS = re.compile(rf'{BASE}(/[^\s"`,;)]*)')
CODE = re.compile(r"^```html\n(.*?)^```", re.MULTILINE | re.DOTALL)
each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)


class Attributes(HTMLParser):
    """The first element of a code and its attributes."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.names = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.names.append((tag, tuple(name for name, _ in attributes)))


@pytest.fixture(scope="module")
def site(kz_home):
    """The service at the address that the documents name."""
    return create_app(replace(kz_home, base_url=BASE)).test_client()


@each_document
def test_every_address_in_the_documents_answers(site, kz_version, document):
    """With the version that is published; a frame may stand in an article as it is written there."""
    text = document.read_text(encoding="utf-8").replace("VERSION", kz_version.id)
    paths = set(ADDRESS.findall(text)) - {"/"}
    statuses = {path: site.get(path, base_url=BASE).status_code for path in paths}

    assert len(paths) >= 4
    assert set() == {(path, status) for path, status in statuses.items() if status != 200}


@each_document
def test_every_frame_in_the_documents_may_be_framed(site, kz_version, document):
    """Codes of maps lead to embeds: anybody may frame those, and nothing else."""
    framed = re.findall(rf'<(?:amp-)?iframe [^>]*src="{BASE}([^"]+)"', document.read_text(encoding="utf-8"))
    policies = {
        site.get(path.replace("VERSION", kz_version.id), base_url=BASE).headers["Content-Security-Policy"]
        for path in framed
    }

    assert len(framed) >= 2
    assert all("frame-ancestors *" in policy for policy in policies)


@each_document
@pytest.mark.parametrize("name", ["iframe", "script", "picture"])
def test_codes_in_the_documents_are_those_that_are_handed_out(site, document, name):
    """The same elements with the same attributes, in their order."""
    html = site.get("/en/kz/region/executed/2024/builder/", base_url=BASE).get_data(as_text=True)
    area = re.search(rf'<textarea id="s-{name}"[^>]*>(.*?)</textarea>', html, re.DOTALL)[1]
    given = Attributes(area.replace("&lt;", "<").replace("&gt;", ">").replace("&#34;", '"').replace("&amp;", "&")).names
    codes = [Attributes(code).names for code in CODE.findall(document.read_text(encoding="utf-8"))]

    assert len(given) == {"iframe": 1, "script": 2, "picture": 2}[name]
    assert given in codes


def test_the_documents_in_other_languages_show_the_same_codes():
    """What is pasted does not depend on who explains it."""
    full, *others = (
        [Attributes(code).names for code in CODE.findall(path.read_text(encoding="utf-8"))]
        for path in sorted(DOCUMENTS, key=lambda path: len(path.name))
    )

    assert len(others) == 2
    assert all(code in full for codes in others for code in codes)
