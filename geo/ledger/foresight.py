"""A ledger as it will be when one more delivery is in it, without a byte written: to see what would come of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from geo.ledger import InForce, Ledger
from geo.ledger.record import Incoming, Record, Signed
from geo.ledger.store import Store


@dataclass(frozen=True)
class _Beside(Store):
    """The store of a ledger, in which the files of the foreseen delivery lie where they lie now."""

    foreseen: str = ""
    files: Mapping[str, Path] = field(default_factory=dict)

    def path(self, record: Record, name: str) -> Path:
        """Return where a file of a delivery lies."""
        return self.files[name] if record.id == self.foreseen else super().path(record, name)


@dataclass(frozen=True)
class Foreseen(Ledger):
    """A ledger and one delivery more; good for reading alone."""

    store: Store = field(default_factory=lambda: Store(Path()))
    ahead: tuple[Record, ...] = ()
    known: tuple[tuple[Record, ...], pd.DataFrame] | None = None

    def records(self) -> tuple[Record, ...]:
        """Return all deliveries in order of arrival, the foreseen one last."""
        return self.ahead

    def in_force(self) -> InForce:
        """Return what will count."""
        if not self._last:
            self._last.append(InForce(self.store, self.ahead, self._frames, self.known))
        return self._last[0]

    def path(self, record: Record, name: str) -> Path:
        """Return a file of a delivery."""
        return self.store.path(record, name)


def foreseen(
    ledger: Ledger, incoming: Incoming, signed: Signed, facts: Mapping[str, Any], now: InForce | None = None
) -> Foreseen:
    """Return the ledger with a delivery that is not in it; its id is the one that `add_files` would give it.

    `now` is what is in force in the ledger, where somebody has read it.
    """
    index, measured = ledger.index(), ledger.measured(incoming)
    after = index.with_record(incoming, signed, *measured).identified(facts)
    store = _Beside(ledger.folder, foreseen=after.records[-1].id, files=incoming.files)
    known = (now.records, now.sent()) if now else None
    return Foreseen(ledger.folder, dict(ledger._frames), [], store, after.records, known)
