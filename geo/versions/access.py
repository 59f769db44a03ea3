"""Whether a home may be looked into: one that may not would be taken for an empty one."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from geo.core.errors import CannotRead

FOLDERS = ("versions", "current", "embeds", "ledger", "live")


def unreadable(home: Path) -> list[Path]:
    """Return the folders of a home, and itself, that are there and may not be looked into."""
    places = [home, *(home / name for name in FOLDERS)]
    return [place for place in places if _is_there(place) and not os.access(place, os.R_OK | os.X_OK)]


def check_readable(home: Path) -> None:
    """Raise CannotRead for a home that may not be looked into: it would be taken for an empty one."""
    for place in unreadable(home):
        raise CannotRead(path=place, reason=os.strerror(errno.EACCES))


def _is_there(place: Path) -> bool:
    try:
        return place.exists()
    except PermissionError:  # of the folder around it, which is told itself
        return False
