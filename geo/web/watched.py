"""What small files say, read again only when they were replaced: a look costs microseconds, a reading far more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from geo.versions.intact import Look, look

Found = TypeVar("Found")


class Watched(Generic[Found]):
    """The files of a folder as `read` understands them, by name; safe to share between threads."""

    def __init__(self, folder: Path, read: Callable[[str], Found]) -> None:
        self._folder, self._read = f"{folder}/", read
        self._seen: dict[str, tuple[Look | None, Found]] = {}

    def get(self, name: str) -> Found:
        """Return what a file says now; what `read` raises is not remembered. The name is one that `read` checks."""
        seen_now = look(self._folder + name)  # before reading: a change in between is seen next time
        seen = self._seen.get(name)
        if seen is not None and seen[0] == seen_now:
            return seen[1]
        found = self._read(name)
        self._seen[name] = seen_now, found
        return found
