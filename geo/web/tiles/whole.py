"""A large file over HTTP: whole or the one part that is asked for, by what it holds, open to scripts of other sites."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from flask import Response, request

from geo.web.answering.answers import IMMUTABLE, REVALIDATED, TEXT_TYPES, typed
from geo.web.answering.codings import preferred
from geo.web.answering.ranges import part

_EXPOSED = "ETag, Content-Range, Content-Length, Accept-Ranges"  # what a script of another site may read


class Sent(NamedTuple):
    """A file: its media type, its bytes and their SHA-256, and `pieces(start, stop)` of it."""

    media_type: str
    length: int
    sha256: str
    pieces: Callable[[int, int], Iterator[bytes]]


def whole_or_part(sent: Sent, *, is_immutable: bool) -> Response:
    """Answer a file or one part of it, 304 where the reader has it; raises BadRange.

    A part is one of the plain bytes: a reader who takes text packed is given the whole.
    """
    tag = f'"{sent.sha256}"'
    response = Response(content_type=typed(sent.media_type))
    response.headers["ETag"] = tag
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Cache-Control"] = IMMUTABLE if is_immutable else REVALIDATED
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = _EXPOSED
    if _is_known(sent.sha256):  # who has it is told so, whichever part is asked for
        response.status_code = 304
        return response
    is_asked = request.method == "GET" and not _is_packed(sent.media_type)
    asked = request.headers.get("Range", "") if is_asked else ""
    chosen = part(asked, request.headers.get("If-Range", ""), tag, sent.length)
    start, stop = chosen or (0, sent.length)
    if chosen:
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{sent.length}"
    if request.method != "HEAD":
        response.response = sent.pieces(start, stop)
    response.content_length = stop - start
    return response


def _is_known(sha256: str) -> bool:
    """Tell whether the reader has these bytes, in whatever way they were packed."""
    known = request.if_none_match
    return known.star_tag or any(tag.partition(":")[0] == sha256 for tag in known.as_set(include_weak=True))


def _is_packed(media_type: str) -> bool:
    return media_type in TEXT_TYPES and bool(preferred(request.headers.get("Accept-Encoding", ""), ("br", "gzip")))
