"""A private copy of a foreign file: what is read is what was hashed, whoever else writes to the file meanwhile."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from geo.core.errors import BadData, Fault
from geo.core.files import disk
from geo.foreign.limits import MEGABYTE, Limits

_BLOCK = 4 * MEGABYTE


@dataclass(frozen=True)
class Snapshot:
    """A copy and what it is a copy of."""

    path: Path
    name: str  # of the original, without its folder
    sha256: str
    bytes: int


def snapshot(path: Path, scratch: Path, limits: Limits) -> Snapshot:
    """Return a copy of a regular file inside `scratch`.

    Raises BadData where there is no such file, where it is no regular file (a pipe would never end), where it is too
    large, cannot be read, or changed meanwhile; CannotWrite where there is no room for the copy.
    """
    name = path.name
    with _opened(path, name) as source:
        before = os.fstat(source)
        if before.st_size > limits.file_mb * MEGABYTE:
            size, most = f"{-(-before.st_size // MEGABYTE)} MB", f"{limits.file_mb} MB"
            raise BadData([Fault(name, 0, "", "E-LIM-03", size, {"limit": most})])
        copy = scratch / "foreign"
        with disk(scratch), copy.open("xb") as target:
            copied = _digest(source, name, target.write)
        after = os.fstat(source)
        is_same = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
        os.lseek(source, 0, os.SEEK_SET)
        if not is_same or _digest(source, name) != copied or _replaced(path, before):
            raise BadData([Fault(name, 0, "", "E-UP-06")])
    return Snapshot(copy, name, copied, copy.stat().st_size)


@contextmanager
def _opened(path: Path, name: str) -> Iterator[int]:
    """Yield a descriptor of a regular file; no opening waits for a writer at the other end."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        raise BadData([Fault(name, 0, "", "E-CSV-08", name)]) from None
    except OSError as error:
        # A socket and a device without a driver cannot even be opened.
        code = "E-CSV-09" if _is_regular(path) else "E-UP-01"
        raise BadData([Fault(name, 0, "", code, error.strerror or "")]) from None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise BadData([Fault(name, 0, "", "E-UP-01", name)])
        yield descriptor
    finally:
        os.close(descriptor)


def _is_regular(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return True


def _digest(source: int, name: str, write: object = None) -> str:
    """Return the SHA-256 of what is left to read, handing each block on."""
    found = hashlib.sha256()
    while True:
        try:
            block = os.read(source, _BLOCK)
        except OSError as error:
            raise BadData([Fault(name, 0, "", "E-CSV-09", error.strerror or "")]) from None
        if not block:
            return found.hexdigest()
        found.update(block)
        if callable(write):
            write(block)


def _replaced(path: Path, before: os.stat_result) -> bool:
    """Tell whether the name belongs to another file by now."""
    try:
        now = path.stat()
    except OSError:
        return True
    return (now.st_dev, now.st_ino) != (before.st_dev, before.st_ino)
