"""Which template an address is of, and what an answer of it costs: the words that stand in metrics, logs and limits.

The templates are a fixed list, so that whatever anybody asks for adds no series and writes nothing of it anywhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

LIGHT, PAGE, DEAR = "light", "page", "dear"  # of microseconds, of milliseconds, of a child process or of many rows
OTHER = "other"  # what is no address of ours
_PINNED = "/v/{version}"
_WORD = r"[^/]+"
_VIEW = rf"/{_WORD}/{_WORD}/.+"


@dataclass(frozen=True, slots=True)
class Template:
    """A kind of address: its name, what an answer costs, and how many dear answers it counts for.

    `is_settled`: an answer at an address of what is in force is made of that version and the one before it, of no more.
    """

    name: str
    cost: str
    tokens: int = 0
    is_settled: bool = False


_FACES = {
    "embed/": (PAGE, 0),
    "builder/": (PAGE, 0),
    "parts.html": (PAGE, 0),
    "map.svg": (PAGE, 0),
    "map.png": (DEAR, 1),
    "map.html": (DEAR, 1),
    "data.geojson": (PAGE, 0),
    "data.csv": (PAGE, 0),
    "data.json": (PAGE, 0),
    "data.xlsx": (DEAR, 3),
    "data.gpkg": (DEAR, 3),
    "data.parquet": (DEAR, 3),
    "values.json": (PAGE, 0),
}
_BODIES = "/of=bodies/"  # files of organisations, of which there are many thousands
_SETTLED = ("unit", "body", "bodies", "compare", "glossary")
# (pattern of a path, template): the first that fits. Those below may stand behind /v/<version>.
_SERVICE = (
    ("/", Template("/", PAGE)),
    ("/healthz", Template("/healthz", LIGHT)),
    ("/readyz", Template("/readyz", LIGHT)),
    ("/metrics", Template("/metrics", LIGHT)),
    (r"/static/.+", Template("/static/{name}", LIGHT)),
    (r"/tiles/.+", Template("/tiles/{archive}", LIGHT)),
    (r"/api/current(?:/.*)?", Template("/api/current", LIGHT)),
    (r"/api/news/.+", Template("/api/news/{version}", PAGE, 1)),
    (r"/api/versions/.+", Template("/api/versions/{version}", PAGE)),
    ("/oembed", Template("/oembed", PAGE)),
    (r"/frame\.js", Template("/frame.js", LIGHT)),
    (r"/notice/.+/changes\.json", Template("/notice/{version}/{view}/changes.json", PAGE)),
    (r"/notice/.+", Template("/notice/{version}/{view}", LIGHT)),
    (r"/openapi\.json", Template("/openapi.json", PAGE)),
    (r"/catalog\.jsonld", Template("/catalog.jsonld", DEAR)),
    (r"/robots\.txt", Template("/robots.txt", LIGHT)),
    (r"/sitemap\.xml", Template("/sitemap.xml", DEAR)),
)
_COUNTRY = (
    (r"/ogc/collections/[^/]+/items(?:/.*)?", Template("/ogc/collections/{id}/items", DEAR, 1)),
    (r"/ogc(?:/.*)?", Template("/ogc/{document}", PAGE)),
    (r"/bulk/.*", Template("/bulk/{name}", PAGE)),
    (rf"/{_WORD}/api/", Template("/{lang}/api/", PAGE)),
    (rf"/{_WORD}/{_WORD}/search/results\.json", Template("/{lang}/{country}/search/results.json", DEAR, 0)),
    (rf"/{_WORD}/{_WORD}/search/?", Template("/{lang}/{country}/search/", DEAR, 1)),
    (rf"/{_WORD}/{_WORD}/nearest/", Template("/{lang}/{country}/nearest/", DEAR, 1)),
    *(
        (rf"/{_WORD}/{_WORD}/{word}/.*", Template(f"/{{lang}}/{{country}}/{word}/", PAGE, is_settled=word in _SETTLED))
        for word in (*_SETTLED, "status", "changes", "bulk", "live")
    ),
    *(
        (
            rf"{_VIEW}{_BODIES}(?:[^/]+/)?{re.escape(face)}",
            Template(f"/{{lang}}/{{view}}{_BODIES}{face}", DEAR, tokens or 1),
        )
        for face, (_, tokens) in _FACES.items()
        if face.startswith("data.")
    ),
    *(
        (rf"{_VIEW}/{re.escape(face)}", Template(f"/{{lang}}/{{view}}/{face}", cost, tokens, is_settled=cost == PAGE))
        for face, (cost, tokens) in _FACES.items()
    ),
    (rf"{_VIEW}/[^/]*", Template("/{lang}/{view}/", PAGE, is_settled=True)),
    (rf"/(?:kk|ru|en)(?:/{_WORD})?/?", Template("/{lang}/", PAGE)),
)
_OTHER = Template(OTHER, PAGE)
_ROOT = Template(f"{_PINNED}/", PAGE)


def _pinned(template: Template) -> Template:
    return Template(_PINNED + template.name, template.cost, template.tokens)  # settled by its address


_ROWS = tuple((re.compile(pattern), template) for pattern, template in (*_SERVICE, *_COUNTRY))
_PINNED_ROWS = tuple((re.compile(pattern), _pinned(template)) for pattern, template in _COUNTRY)
TEMPLATES: tuple[Template, ...] = tuple(
    {row.name: row for row in (*(row for _, row in (*_ROWS, *_PINNED_ROWS)), _ROOT, _OTHER)}.values()
)
PLACES = {template.name: place for place, template in enumerate(TEMPLATES)}


_NAMED = re.compile(r"/(?:v|notice|api/versions|tiles/[^/]+)/([^/]+)/?.*", re.DOTALL)


def version_named(path: str) -> str:
    """Return the word of a path that may name a version; "" where there is none."""
    found = _NAMED.fullmatch(path)
    return found[1] if found else ""


@lru_cache(maxsize=4096)
def template_of(path: str) -> Template:
    """Return the template of a path; the one named OTHER for what is no address of ours."""
    rows = _ROWS
    if path.startswith("/v/"):
        version, slash, rest = path[3:].partition("/")
        if not version or not slash:
            return _OTHER
        if not rest:
            return _ROOT
        path, rows = f"/{rest}", _PINNED_ROWS
    for pattern, template in rows:
        if pattern.fullmatch(path):
            return template
    return _OTHER
