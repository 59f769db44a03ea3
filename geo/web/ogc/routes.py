"""The addresses of the features, of the figures in force and of one version alike.

What a frozen address answers never changes; where neither the client's likes nor its language have a say in it, caches
may keep it for a year. All else is revalidated.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, render_template, request

from geo.core.errors import UnknownWord
from geo.web.answering.answers import PAGE_POLICY, answer, made_of
from geo.web.ogc import api, described, features, sheets
from geo.web.ogc.asking import asked, checked, chosen
from geo.web.ogc.collections import Collection, collection_of
from geo.web.ogc.crs import CRS84, known
from geo.web.ogc.service import HTML, JSON, NAME, OPENAPI, SCHEMA, Service, asked_format, plain_query, service

blueprint = Blueprint(NAME, __name__)
_EXPOSED = "ETag, Content-Crs, Content-Language"


def _part(rule: str) -> Callable[[Any], Any]:
    """Register a function for a part of the service, of what is in force and of one version."""

    def register(view: Any) -> Any:
        for prefix in (f"/{NAME}", f"/v/<version_id>/{NAME}"):
            blueprint.add_url_rule(f"{prefix}{rule}", view_func=view, methods=["GET"])
        return view

    return register


@_part("")
def landing(version_id: str = "") -> Response:
    """Answer where everything is."""
    given = plain_query()
    at = service(version_id, given.get("lang", ""))
    return _answered(at, given, JSON, lambda: described.landing(at), lambda: sheets.landing(at))


@_part("/conformance")
def conformance(version_id: str = "") -> Response:
    """Answer which classes of the standards this is."""
    given = plain_query()
    at = service(version_id, given.get("lang", ""))
    return _answered(at, given, JSON, lambda: described.conformance(at), lambda: sheets.conformance(at))


@_part("/api")
def openapi(version_id: str = "") -> Response:
    """Answer the OpenAPI document."""
    given = plain_query()
    at = service(version_id, given.get("lang", ""))
    return _answered(at, given, OPENAPI, lambda: api.document(at), lambda: sheets.openapi(at))


@_part("/collections")
def collections(version_id: str = "") -> Response:
    """Answer every collection."""
    given = plain_query()
    at = service(version_id, given.get("lang", ""))
    return _answered(at, given, JSON, lambda: described.collections(at), lambda: sheets.landing(at))


@_part("/collections/<collection_id>")
def collection(collection_id: str, version_id: str = "") -> Response:
    """Answer what one collection is."""
    given = plain_query()
    at, of = _found(version_id, given, collection_id)
    return _answered(at, given, JSON, lambda: described.collection(at, of), lambda: sheets.collection(at, of))


@_part("/collections/<collection_id>/queryables")
def queryables(collection_id: str, version_id: str = "") -> Response:
    """Answer by what features may be chosen."""
    given = plain_query()
    at, of = _found(version_id, given, collection_id)
    return _answered(at, given, SCHEMA, lambda: described.queryables(at, of), lambda: sheets.queryables(at, of))


@_part("/collections/<collection_id>/schema")
def schema(collection_id: str, version_id: str = "") -> Response:
    """Answer what features say."""
    given = plain_query()
    at, of = _found(version_id, given, collection_id)
    return _answered(at, given, SCHEMA, lambda: described.schema(at, of), lambda: sheets.schema(at, of))


@_part("/collections/<collection_id>/items")
def items(collection_id: str, version_id: str = "") -> Response:
    """Answer a page of features."""
    at, of = _found(version_id, {"lang": request.args.get("lang", "")}, collection_id)
    wanted = asked(request.args.to_dict(flat=False), of)
    numbers = chosen(wanted, of)
    shown = numbers[wanted.offset : wanted.offset + wanted.limit].tolist()
    is_html = asked_format(wanted.given) == "html"
    links = described.page_links(at, of, wanted, len(numbers), is_html=is_html)
    if is_html:
        return _page(at, wanted.given, sheets.items(at, of, shown, len(numbers), wanted, links))
    content = features.page(of, shown, len(numbers), wanted, links)
    return _features(at, wanted.given, content, wanted.crs)


@_part("/collections/<collection_id>/items/<feature_id>")
def item(collection_id: str, feature_id: str, version_id: str = "") -> Response:
    """Answer one feature."""
    given = checked(request.args.to_dict(flat=False), ("crs",))
    at, of = _found(version_id, given, collection_id)
    number, crs = of.contents.find(feature_id), known("crs", given.get("crs", CRS84))
    if number is None:
        raise UnknownWord(word="feature")
    if asked_format(given) == "html":
        return _page(at, given, sheets.item(at, of, number))
    return _features(at, given, features.feature(of, number, crs, described.feature_links(at, of, feature_id)), crs)


def _found(version_id: str, given: Mapping[str, str], collection_id: str) -> tuple[Service, Collection]:
    at = service(version_id, given.get("lang", ""))
    of = collection_of(at.versions, collection_id)
    made_of(of.version)
    return at, of


def _answered(
    at: Service, given: Mapping[str, str], media_type: str, describe: Callable[[], Any], show: Callable[[], Any]
) -> Response:
    """Answer a part of the service as JSON or as a page, whichever is asked for."""
    if asked_format(given) == "html":
        return _page(at, given, show())
    content = json.dumps(describe(), ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    is_settled = "f" in given and "lang" in given
    response = answer(content, media_type, is_immutable=at.is_frozen and is_settled, is_open=True)
    response.headers["Content-Language"] = at.text.lang
    return _varying(response)


def _features(at: Service, given: Mapping[str, str], content: bytes, crs: str) -> Response:
    """Answer features; no language has a say in them."""
    is_immutable = at.is_frozen and "f" in given
    response = answer(content, features.MEDIA_TYPE, is_immutable=is_immutable, is_open=True)
    response.headers["Content-Crs"] = f"<{crs}>"
    return _varying(response)


def _page(at: Service, given: Mapping[str, str], shown: Mapping[str, Any]) -> Response:
    html = render_template("ogc.html", **shown).encode()
    is_settled = "f" in given and "lang" in given
    return _varying(answer(html, HTML, policy=PAGE_POLICY, is_immutable=at.is_frozen and is_settled))


def _varying(response: Response) -> Response:
    response.headers["Vary"] = "Accept, Accept-Language"
    response.headers["Access-Control-Expose-Headers"] = _EXPOSED
    return response
