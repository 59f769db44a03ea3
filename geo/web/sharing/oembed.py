"""/oembed: how a site shows an address of ours that somebody pastes (oEmbed 1.0, JSON).

The address is taken apart, never fetched. That of a page gives the embed of its version, frozen for good, for an
article's figures must not change; whoever pastes the address of an embed gets that embed, live or frozen.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from flask import Blueprint, Response, current_app, request

from geo.core.errors import BadKey, BadValue, NeedsAddress, NotGivenAs, ReaderError, UnknownPage
from geo.core.model import LANGUAGES
from geo.core.view import View, parse_view
from geo.faces.mark import marked
from geo.faces.poster import POSTERS
from geo.faces.reading import Reading, read
from geo.layers import layer
from geo.versions import Version
from geo.web import embeds
from geo.web.answering.answers import answer
from geo.web.answering.hosts import is_trusted, names_of
from geo.web.links import base_url
from geo.web.options import Options, split
from geo.web.sharing import cards, snippets
from geo.web.sharing.heights import USUAL_PX, frame_height_px
from geo.web.site import Site

blueprint = Blueprint("oembed", __name__)
TAKE_QUERY = frozenset({"oembed.oembed"})
KEYS = ("url", "maxwidth", "maxheight", "format")
_CACHE_S = 3600  # how soon a site may ask again: figures may be newer then
_LONGEST = 1000  # letters of an address
_PATH = re.compile(r"(?:v/([0-9a-f]{1,64})/)?([a-z]{2})/([A-Za-z0-9._=,/-]*)", re.ASCII)
_PIXELS = re.compile(r"[1-9][0-9]{0,4}", re.ASCII)
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Pasted:
    """An address of ours taken apart: the view, its version, and the embed that it is of."""

    view: View
    version: Version
    options: Options
    is_frozen: bool  # the embed to give stays in the version

    @property
    def embed(self) -> str:
        """Return the address of the embed from the root."""
        pinned = f"v/{self.version.id}/" if self.is_frozen else ""
        return f"{pinned}{self.view.path}{self.options.path}embed/"


@blueprint.get("/oembed")
def oembed() -> Response:
    """Answer for one address of a view; revalidated. 404 for every address that is not one."""
    site: Site = current_app.extensions["budgetmap"]
    given = _given()
    most: dict[str, int] = {key: _pixels(key, given[key]) for key in ("maxwidth", "maxheight") if key in given}
    if given.get("format", "json") != "json":
        raise NotGivenAs(allowed=("json",))
    if not given.get("url"):
        raise NeedsAddress()
    base = base_url(site)
    pasted = _taken_apart(given["url"], base, site)
    reading = read(layer(pasted.view, pasted.version), pasted.version)
    content = json.dumps(_described(pasted, reading, base, most), ensure_ascii=False).encode()
    return answer(content, "application/json", is_open=True)


def _given() -> dict[str, str]:
    """Return the query; raises BadKey for a key that is unknown or stands twice."""
    given = request.args.to_dict(flat=False)
    for key, words in given.items():
        if key not in KEYS:
            raise BadKey(problem="unknown", allowed=KEYS)
        if len(words) > 1:
            raise BadKey(problem="twice", key=key, allowed=KEYS)
    return {key: words[0] for key, words in given.items()}


def _pixels(key: str, word: str) -> int:
    if not _PIXELS.fullmatch(word):
        raise BadValue(key=key, allowed=("1", "99999"))
    return int(word)


def _taken_apart(url: str, base: str, site: Site) -> Pasted:
    """Return what an address of ours asks for; raises UnknownPage for any other."""
    path = _path_of(url, base, site)
    match = _PATH.fullmatch(path)
    if match is None or match[2] not in LANGUAGES:
        raise UnknownPage()
    version_id, lang, rest = match.groups()
    *segments, last = rest.rstrip("/").split("/")
    is_embed = last == "embed"
    try:
        pinned = site.pinned(version_id) if version_id else None
        words, options = split(segments if is_embed else [*segments, last], embeds.OPTIONS if is_embed else {})
        offers = site.offers(pinned, words[0] if words else "")
        view = parse_view(lang, words, offers).but(sort="value")
        version = pinned or site.current(view.country)
    except ReaderError:
        raise UnknownPage() from None
    return Pasted(view, version, Options(embeds.OPTIONS, options.values), not is_embed or pinned is not None)


def _path_of(url: str, base: str, site: Site) -> str:
    """Return the path behind our root of an address at one of our hosts; raises UnknownPage for any other address."""
    root = urlsplit(base)
    try:
        asked = urlsplit(url)
        is_ours = _is_at(asked, root, names_of(site.settings))
    except ValueError:
        raise UnknownPage() from None
    is_plain = len(url) <= _LONGEST and url.isascii() and url.isprintable() and not {*" \\"} & set(url)
    if not is_plain or not is_ours or asked.query or not asked.path.startswith(root.path):
        raise UnknownPage()
    return asked.path[len(root.path) :]


def _is_at(asked: SplitResult, root: SplitResult, names: set[str]) -> bool:
    """Tell whether an address is at our host or one that we answer to, at our port, with no name or password."""
    if asked.scheme not in _PORTS or "@" in asked.netloc or not asked.hostname:
        return False
    if (asked.hostname, _port(asked)) == (root.hostname, _port(root)):
        return True
    is_same_port = asked.port == root.port
    return is_same_port and is_trusted(asked.netloc, names)


def _port(address: SplitResult) -> int:
    return address.port if address.port is not None else _PORTS[address.scheme]


def _described(pasted: Pasted, reading: Reading, base: str, most: dict[str, int]) -> dict[str, Any]:
    """Return the answer: a frame as wide as is usual or allowed, and as high as the embed then is, or allowed."""
    text, version = reading.text, pasted.version
    title = marked(reading.mark, f"{reading.title}, {reading.period}")
    wide = min(USUAL_PX, most.get("maxwidth", USUAL_PX))
    needed = frame_height_px(reading, version, wide, pasted.options["without"].split("."))
    high = min(needed, most.get("maxheight", needed))
    return {
        "version": "1.0",
        "type": "rich",
        "title": title,
        "author_name": version.country.sources[0].name[text.lang],
        "provider_name": text("site.name"),
        "provider_url": base,
        "cache_age": _CACHE_S,
        "width": wide,
        "height": high,
        "html": snippets.iframe(base + pasted.embed, title, high, str(wide)),
        **_thumbnail(pasted, base, most),
    }


def _thumbnail(pasted: Pasted, base: str, most: dict[str, int]) -> dict[str, Any]:
    """Return the card of the view; nothing where it is larger than is allowed, as oEmbed asks."""
    card = POSTERS[cards.SIZE]
    if card.width > most.get("maxwidth", card.width) or card.height > most.get("maxheight", card.height):
        return {}
    address = cards.picture_address(base, pasted.version, pasted.view.path)
    return {"thumbnail_url": address, "thumbnail_width": card.width, "thumbnail_height": card.height}
