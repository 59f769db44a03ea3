"""A country that stands in memory, so that a few new records do not cost building everything anew."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pandas as pd

from geo.atlas import Atlas, put_together
from geo.atlas.amended import Amendment
from geo.atlas.deliveries import Deliveries
from geo.atlas.gathered import Gathered, gathered
from geo.atlas.inputs import input_digests
from geo.atlas.tiling import Ground, prepare
from geo.core.engine import connect
from geo.core.errors import BrokenLaw
from geo.core.settings import Settings
from geo.ledger import Ledger
from geo.sums import Adder, Waiting


@dataclass(frozen=True)
class _State:
    """An atlas, and the records of feeds that lie over it."""

    atlas: Atlas
    records: pd.DataFrame


class Standing:
    """One country as it stands: what it was put together from last, and what came of it."""

    def __init__(self, settings: Settings, country_id: str) -> None:
        """Read nothing yet."""
        self._settings, self._country_id = settings, country_id
        self._state: _State | None = None

    def gathered(self) -> Gathered:
        """Return what the country's folders and its ledger held last."""
        return self._state.atlas.got if self._state else gathered(self._settings, self._country_id)

    def atlas(self, ledger: Ledger | None = None) -> Atlas:
        """Return the atlas of a ledger, the country's own by default, and remember it; raises as `build` does.

        All of it is made anew; see `amended` for a shorter way.
        """
        folder = ledger.folder if ledger else None
        got = gathered(self._settings, self._country_id, folder=folder)
        atlas = put_together(self._settings, got, lambda step: None, folder, is_whole=True)
        self.keep(atlas)
        return atlas

    def amended(self, ledger: Ledger) -> Atlas | None:
        """Return the atlas of a ledger in which only records of feeds are new, or None where more than that is.

        The bytes are those of `atlas`. `keep` makes it the one that the next is amended from. Raises BadData.
        """
        if self._state is None:
            return None
        got, in_force = self._state.atlas.got, ledger.in_force()
        borders = self._settings.data / "boundaries" / self._country_id
        budget = self._settings.data / "budget" / self._country_id
        deliveries = Deliveries(ledger, in_force)
        inputs = input_digests(borders, budget, deliveries.digests())
        if _beside_feeds(inputs) != _beside_feeds(got.inputs):
            return None
        now = replace(got, inputs=inputs, deliveries=deliveries)
        adder = Adder(self._engine, Waiting(self._settings.home / "made" / "sums"))
        amendment = Amendment(self._state.atlas, now, self._state.records, in_force.feed(), adder)
        if not amendment.is_of_figures():
            return None
        try:
            return amendment.made()
        except BrokenLaw:
            return None  # a law of the whole is judged on the whole

    def prepare(self, ledger: Ledger) -> None:
        """Look up beforehand what every amendment asks for; `ledger` is the one that stands."""
        atlas = self.amended(ledger)
        if atlas is not None:
            atlas.every_file()
            prepare(Ground(atlas.country, atlas.tables, atlas.files, atlas.maps, atlas.neighbours, atlas.memory))
            self.keep(atlas)

    def keep(self, atlas: Atlas) -> None:
        """Remember an atlas as the one that stands."""
        self._state = _State(atlas, atlas.got.deliveries.in_force.feed())

    @cached_property
    def _engine(self) -> Any:
        return connect(self._settings.engine, memory_mb=self._settings.engine_memory_mb)


def _beside_feeds(inputs: dict[str, Any]) -> dict[str, Any]:
    """Return what a version is made of without the records of feeds."""
    rows = [row for row in inputs.get("deliveries", []) if row["kind"] != "records"]
    return {**inputs, "deliveries": rows}
