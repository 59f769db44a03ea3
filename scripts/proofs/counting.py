"""What a proof has heard: answers by kind and status, how long they took, what failed; and the table of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil

from benchmarks.shared import table
from scripts.proofs.asking import Answer

GOOD = {200, 204, 206, 304}


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that so large a share of the values does not exceed; 0 of none."""
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else 0.0


@dataclass
class Heard:
    """Answers as they come; `good` are the statuses that are no failure."""

    good: set[int] = field(default_factory=lambda: set(GOOD))
    seconds: dict[str, list[float]] = field(default_factory=dict)
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    bytes: int = 0

    def hear(self, answer: Answer) -> None:
        """Count one answer."""
        kind = answer.ask.kind
        self.seconds.setdefault(kind, []).append(answer.seconds)
        self.statuses[kind, answer.status] += 1
        self.bytes += len(answer.body)
        if answer.status not in self.good:
            self.failures.append(f"{answer.status or 'no answer'} {answer.ask.path[:120]}")

    @property
    def count(self) -> int:
        """Return how many answers came."""
        return sum(self.statuses.values())

    def every_second(self, kinds: Sequence[str] = ()) -> list[float]:
        """Return the waits of some kinds, of all where none is named."""
        return [wait for kind, waits in self.seconds.items() if not kinds or kind in kinds for wait in waits]

    def printed(self) -> None:
        """Print a row for each kind, and the first failures."""
        rows = []
        for kind, waits in sorted(self.seconds.items()):
            found = sorted((status, n) for (of, status), n in self.statuses.items() if of == kind)
            told = ", ".join(f"{status or 'none'} × {n:,}" for status, n in found)
            times = [f"{percentile(waits, share) * 1000:.1f}" for share in (0.5, 0.95, 0.99)]
            rows.append((kind, f"{len(waits):,}", *times, f"{max(waits) * 1000:.0f}", told))
        table(("asked for", "answers", "median, ms", "95 %, ms", "99 %, ms", "longest, ms", "statuses"), *rows)
        for failure in self.failures[:10]:
            print(f"failed: {failure}")
