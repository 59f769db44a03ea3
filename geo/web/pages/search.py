"""The page where names and codes are looked up, and the same as JSON while a reader types.

An answer to a query is the reader's own: no cache keeps it, and the page sends its address to nobody. Without a query
the page is the same for everyone and is cached as every other page.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, current_app, redirect, render_template, request
from markupsafe import Markup, escape
from werkzeug.wrappers import Response as AnyResponse

from geo.core.codes import BIN_DIGITS
from geo.core.errors import BadKey, BadValue, UnknownWord
from geo.core.text import Text, text_of
from geo.core.view import View
from geo.layers import offer_of
from geo.layers.offer import with_denominator
from geo.search import KINDS, LONGEST, Asked, Found, Hit, Pieces, asked, examples, search
from geo.versions import Version
from geo.web.answering.answers import PAGE_POLICY, answer, made_of
from geo.web.links import Links
from geo.web.pages.frame import frame
from geo.web.site import Site

WORD = "search"
FACE = "results.json"
MOST = {"unit": 10, "settlement": 12, "body": 12, "function": 6}  # hits of each kind on the page
MOST_OF_KIND = 100  # where a reader asks for one kind alone
MOST_TYPED, DEFAULT_TYPED = 20, 8  # hits while typing

TAKE_QUERY = frozenset(f"{WORD}.{name}" for name in ("without_slash", "page", "results"))

blueprint = Blueprint(WORD, __name__)


@dataclass(frozen=True)
class Line:
    """One hit as a person reads it; `address` is given from the root, without the folder of a version."""

    hit: Hit
    kind: str
    address: str
    notes: tuple[str, ...]
    beside_note: str

    @property
    def small(self) -> tuple[str, ...]:
        """Return what stands below the name under the heading of its kind, which need not be said again."""
        return self.notes if self.hit.level == self.hit.kind else (self.kind, *self.notes)


@blueprint.get(f"/<lang>/<country>/{WORD}")
@blueprint.get(f"/v/<version_id>/<lang>/<country>/{WORD}")
def without_slash(lang: str, country: str, version_id: str = "") -> AnyResponse:
    """Lead to the canonical address, with the query as it came."""
    version = _version(lang, country, version_id)
    query = f"?q={quote(request.args['q'])}" if "q" in request.args else ""
    prefix = f"v/{version.id}/" if version_id else ""
    response = redirect(f"{request.script_root}/{prefix}{lang}/{country}/{WORD}/{query}", 308)
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get(f"/<lang>/<country>/{WORD}/")
@blueprint.get(f"/v/<version_id>/<lang>/<country>/{WORD}/")
def page(lang: str, country: str, version_id: str = "") -> Response:
    """Answer the page: with a query nobody keeps it, without one it is revalidated, or immutable in a version."""
    version = _version(lang, country, version_id)
    given = _given({"q", "kind"})
    if given.get("kind") and given["kind"] not in KINDS:
        raise BadValue(key="kind", allowed=KINDS)
    site: Site = current_app.extensions["budgetmap"]
    links = Links(site, 5 if version_id else 3, version.id if version_id else "")
    query = asked(given.get("q", ""))
    html = render_template("search.html", **_shown(version, lang, query, given.get("kind", ""), links))
    response = answer(html.encode(), "text/html", policy=PAGE_POLICY, is_immutable=bool(version_id) and not given)
    return _unkept(response) if given else response


@blueprint.get(f"/<lang>/<country>/{WORD}/{FACE}")
@blueprint.get(f"/v/<version_id>/<lang>/<country>/{WORD}/{FACE}")
def results(lang: str, country: str, version_id: str = "") -> Response:
    """Answer the best hits of every kind together, for a box that a reader types in; nobody keeps it."""
    version = _version(lang, country, version_id)
    given = _given({"q", "limit"})
    limit = given.get("limit", str(DEFAULT_TYPED))
    if not (limit.isascii() and limit.isdigit() and len(limit) <= 3 and 1 <= int(limit) <= MOST_TYPED):
        raise BadValue(key="limit", allowed=[f"1–{MOST_TYPED}"])
    query, text = asked(given.get("q", "")), text_of(lang)
    found = search(version, query, lang, int(limit))
    said = text("search.said", count=text.number(found.count)) if found.count else text("search.nothing_said")
    plain = {
        "q": query.text,
        "version": version.id,
        "count": found.count,
        "is_near": found.is_near,
        "said": said,
        "all": text("search.all", count=text.number(found.count)),
        "results": [plain_of(line) for line in _lines(found, version, text)],
    }
    content = json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()
    return _unkept(answer(content, "application/json"))


def _version(lang: str, country: str, version_id: str) -> Version:
    """Return the version that is asked; raises UnknownVersion, UnknownWord."""
    site: Site = current_app.extensions["budgetmap"]
    pinned = site.pinned(version_id) if version_id else None
    offers = site.offers(pinned, country)
    if country not in offers:
        raise UnknownWord(word="country", allowed=sorted(offers))
    if lang not in offers[country].country.languages:
        raise UnknownWord(word="language", allowed=offers[country].country.languages)
    return made_of(pinned or site.current(country))


def _given(known: set[str]) -> dict[str, str]:
    """Return the keys of the query; raises BadKey for one that is unknown or stands twice."""
    given = request.args.to_dict(flat=False)
    for key, values in given.items():
        if key not in known:
            raise BadKey(problem="unknown", allowed=sorted(known))
        if len(values) > 1:
            raise BadKey(problem="twice", key=key, allowed=sorted(known))
    return {key: values[0] for key, values in given.items()}


def _unkept(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    del response.headers["ETag"]
    return response


def _shown(version: Version, lang: str, query: Asked, kind: str, links: Links) -> dict[str, Any]:
    """Return what the template shows."""
    text = text_of(lang)
    found = search(version, query, lang, {kind: MOST_OF_KIND} if kind else MOST)
    path = f"{lang}/{version.country.id}/{WORD}/"
    lines = _lines(found, version, text)
    return {
        **frame(lang, version, links, lambda one: f"{one}/{version.country.id}/{WORD}/{_query(query.text, kind)}"),
        "path": path,
        "q": query.text,
        "most": LONGEST,
        "found": found,
        "groups": [(name, found.counts[name], [line for line in lines if line.hit.kind == name],
                    f"{path}{_query(query.text, name)}")
                   for name in dict.fromkeys(line.hit.kind for line in lines)],
        "is_one_kind": bool(kind),
        "marked": marked,
        "others": _others(version, lang, query, path) if query.text and not found.count else [],
        "examples": [] if query.text else [(one, f"{path}{_query(one, '')}") for one in examples(version, lang)],
    }  # fmt: skip


def marked(pieces: Pieces) -> Markup:
    """Return a text in pieces as HTML: what was asked for is marked, all of it escaped."""
    return Markup().join(Markup("<mark>%s</mark>") % part if is_hit else escape(part) for part, is_hit in pieces)


def _query(text: str, kind: str) -> str:
    words = [f"q={quote(text)}"] if text else []
    return "?" + "&".join([*words, *([f"kind={kind}"] if kind else [])]) if words else ""


def _lines(found: Found, version: Version, text: Text) -> list[Line]:
    """Return the hits as a person reads them; what has no page of its own leads to the map."""
    return [line_of(hit, version, text) for hit in found.hits]


def line_of(hit: Hit, version: Version, text: Text) -> Line:
    """Return a hit as a person reads it; what has no page of its own leads to the map."""
    start = f"{text.lang}/{version.country.id}"
    notes = [", ".join(hit.around)] if hit.around else []
    if hit.code:
        is_bin = hit.kind == "body" and len(hit.code) == BIN_DIGITS
        word = {"body": "search.bin" if is_bin else "search.code", "function": "search.code"}.get(hit.kind)
        notes.append(text(word, code=hit.code) if word else f"{version.country.words['code'][text.lang]} {hit.code}")
    if hit.kind == "body":
        address = f"{start}/body/{hit.key}/"
    elif hit.place is not None:
        address = f"{start}/unit/{'/'.join(hit.place)}/"
    else:
        address = _map_of(hit, version, text.lang)
    return Line(hit, _kind_word(hit, version, text), address, tuple(notes), _beside_note(hit, text))


def _beside_note(hit: Hit, text: Text) -> str:
    if not hit.beside:
        return ""
    return text("search.former", day=text.day(hit.until)) if hit.until else text("search.also")


def _kind_word(hit: Hit, version: Version, text: Text) -> str:
    is_subgroup = hit.kind == "function" and len(hit.code) > version.country.function_digits
    for name in ("subfunction" if is_subgroup else hit.level, hit.kind):
        if text.has(f"search.kind.{name}"):
            return text(f"search.kind.{name}")
    return text("search.kind.place")


def _map_of(hit: Hit, version: Version, lang: str) -> str:
    """Return the map of a function (a subgroup is seen in its group), or the map that a country begins with."""
    country, offer = version.country, offer_of(version)
    view = View(lang, country.id, country.top_level.id, "executed", offer.default_period)
    group = hit.code[: country.function_digits] if hit.kind == "function" else ""
    return with_denominator(view.but(function=group if group in offer.functions else ""), version).path


def plain_of(line: Line) -> dict[str, Any]:
    """Return a hit as a script reads it; addresses are relative to the page of the search."""
    hit = line.hit
    return {
        "kind": hit.kind,
        "id": hit.key,
        "href": "../" + line.address.split("/", 2)[2],
        "word": line.kind,
        "name": [[part, int(is_hit)] for part, is_hit in hit.name],
        "lang": hit.lang,
        "beside": [[part, int(is_hit)] for part, is_hit in hit.beside],
        "note": " · ".join(filter(None, [line.beside_note, *line.notes])),
    }


def _others(version: Version, lang: str, query: Asked, path: str) -> list[tuple[str, str, int]]:
    """Return (word, address, how many) for each single word of a query that finds something alone."""
    found = []
    for word in query.heavy if len(query.heavy) > 1 else ():
        alone = query.text[word.spelling.start : word.spelling.end]
        if count := search(version, asked(alone), lang, 0).count:
            found.append((alone, f"{path}{_query(alone, '')}", count))
    return found
