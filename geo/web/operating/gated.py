"""What stands before Flask and behind the shelf of ready answers: turns, tokens, and room for long answers.

A short answer leaves whole, so that a slow reader holds no thread of ours. A long one is sent piece by piece; only so
many of those go on at a time, for each holds a thread as long as its reader takes.
"""

from __future__ import annotations

import io
import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from geo.core.errors import BudgetMapError, Overloaded, TooManyRequests
from geo.core.way import WAY
from geo.web.operating.clients import Buckets, network_of
from geo.web.operating.counted import Counts
from geo.web.operating.gate import Lane, Size
from geo.web.operating.refusals import Refusals
from geo.web.operating.templates import DEAR, LIGHT, PAGE, Template, template_of, version_named

log = logging.getLogger("geo.web")
Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]

SIZES = {PAGE: Size(at_once=2, waiting=24), DEAR: Size(at_once=2, waiting=16)}
LONG_ANSWERS = 12  # that one process sends at a time
FORMS, LONGEST_FORM = 4, 16 * 1024  # that one process reads at a time, each in a thread; bytes of one
GATHERED = 1 << 20  # bytes; what is shorter leaves whole
REFUSED = "budgetmap.refused"  # in the environ of a request that is sent away: no fault of ours
_RETRY_LONG_S = 5.0


class Gated:
    """A WSGI application around another; safe to share between threads."""

    def __init__(  # noqa: PLR0913 - the parts of which it is put together, in one place
        self,
        behind: Application,
        refusals: Refusals,
        counts: Counts,
        buckets: Buckets,
        proxies: int,
        must_be_opened: Callable[[str], bool] = lambda version: False,
    ) -> None:
        """Open with nobody inside; `must_be_opened` tells of a version whether an answer of it reads all its files."""
        self.behind, self.refusals, self.counts, self.must_be_opened = behind, refusals, counts, must_be_opened
        self.buckets, self.proxies = buckets, proxies
        self.lanes = {cost: Lane(size) for cost, size in SIZES.items()}
        self.long = threading.BoundedSemaphore(LONG_ANSWERS)
        self.forms = threading.BoundedSemaphore(FORMS)

    def __call__(self, environ: Environ, start: Any) -> Iterable[bytes]:
        """Answer as Flask does, or refuse: 429 to a client with too few tokens, 503 where no turn is to be had."""
        template = self._template(environ["PATH_INFO"])
        if template.cost == LIGHT:
            with WAY.first():
                return self._sent(environ, start)
        if template.tokens and (wait := self._tokens_of(template, environ)):
            self._refuse(environ, "limited")
            return self.refusals.given(TooManyRequests, environ, start, wait)
        if environ.get("CONTENT_LENGTH") and not self._taken(environ):
            self._refuse(environ, "overloaded")
            return self.refusals.given(Overloaded, environ, start, _RETRY_LONG_S)
        lane = self.lanes[template.cost]
        if away := lane.enter():
            self._refuse(environ, "overloaded")
            return self.refusals.given(Overloaded, environ, start, away)
        began = lane.now()
        try:
            if template.cost == DEAR:
                return self._sent(environ, start, is_dear=True)
            with WAY.first():
                return self._sent(environ, start)
        finally:
            lane.leave(lane.now() - began)

    def _template(self, path: str) -> Template:
        """Return the template of a path; what opens a version of before is as dear as other dear answers."""
        template = template_of(path)
        if not self.must_be_opened(version_named(path)):
            return template
        # A notice costs its reader nothing: it is asked for by articles, once for each of their readers.
        tokens = 0 if template.name.startswith("/notice/") else max(1, template.tokens)
        return Template(template.name, DEAR, tokens)

    def _taken(self, environ: Environ) -> bool:
        """Read a form before its turn, so that whoever sends it slowly holds up nobody; return False where too many do.

        What is longer than any form of ours is left for Flask to refuse, unread.
        """
        length = str(environ["CONTENT_LENGTH"])
        if not length.isdecimal() or not 0 < int(length[:6]) <= LONGEST_FORM or len(length) > 6:
            return True
        if not self.forms.acquire(blocking=False):
            return False
        try:
            environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read(int(length)))
        finally:
            self.forms.release()
        return True

    def busy(self) -> int:
        """Return how many answers are being made or wait for their turn."""
        return sum(lane.inside + lane.waiting for lane in self.lanes.values())

    def _refuse(self, environ: Environ, event: str) -> None:
        environ[REFUSED] = event
        self.counts.event(event)

    def _tokens_of(self, template: Template, environ: Environ) -> int:
        return self.buckets.wait(network_of(environ, self.proxies), template.tokens)

    def _sent(self, environ: Environ, start: Any, *, is_dear: bool = False) -> Iterable[bytes]:
        """Return what Flask answers: whole where it is short, else in pieces where there is room for another."""
        began: list[tuple[Any, ...]] = []
        body = self.behind(environ, lambda *words: began.append(words))
        pieces = WAY.given(body) if is_dear else iter(body)
        try:
            gathered, is_whole = _gathered(pieces)
        except Exception as error:
            _close(body)
            log.error("an answer broke off", exc_info=error)
            known = type(error) if isinstance(error, BudgetMapError) else BudgetMapError
            return self.refusals.given(known, environ, start)
        if is_whole:
            _close(body)
            start(*began[-1])
            return gathered
        if not self.long.acquire(blocking=False):
            _close(body)
            self._refuse(environ, "overloaded")
            return self.refusals.given(Overloaded, environ, start, _RETRY_LONG_S)
        start(*began[-1])
        return _Long(gathered, pieces, body, self.long)


def _gathered(pieces: Iterator[bytes]) -> tuple[list[bytes], bool]:
    """Return the first pieces, and whether they are all."""
    gathered, length = [], 0
    for piece in pieces:
        gathered.append(piece)
        length += len(piece)
        if length > GATHERED:
            return gathered, False
    return gathered, True


class _Long:
    """The rest of a long answer; gives its room back when it was sent or its reader has gone."""

    def __init__(
        self, gathered: list[bytes], rest: Iterator[bytes], body: Iterable[bytes], room: threading.Semaphore
    ) -> None:
        self._gathered, self._rest, self._body, self._room = gathered, rest, body, room
        self._is_open = True

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield b"".join(self._gathered)
            yield from self._rest
        finally:
            self.close()

    def close(self) -> None:
        """Close what is behind, once."""
        if self._is_open:
            self._is_open = False
            self._room.release()
            _close(self._body)

    def __del__(self) -> None:
        self.close()


def _close(body: Iterable[bytes]) -> None:
    if close := getattr(body, "close", None):
        close()
