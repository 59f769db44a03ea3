"""What Flask answers of /tiles/: descriptions, whole files by ranges, and every error; tiles are given by the front."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, request

from geo.core.errors import BadKey, DamagedVersion, UnknownPage
from geo.core.pmtiles import MEDIA_TYPE
from geo.versions import Version
from geo.web.answering.answers import REVALIDATED, answer, made_of
from geo.web.answering.codings import accepts_gzip
from geo.web.links import base_url
from geo.web.site import Site
from geo.web.tiles.addresses import Address, parse
from geo.web.tiles.tilejson import tilejson
from geo.web.tiles.tilesets import Content, Tilesets, checked
from geo.web.tiles.whole import Sent, whole_or_part

blueprint = Blueprint("tiles", __name__)
_PIECE = 64 * 1024  # bytes read at once of a file that is sent
_TYPES = {"pmtiles": MEDIA_TYPE, "tif": "image/tiff; application=geotiff; profile=cloud-optimized"}
_ASKED = "Range, If-Range, If-None-Match"  # what a script of another site may ask with


@blueprint.route("/tiles/<path:_rest>", methods=["GET", "OPTIONS"])
def tiles(_rest: str) -> Response:
    """Answer an address of tiles: immutable where it holds a version, else revalidated."""
    if request.method == "OPTIONS":
        return _allowed()
    if request.query_string:
        raise BadKey(problem="unknown")
    address = parse(request.environ["PATH_INFO"]) if _is_as_it_came() else None
    if address is None:
        raise UnknownPage()
    tilesets: Tilesets = current_app.extensions["tilesets"]
    if address.place is not None:
        made = tilesets.answer(address, accepts_gzip(request.headers.get("Accept-Encoding", "")))
        return Response(made.body, made.status, made.headers)
    version = made_of(tilesets.version(address))
    if address.suffix == "json":
        return _described(tilesets, version, address)
    return _whole(version, address)


def _allowed() -> Response:
    """Answer what a browser asks before a script of another site may ask for a part of a file."""
    response = Response(status=204)
    response.headers["Allow"] = response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Headers"] = _ASKED
    response.headers["Cache-Control"] = REVALIDATED
    return response


def _described(tilesets: Tilesets, version: Version, address: Address) -> Response:
    site: Site = current_app.extensions["budgetmap"]
    sequence = next((row.sequence for row in site.home.publications() if row.id == version.id), 0)
    plain = tilejson(tilesets.tileset(version, address), address, base_url(site), sequence)
    content = json.dumps(plain, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    return answer(content, "application/json", is_immutable=not address.is_of_borders, is_open=True)


def _whole(version: Version, address: Address) -> Response:
    """Answer a file of the version, whole or the one part that is asked for."""
    name = checked(version, f"{address.stem}.{address.suffix}")
    content, listed = Content(version, name), version.manifest["files"][name]
    if len(content) != listed["bytes"]:
        raise DamagedVersion(id=version.id, file=name)
    sent = Sent(_TYPES[address.suffix], listed["bytes"], listed["sha256"], lambda *part: _pieces(content, *part))
    return whole_or_part(sent, is_immutable=not address.is_of_borders)


def _pieces(content: Content, start: int, stop: int) -> Iterator[bytes]:
    """Yield a part of a file; ends early, and with it the connection, where the file has become shorter."""
    while start < stop and (piece := content.read(start, min(_PIECE, stop - start))):
        start += len(piece)
        yield piece


def _is_as_it_came() -> bool:
    """Tell whether the path came in its one spelling, nothing of it escaped, where the server says how it came."""
    came = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI")
    return not came or urlsplit(came).path == request.environ.get("SCRIPT_NAME", "") + request.environ["PATH_INFO"]
