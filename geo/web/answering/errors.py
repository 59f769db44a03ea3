"""The one place where errors become HTTP: a table of statuses, one shape as page and as JSON (RFC 9457)."""

from __future__ import annotations

import json
import logging
import re

from flask import Flask, Response, current_app, render_template, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound, SecurityError

from geo.core import errors
from geo.core.model import LANGUAGES
from geo.core.text import Text, text_of
from geo.faces.mark import mark_of
from geo.web import embeds
from geo.web.answering.answers import PAGE_POLICY, answer
from geo.web.answering.ranges import BadRange
from geo.web.links import Links
from geo.web.operating.logs import ID_OF_ANSWER
from geo.web.site import Site

log = logging.getLogger("geo.web")

STATUS: dict[type[errors.BudgetMapError], int] = {
    errors.UnknownWord: 404,
    errors.UnknownPage: 404,
    errors.UnknownVersion: 404,
    errors.RemovedVersion: 410,
    errors.TileOutside: 404,
    BadRange: 416,
    errors.BadKey: 400,
    errors.WrongHost: 400,
    errors.BadValue: 400,
    errors.BadBounds: 400,
    errors.NeedsKey: 400,
    errors.BadPoint: 400,
    errors.CrossSite: 403,
    errors.WithdrawnVersion: 410,
    errors.NeedsAddress: 400,
    errors.NotGivenAs: 501,
    errors.NoSourceGeometry: 404,
    errors.NotForBodies: 400,
    errors.TooManyRows: 400,
    errors.ExportsBusy: 503,
    errors.ExportFailed: 503,
    errors.NoWriter: 501,
    errors.NothingPublished: 503,
    errors.DamagedVersion: 503,
    errors.NewerFormat: 503,
    errors.CannotDraw: 503,
    errors.Overloaded: 503,
    errors.TooManyRequests: 429,
    errors.LongAddress: 414,
    errors.MissingPart: 503,
}
_MOST_ALLOWED = 60
_FOR_PROGRAMS = ("/api/", "/healthz", "/readyz", "/tiles/", "/oembed")
_FOR_GIS = re.compile(r"/(?:v/[^/]+/)?ogc(?:/|$)")  # programs that may say nothing of what they accept
_NUMBERS = {"least", "most", "at"}  # zooms of an archive, the place of a bound; never the reader's


def register(app: Flask) -> None:
    """Answer every error in the one shape; what is not the reader's doing is logged, and the answer says nothing."""

    @app.errorhandler(errors.BudgetMapError)
    def _ours(error: errors.BudgetMapError) -> Response:
        status = STATUS.get(type(error), 500)
        if (
            status >= 500 and status != 501 and not isinstance(error, errors.Overloaded)
        ):  # that is a reader's doing: who asks often would fill the log
            log.warning("%s: %s", error.code, error.values)
        return _answered(error, status)

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Response:
        status = error.code or 500
        return _answered(_HTTP.get(type(error), errors.UnknownPage)(), status, _allow(error))

    @app.errorhandler(Exception)
    def _unforeseen(error: Exception) -> Response:
        log.error("unforeseen error", exc_info=error)
        return _answered(errors.BudgetMapError(), 500)


class _WrongMethod(errors.ReaderError):
    code = "E-URL-07"


_HTTP: dict[type[HTTPException], type[errors.ReaderError]] = {
    NotFound: errors.UnknownPage,
    MethodNotAllowed: _WrongMethod,
    SecurityError: errors.WrongHost,
}
_EVERY: tuple[type[errors.BudgetMapError], ...] = (*STATUS, *_HTTP.values(), errors.BudgetMapError)
CODES = frozenset(error.code for error in _EVERY)  # that a request may meet


def reader_language() -> str:
    """Return the language of the address, else the reader's favourite among ours, else the first."""
    first = request.path.strip("/").split("/")
    place = 2 if first[0] == "v" else 0
    if len(first) > place and first[place] in LANGUAGES:
        return first[place]
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def _answered(error: errors.BudgetMapError, status: int, allow: str = "") -> Response:
    text = text_of(reader_language())
    sentence = _sentence(error, text)
    allowed = list(getattr(error, "allowed", ()))[:_MOST_ALLOWED]
    if isinstance(error, errors.RemovedVersion) and not _wants_page():
        allowed = [f"/{path}" for path in [_latest(error, text)] if path]
    if _wants_page():
        page = _framed_page if embeds.is_framed(request.path) else _page
        response = page(error, status, text, sentence, allowed)
    else:
        plain = {
            "type": f"urn:budgetmap:{error.code}",
            "title": text("error.title"),
            "status": status,
            "detail": sentence,
            "code": error.code,
            "allowed": allowed,
            **({"id": name} if (name := _id_of_fault(status)) else {}),
        }
        content = json.dumps(plain, ensure_ascii=False).encode()
        response = answer(content, "application/problem+json", status=status, is_open=True)
    if status == 503:
        response.headers["Retry-After"] = "30"
    if status == 416:
        response.headers["Content-Range"] = f"bytes */{error.values['length']}"
    if allow:
        response.headers["Allow"] = allow
    response.headers["Vary"] = "Accept, Accept-Language"
    return response


def _framed_page(error: errors.BudgetMapError, status: int, text: Text, sentence: str, allowed: list[str]) -> Response:
    site: Site = current_app.extensions["budgetmap"]
    mark = _mark(site, "", text)
    return embeds.misfit(embeds.Failure(error, status, sentence, allowed, mark), site, text)


def _page(error: errors.BudgetMapError, status: int, text: Text, sentence: str, allowed: list[str]) -> Response:
    site: Site = current_app.extensions["budgetmap"]
    # No address of the request is used: whatever was asked for, links start at the root.
    links = Links(site, depth=0, root=f"{request.script_root}/")
    country = site.settings.country if site.settings.country in site.home.countries() else ""
    html = render_template(
        "error.html", t=text, links=links, sentence=sentence, code=error.code, status=status, allowed=allowed,
        country=country, languages=LANGUAGES, text_of=text_of, nothing=isinstance(error, errors.NothingPublished),
        mark=_mark(site, country, text), fault=_id_of_fault(status),
        latest=links.live(path) if (path := _latest(error, text)) else "",
    )  # fmt: skip
    return answer(html.encode(), "text/html", policy=PAGE_POLICY, status=status)


def _id_of_fault(status: int) -> str:
    """Return by what name whoever runs the service finds the lines of a fault; "" of what is the reader's doing."""
    return str(request.environ.get(ID_OF_ANSWER, "")) if status >= 500 else ""


def _latest(error: errors.BudgetMapError, text: Text) -> str:
    """Return the address of what is in force where a version was cleaned away; "" elsewhere."""
    if not isinstance(error, errors.RemovedVersion):
        return ""
    return embeds.latest(current_app.extensions["budgetmap"], request.path, text.lang)


def _mark(site: Site, country: str, text: Text) -> str:
    """Return the mark where the address or the page's links name a synthetic country that is whole."""
    named = {word for word in request.path.split("/")[1:5] if word in site.home.countries()} or {country} - {""}
    for name in sorted(named):
        try:
            if mark := mark_of(site.current(name).country, text):
                return mark
        except errors.BudgetMapError:
            continue
    return ""


def _sentence(error: errors.BudgetMapError, text: Text) -> str:
    """Return the error in the reader's language; of its values only our own words are shown, never the request."""
    key = f"reader.{error.code}" if text.has(f"reader.{error.code}") else "reader.E-SYS-01"
    problem = f"key_problem.{error.values.get('problem', '')}"
    key = problem if text.has(problem) else key
    words = {name: text(f"word.{value}") for name, value in error.values.items() if text.has(f"word.{value}")}
    numbers = {name: value for name, value in error.values.items() if name in _NUMBERS}
    return text(key, **{"word": "", "key": "", **words, **numbers})


def _wants_page() -> bool:
    last = request.path.rsplit("/", 1)[-1]
    if request.path.startswith(_FOR_PROGRAMS) or last.endswith((".json", ".geojson", ".csv")):
        return False
    if _FOR_GIS.match(request.path):
        kinds, given = ["application/problem+json", "application/json", "text/html"], request.args.get("f", "")
        return given == "html" or (given != "json" and request.accept_mimetypes.best_match(kinds) == "text/html")
    best = request.accept_mimetypes.best_match(["text/html", "application/json", "application/problem+json"])
    return best == "text/html"


def _allow(error: HTTPException) -> str:
    methods = getattr(error, "valid_methods", None) or ()
    return ", ".join(sorted(methods))
