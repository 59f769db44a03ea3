"""The pages of a country that are not views: territories, bodies, lists, comparison, status, changes, words, files.

Each module answers for its own addresses; here stands what all of them need around that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import render_template, request
from werkzeug.wrappers import Response as AnyResponse

from geo.core.errors import UnknownPage, UnknownWord
from geo.faces.mark import file_name
from geo.versions import Version
from geo.web.answering.answers import PAGE_POLICY, answer
from geo.web.catalogue import bulkpage
from geo.web.links import Links
from geo.web.pages import bodies, body, changes, compare, glossary, nearest, status, unit
from geo.web.pages.asked import Asked, lead
from geo.web.pages.frame import parse_page, publication_of
from geo.web.site import Site

PLACES: dict[str, Any] = {"unit": unit, **{of.WORD: of for of in (compare, body, bodies, nearest)}}
ABOUT = {of.WORD: of for of in (changes, glossary, bulkpage)}  # pages about the figures of a country


def _unit(asked: Asked, site: Site, version: Version) -> AnyResponse:
    if asked.face:
        raise UnknownPage()
    of = PLACES[asked.segments[1]]
    if request.args or (of is compare and len(asked.segments) <= compare.WITHOUT_UNITS):
        form = request.args.to_dict(flat=False)
        return lead(asked.prefix + compare.chosen(asked.lang, asked.segments, form, version).path, 303)
    place = of.parse(asked.lang, asked.segments, version)
    canonical = asked.prefix + place.path
    if request.path != f"/{canonical}":
        return lead(canonical, 308)
    links = Links(site, canonical.count("/"), asked.pinned.id if asked.pinned else "")
    html = render_template(of.TEMPLATE, **of.page(place, version, links))
    return answer(html.encode(), "text/html", policy=PAGE_POLICY, is_immutable=asked.pinned is not None)


def _status(asked: Asked, site: Site, version: Version) -> AnyResponse:
    if asked.face and asked.face not in status.FACES:
        raise UnknownWord(word="face", allowed=status.FACES)
    links = Links(site, 0, asked.pinned.id if asked.pinned else "")
    publication = publication_of(links, version)
    today = status.asked_on(version, publication)
    address = status.parse(asked.lang, asked.segments, version, today)
    canonical = asked.prefix + address.path + asked.face
    if request.path != f"/{canonical}":
        return lead(canonical, 308)
    pinned = asked.pinned is not None
    if asked.face:
        name = file_name(version.country, f"{address.country}-{status.WORD}-{address.month}", "json")
        content = status.data(address, version, today)
        return answer(content, "application/json", is_immutable=pinned, download=name, is_open=True)
    shown = status.page(address, version, replace(links, depth=canonical.count("/")), publication)
    html = render_template("status.html", **shown)
    return answer(html.encode(), "text/html", policy=PAGE_POLICY, is_immutable=pinned)


def _about(asked: Asked, site: Site, version: Version) -> AnyResponse:
    of = ABOUT[asked.segments[1]]
    if asked.face and asked.face not in of.FACES:
        raise UnknownWord(word="face", allowed=of.FACES)
    address = parse_page(asked.lang, asked.segments, version)
    canonical = asked.prefix + address.path + asked.face
    if request.path != f"/{canonical}":
        return lead(canonical, 308)
    links = Links(site, canonical.count("/"), asked.pinned.id if asked.pinned else "")
    is_immutable = asked.pinned is not None and changes.pair_of(version, links).is_whole
    if asked.face:
        content, media_type = of.face(asked.face, address, version, links)
        name = file_name(version.country, f"{address.country}-{version.id}-{of.WORD}", asked.face.rsplit(".", 1)[1])
        return answer(content, media_type, is_immutable=is_immutable, download=name, is_open=True)
    html = render_template(of.TEMPLATE, **of.page(address, version, links))
    return answer(html.encode(), "text/html", policy=PAGE_POLICY, is_immutable=is_immutable)


# What stands behind the country where a level of a view would: pages of their own, each with addresses of its own.
OWN: dict[str, Callable[[Asked, Site, Version], AnyResponse]] = {
    **dict.fromkeys(PLACES, _unit),
    status.WORD: _status,
    **dict.fromkeys(ABOUT, _about),
}
