"""Arrays from their files, from any thread."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

# Numpy reads the head of a file with `ast`, which is not safe between threads in CPython 3.11: where the collector of
# garbage runs meanwhile it says "AST constructor recursion depth mismatch" (python/cpython#106905).
_ONE_AT_A_TIME = threading.Lock()


def array_of(path: Path, mmap_mode: Literal["r"] | None = None) -> NDArray[Any]:
    """Return the array of a file, or a view of it on the disk; raises OSError, ValueError for what is none."""
    with _ONE_AT_A_TIME:
        array: NDArray[Any] = np.load(path, mmap_mode=mmap_mode, allow_pickle=False)
    return array
