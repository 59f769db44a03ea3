"""/openapi.json, the page that says the same, and what one version offers."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request

from geo.core.errors import UnknownWord
from geo.core.model import LANGUAGES
from geo.core.text import text_of
from geo.web.answering.answers import PAGE_POLICY, answer
from geo.web.answering.errors import CODES
from geo.web.links import Links, base_url
from geo.web.openapi.document import document
from geo.web.openapi.offered import offered
from geo.web.openapi.sheet import said, sheet
from geo.web.site import Site

WORD = "api"

blueprint = Blueprint("openapi", __name__)


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """Answer the document, in English; revalidated, for what may be asked changes with every publication."""
    site: Site = current_app.extensions["budgetmap"]
    return _json(document(site, "en", base_url(site)), is_immutable=False)


@blueprint.get("/api/versions/<version_id>")
def offer(version_id: str) -> Response:
    """Answer what one version offers; immutable."""
    site: Site = current_app.extensions["budgetmap"]
    return _json(offered(site.pinned(version_id)), is_immutable=True)


@blueprint.get(f"/<lang>/{WORD}/")
def page(lang: str) -> Response:
    """Answer the document as a page; revalidated."""
    if lang not in LANGUAGES:
        raise UnknownWord(word="language", allowed=LANGUAGES)
    site: Site = current_app.extensions["budgetmap"]
    plain, text = document(site, lang, base_url(site)), text_of(lang)
    codes = [(code, said(code, text)) for code in sorted(CODES)]
    langs = [(one, f"{one}/{WORD}/") for one in LANGUAGES]
    html = render_template(
        "openapi.html", t=text, text_of=text_of, links=Links(site, request.path.count("/") - 1), langs=langs,
        path=f"{lang}/{WORD}/", groups=sheet(plain), codes=codes, mark="",
    )  # fmt: skip
    return answer(html.encode(), "text/html", policy=PAGE_POLICY)


def _json(plain: dict[str, Any], *, is_immutable: bool) -> Response:
    content = json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()
    return answer(content, "application/json", is_immutable=is_immutable, is_open=True)
