"""For those who bring figures and borders: nothing has been stored."""

from __future__ import annotations

from collections.abc import Iterable

from geo.core.errors.base import PublisherError
from geo.core.faults import MOST_FAULTS, Fault


class BadData(PublisherError):
    """A file or a set of files that cannot be published; carries every fault, not the first."""

    code = "E-DATA-01"

    def __init__(self, faults: Iterable[Fault]) -> None:
        """Sort the faults by place and keep the first thousand."""
        self.every = tuple(sorted(faults))
        self.faults = self.every[:MOST_FAULTS]
        super().__init__(count=len(self.every), unnamed=max(0, len(self.every) - MOST_FAULTS))


class BrokenLaw(PublisherError):
    """A built version breaks a law, so it is not published."""

    code = "E-LAW-01"


class BadOrder(PublisherError):
    """A word of the command line cannot be used."""

    code = "E-IN-02"


class NotConfirmed(PublisherError):
    """The operator did not say yes, so nothing was done."""

    code = "E-IN-03"
