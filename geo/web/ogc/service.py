"""Where the features are served from: the versions behind one address, and the absolute links between its parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from flask import current_app, request

from geo.core.errors import BadValue
from geo.core.model import LANGUAGES
from geo.core.text import Text, text_of
from geo.versions import Version
from geo.web.answering.errors import reader_language
from geo.web.links import base_url
from geo.web.ogc.asking import checked
from geo.web.site import Site

NAME = "ogc"
JSON, HTML = "application/json", "text/html"
SCHEMA = "application/schema+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
_PROGRAMS = (JSON, "application/geo+json", SCHEMA, "application/vnd.oai.openapi+json", "application/problem+json")


@dataclass(frozen=True)
class Service:
    """The features of every country in force, or of one frozen version."""

    site: Site
    base: str  # the absolute address of the site's root, a slash behind
    versions: Sequence[Version]
    is_frozen: bool
    text: Text
    lang: str  # as asked for; empty: the reader's own

    def address(self, *parts: str, f: str = "", query: str = "") -> str:
        """Return the absolute address of a part of this service, in one format where it is named."""
        return self._address(f"v/{self.versions[0].id}/" if self.is_frozen else "", parts, f, query)

    def frozen(self, version: Version, *parts: str, query: str = "") -> str:
        """Return the absolute address of the same part of one version: what it answers never changes."""
        return self._address(f"v/{version.id}/", parts, "", query)

    def pair(self, *parts: str, json_type: str = JSON, is_html: bool = False) -> list[dict[str, str]]:
        """Return the links to this part in both formats: `self` for the one that is answered."""
        rels = ("alternate", "self") if is_html else ("self", "alternate")
        return [
            self.link(rel, *parts, f=f, media_type=media_type)
            for rel, f, media_type in zip(rels, ("json", "html"), (json_type, HTML), strict=True)
        ]

    def link(self, rel: str, *parts: str, f: str = "json", media_type: str = JSON, title: str = "") -> dict[str, str]:
        """Return a link to a part of this service."""
        named = {"title": title} if title else {}
        return {"href": self.address(*parts, f=f), "rel": rel, "type": media_type, **named}

    def _address(self, prefix: str, parts: Sequence[str], f: str, query: str) -> str:
        words = {"f": f, "lang": self.lang} if f else {}
        asked = query or urlencode({key: word for key, word in words.items() if word})
        path = "/".join(quote(part, safe=":") for part in (NAME, *parts))
        return f"{self.base}{prefix}{path}{'?' if asked else ''}{asked}"


def service(version_id: str = "", lang: str = "") -> Service:
    """Return the service that a request is for; raises UnknownVersion, NothingPublished, DamagedVersion, BadValue."""
    if lang and lang not in LANGUAGES:
        raise BadValue(key="lang", allowed=LANGUAGES)
    site: Site = current_app.extensions["budgetmap"]
    versions = [site.pinned(version_id)] if version_id else [site.current(country) for country in site.offers()]
    return Service(site, base_url(site), versions, bool(version_id), text_of(lang or reader_language()), lang)


def asked_format(given: Mapping[str, str]) -> str:
    """Return the format that is asked for by its word, else by what the client likes best: json or html."""
    if "f" in given:
        return given["f"]
    best = request.accept_mimetypes.best_match([*_PROGRAMS, HTML], default=JSON)
    return "html" if best == HTML else "json"


def plain_query() -> dict[str, str]:
    """Return the query of a part that takes no other keys than format and language; raises BadKey, BadValue."""
    return checked(request.args.to_dict(flat=False), ())
