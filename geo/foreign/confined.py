"""What runs inside the child process: it gives up what it does not need, does one task, writes one answer.

The order matters: means and network go first, before anything but the standard library has been imported.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import resource
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

CLONE_NEWNET = 0x40000000
CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1
PR_SET_NO_NEW_PRIVS = 38
_REFUSED = ("socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "os.fork", "os.startfile")
_HARMLESS = {"socket.gethostname"}


def main() -> None:
    """Read an order from standard input, confine this process, do the task and write a reply to standard output."""
    order = json.load(sys.stdin)
    # Libraries may print: what they say must not stand in the answer.
    answer = os.dup(1)
    os.dup2(2, 1)
    _confine(order["limits"])
    reply = json.dumps(_done(order)).encode()
    with open(answer, "wb") as stream:
        stream.write(reply)
    sys.stdout.flush()
    sys.stderr.flush()
    # Threads of libraries are not waited for: the answer is complete.
    os._exit(0)


def _done(order: Mapping[str, Any]) -> dict[str, Any]:
    module, _, name = order["task"].partition(":")
    try:
        from geo.core.errors import BadData
        from geo.foreign.child import as_plain

        try:
            return {"value": getattr(importlib.import_module(module), name)(order["arguments"], Path.cwd())}
        except BadData as bad:
            return {"faults": as_plain(bad.every)}
    except MemoryError:
        return {"reason": "memory"}
    except OSError as error:
        if error.errno is None:
            raise
        return {"errno": error.errno}


def _confine(limits: Mapping[str, int]) -> None:
    process = ctypes.CDLL(None, use_errno=True)
    with suppress(AttributeError):
        process.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        process.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        _leave_the_network(process)
    for kind, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_AS, limits["memory_mb"] * 2**20),
        (resource.RLIMIT_CPU, limits["cpu_s"]),
        (resource.RLIMIT_FSIZE, limits["written_mb"] * 2**20),
        (resource.RLIMIT_NOFILE, limits["open_files"]),
    ):
        hard = resource.getrlimit(kind)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        # The first second beyond the soft limit ends the child with a signal that tells why.
        soft = max(least - 1, 1) if kind == resource.RLIMIT_CPU else least
        with suppress(ValueError, OSError):  # some systems know a limit by name only
            resource.setrlimit(kind, (soft, least))
    os.umask(0o077)
    sys.addaudithook(_refuse)


def _leave_the_network(process: ctypes.CDLL) -> None:
    """Enter a network with no way out where the system lets us: as its administrator, or as our own."""
    user, group = os.geteuid(), os.getegid()
    if process.unshare(CLONE_NEWNET) == 0 or process.unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0:
        return
    # A user who is not mapped cannot create a file.
    for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        with suppress(FileNotFoundError):
            Path("/proc/self", name).write_text(text, encoding="ascii")


def _refuse(event: str, _: tuple[Any, ...]) -> None:
    if event.startswith(_REFUSED) and event not in _HARMLESS:
        raise PermissionError(f"{event} has no place in here")
