"""Figures that change under an open page: which publication is in force, and in words what it changed.

`/api/current/<country>.json` is asked again and again by every open page, so it is a hundred bytes, or none where the
reader has them, and is given out before Flask. `/api/news/…` is asked once for each publication that a page sees.
"""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Flask, Response, current_app

from geo.core.errors import UnknownPage
from geo.web.answering.answers import answer
from geo.web.answering.hosts import Trust
from geo.web.site import Site
from geo.web.watching.light import STATE, Light
from geo.web.watching.news import News
from geo.web.watching.state import Watch

blueprint = Blueprint("watching", __name__)


def register(app: Flask, site: Site, is_trusted: Trust) -> None:
    """Give an app what its pages are told by, and stand before it for what they ask most."""
    app.extensions["watch"] = watch = Watch(site)
    app.extensions["news"] = News(site)
    app.wsgi_app = Light(app.wsgi_app, watch, is_trusted)  # type: ignore[method-assign,assignment]


@blueprint.get(f"{STATE}<country>.json")
def state(country: str) -> Response:
    """Answer the publication in force, as `Light` does before; here its errors are said. Revalidated."""
    ready = cast("Watch", current_app.extensions["watch"]).answer(country)
    return Response(ready.body, headers=ready.headers)


@blueprint.get("/api/news/<country>/<before>/<sequence>.<lang>.json")
def news(country: str, before: str, sequence: str, lang: str) -> Response:
    """Answer what a publication changed for who read a version before; immutable where both are kept."""
    if not (sequence.isascii() and sequence.isdigit() and len(sequence) < 10 and sequence == str(int(sequence))):
        raise UnknownPage()
    told = cast("News", current_app.extensions["news"]).told(country, before, int(sequence), lang)
    return answer(told.content, "application/json", is_immutable=told.is_whole, is_open=True)
