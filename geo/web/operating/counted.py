"""Numbers that every serving process counts in memory which the others may read: sums survive the one who counted.

Each process has a file of one fixed size in the folder of the run, mapped into memory, and holds a lock on it while it
lives. A sum adds up all files; a process that was killed leaves its file, so that no counter ever falls.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import tempfile
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from geo.web.operating.templates import PLACES, TEMPLATES

# Upper bounds of the buckets of a duration, in milliseconds; beyond the last there is one more.
BUCKETS_MS = (1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 10_000)
STATUSES = (200, 204, 206, 303, 304, 308, 400, 401, 403, 404, 405, 406, 410, 413, 414, 416, 429, 500, 501, 503)
OTHER_STATUS = "other"
EVENTS = ("overloaded", "limited", "errors")  # counted since the start of the service
GAUGES = ("in_flight", "versions_open", "answers_kept", "answers_kept_bytes", "resident_bytes")  # of who lives now

_STATUS = {status: place for place, status in enumerate(STATUSES)}
_ROW = len(STATUSES) + 1 + len(BUCKETS_MS) + 1 + 2  # statuses, buckets, microseconds, bytes
_OF_BUCKETS = len(STATUSES) + 1
_OF_US, _OF_BYTES = _ROW - 2, _ROW - 1
_EVENTS_AT = _ROW * len(TEMPLATES)
_GAUGES_AT = _EVENTS_AT + len(EVENTS)
LENGTH = _GAUGES_AT + len(GAUGES)
_SUFFIX = ".counts"


class Counts:
    """What one process counts; safe to share between threads. Without a folder nobody else reads it."""

    def __init__(self, folder: Path | None) -> None:
        """Make the file of this process; it is all zeros."""
        self.folder = folder
        self._lock = threading.Lock()
        self._file: IO[bytes] | None = None
        if folder is None:
            mapped = mmap.mmap(-1, LENGTH * 8)
        else:
            path = folder / f"{uuid.uuid4().hex}{_SUFFIX}"
            self._file = file = path.open("x+b")
            fcntl.flock(file, fcntl.LOCK_EX)
            file.truncate(LENGTH * 8)
            mapped = mmap.mmap(file.fileno(), LENGTH * 8)
        self._cells = memoryview(mapped).cast("Q")

    def close(self) -> None:
        """Count no more: what was counted stays."""
        if self._file is not None:
            fcntl.flock(self._file, fcntl.LOCK_UN)  # the mapping holds the file open by itself
            self._file.close()

    def request(self, name: str, status: int, seconds: float, length: int) -> None:
        """Count an answer of a template: its status, how long it took and how many bytes it had."""
        at = PLACES[name] * _ROW
        milliseconds = seconds * 1000
        bucket = 0
        while bucket < len(BUCKETS_MS) and milliseconds > BUCKETS_MS[bucket]:
            bucket += 1
        cells = self._cells
        with self._lock:
            cells[at + _STATUS.get(status, len(STATUSES))] += 1
            cells[at + _OF_BUCKETS + bucket] += 1
            cells[at + _OF_US] += int(seconds * 1_000_000)
            cells[at + _OF_BYTES] += length

    def event(self, name: str) -> None:
        """Count one of EVENTS."""
        with self._lock:
            self._cells[_EVENTS_AT + EVENTS.index(name)] += 1

    def gauge(self, name: str, value: int) -> None:
        """Say how one of GAUGES stands now."""
        self._cells[_GAUGES_AT + GAUGES.index(name)] = max(0, value)

    def sums(self) -> Sums:
        """Return what all processes of the run have counted, this one alone where it has no folder."""
        if self.folder is None:
            return Sums([list(self._cells)], [])
        alive: list[list[int]] = []
        ended: list[list[int]] = []
        for path in sorted(self.folder.glob(f"*{_SUFFIX}")):
            cells, is_alive = _read(path)
            (alive if is_alive else ended).append(cells)
        return Sums(alive, ended)


class Sums:
    """The counts of several processes added up: of those that live, and of those that have ended."""

    def __init__(self, alive: list[list[int]], ended: list[list[int]]) -> None:
        """Add up: what is counted of all, what stands now of the living."""
        self.alive, self.ended = len(alive), len(ended)
        self._cells = [sum(column) for column in zip(*alive, *ended, strict=True)]
        self._now = [sum(column) for column in zip(*alive, strict=True)] or [0] * LENGTH

    def requests(self) -> Iterator[tuple[str, dict[str, int], list[int], int, int]]:
        """Yield (template, status → count, counts of the buckets, microseconds, bytes) of those ever asked for."""
        for template in TEMPLATES:
            at = PLACES[template.name] * _ROW
            row = self._cells[at : at + _ROW]
            if any(row):
                named = zip((*map(str, STATUSES), OTHER_STATUS), row[:_OF_BUCKETS], strict=True)
                yield template.name, {s: n for s, n in named if n}, row[_OF_BUCKETS:_OF_US], row[_OF_US], row[_OF_BYTES]

    def event(self, name: str) -> int:
        """Return how often one of EVENTS happened."""
        return self._cells[_EVENTS_AT + EVENTS.index(name)]

    def gauge(self, name: str) -> int:
        """Return how one of GAUGES stands in all living processes together."""
        return self._now[_GAUGES_AT + GAUGES.index(name)]


def _read(path: Path) -> tuple[list[int], bool]:
    """Return the numbers of a file and whether the process that counts in it lives."""
    with path.open("rb") as file:
        content = file.read(LENGTH * 8)
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            is_alive = False
        except BlockingIOError:
            is_alive = True
    return list(memoryview(content.ljust(LENGTH * 8, b"\0")).cast("Q")), is_alive


def run_folder() -> Path:
    """Return a new folder for the files of a run, in memory where the machine offers that."""
    shared = Path("/dev/shm")  # noqa: S108 - a folder of its own is made inside
    root = shared if shared.is_dir() and os.access(shared, os.W_OK) else None
    return Path(tempfile.mkdtemp(prefix="budgetmap-", dir=root))
