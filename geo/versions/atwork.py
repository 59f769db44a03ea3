"""A mark beside the versions: somebody is making the next one at this moment, so readers ask again soon."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

LONGEST_S = 30  # a mark that is older was left behind by one who died


@contextmanager
def at_work(home: Path, country: str) -> Iterator[None]:
    """Set the mark of a country while something is done; where it cannot be set, readers ask at their usual pace."""
    mark = _mark(home, country)
    with suppress(OSError):
        mark.touch()
    try:
        yield
    finally:
        with suppress(OSError):
            mark.unlink()


def is_at_work(home: Path, country: str) -> bool:
    """Tell whether somebody is making the next version of a country: one look at the file system."""
    try:
        age_s = time.time() - os.stat(_mark(home, country)).st_mtime
    except OSError:
        return False
    return abs(age_s) < LONGEST_S


def _mark(home: Path, country: str) -> Path:
    return home / f".at-work-{country}"
