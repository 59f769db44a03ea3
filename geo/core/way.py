"""Who goes first within a process: what readers wait for most, and long work that gives way to it between two steps.

Threads of Python take turns (`SWITCH_S` in web/serve.py), so a page beside long work would take twice as long. Long
work that asks here between two of its steps waits until no page and no light answer is being made, but never for good.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

Item = TypeVar("Item")
_WORKED_S = 0.002  # of long work, after which it asks again
_LONGEST_S = 0.05  # that it waits: beside answers without end it still has a twentieth of the time


class Way:
    """Tells long work when nobody goes first; safe to share between threads."""

    def __init__(self) -> None:
        """Begin with nobody inside."""
        self._lock, self._inside, self._free = threading.Lock(), 0, threading.Event()
        self._free.set()
        self._mine = threading.local()

    @contextmanager
    def first(self) -> Iterator[None]:
        """Go first until the block is left."""
        with self._lock:
            self._inside += 1
            self._free.clear()
        self._mine.goes_first = True
        try:
            yield
        finally:
            self._mine.goes_first = False
            with self._lock:
                self._inside -= 1
                if not self._inside:
                    self._free.set()

    def given(self, items: Iterable[Item]) -> Iterator[Item]:
        """Yield items one after the other, giving way between two of them; who goes first itself waits for nobody."""
        asked = time.monotonic()
        for item in items:
            if time.monotonic() - asked > _WORKED_S and not getattr(self._mine, "goes_first", False):
                self._free.wait(_LONGEST_S)
                asked = time.monotonic()
            yield item


WAY = Way()  # of this process: there is one, for its threads share one interpreter
