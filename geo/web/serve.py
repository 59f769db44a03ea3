"""Serve the site with granian: processes, draining and restarts are its work."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from dataclasses import fields

from flask import Flask

from geo.core.errors import PortTaken
from geo.core.settings import PREFIX, Settings
from geo.web import create_app

# Pages are computed, not waited for: more threads than this only take turns.
THREADS, BACKLOG = 4, 64


def app_from_env() -> Flask:
    """Return the application of a serving process; its settings come from the environment."""
    return create_app(Settings.from_env())


def serve(settings: Settings, announce: Callable[[str], None]) -> None:
    """Serve until stopped; `announce` hears the address once the port is known to be free. Raises PortTaken."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    _check_port(settings)
    for row in fields(settings):  # the serving processes read their settings from the environment
        os.environ[PREFIX + row.name.upper()] = str(getattr(settings, row.name))
    shown = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104 - compared, not bound
    announce(f"http://{f'[{shown}]' if ':' in shown else shown}:{settings.port}/")
    Granian(
        "geo.web.serve:app_from_env",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=THREADS,
        backpressure=BACKLOG,
        websockets=False,
        factory=True,
        respawn_failed_workers=True,
        log_enabled=True,
        log_level=LogLevels.warning,
    ).serve()


def _check_port(settings: Settings) -> None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise PortTaken(host=settings.host, port=settings.port, reason=error.strerror or error) from None
