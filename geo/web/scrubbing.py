"""Whether what is served still is what was published: a look at every file before answers are made, digests slowly.

A version with a file that is another one is not served any more: 503, and the process is not ready, until that file is
another one again, so that a restored file needs no restart. There is no silent fallback to older figures: whoever runs
the service rolls back, and then readers are told so.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from geo.core.errors import DamagedVersion
from geo.versions import Version
from geo.versions.intact import Look, look

log = logging.getLogger("geo.web.scrubbing")
LOOK_S = 0.2  # seconds for which a look at two hundred files (a fifth of a millisecond) is believed
REST_S = 60.0  # seconds between two readings of everything
MEGA = 1 << 20


@dataclass
class Guard:
    """What a process knows of damage; safe to share between threads."""

    look_s: float = LOOK_S
    _looked: dict[str, float] = field(default_factory=dict)
    _damaged: dict[str, tuple[Path, str, Look | None]] = field(default_factory=dict)

    def check(self, version: Version) -> None:
        """Raise DamagedVersion where a file of an open version is not what it was when its digests were compared."""
        now = time.monotonic()
        if now - self._looked.get(version.id, -self.look_s) < self.look_s:
            return
        if name := version.intact.changed():
            self.damaged(version.folder, name)
            raise DamagedVersion(id=version.id, file=name)
        self._looked[version.id] = now

    def known(self, version_id: str) -> None:
        """Raise DamagedVersion where a file was found damaged and is as it was: no reader has all be read anew."""
        found = self._damaged.get(version_id)
        if found is not None and look(f"{found[0]}/{found[1]}") == found[2]:
            raise DamagedVersion(id=version_id, file=found[1])

    def is_damaged(self, version_id: str) -> bool:
        """Tell whether a version was found damaged and nobody has found it whole since."""
        return version_id in self._damaged

    def damaged(self, folder: Path, name: str) -> None:
        """Remember that a file of the version in a folder is not whole."""
        if folder.name not in self._damaged:
            log.error("damaged: version %s, file %s", folder.name, name)
        self._damaged[folder.name] = folder, name, look(f"{folder}/{name}")
        self._looked.pop(folder.name, None)

    def whole(self, version_id: str) -> None:
        """Forget damage: every digest has just been compared."""
        self._damaged.pop(version_id, None)
        self._looked.pop(version_id, None)


class Scrubber:
    """A thread that reads every open version again, at a pace, and tells a guard what is not whole."""

    def __init__(self, guard: Guard, versions: Callable[[], Iterable[Version]], drop: Callable[[str], None]) -> None:
        self.guard, self.versions, self.drop = guard, versions, drop
        self._stop = threading.Event()

    def start(self, mb_per_s: int) -> None:
        """Read on until the process ends."""
        threading.Thread(target=self._run, args=(mb_per_s,), name="scrubber", daemon=True).start()

    def stop(self) -> None:
        """Let the thread end."""
        self._stop.set()

    def once(self, mb_per_s: int) -> list[tuple[str, str]]:
        """Return (version, file) of all damage that one reading of everything finds."""
        found = []
        for version in self.versions():
            name = version.intact.read_slowly(mb_per_s * MEGA, self._stop)
            if name and not version.intact.is_removed():
                found.append((version.id, name))
                self.guard.damaged(version.folder, name)
                self.drop(version.id)
        return found

    def _run(self, mb_per_s: int) -> None:
        while not self._stop.is_set():
            self.once(mb_per_s)
            self._stop.wait(REST_S)
