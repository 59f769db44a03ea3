"""The layers around one application, put together: who counts, who refuses, who writes lines, who knows of the stop."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from flask import Flask

from geo.core.settings import Settings
from geo.web.answering.ready import Shelf
from geo.web.operating.clients import Buckets
from geo.web.operating.counted import Counts
from geo.web.operating.gated import Gated
from geo.web.operating.logs import Lines
from geo.web.operating.operated import Operated
from geo.web.operating.refusals import Refusals
from geo.web.site import Site

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]
DRAINING = "draining"  # the file in the folder of a run that says: about to stop
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class Operation:
    """What runs around an application; `run` is the folder that the processes of a run share, None for one alone."""

    def __init__(self, app: Flask, settings: Settings, run: Path | None) -> None:
        """Begin to count at nothing."""
        self.app, self.settings, self.run = app, settings, run
        self.counts, self.refusals, self.lines = Counts(run), Refusals(app), Lines(settings)
        self._gated: Gated | None = None
        self._shelf: Shelf | None = None

    def gated(self, behind: Application) -> Gated:
        """Return the application with turns and tokens before it."""
        buckets = Buckets(self.settings.dear_per_minute)
        site: Site = self.app.extensions["budgetmap"]
        proxies = self.settings.trusted_proxies
        self._gated = Gated(behind, self.refusals, self.counts, buckets, proxies, site.must_be_opened)
        return self._gated

    def outermost(self, front: Application, shelf: Shelf) -> Operated:
        """Return the application as a server is given it; the shelf is only looked at."""
        self._shelf = shelf
        return Operated(front, self.refusals, self.counts, self.lines, self._note)

    def is_draining(self) -> bool:
        """Tell whether the service is about to stop: it still answers, and nobody new should be sent here."""
        return self.run is not None and (self.run / DRAINING).exists()

    def note(self) -> None:
        """Say how the gauges of this process stand."""
        self._note(self.counts)

    def _note(self, counts: Counts) -> None:
        site: Site = self.app.extensions["budgetmap"]
        counts.gauge("versions_open", site.open_versions())
        counts.gauge("resident_bytes", _resident())
        if self._gated is not None:
            counts.gauge("in_flight", self._gated.busy())
        if self._shelf is not None:
            counts.gauge("answers_kept", len(self._shelf))
            counts.gauge("answers_kept_bytes", self._shelf.bytes)


def _resident() -> int:
    """Return the bytes of memory that this process holds; 0 where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE_BYTES
    except (OSError, ValueError, IndexError):
        return 0
