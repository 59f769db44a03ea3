"""What stands before Flask: answers that never change are given out ready, without routing, sums or templates.

Tiles are read from their archives here. Every other immutable answer is made by Flask once and kept as it left, for
the same address, codings, host and scheme. All else passes: errors, redirects, queries, other methods, what is in
force. So there is one place that makes an answer, and this one can only repeat it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from geo.core.errors import BudgetMapError
from geo.web.answering.answers import IMMUTABLE
from geo.web.answering.codings import accepts_gzip
from geo.web.answering.hosts import Trust
from geo.web.answering.ready import Headers, Ready, Shelf
from geo.web.tiles.addresses import ROOT, parse
from geo.web.tiles.tilesets import Tilesets

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]

MEGA = 1024 * 1024
LARGEST = 4 * MEGA  # bytes of an answer that is kept
_OURS = (ROOT, "/v/", "/static/")
_METHODS = ("GET", "HEAD")


class Front:
    """A WSGI application around another; safe to share between threads."""

    def __init__(self, behind: Application, tilesets: Tilesets, is_trusted: Trust) -> None:
        self.behind, self.tilesets, self.is_trusted = behind, tilesets, is_trusted
        self.shelf = Shelf(tilesets.site.settings.cache_mb * MEGA)

    def __call__(self, environ: Environ, start: Any) -> Iterable[bytes]:
        """Answer from the shelf or from an archive, else as Flask does."""
        method = environ["REQUEST_METHOD"]
        path = environ["PATH_INFO"]
        if method not in _METHODS or not path.startswith(_OURS) or not _is_plain(environ, path):
            return self.behind(environ, start)
        get = environ.get
        key = (path, get("HTTP_ACCEPT_ENCODING"), get("HTTP_HOST"), get("wsgi.url_scheme"), get("SCRIPT_NAME"))
        answer = self.shelf.get(key)
        if answer is not None and answer.country and not self._is_in_force(answer):
            answer = None
        if answer is None:
            answer = self._tile(path, environ)
            if answer is None:
                return self._noted(key, environ, start)
            self.shelf.put(key, answer)
        return answer.given(method, get("HTTP_IF_NONE_MATCH"), start)

    def _tile(self, path: str, environ: Environ) -> Ready | None:
        """Return the answer for a tile; None for what Flask has to say."""
        if not path.startswith(ROOT) or not self.is_trusted(environ.get("HTTP_HOST", "")):
            return None
        address = parse(path)
        if address is None or address.place is None:
            return None
        try:
            return self.tilesets.answer(address, accepts_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")))
        except BudgetMapError:
            return None  # Flask meets the same error and says it

    def _is_in_force(self, answer: Ready) -> bool:
        try:
            return self.tilesets.site.id_in_force(answer.country) == answer.version
        except BudgetMapError:
            return False

    def _noted(self, key: tuple[object, ...], environ: Environ, start: Any) -> Iterable[bytes]:
        """Return Flask's answer, and keep it where it never changes."""
        started: list[tuple[str, Headers]] = []

        def noting(status: str, headers: Headers, exc_info: Any = None) -> Any:
            started[:] = [(status, list(headers))]
            return start(status, headers, exc_info) if exc_info else start(status, headers)

        body = self.behind(environ, noting)
        if environ["REQUEST_METHOD"] != "GET" or not started or not _is_kept(*started[0]):
            return body
        parts = list(body)
        if close := getattr(body, "close", None):
            close()
        content = b"".join(parts)
        self.shelf.put(key, _kept(*started[0], content))
        return [content]


def _is_plain(environ: Environ, path: str) -> bool:
    """Tell whether a request has no query and its path came as it stands; in doubt Flask is asked."""
    if environ.get("QUERY_STRING"):
        return False
    came = environ.get("RAW_URI") or environ.get("REQUEST_URI")
    return not came or came == environ.get("SCRIPT_NAME", "") + path


def _is_kept(status: str, headers: Headers) -> bool:
    given = {name.lower(): value for name, value in headers}
    return (
        status.startswith("200")
        and given.get("cache-control") == IMMUTABLE
        and "accept-ranges" not in given
        and int(given.get("content-length", LARGEST + 1)) <= LARGEST
    )


def _kept(status: str, headers: Headers, content: bytes) -> Ready:
    """Return Flask's answer as it left; the day and time are for the server to say."""
    given = {name.lower(): value for name, value in headers}
    tag = given.get("etag", "").strip('"')
    plain = tag.removesuffix(f":{given.get('content-encoding')}")  # of the answer before it was compressed
    tags = tuple(dict.fromkeys(one for one in (plain, tag) if one))
    return Ready(status, [pair for pair in headers if pair[0].lower() != "date"], content, tags)
