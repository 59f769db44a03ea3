"""A folder to read and rehearse in: removed behind, or by the next one where its owner was killed."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from geo.core.files import disk

_PREFIX = "budgetmap-"
_LOCK = "owner.lock"  # held (flock) by the owner; freed by the kernel when it dies


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Yield an empty folder that is removed whatever happens; raises CannotWrite where none can be made.

    Folders whose owners were killed are removed on this occasion.
    """
    place = Path(tempfile.gettempdir())
    with disk(place):
        _remove_orphans(place)
        folder, lock = _made(place)
    try:
        with lock:
            inside = folder / "inside"
            with disk(place):
                inside.mkdir()
            yield inside
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _made(place: Path) -> tuple[Path, IO[bytes]]:
    """Return a new folder and its lock; it gets its name when the lock is held, so that no orphan is seen in it."""
    aside = Path(tempfile.mkdtemp(prefix=f".{_PREFIX}", dir=place))
    try:
        lock = (aside / _LOCK).open("wb")
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        folder = aside.with_name(aside.name.removeprefix("."))
        os.rename(aside, folder)
    except OSError:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    return folder, lock


def _remove_orphans(place: Path) -> None:
    for path in place.glob(f"{_PREFIX}*/{_LOCK}"):
        try:
            with path.open("rb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(path.parent, ignore_errors=True)
        except OSError:
            continue  # it has an owner, or is another user's
