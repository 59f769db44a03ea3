"""Serve the feed of a country with granian: one process, for one batch is taken at a time."""

from __future__ import annotations

import gc
import os
import socket
import sys
import warnings
from collections.abc import Callable
from dataclasses import fields
from functools import partial

from geo.core.errors import PortTaken
from geo.core.production import check
from geo.core.settings import PREFIX, Settings
from geo.core.sources import written
from geo.live.feeds import Feed
from geo.live.http import Application
from geo.live.tokens import Tokens
from geo.web.operating.logs import Lines, take_over

# Senders wait for their turn, and one who sends slowly keeps a thread; beyond these the kernel lets them wait.
THREADS, CONNECTIONS = 16, 1024
SLOWEST_HEADER_MS = 5_000
SWITCH_S = 0.001  # for which a thread may compute while another waits: what is made beside a batch holds it up less


def app_from_env() -> Application:
    """Return the application of the serving process, settled: what a killed one had taken is in force first.

    What it notes, and what became of each batch, leaves as lines of JSON like those of the readers' server.
    """
    settings = Settings.from_env()
    lines = Lines(settings)
    take_over(lines)
    sys.setswitchinterval(SWITCH_S)
    # rasterio silences this about its own arrays, which another thread that silences something undoes.
    warnings.filterwarnings("ignore", message="Dataset has no geotransform")
    feed = Feed(settings, settings.country)
    feed.settle()
    # A country in memory is many objects; the collector need not look through them again behind every few batches.
    gc.collect()
    gc.freeze()
    return Application(feed, Tokens(settings.home), partial(lines.line, "batch"))


def serve(settings: Settings, port: int, announce: Callable[[str], None]) -> None:
    """Serve until stopped; `announce` hears the address once the port is known to be free.

    Raises PortTaken, and NotForThePublic for what a server of the public must not start with.
    """
    from granian import Granian
    from granian.constants import Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    check(settings, os.environ)
    _check_port(settings.host, port)
    for row in fields(settings):  # the serving process reads its settings from the environment
        os.environ[PREFIX + row.name.upper()] = written(getattr(settings, row.name))
    announce(f"http://{f'[{settings.host}]' if ':' in settings.host else settings.host}:{port}/ingest")
    Granian(
        "geo.live.serve:app_from_env",
        address=settings.host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        backpressure=CONNECTIONS,
        http1_settings=HTTP1Settings(header_read_timeout=SLOWEST_HEADER_MS),
        websockets=False,
        factory=True,
        respawn_failed_workers=True,
        log_enabled=True,
        log_level=LogLevels.error,
    ).serve()


def _check_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(host=host, port=port, reason=error.strerror or error) from None
