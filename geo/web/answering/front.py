"""What stands before Flask: answers that were made before are given out ready, without routing, sums or templates.

Tiles are read from their archives here. Every other immutable answer is made by Flask once and kept as it left, for
the same address, codings, host and scheme. So is an answer at an address of what is in force, for as long as that and
the version before it are the same, and whole: a look at two files tells. All else passes: errors, redirects, queries,
other methods. So there is one place that makes an answer, and this one can only repeat it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from geo.core.errors import BudgetMapError
from geo.web.answering.answers import IMMUTABLE, REVALIDATED, VERSION
from geo.web.answering.codings import accepts_gzip
from geo.web.answering.hosts import Trust
from geo.web.answering.ready import Headers, Ready, Shelf
from geo.web.operating.templates import template_of
from geo.web.site import Standing
from geo.web.tiles.addresses import ROOT, parse
from geo.web.tiles.tilesets import Tilesets

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]

MEGA = 1024 * 1024
LARGEST = 4 * MEGA  # bytes of an answer that is kept
_OURS = (ROOT, "/v/", "/static/", "/api/news/")
_METHODS = ("GET", "HEAD")
_PLACE_OF_COUNTRY = 2  # in an address of what is in force, split at its slashes: /en/kz/…


class Front:
    """A WSGI application around another; safe to share between threads."""

    def __init__(self, behind: Application, tilesets: Tilesets, is_trusted: Trust) -> None:
        self.behind, self.tilesets, self.is_trusted = behind, tilesets, is_trusted
        self.shelf = Shelf(tilesets.site.settings.cache_mb * MEGA)

    def __call__(self, environ: Environ, start: Any) -> Iterable[bytes]:
        """Answer from the shelf or from an archive, else as Flask does."""
        method = environ["REQUEST_METHOD"]
        path = environ["PATH_INFO"]
        if method not in _METHODS or not _is_plain(environ, path):
            return self.behind(environ, start)
        standing = None
        if not path.startswith(_OURS) and (standing := self._standing(path)) is None:
            return self.behind(environ, start)
        get = environ.get
        address = (path, get("HTTP_ACCEPT_ENCODING"), get("HTTP_HOST"), get("wsgi.url_scheme"), get("SCRIPT_NAME"))
        key = (*address, standing and standing[1])
        answer = self.shelf.get(key)
        if answer is not None and answer.country and not self._is_in_force(answer):
            answer = None
        if answer is None:
            answer = None if standing else self._tile(path, environ)
            if answer is None:
                return self._noted(key, standing, environ, start)
            self.shelf.put(key, answer)
        return answer.given(method, get("HTTP_IF_NONE_MATCH"), start)

    def _standing(self, path: str) -> tuple[int, Standing] | None:
        """Return of what the answer at an address of what is in force is made; None where it may be of more."""
        if not template_of(path).is_settled:
            return None
        try:
            return self.tilesets.site.standing(path.split("/", _PLACE_OF_COUNTRY + 1)[_PLACE_OF_COUNTRY])
        except BudgetMapError:
            return None  # Flask meets the same error and says it

    def _tile(self, path: str, environ: Environ) -> Ready | None:
        """Return the answer for a tile; None for what Flask has to say."""
        if not path.startswith(ROOT) or not self.is_trusted(environ.get("HTTP_HOST", "")):
            return None
        address = parse(path)
        if address is None or address.place is None:
            return None
        if not address.is_of_borders and self.tilesets.site.must_be_opened(address.name):
            return None  # that is dear, and takes its turn
        try:
            return self.tilesets.answer(address, accepts_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")))
        except BudgetMapError:
            return None  # Flask meets the same error and says it

    def _is_in_force(self, answer: Ready) -> bool:
        try:
            return self.tilesets.site.id_in_force(answer.country) == answer.version
        except BudgetMapError:
            return False

    def _noted(
        self, key: tuple[object, ...], standing: tuple[int, Standing] | None, environ: Environ, start: Any
    ) -> Iterable[bytes]:
        """Return Flask's answer, and keep it where it stays the same."""
        started: list[tuple[str, Headers]] = []

        def noting(status: str, headers: Headers, exc_info: Any = None) -> Any:
            started[:] = [(status, list(headers))]
            return start(status, headers, exc_info) if exc_info else start(status, headers)

        body = self.behind(environ, noting)
        caching = REVALIDATED if standing else IMMUTABLE
        if environ["REQUEST_METHOD"] != "GET" or not started or not _is_kept(*started[0], caching):
            return body
        parts = list(body)
        if close := getattr(body, "close", None):
            close()
        content = b"".join(parts)
        if standing is None or self._still_stands(environ["PATH_INFO"], standing, started[0][1]):
            self.shelf.put(key, _kept(*started[0], content))
        return [content]

    def _still_stands(self, path: str, standing: tuple[int, Standing], headers: Headers) -> bool:
        """Tell whether an answer is of the version that was in force before it was made, and after."""
        return (VERSION, standing[1].version) in headers and self._standing(path) == standing


def _is_plain(environ: Environ, path: str) -> bool:
    """Tell whether a request has no query and its path came as it stands; in doubt Flask is asked."""
    if environ.get("QUERY_STRING"):
        return False
    came = environ.get("RAW_URI") or environ.get("REQUEST_URI")
    return not came or came == environ.get("SCRIPT_NAME", "") + path


def _is_kept(status: str, headers: Headers, caching: str) -> bool:
    given = {name.lower(): value for name, value in headers}
    return (
        status.startswith("200")
        and given.get("cache-control") == caching
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
