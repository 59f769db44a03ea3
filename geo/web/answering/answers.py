"""How an answer leaves: media type, caching by content, and one security policy for each kind of face.

Every response is either immutable (its address holds a version or a content hash) or revalidated by a strong ETag.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable

from flask import Flask, Response, g, request

from geo.versions import Version

YEAR = 31_536_000
IMMUTABLE = f"public, max-age={YEAR}, immutable"
REVALIDATED = "public, no-cache"
SHORTLY = "public, max-age=60, must-revalidate"  # tiles of borders: a map asks for dozens, and they rarely change
TEXT_TYPES = (
    "text/html",
    "text/css",
    "text/javascript",
    "text/csv",
    "text/plain",
    "image/svg+xml",
    "application/json",
    "application/geo+json",
    "application/ld+json",
    "application/problem+json",
    "application/xml",
)
# connect-src, worker-src: the moving map asks for tiles and values here, in a worker whose file is ours too.
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; worker-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FILE_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
# A worker obeys the policy of its own file, not of the page: it fetches tiles from here, and nothing else.
WORKER_POLICY = "default-src 'none'; connect-src 'self'; frame-ancestors 'none'"
VERSION = "X-Version"  # the header that names the version an answer was made of, where it is one
_PINNED = ("/v/<version_id>/", "/api/versions/<version_id>")
_SHARED = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("Permissions-Policy", "geolocation=(), camera=(), microphone=()"),
    ("Cross-Origin-Resource-Policy", "cross-origin"),
)


def embed_policy(styles: Iterable[str], scripts: Iterable[str], *, asks: bool = False) -> str:
    """Return the policy of a page that any site may frame; inline parts are allowed by their hash alone.

    `asks`: its script may fetch from this site, and from no other.
    """
    connect = "connect-src 'self'; " if asks else ""
    return (
        f"default-src 'none'; style-src {_hashes(styles)}; script-src {_hashes(scripts)}; {connect}"
        "base-uri 'none'; form-action 'none'; frame-ancestors *"
    )


def picture_policy(styles: Iterable[str]) -> str:
    """Return the policy of an SVG file opened by itself: its own style, no script."""
    return f"default-src 'none'; style-src {_hashes(styles)}; frame-ancestors 'none'; sandbox"


def answer(  # noqa: PLR0913 - one place says all that an answer may vary in, by name
    content: bytes,
    media_type: str,
    *,
    policy: str = FILE_POLICY,
    is_immutable: bool = False,
    status: int = 200,
    download: str = "",
    is_open: bool = False,
) -> Response:
    """Return a response with caching by content; 304 where the reader has it. `is_open`: other sites may read it."""
    response = Response(content, status=status, content_type=typed(media_type))
    response.headers["Content-Security-Policy"] = policy
    if download:
        response.headers["Content-Disposition"] = f'attachment; filename="{download}"'
    if is_open:
        response.headers["Access-Control-Allow-Origin"] = "*"
    if status == 200:
        response.set_etag(hashlib.sha256(content).hexdigest()[:20])
        response.headers["Cache-Control"] = IMMUTABLE if is_immutable else REVALIDATED
        response.make_conditional(request)
    else:
        response.headers["Cache-Control"] = "no-store"
    return response


def register(app: Flask) -> None:
    """Give every response the headers that all share."""

    @app.after_request
    def _common(response: Response) -> Response:
        for name, value in guarded(response.headers.get("Content-Security-Policy", FILE_POLICY)):
            response.headers[name] = value
        if response.status_code < 400 and (version_id := g.get("version_id") or _pinned_id()):
            response.headers[VERSION] = version_id
        return response


def made_of(version: Version) -> Version:
    """Return the version, and let the header of the answer that is being made name it."""
    g.version_id = version.id
    return version


def _pinned_id() -> str:
    """Return the version that the address is of, "" for none; what was not found is an error, and names nothing."""
    is_pinned = request.url_rule is not None and request.url_rule.rule.startswith(_PINNED)
    return (request.view_args or {})["version_id"] if is_pinned else ""


def guarded(policy: str) -> list[tuple[str, str]]:
    """Return the headers that every response has, with one policy."""
    # A page may ask the device where it is, when its reader wishes so; nothing else may.
    asks = [("Permissions-Policy", "geolocation=(self), camera=(), microphone=()")] if policy == PAGE_POLICY else []
    denied = [("X-Frame-Options", "DENY")] if "frame-ancestors 'none'" in policy else []
    return [*_SHARED, *asks, ("Content-Security-Policy", policy), *denied]


def _hashes(texts: Iterable[str]) -> str:
    made = [base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode() for text in texts]
    return " ".join(f"'sha256-{one}'" for one in made) or "'none'"


def typed(media_type: str) -> str:
    """Return the media type with the character set of what is text."""
    return f"{media_type}; charset=utf-8" if media_type.startswith(("text/", "image/svg")) else media_type
