"""Files that were dear to make, kept by name within a limit of bytes; a few are made at a time, by all processes.

A name holds everything that its file depends on, so a kept file is never out of date. What a killed process left
behind is removed by the next that makes something.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from geo.core.errors import ExportsBusy
from geo.core.files import disk
from geo.core.settings import Settings

_MAKING = ".making-"
_FORGOTTEN_S = 3600  # nothing takes as long to make
_MEGA = 1 << 20


@dataclass(frozen=True)
class Kept:
    """A folder of finished files."""

    folder: Path
    most_bytes: int
    at_once: int

    def file(self, name: str, make: Callable[[Path], None]) -> Path:
        """Return the kept file, made now where it is not there; `make` writes into the path that it is given.

        Raises ExportsBusy where as many as may be are being made, CannotWrite, and what `make` raises.
        """
        path = self.folder / name
        if path.is_file():
            with suppress(OSError):
                os.utime(path)  # used again: the last to go
            return path
        with disk(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            with self._slot():
                self._remove_forgotten()
                with tempfile.TemporaryDirectory(dir=self.folder, prefix=_MAKING) as aside:
                    make(Path(aside) / name)
                    os.replace(Path(aside) / name, path)
            self._remove_oldest(path)
        return path

    @contextmanager
    def _slot(self) -> Iterator[None]:
        """Hold one of the places of those who make something; the kernel frees it when its holder dies."""
        for number in range(self.at_once):
            with (self.folder / f".slot-{number}").open("a+b") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
                yield
                return
        raise ExportsBusy()

    def _remove_forgotten(self) -> None:
        for left in self.folder.glob(f"{_MAKING}*"):
            with suppress(OSError):
                if time.time() - left.stat().st_mtime > _FORGOTTEN_S:
                    shutil.rmtree(left, ignore_errors=True)

    def _remove_oldest(self, newest: Path) -> None:
        """Remove the files that were not used for longest until the rest are within the limit; the newest stays."""
        found = []
        for path in self.folder.glob("[!.]*"):
            with suppress(OSError):
                found.append((path.stat().st_mtime, path.stat().st_size, path))
        total = sum(size for _, size, _ in found)
        for _, size, path in sorted(found):
            if total <= self.most_bytes:
                return
            if path != newest:
                path.unlink(missing_ok=True)
                total -= size


@cache
def kept(settings: Settings) -> Kept:
    """Return the folder of a home, or one of this process alone where the home may not be written to."""
    folder = settings.home / "made" / "exports"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        is_writable = os.access(folder, os.W_OK)
    except OSError:
        is_writable = False
    if not is_writable:
        folder = Path(tempfile.mkdtemp(prefix="budgetmap-exports-"))
    return Kept(folder.resolve(), settings.exports_mb * _MEGA, settings.exports_at_once)
