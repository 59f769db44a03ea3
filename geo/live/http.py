"""POST /ingest and DELETE /ingest/<batch>, as one small WSGI application: who may, what came, what became of it.

Every answer is JSON and names the version in force; none may be kept by a cache. A refusal has its reason in every
language and, for records, the faults that the importer would name.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from geo.core import errors
from geo.ledger import Signed
from geo.live.batches import ID, Batch
from geo.live.feeds import Applied, Feed
from geo.live.refusals import STATUS, LacksHeader, NoSuchPlace, NotAllowed, OtherCountry, OtherMethod, TooOften
from geo.live.requests import Request
from geo.live.tokens import Token, Tokens
from geo.live.told import problem
from geo.live.turnstile import Room, Turnstile

log = logging.getLogger("geo.live")

_BODIES_AT_ONCE = 5  # of one sender
Start = Callable[[str, list[tuple[str, str]]], object]
_TITLES = {
    200: "OK", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
    409: "Conflict", 413: "Content Too Large", 415: "Unsupported Media Type", 422: "Unprocessable Content",
    429: "Too Many Requests", 500: "Internal Server Error", 503: "Service Unavailable", 507: "Insufficient Storage",
}  # fmt: skip


class Application:
    """The application of one country's feed."""

    def __init__(self, feed: Feed, tokens: Tokens, tell: Callable[[dict[str, Any]], object] | None = None) -> None:
        """Begin with nobody heard of; `tell` hears what became of everything that a known sender asked."""
        self._feed, self._tokens, self._tell = feed, tokens, tell
        self._senders, self._strangers = Turnstile(20, 10.0), Turnstile(20, 1 / 3)
        self._reading = Room(_BODIES_AT_ONCE)

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        """Answer one request; nothing is raised."""
        request, began = Request(environ), time.monotonic()
        try:
            status, body = 200, self._answered(request)
        except errors.BudgetMapError as error:
            status, body = STATUS.get(type(error), 500), problem(error)
        except Exception:
            log.exception("unforeseen error")
            status, body = 500, problem(errors.OwnFault(kind="-"))
        if self._tell and request.sender:
            self._tell(_line(request, status, body, time.monotonic() - began))
        return _sent(start, status, {**body, "current": self._feed.current()} if status != 401 else body)

    def _answered(self, request: Request) -> dict[str, Any]:
        if (request.method, request.path) == ("GET", "/healthz"):
            return {"country": self._feed.country}
        token = self._token(request)
        if not self._senders.lets(token.id):
            raise TooOften(seconds=1)
        allowed, batch = _place(request)
        if request.method != allowed:
            raise OtherMethod(path=request.path[:80], method=request.method[:16], allow=allowed)
        if allowed == "POST":
            return outcome(self._feed.apply(self._batch(request, token)))
        signed = Signed(_now(), token.name, request.note)
        return outcome(self._feed.withdraw(token.name, batch, request.base, signed))

    def _token(self, request: Request) -> Token:
        """Return the token of a request; who tries many is made to wait, so that guessing takes for ever."""
        token = self._tokens.of_secret(request.secret)
        if token is None:
            if not self._strangers.lets(request.peer):
                raise TooOften(seconds=60)
            raise NotAllowed()
        if token.country != self._feed.country:
            raise OtherCountry(country=token.country, served=self._feed.country)
        request.sender = token.name
        return token

    def _batch(self, request: Request, token: Token) -> Batch:
        # Who sends slowly holds a thread; a sender holds some of them, never all.
        with self._reading.entered(token.id) as is_inside:
            if not is_inside:
                raise TooOften(seconds=1)
            try:
                if not ID.fullmatch(request.batch):
                    raise LacksHeader(header="Batch-Id", value=request.batch[:80], allowed="A-Z a-z 0-9 . _ : -")
                content = request.content()
                return Batch(request.batch, token.name, content, request.is_csv, request.base, _now(), request.note)
            except errors.BudgetMapError:
                request.drop()
                raise


def _place(request: Request) -> tuple[str, str]:
    """Return the method that a place answers and the batch that it names; raises NoSuchPlace."""
    batch = request.path.removeprefix("/ingest/")
    if request.path == "/ingest":
        return "POST", ""
    if batch != request.path and ID.fullmatch(batch):
        return "DELETE", batch
    raise NoSuchPlace(path=request.path[:80], method=request.method[:16])


def _line(request: Request, status: int, body: dict[str, Any], took_s: float) -> dict[str, Any]:
    said: dict[str, Any] = {name: body[name] for name in ("code", "outcome", "version", "sequence") if name in body}
    batch = request.batch if ID.fullmatch(request.batch) else ""
    return {"source": request.sender, "batch": batch, "status": status, **said, "ms": round(took_s * 1000)}


def outcome(applied: Applied) -> dict[str, Any]:
    """Return what became of a batch as plain values."""
    return {"outcome": "applied" if applied.is_new else "already applied", **asdict(applied)}


def _sent(start: Start, status: int, body: dict[str, Any]) -> list[bytes]:
    content = json.dumps(body, ensure_ascii=False, indent=1).encode() + b"\n"
    kind = "application/json" if status == 200 else "application/problem+json"
    headers = {
        "Content-Type": f"{kind}; charset=utf-8",
        "Content-Length": str(len(content)),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
        **({"WWW-Authenticate": "Bearer"} if status == 401 else {}),
        **({"Allow": body["allow"]} if status == 405 else {}),
        **({"Retry-After": body.get("retry_after", "1")} if status in {429, 503} else {}),
    }
    start(f"{status} {_TITLES[status]}", list(headers.items()))
    return [content]


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
