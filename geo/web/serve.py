"""Serve the site with granian: processes, draining and restarts are its work."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import shutil
import signal
import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask

from geo.core.errors import LongAddress, Overloaded, PortTaken, TooManyRequests
from geo.core.production import check
from geo.core.settings import PREFIX, Settings
from geo.core.sources import written
from geo.web import create_app
from geo.web.operating import logs
from geo.web.operating.counted import run_folder
from geo.web.operating.gated import LONG_ANSWERS, SIZES
from geo.web.operating.operation import DRAINING

if TYPE_CHECKING:
    from geo.web.operating import Operation
    from geo.web.site import Site

RUN = f"{PREFIX}RUN"  # names the folder of a run to the processes that serve
# A thread for each answer that is made, waits or is long, and these for answers that take microseconds: whatever waits,
# probes and tiles are answered, and a refusal is said at once.
LIGHT_THREADS = 15
THREADS = sum(size.at_once + size.waiting for size in SIZES.values()) + LONG_ANSWERS + LIGHT_THREADS
# Connections that a process holds. The server takes no other while it holds as many, so it is far more than the
# threads: two hundred slow readers must not shut out everybody else.
CONNECTIONS = 1024
DESCRIPTORS = 8192
# Seconds that a thread may compute on while others wait: a refusal or a probe beside three pages is said the sooner.
SWITCH_S = 0.0002
SLOWEST_HEADER_MS = 15_000
# Parts of the heap. Each thread would else take one whose rest no other can use: twice the memory with threads as many.
ARENAS = 2
_M_ARENA_MAX = -8  # of mallopt(3) in glibc
LONGEST_STOP_S = 30  # after which a process that does not finish is killed


def app_from_env() -> Flask:
    """Return the application of a serving process; its settings come from the environment."""
    settings = Settings.from_env()
    sys.setswitchinterval(SWITCH_S)
    _share_the_heap()
    logs.take_over(logs.Lines(settings))
    app = create_app(settings, run=Path(os.environ[RUN]) if os.environ.get(RUN) else None)
    site: Site = app.extensions["budgetmap"]
    operation: Operation = app.extensions["operation"]
    operation.refusals.make_ready(Overloaded, TooManyRequests, LongAddress)
    site.watch()
    return app


def _share_the_heap() -> None:
    """Let the threads of this process share few arenas, where its C library has such."""
    with contextlib.suppress(OSError, AttributeError):  # musl has one heap
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, ARENAS)


def serve(settings: Settings, announce: Callable[[str], None]) -> None:
    """Serve until stopped; `announce` hears the address once the port is known to be free.

    Raises PortTaken, and NotForThePublic where a server of the public is set up for trying out.
    """
    check(settings, os.environ)
    _check_port(settings)
    run = run_folder()
    for row in fields(settings):  # the serving processes read their settings from the environment
        os.environ[PREFIX + row.name.upper()] = written(getattr(settings, row.name))
    for row in fields(settings):  # … and nowhere else: a file that was edited since is for the next start
        os.environ.pop(f"{PREFIX}{row.name.upper()}_FILE", None)
    os.environ |= {f"{PREFIX}CONFIG": "", RUN: str(run)}
    _allow_descriptors()
    shown = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104 - compared, not bound
    announce(f"http://{f'[{shown}]' if ':' in shown else shown}:{settings.port}/")
    try:
        _server(settings, run).serve()
    finally:
        shutil.rmtree(run, ignore_errors=True)


def _server(settings: Settings, run: Path) -> Any:
    """Return the server, which on SIGTERM says for a while that it stops, and only then does."""
    from granian.constants import Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels
    from granian.server.mp import MPServer

    class Draining(MPServer):
        def signal_handler_interrupt(self, *args: Any) -> None:
            is_second = (run / DRAINING).exists()
            if args[:1] == (signal.SIGINT,) or is_second or not settings.drain_seconds:
                super().signal_handler_interrupt(*args)  # type: ignore[no-untyped-call]
                return
            (run / DRAINING).touch()
            stop = threading.Timer(settings.drain_seconds, super().signal_handler_interrupt, args)
            stop.daemon = True
            stop.start()

    return Draining(
        "geo.web.serve:app_from_env",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=THREADS,
        backpressure=CONNECTIONS,
        http1_settings=HTTP1Settings(header_read_timeout=SLOWEST_HEADER_MS),
        websockets=False,
        factory=True,
        respawn_failed_workers=True,
        workers_kill_timeout=LONGEST_STOP_S,
        log_enabled=True,
        log_level=LogLevels.error,
    )


def _allow_descriptors() -> None:
    """Let this process and its children open as many files and sockets as they may hold at worst."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(DESCRIPTORS, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _check_port(settings: Settings) -> None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise PortTaken(host=settings.host, port=settings.port, reason=error.strerror or error) from None
