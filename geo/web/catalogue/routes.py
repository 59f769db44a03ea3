"""The addresses of the catalogue: files of a version's folder, the catalogue of all, what search engines ask for."""

from __future__ import annotations

import json

from flask import Blueprint, Response, current_app, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from geo.core.errors import UnknownPage
from geo.faces.bulk import PACKAGE, SUMS, folder_of
from geo.web.answering.answers import answer
from geo.web.answering.errors import reader_language
from geo.web.catalogue.bulkpage import WORD
from geo.web.catalogue.crawlers import robots, sitemap
from geo.web.catalogue.dcat import MEDIA_TYPE, catalogue
from geo.web.links import base_url
from geo.web.site import Site
from geo.web.tiles.whole import Sent, whole_or_part

blueprint = Blueprint("catalogue", __name__)
_SHOWN = (PACKAGE, SUMS)  # a browser shows them, and saves every other file


@blueprint.get(f"/v/<version_id>/{WORD}/")
def folder(version_id: str) -> AnyResponse:
    """Lead to the page of the folder in the reader's language; depends on the reader, so it is not cached."""
    site: Site = current_app.extensions["budgetmap"]
    country = site.pinned(version_id).country
    wanted = reader_language()
    lang = wanted if wanted in country.languages else country.default_language
    response = redirect(f"{request.script_root}/v/{version_id}/{lang}/{country.id}/{WORD}/", 303)
    response.headers["Cache-Control"], response.headers["Vary"] = "no-cache", "Accept-Language"
    return response


@blueprint.get(f"/v/<version_id>/{WORD}/<path:name>")
def file(version_id: str, name: str) -> Response:
    """Answer a file of the folder, whole or a part; immutable."""
    site: Site = current_app.extensions["budgetmap"]
    files = folder_of(site.pinned(version_id)).files
    if name not in files:
        raise UnknownPage(f"/v/{version_id}/{WORD}/{known}" for known in _SHOWN)
    found = files[name]
    sent = Sent(found.media_type, found.length, found.sha256, found.pieces)
    response = whole_or_part(sent, is_immutable=True)
    if name not in _SHOWN and response.status_code != 304:
        response.headers["Content-Disposition"] = f'attachment; filename="{name.rsplit("/", 1)[-1]}"'
    return response


@blueprint.get("/catalog.jsonld")
def catalog() -> Response:
    """Answer the catalogue of all published versions as DCAT; revalidated."""
    site: Site = current_app.extensions["budgetmap"]
    plain = catalogue(site, base_url(site))
    content = json.dumps(plain, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    return answer(content, MEDIA_TYPE, is_open=True)


@blueprint.get("/robots.txt")
def robots_txt() -> Response:
    """Answer what programs may ask for, and where they find all of it; revalidated."""
    return answer(robots(base_url(current_app.extensions["budgetmap"])), "text/plain")


@blueprint.get("/sitemap.xml")
def sitemap_xml() -> Response:
    """Answer every page of the versions in force, in every language; revalidated."""
    site: Site = current_app.extensions["budgetmap"]
    return answer(sitemap(site, base_url(site)), "application/xml")
