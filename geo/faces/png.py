"""map.png: the picture as pixels, drawn by a child process within limits, so that no thread of a service waits."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

from geo.core.errors import CannotDraw

_CHILD = Path(__file__).with_name("png_child.py")
_MOST_CHILDREN = 2  # at a time in a process: each has a core for itself
_PATIENCE_S, _DRAWING_S = 20, 40
_free = threading.BoundedSemaphore(_MOST_CHILDREN)


def png(svg: bytes, scale: int = 1) -> bytes:
    """Return an SVG of ours (its words outlines) as PNG, `scale` pixels for each of its units; same SVG, same bytes.

    Raises CannotDraw where others are drawn for longer than a reader waits, or its limits do not suffice.
    """
    if not _free.acquire(timeout=_PATIENCE_S):
        raise CannotDraw(reason="busy")
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(_CHILD), str(scale)],
            input=svg, capture_output=True, timeout=_DRAWING_S, check=True, env={},
        )  # fmt: skip
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        raise CannotDraw(reason=type(error).__name__) from error
    finally:
        _free.release()
    return done.stdout
