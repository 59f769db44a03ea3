"""A country that stands in memory, so that a few new records do not cost building everything anew."""

from __future__ import annotations

from geo.atlas import Atlas, assembled
from geo.atlas.gathered import Gathered, gathered
from geo.core.country import Country
from geo.core.settings import Settings
from geo.entries import Ledger as Figures
from geo.ledger import Ledger


class Standing:
    """One country as it stands."""

    def __init__(self, settings: Settings, country_id: str) -> None:
        """Read nothing yet."""
        self._settings, self._country_id = settings, country_id
        self._got: Gathered | None = None

    def ledger(self) -> Figures:
        """Return the figures that are in force."""
        return self._gathered().ledger

    def country(self) -> Country:
        """Return the country."""
        return self._gathered().country

    def atlas(self, ledger: Ledger | None = None) -> Atlas:
        """Return the atlas of a ledger, the country's own by default; raises as `assembled` does."""
        folder = ledger.folder if ledger else None
        return assembled(self._settings, self._country_id, lambda step: None, folder)

    def _gathered(self) -> Gathered:
        if self._got is None:
            self._got = gathered(self._settings, self._country_id)
        return self._got
