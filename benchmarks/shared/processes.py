"""A command in fresh processes: how long it took and what memory it held, those that it started included."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

from benchmarks.shared import ROOT

_EVERY_S = 0.02
_KILO = 1024


@dataclass(frozen=True)
class Ran:
    """A finished command; memory in MB as Linux counts it, shared libraries included."""

    wall_s: float
    largest_mb: float  # peak of the largest process, by its own high-water mark
    together_mb: float  # peak of all processes at one moment, sampled; what they share counts for each
    printed: bytes


def ran(command: Sequence[str], more: Mapping[str, str] | None = None) -> Ran:
    """Return what a command took; ends this program where the command fails."""
    with TemporaryFile() as output:
        started = time.perf_counter()
        child = subprocess.Popen(command, cwd=ROOT, stdout=output, env={**os.environ, **(more or {})})
        most = [0, 0]
        watch = threading.Thread(target=_watch, args=(child.pid, most))
        watch.start()
        child.wait()
        wall_s = time.perf_counter() - started
        watch.join()
        output.seek(0)
        if child.returncode:
            raise SystemExit(f"{' '.join(command)}: exit {child.returncode}\n{output.read().decode()}")
        return Ran(wall_s, most[0] / _KILO, most[1] / _KILO, output.read())


def _watch(pid: int, most: list[int]) -> None:
    """Note the peak of each process from here down, and what they held together at most, until the first is gone."""
    # Not from the rusage of a process that was waited for: that knows the memory of who started it, too.
    while _sizes(pid):
        sizes = [_sizes(one) for one in _tree(pid)]
        most[0] = max([most[0], *(row["VmHWM"] for row in sizes if row)])
        most[1] = max(most[1], sum(row["VmRSS"] for row in sizes if row))
        time.sleep(_EVERY_S)


def _tree(pid: int) -> list[int]:
    found = [pid]
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in _read(path).split():
            found += _tree(int(child))
    return found


def _sizes(pid: int) -> dict[str, int]:
    """Return peak and present memory of a process in KiB; nothing once it has ended."""
    rows = (line.split() for line in _read(Path(f"/proc/{pid}/status")).splitlines())
    return {row[0].rstrip(":"): int(row[1]) for row in rows if row and row[0] in {"VmHWM:", "VmRSS:"}}


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except OSError:  # it has ended
        return ""
