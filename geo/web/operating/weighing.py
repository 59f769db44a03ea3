"""How many bytes a view of the published maps sends out, by kind of view, as a browser asks for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin

from flask import Flask
from werkzeug.test import Client

from geo.core.settings import Settings
from geo.layers import offer_of
from geo.web import create_app
from geo.web.assets import served
from geo.web.pages.frame import default_view
from geo.web.site import Site

_PARTS = re.compile(r'<(?:link|script|img)\b[^>]*?\b(?:href|src)="([^"]+\.(?:css|js|mjs|svg|png)[^"]*)"')
_BROWSER = {"Accept-Encoding": "br, gzip", "Accept": "text/html", "Host": "localhost"}


def weighed(settings: Settings) -> Iterator[tuple[str, int, int]]:
    """Yield (kind, answers, bytes) of a first visit, the next view of that reader, and what else is asked for.

    Headers count with the bodies. Raises NothingPublished where there is nothing to weigh.
    """
    app = create_app(settings)
    page = _page_of(app)
    client = app.test_client()
    first = _weight(client, page)
    parts = {urljoin(page, address) for address in _PARTS.findall(_text(client, page))}
    sizes = [_weight(client, part) for part in sorted(parts)]
    yield "first_view", 1 + len(sizes), first + sum(sizes)
    yield "next_view", 1, first
    yield "asked_again", 1, _weight(client, page, _tag(client, page))
    engine = [f"/static/{name}" for name in served() if "maplibre-gl" in name]
    yield "moving_map", len(engine), sum(_weight(client, part) for part in engine)
    yield "embed", 1, _weight(client, f"{page}embed/")
    yield "picture", 1, _weight(client, f"{page}map.png")


def _page_of(app: Flask) -> str:
    site: Site = app.extensions["budgetmap"]
    site.offers()  # raises NothingPublished
    country = site.settings.country if site.settings.country in site.home.countries() else site.home.countries()[0]
    version = site.current(country)
    offer_of(version)
    return f"/{default_view(version, version.country.languages[0]).path}"


def _weight(client: Client, address: str, tag: str = "") -> int:
    """Return the bytes of an answer with its headers; raises ValueError where there is none."""
    headers = {**_BROWSER, **({"If-None-Match": tag} if tag else {})}
    answer = client.get(address, headers=headers)
    if answer.status_code not in {200, 304}:
        raise ValueError(f"{answer.status_code} {address}")
    body = b"" if answer.status_code == 304 else answer.get_data()
    return (
        len(body) + sum(len(name) + len(value) + 4 for name, value in answer.headers) + len("HTTP/1.1 200 OK\r\n\r\n")
    )


def _text(client: Client, address: str) -> str:
    return client.get(address, headers={"Accept": "text/html", "Host": "localhost"}).get_data(as_text=True)


def _tag(client: Client, address: str) -> str:
    return client.get(address, headers=_BROWSER).headers.get("ETag", "")
