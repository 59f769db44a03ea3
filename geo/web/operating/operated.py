"""The outermost layer of the service: names each answer, takes its time, counts it, writes its line."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from geo.core.errors import BudgetMapError, LongAddress
from geo.web.operating.counted import Counts
from geo.web.operating.gated import REFUSED
from geo.web.operating.logs import ID_OF_ANSWER, METHODS, REQUESTS, Ids, Lines
from geo.web.operating.refusals import Refusals
from geo.web.operating.templates import OTHER, template_of

log = logging.getLogger("geo.web")
Environ = dict[str, Any]
Headers = list[tuple[str, str]]
Application = Callable[[Environ, Any], Iterable[bytes]]

LONGEST_ADDRESS = 8192  # characters of path and query; the longest of our own has some hundred
_NOTED_EVERY_S = 5.0


class Operated:
    """A WSGI application around another; safe to share between threads.

    `note` is called every few seconds, by a thread that answers, to say how gauges stand.
    """

    def __init__(
        self, behind: Application, refusals: Refusals, counts: Counts, lines: Lines, note: Callable[[Counts], None]
    ) -> None:
        """Begin to count."""
        self.behind, self.refusals, self.counts, self.lines, self.note = behind, refusals, counts, lines, note
        self._ids, self._noted = Ids(), -_NOTED_EVERY_S
        self._is_logged = lines.level == REQUESTS

    def __call__(self, environ: Environ, start: Any) -> Iterable[bytes]:
        """Answer as what is behind does; 414 for an address that is longer than any of ours."""
        began = time.perf_counter()
        name = environ[ID_OF_ANSWER] = self._ids.next()
        self._inside(began)
        said: list[tuple[str, Headers]] = []

        def starting(status: str, headers: Headers, *more: Any) -> Any:
            said[:] = [(status, headers)]
            return start(status, [*headers, ("X-Request-Id", name)] if status >= "4" else headers, *more)

        if len(environ["PATH_INFO"]) + len(environ.get("QUERY_STRING", "")) > LONGEST_ADDRESS:
            body: Iterable[bytes] = self.refusals.given(LongAddress, environ, starting)
        else:
            body = self._answered(environ, starting)
        if isinstance(body, list):
            self._done(environ, said, began, sum(map(len, body)), name)
            return body
        return _Counted(body, lambda length: self._done(environ, said, began, length, name))

    def _answered(self, environ: Environ, starting: Any) -> Iterable[bytes]:
        try:
            return self.behind(environ, starting)
        except Exception as error:
            log.error("unforeseen error", exc_info=error)
            return self.refusals.given(BudgetMapError, environ, starting)

    def _inside(self, began: float) -> None:
        if began - self._noted >= _NOTED_EVERY_S:
            self._noted = began
            self.note(self.counts)

    def _done(self, environ: Environ, said: list[tuple[str, Headers]], began: float, length: int, name: str) -> None:
        seconds = time.perf_counter() - began
        status = int(said[0][0][:3]) if said else 500
        route = OTHER if status == 404 else template_of(environ["PATH_INFO"]).name
        self.counts.request(route, status, seconds, length)
        is_fault = status >= 500 and status != 501  # that is what a reader asked for and we do not make
        headers = {key.lower(): value for key, value in said[0][1]} if said and (is_fault or self._is_logged) else {}
        if is_fault and REFUSED not in environ:
            self.counts.event("errors")
        if self._is_logged or (is_fault and REFUSED not in environ):  # in an overload lines would be the next load
            method = environ["REQUEST_METHOD"]
            self.lines.answer(
                id=name,
                method=method if method in METHODS else OTHER,
                route=route,
                status=status,
                ms=round(seconds * 1000, 2),
                bytes=length,
                version=headers.get("x-version", ""),
            )


class _Counted:
    """A body whose bytes are counted while it is sent; says so once, when it ends or is given up."""

    def __init__(self, body: Iterable[bytes], done: Callable[[int], None]) -> None:
        self._body, self._done, self._length, self._is_open = body, done, 0, True

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._body:
            self._length += len(piece)
            yield piece
        self._end()

    def close(self) -> None:
        """Close what is behind."""
        if close := getattr(self._body, "close", None):
            close()
        self._end()

    def _end(self) -> None:
        if self._is_open:
            self._is_open = False
            self._done(self._length)
