"""Arrays from their files and back, from any thread."""

from __future__ import annotations

import io
import threading
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

# Numpy reads the head of a file with `ast`, which is not safe between threads in CPython 3.11: where the collector of
# garbage runs meanwhile it says "AST constructor recursion depth mismatch" (python/cpython#106905).
_ONE_AT_A_TIME = threading.Lock()
_HEADS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}


def array_of(path: Path, mmap_mode: Literal["r"] | None = None) -> NDArray[Any]:
    """Return the array of a file, or a view of it on the disk; raises OSError, ValueError for what is none."""
    with _ONE_AT_A_TIME:
        array: NDArray[Any] = np.load(path, mmap_mode=mmap_mode, allow_pickle=False)
    return array


def held(content: bytes) -> NDArray[Any]:
    """Return the array whose file has this content: a view of it, not to be written to."""
    stream = io.BytesIO(content)
    with _ONE_AT_A_TIME:
        version = np.lib.format.read_magic(stream)
        shape, is_fortran, dtype = _HEADS[version](stream)
    if not np.prod(shape):
        return np.zeros(shape, dtype)
    flat = np.frombuffer(content, dtype, offset=stream.tell())
    return flat.reshape(shape, order="F" if is_fortran else "C")


def npy(array: Any) -> bytes:
    """Return an array as the file that holds it."""
    buffer = io.BytesIO()
    np.save(buffer, np.ascontiguousarray(array), allow_pickle=False)
    return buffer.getvalue()
