"""What runs inside the child process: it limits itself, reads one order, writes one file."""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import resource
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from geo.core.children import stand_back
from geo.exporting.order import Order

PR_SET_PDEATHSIG = 1
_WRITERS = {"xlsx": "workbook", "gpkg": "package", "parquet": "arrow"}


def main(words: Sequence[str]) -> None:
    """Write the file that is asked for: kind, path of the order, path of the file, limits as JSON."""
    kind, order, made, limits = words
    _confine(json.loads(limits))
    writer = importlib.import_module(f"geo.exporting.{_WRITERS[kind]}")
    with Path(order).open("rb") as lines:
        writer.write(Order.read(lines), Path(made))
    # Threads of libraries are not waited for: the file is complete.
    os._exit(0)


def _confine(limits: Mapping[str, int]) -> None:
    stand_back()
    with suppress(AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    for kind, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_AS, limits["memory_mb"] * 2**20),
        (resource.RLIMIT_CPU, limits["cpu_s"]),
        (resource.RLIMIT_FSIZE, limits["written_mb"] * 2**20),
    ):
        hard = resource.getrlimit(kind)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with suppress(ValueError, OSError):  # some systems know a limit by name only
            resource.setrlimit(kind, (least, least))
    os.umask(0o077)
