"""Answers that lie ready: complete, with their headers, given out without asking anybody again.

A shelf of two generations holds them within a limit of bytes: what is asked for again moves to the young one, and what
was not asked for while the young one filled goes with the old one. A look-up takes no lock.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass

from werkzeug.http import parse_etags

Headers = list[tuple[str, str]]
Start = Callable[[str, Headers], object]

# What says how a body is packed and how long it is says nothing of a body that is not sent.
_OF_THE_BODY = {"content-encoding", "content-length", "content-type"}
_OVERHEAD = 2048  # bytes of an answer beside its body and its key


@dataclass(frozen=True, slots=True)
class Ready:
    """One answer. `tags` are those by which a reader may say that it has it, the one to be named first.

    `country` and `version`: good only while this version is in force there; empty for what never changes.
    """

    status: str
    headers: Headers
    body: bytes
    tags: tuple[str, ...] = ()
    country: str = ""
    version: str = ""

    def given(self, method: str, known: str | None, start: Start) -> list[bytes]:
        """Start the response to GET or HEAD and return its body; `known` is If-None-Match."""
        if known is not None and self.tags and (tag := self._known(known)):
            start("304 NOT MODIFIED", self._unchanged(tag))
            return []
        start(self.status, self.headers[:])  # a server may change the list that it is given
        return [self.body] if method == "GET" else []

    def _known(self, known: str) -> str:
        """Return which of the tags a reader has, compared weakly; "" for none."""
        listed = parse_etags(known)
        return next((tag for tag in self.tags if listed.contains_weak(tag)), "")

    def _unchanged(self, tag: str) -> Headers:
        kept = [(name, value) for name, value in self.headers if name.lower() not in {*_OF_THE_BODY, "etag"}]
        return [*kept, ("ETag", f'"{tag}"')]


class Shelf:
    """Answers by key within a limit of bytes; safe to share between threads."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes // 2  # of each generation
        self._young: dict[Hashable, Ready] = {}
        self._old: dict[Hashable, Ready] = {}
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Ready | None:
        """Return the answer, or None."""
        found = self._young.get(key)
        if found is None and (found := self._old.get(key)) is not None:
            self.put(key, found)
        return found

    def put(self, key: Hashable, answer: Ready) -> None:
        """Keep an answer, unless it would fill a generation by itself."""
        size = len(answer.body) + _OVERHEAD
        if size > self.most_bytes:
            return
        with self._lock:
            if self._bytes + size > self.most_bytes:
                self._old, self._young, self._bytes = self._young, {}, 0
            if (before := self._young.get(key)) is not None:
                self._bytes -= len(before.body) + _OVERHEAD
            self._young[key] = answer
            self._bytes += size

    def __len__(self) -> int:
        return len(self._young.keys() | self._old.keys())

    @property
    def bytes(self) -> int:
        """Return what the kept answers take at most."""
        return sum(len(answer.body) + _OVERHEAD for answer in _values(self._young, self._old))


def _values(*parts: dict[Hashable, Ready]) -> Iterable[Ready]:
    for part in parts:
        yield from list(part.values())
