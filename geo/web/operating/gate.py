"""How much work is done at a time: a few answers are made, some wait their turn, all others are refused at once.

Two lanes, so that dear answers never hold up pages: what waits for a child process would fill the lane of those that
take milliseconds. Whether an answer may wait is told by what the last ones took: a wait that would be too long is
refused before any work, while whoever asks can still go elsewhere.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

LONGEST_WAIT_S = 2.0  # that is expected of who may wait; by this long after it the turn has come or is given up
_GIVEN_UP_S = 5.0
_WEIGHT = 0.1  # of the newest duration in the running mean
_FIRST_GUESS_S = 0.05


@dataclass(frozen=True)
class Size:
    """How many answers a lane makes at a time, and how many may wait."""

    at_once: int
    waiting: int


class Lane:
    """The turns of one kind of answer; safe to share between threads."""

    def __init__(self, size: Size, clock: Callable[[], float] = time.monotonic) -> None:
        """Nobody is inside, nobody waits."""
        self.size, self._clock = size, clock
        self._turns = threading.Condition()
        self.inside = self.waiting = 0
        self._mean_s = _FIRST_GUESS_S

    def enter(self) -> float:
        """Take a turn, now or after a wait, and return 0; return the seconds to stay away where none is to be had."""
        with self._turns:
            if self.inside < self.size.at_once and not self.waiting:
                self.inside += 1
                return 0
            expected = self._mean_s * (self.waiting + 1) / self.size.at_once
            if self.waiting >= self.size.waiting or expected > LONGEST_WAIT_S:
                return max(1.0, expected)
            self.waiting += 1
            try:
                came = self._turns.wait_for(lambda: self.inside < self.size.at_once, _GIVEN_UP_S)
            finally:
                self.waiting -= 1
            if not came:
                return _GIVEN_UP_S
            self.inside += 1
            return 0

    def leave(self, seconds: float) -> None:
        """Give the turn back; `seconds` is how long it took."""
        with self._turns:
            self.inside -= 1
            self._mean_s += (seconds - self._mean_s) * _WEIGHT
            self._turns.notify()

    def now(self) -> float:
        """Return the time by this lane's clock."""
        return self._clock()
