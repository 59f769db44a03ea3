"""Opens what comes into force before anybody asks for it: reading a version through is not a reader's wait."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

from geo.core.errors import OperatorError
from geo.versions.atwork import is_at_work

if TYPE_CHECKING:
    from geo.web.site import Site

USUAL_S, SOON_S = 1.0, 0.02  # between two looks at the pointers; soon while somebody makes the next version


class Opener:
    """A thread that looks which versions are in force and opens them; who asks sooner opens one as before."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._stop = threading.Event()

    def start(self) -> None:
        """Look on until the process ends."""
        threading.Thread(target=self._run, name="opener", daemon=True).start()

    def stop(self) -> None:
        """Let the thread end."""
        self._stop.set()

    def once(self) -> float:
        """Open what is in force; return the seconds until the next look."""
        countries = self.site.home.countries()
        for country in countries:
            with contextlib.suppress(OperatorError):  # whoever asks for it is told
                self.site.current(country)
        home = self.site.settings.home
        return SOON_S if any(is_at_work(home, country) for country in countries) else USUAL_S

    def _run(self) -> None:
        wait_s = USUAL_S
        while not self._stop.wait(wait_s):
            try:
                wait_s = self.once()
            # RuntimeError is how Python says that it can start no thread. Whatever was away is looked for again.
            except (OSError, MemoryError, RuntimeError):
                wait_s = USUAL_S
