"""Whether the files of a version are what its manifest says: by their digests, or, in microseconds, by a look.

A look compares what the file system says of each file (size, time of change, number) with what it said when the
digests were compared. Whoever writes into a file changes that; what rots on the disk does not, and is found by digests.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from geo.core.errors import DamagedVersion
from geo.core.files import digest, file_digest
from geo.versions.manifest import MANIFEST

_BLOCK = 1 << 18
_LARGE, _THREADS = 1 << 20, 2  # bytes from which a file is read beside others, and how many are
Look = tuple[int, int, int]


def check_digests(folder: Path, manifest: Mapping[str, Any], whole: frozenset[str] = frozenset()) -> None:
    """Raise DamagedVersion with the first file that is missing or differs from the manifest, but for `whole` ones."""
    rows = {name: row for name, row in manifest["files"].items() if name not in whole}
    with ThreadPoolExecutor(_THREADS) as beside:
        asked = {
            name: _asked(beside if row.get("bytes", 0) >= _LARGE else None, folder / name, row["sha256"])
            for name, row in rows.items()
        }
        for name, is_whole in asked.items():
            if not is_whole():
                raise DamagedVersion(id=folder.name, file=name)


def _asked(beside: ThreadPoolExecutor | None, path: Path, expected: str) -> Callable[[], bool]:
    """Return a question that tells whether a file is whole; it is read beside others where a thread can be had."""
    if beside is not None:
        with suppress(RuntimeError):  # no more threads are allowed to this process
            return beside.submit(_is_whole, path, expected).result
    return partial(_is_whole, path, expected)


def damaged_files(folder: Path, manifest: Mapping[str, Any]) -> list[str]:
    """Return every file that is missing or differs from the manifest, in its order."""
    return [name for name, listed in manifest["files"].items() if not _is_whole(folder / name, listed["sha256"])]


class Intact:
    """The files of one version as they were seen when they were whole; safe to share between threads."""

    def __init__(self, folder: Path, manifest: Mapping[str, Any], content: bytes) -> None:
        """Look at every file, also the one with the manifest's content; whoever compares digests does so after this."""
        listed = {name: str(row["sha256"]) for name, row in manifest["files"].items()}
        self.folder, self._digests = folder, {**listed, MANIFEST: digest(content)}
        self._paths = {f"{folder}/{name}": name for name in self._digests}
        self._seen = {path: look(path) for path in self._paths}

    def changed(self) -> str:
        """Return the first file that is another one since and not what the manifest says, "" where there is none."""
        for path, seen in self._seen.items():
            now, name = look(path), self._paths[path]
            if now != seen:
                if not _is_whole(self.folder / name, self._digests[name]):
                    return name
                self._seen[path] = now
        return ""

    def shared(self, other: Intact) -> frozenset[str]:
        """Return the files that are the very files of another version, seen there since as they were when whole."""
        names = {
            name: seen
            for name, digest in self._digests.items()
            if other._digests.get(name) == digest and (seen := self._seen[f"{self.folder}/{name}"]) is not None
        }
        return frozenset(name for name, seen in names.items() if seen == other._seen[f"{other.folder}/{name}"])

    def read_slowly(self, bytes_per_s: int, stop: Any) -> str:
        """Return the first file whose digest is wrong, reading them all at a pace; "" for none.

        `stop` is an event that ends the reading early.
        """
        for name, expected in self._digests.items():
            hashed = sha256()
            try:
                with (self.folder / name).open("rb", buffering=0) as file:
                    while (block := file.read(_BLOCK)) and not stop.wait(len(block) / bytes_per_s):
                        hashed.update(block)
            except OSError:
                return name
            if stop.is_set():
                return ""
            if hashed.hexdigest() != expected:
                return name
        return ""

    def is_removed(self) -> bool:
        """Tell whether the version was cleaned away: its folder is gone as a whole."""
        return not self.folder.is_dir()


def look(path: str) -> Look | None:
    """Return what the file system says of a file, None where there is none."""
    try:
        state = os.stat(path)
    except (OSError, ValueError):  # a name with a NUL is none that a file could have
        return None
    # A file that is replaced has another inode; should that number come again, size and time tell them apart.
    return state.st_ino, state.st_size, state.st_mtime_ns


def _is_whole(path: Path, expected: str) -> bool:
    try:
        return file_digest(path) == expected
    except OSError:
        return False
