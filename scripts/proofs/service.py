"""The service under proof: `budgetmap serve` over a home of its own, and what the kernel says of its processes."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.shared.servers import free_port

ROOT = Path(__file__).resolve().parents[2]
_COMMAND = [sys.executable, "-c", "from geo.cli import main; main()", "serve", "--port"]
_STARTED_S, _STOPPED_S = 60.0, 60.0
_KIB = 1024


@dataclass(frozen=True)
class Memory:
    """What a process takes, in bytes: all its pages, those of its own, and these with a share of the common ones."""

    resident: int
    private: int
    proportional: int


@dataclass(frozen=True)
class Service:
    """A running service: its port, the process that watches the others, and the seconds from its start to ready."""

    port: int
    pid: int
    ready_s: float

    def workers(self) -> list[int]:
        """Return the processes that answer."""
        return [pid for pid in children(self.pid) if b"resource_tracker" not in _read(pid, "cmdline")]


@contextmanager
def serving(home: Path, more: Mapping[str, str] | None = None, workers: int = 2) -> Iterator[Service]:
    """Run the service until the block is left; yields it when it is ready. Ends this program where it never is.

    What it says on standard error stands beside the home, in a file of its name and `.log`.
    """
    port = free_port()
    known = {name: value for name, value in os.environ.items() if not name.startswith("BUDGETMAP_")}
    own = {"BUDGETMAP_HOME": str(home), "BUDGETMAP_WORKERS": str(workers), "PYTHONPATH": str(ROOT)}
    env = {**known, **own, **(more or {})}
    began, quiet = time.monotonic(), subprocess.DEVNULL
    with (
        home.with_suffix(".log").open("ab") as log,
        subprocess.Popen([*_COMMAND, str(port)], cwd=ROOT, env=env, stdout=quiet, stderr=log) as process,
    ):
        try:
            while not _is_ready(port):
                if process.poll() is not None or time.monotonic() - began > _STARTED_S:
                    raise SystemExit(f"the service is not ready\n{log_of(home)[-2000:]}")
                time.sleep(0.01)
            yield Service(port, process.pid, time.monotonic() - began)
        finally:
            _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ask a service to stop; end it and its own processes where it does not, and this program with them."""
    left = [*children(process.pid), process.pid]
    process.terminate()
    try:
        process.wait(_STOPPED_S)
    except subprocess.TimeoutExpired:
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        raise SystemExit("the service does not stop") from None


def log_of(home: Path) -> str:
    """Return what the services over a home have said on standard error."""
    path = home.with_suffix(".log")
    return path.read_text(encoding="utf-8") if path.exists() else ""


def memory(pid: int) -> Memory:
    """Return what a process takes now; nothing of one that has ended."""
    found = dict.fromkeys(("Rss", "Pss", "Private_Clean", "Private_Dirty"), 0)
    for line in _read(pid, "smaps_rollup").decode().splitlines()[1:]:
        name, _, value = line.partition(":")
        if name in found:
            found[name] = int(value.split()[0]) * _KIB
    return Memory(found["Rss"], found["Private_Clean"] + found["Private_Dirty"], found["Pss"])


def descriptors(pid: int) -> int:
    """Return how many files and connections a process has open."""
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except OSError:
        return 0


def children(pid: int) -> list[int]:
    """Return the processes that a process has started and that live."""
    try:
        tasks = os.listdir(f"/proc/{pid}/task")
    except OSError:
        return []
    return [int(child) for task in tasks for child in _read(pid, f"task/{task}/children").split()]


def _read(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        return b""


def _is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
