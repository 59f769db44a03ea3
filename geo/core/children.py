"""A child process and all that it started: it ends in time, or it is killed."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

Stream = IO[bytes] | int
STAND_BACK = 10  # steps of niceness


def exit_code(
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    wall_s: float,
    streams: tuple[Stream, Stream, Stream] = (subprocess.DEVNULL,) * 3,
) -> int | None:
    """Return the exit code of a command run in a folder that is its home too; None where its time was over.

    `environment` is all that it is told; `streams` are its input, output and errors, by default nowhere.
    """
    home = str(folder.resolve())
    process = subprocess.Popen(
        command,
        stdin=streams[0],
        stdout=streams[1],
        stderr=streams[2],
        cwd=home,
        env={**environment, "TMPDIR": home, "HOME": home},
        start_new_session=True,
    )
    try:
        return process.wait(wall_s)
    except subprocess.TimeoutExpired:
        return None
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def stand_back() -> None:
    """Let this process have a tenth of a processor that another wishes for: readers of pages wait for the others.

    A session of its own counts as much as all others together where the kernel groups processes by session, so the
    group stands back too. Not less than a tenth: beside a build that takes every processor this would never end.
    """
    os.nice(STAND_BACK)
    if os.getsid(0) == os.getpid():  # whoever shares a session would take the others along
        with suppress(OSError):
            Path("/proc/self/autogroup").write_bytes(f"{STAND_BACK}".encode())
