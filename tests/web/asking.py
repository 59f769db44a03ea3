"""How the tests ask the service: pages taken apart, redirects followed, addresses sent exactly as written."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin

from werkzeug.test import create_environ, run_wsgi_app
from werkzeug.wrappers import Response

LANGUAGES = ("kk", "ru", "en")
_ADDRESSES = ("href", "src", "action", "formaction", "poster", "data", "srcset")
_EMBED = re.compile(r'<iframe src="([^"]+)"')


@dataclass
class Form:
    """A form: where it goes and what each field offers and has chosen."""

    action: str
    options: dict[str, list[str]] = field(default_factory=dict)
    chosen: dict[str, str] = field(default_factory=dict)


class Page(HTMLParser):
    """A page taken apart: addresses, forms, the rows of its tables, inline blocks, names of attributes."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.addresses, self.forms, self.tables, self.lang, self.attributes = [], [], [], "", set()
        self.blocks = {"style": [], "script": []}
        self.texts, self._open, self._select = {"textarea": [], "code": [], "h1": [], "p": []}, [], ""
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.attributes |= set(given)
        self.addresses += [given[name] for name in _ADDRESSES if given.get(name) is not None]
        if given.get("type") in {"application/json", "application/ld+json"}:
            return  # data is not run
        self._open.append(tag)
        if tag == "html":
            self.lang = given.get("lang", "")
        elif tag == "form":
            self.forms.append(Form(given.get("action", "")))
        elif tag in {"select", "option"}:
            self._handle_field(tag, given)
        elif tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in {"td", "th"}:
            self.tables[-1][-1].append("")
        if tag in self.blocks:
            self.blocks[tag].append("")
        if tag in self.texts:
            self.texts[tag].append("")

    def _handle_field(self, tag, given):
        form = self.forms[-1]
        if tag == "select":
            self._select = given["name"]
            form.options[self._select] = []
            return
        form.options[self._select].append(given["value"])
        if "selected" in given:
            form.chosen[self._select] = given["value"]

    def handle_endtag(self, tag):
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data):
        if {"td", "th"} & set(self._open) and "table" in self._open and self.tables[-1] and self.tables[-1][-1]:
            self.tables[-1][-1][-1] += data
        for tag in (*self.blocks, *self.texts):
            if tag in self._open and (self.blocks if tag in self.blocks else self.texts)[tag]:
                (self.blocks if tag in self.blocks else self.texts)[tag][-1] += data


def page(response):
    """Return a response's HTML taken apart."""
    return Page(response.get_data(as_text=True))


def linked(path, response):
    """Return the addresses that a page at `path` leads to, embed codes included, absolute and without fragments."""
    parts = page(response)
    codes = [address for text in parts.texts["textarea"] for address in _EMBED.findall(text)]
    named = [address for address in [*parts.addresses, *codes] if not address.startswith("#")]
    made = {urldefrag(urljoin(f"http://localhost{path}", address))[0] for address in named}
    return sorted(made)


def followed(client, path):
    """Return the statuses met on the way from an address to its answer."""
    statuses = []
    while True:
        response = client.get(path)
        statuses.append(response.status_code)
        if response.status_code not in {303, 308} or len(statuses) > 3:
            return statuses
        path = response.headers["Location"]


def raw(app, path, method="GET", query="", **headers):
    """Return the answer to a path that no client has tidied up before: PATH_INFO is `path`, byte for byte."""
    environ = create_environ(base_url="http://localhost/", method=method, query_string=query)
    environ["PATH_INFO"] = path.encode("utf-8", "surrogateescape").decode("latin-1")
    del environ["RAW_URI"], environ["REQUEST_URI"]  # many servers do not say how an address came
    environ |= {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    body, status, answered = run_wsgi_app(app, environ, buffered=True)
    return Response(b"".join(body), status=status, headers=answered)
