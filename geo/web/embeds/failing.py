"""The page that an embed shows when it cannot be shown: small enough for its frame, with the way to what there is."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, render_template, request

from geo.core.errors import BudgetMapError
from geo.core.palettes import STANDARD
from geo.core.text import Text
from geo.core.view import parse_view
from geo.web.answering.answers import answer
from geo.web.assets import source
from geo.web.embeds.asked import OPTIONS
from geo.web.embeds.dress import dressed, scripts
from geo.web.links import Links
from geo.web.palettes import worn
from geo.web.site import Site


@dataclass(frozen=True)
class Failure:
    """An error in the reader's language: status, code, sentence, what is allowed, and the mark of its country."""

    error: BudgetMapError
    status: int
    sentence: str
    allowed: list[str]
    mark: str


def misfit(failure: Failure, site: Site, text: Text) -> Response:
    """Return the error as a page that may be framed; no address in it is made of the request's words."""
    links = Links(site, depth=0, root=f"{request.script_root}/")
    html = render_template(
        "embed_error.html",
        t=text,
        failure=failure,
        reason=failure.error.values.get("reason", ""),
        latest=links.live(path) if (path := latest(site, request.path, text.lang)) else "",
    )
    made = dressed(html, worn(STANDARD) + source("embed.css"), scripts("embed.js"))
    return answer(made.content, "text/html", policy=made.policy, status=failure.status)


def latest(site: Site, path: str, spoken: str) -> str:
    """Return the address of the figures in force for the view that was asked for, else of the country; "" for none."""
    segments = path.strip("/").split("/")
    lang, *rest = (segments[2:] if segments[:1] == ["v"] else segments) or [""]
    rest = [segment for segment in rest if segment.partition("=")[0] not in OPTIONS]
    country = site.settings.country
    for view in (rest, rest[:-1]):  # the last may be the word of a face
        try:
            return parse_view(lang, view, site.offers()).path
        except BudgetMapError:
            continue
    return f"{spoken}/{country}/" if country in site.home.countries() else ""
