"""So many at once, then so many a second, for each of a bounded number of people; and so many inside at a time."""

from __future__ import annotations

import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager

_MOST = 4096  # people remembered; who was not heard of for longest is forgotten first


class Turnstile:
    """Lets each one pass `at_once` times, and `a_second` times a second after that."""

    def __init__(self, at_once: int, a_second: float) -> None:
        """Begin with nobody waiting."""
        self._at_once, self._a_second = at_once, a_second
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def lets(self, who: str) -> bool:
        """Tell whether one may pass now."""
        now = time.monotonic()
        with self._lock:
            left, then = self._left.pop(who, (float(self._at_once), now))
            left = min(float(self._at_once), left + (now - then) * self._a_second)
            may = left >= 1
            self._left[who] = (left - 1 if may else left, now)
            while len(self._left) > _MOST:
                self._left.popitem(last=False)
        return may


class Room:
    """Holds so many of each one at a time; who comes beyond them is not let in."""

    def __init__(self, most: int) -> None:
        """Begin empty."""
        self._most, self._inside, self._lock = most, Counter[str](), threading.Lock()

    @contextmanager
    def entered(self, who: str) -> Iterator[bool]:
        """Yield whether one is inside now, and let them out at the end."""
        with self._lock:
            may = self._inside[who] < self._most
            self._inside[who] += may
        try:
            yield may
        finally:
            with self._lock:
                self._inside[who] -= may
                if not self._inside[who]:
                    del self._inside[who]
