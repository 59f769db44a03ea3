"""What every proof upon a folder does around its own work: a folder that goes, the seconds, the broken laws."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def proving(said: str = "") -> Iterator[tuple[Path, list[str]]]:
    """Yield an empty folder and a list for the laws that are broken; then print the seconds and exit with these."""
    folder, began, wrong = Path(tempfile.mkdtemp(prefix="proof-")), time.monotonic(), list[str]()
    try:
        yield folder, wrong
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{time.monotonic() - began:.0f} s{said}")
    sys.exit("\n".join(wrong) if wrong else 0)
