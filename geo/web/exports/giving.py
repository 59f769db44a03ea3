"""How a face leaves: at once, in pieces, or from a kept file; named, open to other sites, told apart by content."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import IO

from flask import Response, request

import geo
from geo.core.files import digest
from geo.web.answering.answers import IMMUTABLE, REVALIDATED, answer, typed
from geo.web.exports.made import Face, Wanted

_PIECE = 1 << 16


def given(face: Face, wanted: Wanted, download: str = "") -> Response:
    """Answer a face; `download` is the name under which a browser saves it. 304 where the reader has it."""
    tag = _tag(wanted)
    made = b"" if _is_known(tag) else face.make(wanted)  # what the reader has is not made
    if made and isinstance(made, bytes):
        return answer(
            made,
            face.media_type,
            policy=face.policy(wanted),
            is_immutable=wanted.is_immutable,
            download=download,
            is_open=True,
        )
    response = Response(content_type=typed(face.media_type))
    response.headers["Content-Security-Policy"] = face.policy(wanted)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = IMMUTABLE if wanted.is_immutable else REVALIDATED
    if download:
        response.headers["Content-Disposition"] = f'attachment; filename="{download}"'
    response.set_etag(tag)
    if not made or request.if_none_match.star_tag:
        response.status_code = 304
        return response
    if isinstance(made, Path) and request.method == "HEAD":
        response.content_length = made.stat().st_size
    elif isinstance(made, Path):
        file = made.open("rb")  # at once: what is kept may have to make room before it was sent
        response.response, response.content_length = _read(file), os.fstat(file.fileno()).st_size
        response.call_on_close(file.close)
    else:
        response.response = made
    return response


def _read(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece


def _is_known(tag: str) -> bool:
    """Tell whether the reader has this answer, in whatever way it was packed."""
    return any(known.partition(":")[0] == tag for known in request.if_none_match.as_set(include_weak=True))


def _tag(wanted: Wanted) -> str:
    """Return what tells an answer apart without making it: its address, the version that it is of, our own code."""
    return digest(f"{request.path} {request.url_root} {wanted.version.id} {software()}".encode())[:20]


@cache
def software() -> str:
    """Return a digest of our own code and words: what makes other bytes of the same version has another one."""
    hashed = hashlib.sha256()
    root = Path(geo.__file__).parent
    for path in sorted(path for kind in ("*.py", "*.toml") for path in root.rglob(kind)):
        hashed.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return hashed.hexdigest()
