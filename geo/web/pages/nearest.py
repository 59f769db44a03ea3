"""Organisations near a point: a form, and the answer to what it sends.

The point comes in the body of a POST, rounded by the page before it is sent and here once more, so that it stands in
no address, no log and no cache; nothing of it is kept. Only a page of this site may send it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, render_template, request

from geo.core.errors import BadKey, BadPoint, CrossSite, UnknownWord
from geo.core.offer import month_of
from geo.core.text import Scale, Text, text_of
from geo.faces.amounts import UNKNOWN, Amount, amount_of
from geo.faces.names import Name, body_name, kind_word
from geo.layers import offer_of
from geo.layers.body import EVERY
from geo.layers.holdings import holdings, places_of, spent
from geo.layers.near import MOST, Near, near
from geo.versions import Version
from geo.web.answering.answers import PAGE_POLICY, answer, made_of
from geo.web.links import Links
from geo.web.pages.bodies import ListAddress, unit_address
from geo.web.pages.bodyaddress import body_address
from geo.web.pages.frame import CountryAddress, frame, parse_page
from geo.web.site import Site

WORD, TEMPLATE = "nearest", "nearest.html"
FIELDS = ("lon", "lat")
DECIMALS = 3  # of a degree: about a hundred metres
_NUMBER = re.compile(r"[+-]?[0-9]{1,3}([.,][0-9]{1,30})?", re.ASCII)
_LARGEST = {"lon": 180.0, "lat": 90.0}
parse = parse_page
_OWN_SITE = {"same-origin", "none"}  # none: typed in by a reader

blueprint = Blueprint("nearest", __name__)


@dataclass(frozen=True)
class NearRow:
    """One body as people read it; `distance` is empty where its place is not known exactly."""

    path: str
    name: Name
    kind: str
    place: str
    distance: str
    exactness: str
    amount: Amount


def page(address: CountryAddress, version: Version, links: Links) -> dict[str, Any]:
    """Return what the template shows before anything was asked."""
    return {
        **frame(address.lang, version, links, lambda lang: address.but(lang).path),
        "address": address,
        "most": MOST,
        "given": {},
        "found": None,
    }


@blueprint.post("/<lang>/<country>/nearest/")
def asked(lang: str, country: str) -> Response:
    """Answer what is near a point in the version in force; never stored."""
    site: Site = current_app.extensions["budgetmap"]
    return _answered(site, lang, country, None)


@blueprint.post("/v/<version_id>/<lang>/<country>/nearest/")
def asked_pinned(version_id: str, lang: str, country: str) -> Response:
    """Answer what is near a point in one version; never stored either, for the question is the reader's own."""
    site: Site = current_app.extensions["budgetmap"]
    return _answered(site, lang, country, site.pinned(version_id))


def point_of(form: Mapping[str, Sequence[str]]) -> tuple[float, float]:
    """Return the rounded longitude and latitude of a form; raises BadKey, BadPoint."""
    if set(form) - set(FIELDS):
        raise BadKey(problem="unknown", allowed=FIELDS)
    if any(len(values) > 1 for values in form.values()):
        raise BadKey(problem="twice", allowed=FIELDS)
    lon, lat = (_degrees(name, form[name][0].strip() if name in form else "") for name in FIELDS)
    return lon, lat


def _degrees(name: str, given: str) -> float:
    if not _NUMBER.fullmatch(given):
        raise BadPoint()
    degrees = float(given.replace(",", "."))
    if abs(degrees) > _LARGEST[name]:
        raise BadPoint()
    return round(degrees, DECIMALS) + 0.0  # never a minus before nothing


def _answered(site: Site, lang: str, country: str, pinned: Version | None) -> Response:
    _check_origin(site)
    offers = site.offers(pinned, country)
    if country not in offers:
        raise UnknownWord(word="country", allowed=sorted(offers))
    version = made_of(pinned or site.current(country))
    address = parse(lang, [country, WORD], version)
    lon, lat = point_of(request.form.to_dict(flat=False))
    prefix = f"v/{pinned.id}/" if pinned else ""
    links = Links(site, f"{prefix}{address.path}".count("/"), pinned.id if pinned else "")
    shown = {**page(address, version, links), **_found(address, version, lon, lat)}
    response = answer(render_template(TEMPLATE, **shown).encode(), "text/html", policy=PAGE_POLICY)
    response.headers["Cache-Control"] = "no-store"
    del response.headers["ETag"]  # a digest of the answer would tell the point again
    return response


def _check_origin(site: Site) -> None:
    """Raise CrossSite for a form of another site; a program that says nothing of where it comes from is answered.

    Every browser says so in each POST. Hosts are compared, not schemes: before us there may be one that speaks TLS.
    """
    origin, fetched = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site", "none")
    hosts = {request.host, urlsplit(site.settings.base_url).netloc}
    if fetched not in _OWN_SITE or (origin is not None and urlsplit(origin).netloc not in hosts - {""}):
        raise CrossSite()


def _found(address: CountryAddress, version: Version, lon: float, lat: float) -> dict[str, Any]:
    """Return what the template shows of a point: what is near, and what is somewhere in the territory around it."""
    text, word = text_of(address.lang), offer_of(version).default_period
    found = near(version, lon, lat, month_of(word))
    writing = _Writing(found, address, version, text, word)
    edition = version.country.edition_in_force(month_of(word)).id
    top = version.country.top_level.id
    unit = found.unit and unit_address(address.lang, version, (edition, top, found.unit.unit_id), word)
    # The fields are written as programs write numbers, the sentence as people do.
    return {
        "given": {"lon": f"{lon:.{DECIMALS}f}", "lat": f"{lat:.{DECIMALS}f}"},
        "point": {"lon": text.number(lon, DECIMALS), "lat": text.number(lat, DECIMALS)},
        "found": found,
        "scale": text(f"scale.{writing.scale.exponent}") + version.country.symbol,
        "period": text.period(word),
        "rows": [writing.row(number, km) for number, km in found.bodies],
        "elsewhere": [writing.row(number, None) for number, _ in found.elsewhere],
        "unit_path": unit.path if unit else "",
        "list_path": ListAddress(unit, EVERY).path if unit else "",
        "unit": found.unit.names[address.lang] if found.unit else "",
    }


@dataclass(frozen=True)
class _Writing:
    """What all rows are written with."""

    found: Near
    address: CountryAddress
    version: Version
    text: Text
    word: str

    @cached_property
    def scale(self) -> Scale:
        """Return the scale of the amounts, by the largest."""
        totals = spent(self.version, month_of(self.word)).totals
        numbers = [number for number, _ in (*self.found.bodies, *self.found.elsewhere)]
        most = max((abs(int(totals[number])) for number in numbers), default=0)
        return Scale.of(most / self.version.country.minor_units).finer

    def row(self, number: int, km: float | None) -> NearRow:
        """Return a body with its distance."""
        about, seen = holdings(self.version).bodies[number], spent(self.version, month_of(self.word))
        places = places_of(self.version, number, month_of(self.word))
        amount = int(seen.totals[number]) if seen.is_known[number] else None
        return NearRow(
            path=body_address(self.address.lang, self.version, number, self.word).path,
            name=body_name(about, self.address.lang, self.text, places[0][1] if places else None),
            kind=kind_word(about, self.version, self.text),
            place=places[-1][1].names[self.address.lang] if places else UNKNOWN,
            distance="" if km is None else distance(km, self.text),
            exactness=self.text(f"body.exact.{about['exactness']}"),
            amount=amount_of(amount, self.text, self.version, self.scale),
        )


def distance(km: float, text: Text) -> str:
    """Return a distance for people, no finer than the point was: hundreds of metres, then kilometres."""
    if km < 0.95:
        return text("nearest.m", number=text.number(max(100, round(10 * km) * 100)))
    return text("nearest.km", number=text.number(km, 1 if km < 100 else 0))
