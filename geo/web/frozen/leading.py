"""Pages of a site of plain files that lead on: from its folders to the map, and where an address is none of it."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import render_template
from markupsafe import Markup

from geo.core.text import text_of
from geo.faces.mark import mark_of
from geo.versions import Version
from geo.web.answering.answers import embed_policy
from geo.web.frozen.hosting import with_policy
from geo.web.pages.frame import default_view

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:0}main{max-width:36rem;margin:0 auto;padding:48px 16px}"
    "h1{font-size:18px;margin:0 0 32px}h2{font-size:25px;line-height:1.25;margin:0 0 4px}p{margin:0 0 8px}"
    "section{margin:0 0 32px}a{display:inline-block;padding:4px 0}"
)


def lead(version: Version, lang: str, depth: int, spoken: list[str]) -> bytes:
    """Return a page, `depth` folders below the root, that leads to the view that a country begins with."""
    up, text = "../" * depth, text_of(lang)
    targets = [(code, text_of(code)("site.language"), up + default_view(version, code).path) for code in spoken]
    mark = mark_of(version.country, text)
    target = up + default_view(version, lang).path
    return render_template("lead.html", t=text, mark=mark, target=target, targets=targets).encode()


def absent(version: Version, spoken: list[str], base_url: str) -> bytes:
    """Return the page that a host answers a wrong address with, in all languages.

    It is shown at any depth, so it asks for no other file, and leads to the map only where the address of the site is
    known: a relative link would lead anywhere.
    """
    root = urlsplit(base_url).path.rstrip("/") if base_url else None
    country = version.country
    own = sorted(spoken, key=lambda lang: lang != country.default_language)
    starts = [(text_of(lang), "" if root is None else f"{root}/{lang}/{country.id}/") for lang in own]
    mark = mark_of(country, text_of(own[0]))
    style = Markup(_STYLE)  # noqa: S704 - our own
    page = render_template("frozen_absent.html", spoken=starts, mark=mark, style=style).encode()
    return with_policy(page, embed_policy([_STYLE], []))
