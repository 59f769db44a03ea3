"""Files that survive a crash: written whole, fsynced, renamed; and the errors of a disk in our words."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from geo.core.errors import CannotWrite
from geo.core.failing import reach

# Another disk, a disk without such names, too many of them.
_NO_LINKS = {errno.EXDEV, errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS}


def digest(content: bytes) -> str:
    """Return the SHA-256 of the bytes in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal, without holding it in memory."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def to_json(value: Any) -> bytes:
    """Return one spelling of a JSON value: sorted keys, no spaces, UTF-8, so that same values give same bytes."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8")


def write(path: Path, content: bytes, *, is_waited_for: bool = False) -> None:
    """Write a new file; unless it is waited for, `sync` waits until the disk holds it."""
    reach("write")
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        reach("write: not synced")
        if is_waited_for:
            os.fsync(file.fileno())


def write_durably(path: Path, content: bytes) -> None:
    """Write a new file and wait until the disk holds it; the folder entry is synced by `sync_folder`."""
    write(path, content, is_waited_for=True)


def fill_durably(file: BinaryIO, blocks: Iterable[bytes]) -> dict[str, Any]:
    """Write blocks into an open file, wait until the disk holds them, and return their digest and length."""
    sha256, size = hashlib.sha256(), 0
    for block in blocks:
        file.write(block)
        sha256.update(block)
        size += len(block)
    file.flush()
    os.fsync(file.fileno())
    return {"sha256": sha256.hexdigest(), "bytes": size}


def place(path: Path, made: Path) -> bool:
    """Give a finished file a second name, or copy it where a disk has no such names; return whether it is a copy.

    `sync` waits until the disk holds its content, `sync_folder` for the name.
    """
    reach("write")
    try:
        os.link(made, path)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        shutil.copyfile(made, path)
        return True
    return False


def replace_durably(path: Path, content: bytes) -> None:
    """Replace a file in one step: a reader sees the old content or the new, never a part."""
    aside = path.with_name(f".{path.name}.new")
    try:
        write_durably(aside, content)
        reach("replace")
        os.replace(aside, path)
    except OSError:
        aside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Wait until the disk holds the entries of a folder."""
    sync(folder)


def make_folder(folder: Path, mode: int = 0o777) -> None:
    """Make a folder, and those above it, where there is none, and wait until the disk holds the entries of new ones.

    `mode` is that of the folder itself.
    """
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode, exist_ok=True)
    sync_folder(folder.parent)


def sync(path: Path) -> None:
    """Wait until the disk holds what a file or a folder holds."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def disk(folder: Path, needed: Callable[[], int | str] = lambda: "–") -> Iterator[None]:
    """Turn the operating system's refusals inside into CannotWrite: the path, the reason, needed and free bytes.

    `needed` counts what is to be written, where that is known; it is asked only then.
    """
    try:
        yield
    except OSError as error:
        place = folder
        while not place.exists() and place != place.parent:
            place = place.parent
        free = shutil.disk_usage(place).free
        path, reason = error.filename or folder, error.strerror or error
        raise CannotWrite(path=path, reason=reason, needed=needed(), free=free) from error
