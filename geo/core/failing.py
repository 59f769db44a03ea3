"""Named steps at which a process can be made to die, or its disk to be full: how the laws of dying are proved.

Whoever writes durably says `reach("publish: log written")` at each moment between two of its writes. Nothing happens
unless the environment variable BUDGETMAP_FAIL_AT asks for it:

    <step>              dies there by SIGKILL, as by a power cut
    <step>#<n>          dies there at the n-th time
    <step>=full         the disk is full there: OSError, as a write that is refused
    list=<file>         adds the name of each step that is reached to a file, and goes on
"""

from __future__ import annotations

import errno
import os
import signal
from pathlib import Path

VARIABLE = "BUDGETMAP_FAIL_AT"
_TIMES: dict[str, int] = {}  # order → how often its step was reached in this process


def reach(step: str) -> None:
    """Do nothing, or what BUDGETMAP_FAIL_AT asks for at this step; raises OSError where the disk is to be full."""
    order = os.environ.get(VARIABLE)
    if order:
        _obey(order, step)


def _obey(order: str, step: str) -> None:
    if order.startswith("list="):
        with Path(order.removeprefix("list=")).open("a", encoding="utf-8") as file:
            file.write(f"{step}\n")
        return
    wanted, _, how = order.partition("=")
    name, _, number = wanted.partition("#")
    if name != step:
        return
    _TIMES[order] = _TIMES.get(order, 0) + 1
    if _TIMES[order] != int(number or 1):
        return
    if how == "full":
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), step)
    os.kill(os.getpid(), signal.SIGKILL)
