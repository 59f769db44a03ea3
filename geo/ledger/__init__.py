"""What was delivered, for good: files are added, corrected by later ones and withdrawn, never changed or removed.

A ledger is the folder of one country. What counts is computed from all that was delivered, so the order of arrival
makes no difference where revisions are given; a delivery that is repeated, or says nothing new, changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from geo.core.delivery import Delivery
from geo.core.errors import BadData, Fault, UnknownDelivery
from geo.core.files import disk
from geo.ledger import force
from geo.ledger.inforce import InForce
from geo.ledger.record import Incoming, Index, Listed, Record, Signed, Withdrawal
from geo.ledger.store import Store, listed

__all__ = ["InForce", "Incoming", "Ledger", "Record", "Signed", "Withdrawal"]


@dataclass(frozen=True)
class Ledger:
    """The ledger in a folder; every method raises DamagedLedger or NewerLedger where it cannot be read."""

    folder: Path
    _frames: dict[tuple[str, str], pd.DataFrame] = field(default_factory=dict, compare=False, repr=False)
    _last: list[InForce] = field(default_factory=list, compare=False, repr=False)  # what was in force when last asked

    def records(self) -> tuple[Record, ...]:
        """Return all deliveries in order of arrival, withdrawn ones too."""
        return self._store.index().records

    def index(self) -> Index:
        """Return all deliveries and tombstones."""
        return self._store.index()

    def measured(self, incoming: Incoming) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
        """Return what the ledger would keep of the original and of each file: name, digest, size; raises BadData."""
        return _measured(incoming)

    def withdrawals(self) -> tuple[Withdrawal, ...]:
        """Return all tombstones in order of arrival."""
        return self._store.index().withdrawals

    def record(self, delivery_id: str) -> Record:
        """Return the delivery of that id; raises UnknownDelivery."""
        return _found(self._store.index(), delivery_id)

    def add(self, delivery: Delivery, original: Path, signed: Signed, facts: Mapping[str, Any]) -> tuple[Record, bool]:
        """Return the record of a delivery and whether it is new; raises BadData where the delivery has faults.

        See `add_files` for when it is not.
        """
        if delivery.faults:
            raise BadData(delivery.faults)
        incoming = Incoming(
            kind=delivery.kind,
            source=delivery.source,
            original=original,
            files={f"{name}.parquet": path for name, path in delivery.tables.items()},
            name=delivery.file,
            sha256=delivery.sha256,
            profile=delivery.profile,
            profile_sha256=delivery.profile_sha256,
            revision=delivery.revision,
        )
        return self.add_files(incoming, signed, facts)

    def add_files(self, incoming: Incoming, signed: Signed, facts: Mapping[str, Any]) -> tuple[Record, bool]:
        """Return the record of what came in and whether it is new; without news nothing is written.

        Not new is the same delivery again, and one of other bytes whose reports and other rows all stand in force
        already: then the record that holds them is returned. Raises SomebodyElseImports, CannotWrite, or BadData
        where the original is no longer the file that was read.
        """
        original, made = _measured(incoming)
        needed = original["bytes"] + sum(row["bytes"] for row in made.values())
        with disk(self.folder, lambda: needed), self._store.locked():
            index = self._store.begin()
            if known := self._known(index, incoming, (original["sha256"], made)):
                return known, False
            after = index.with_record(incoming, signed, original, made).identified(facts)
            new = after.records[-1]
            try:
                self._store.put_original(incoming.original, original["sha256"])
                self._store.put_files(new.id, incoming.files, made)
                self._store.write(after)
            except (OSError, BadData):
                # Read anew: the index may have been replaced before the disk refused.
                self._store.sweep(self._store.index())
                raise
            return new, True

    def withdraw(self, delivery_id: str, signed: Signed) -> Record:
        """Return the record with its tombstone; nothing is removed. Raises UnknownDelivery, SomebodyElseImports."""
        with disk(self.folder), self._store.locked():
            index = self._store.begin()
            record = _found(index, delivery_id)
            if not record.withdrawn_by:
                index = index.with_withdrawal(record, signed)
                self._store.write(index)
            return _found(index, delivery_id)

    def in_force(self) -> InForce:
        """Return what counts now; later deliveries do not change it."""
        records = self.records()
        if self._last and self._last[0].records is records:
            return self._last[0]
        self._last[:] = [InForce(self._store, records, self._frames)]
        return self._last[0]

    def reports_in_force(self) -> pd.DataFrame:
        """Return the winning claim of each source and report: columns `force.CLAIM`."""
        return self.in_force().reports()

    def entries_in_force(self) -> pd.DataFrame:
        """Return the entries of the reports in force, with the columns of `core.model`."""
        return self.in_force().entries()

    def table_in_force(self, name: str) -> pd.DataFrame:
        """Return the rows in force of any table that deliveries bring, with the columns of `core.model`."""
        return self.in_force().table(name)

    def batches_in_force(self, name: str) -> Iterator[pa.RecordBatch]:
        """Yield the same in batches; entries, with report, unit_id and source, never stand in memory together."""
        return self.in_force().batches(name)

    def records_in_force(self, kind: str = "") -> list[Record]:
        """Return the deliveries that say something, of a kind or of all, in order of id."""
        found = self.in_force()
        said = set(found.feed()["delivery"])
        rows = [*found.behind(), *(row for row in self.records() if row.id in said)]
        return sorted((row for row in rows if kind in {"", row.kind}), key=lambda row: row.id)

    def sources_by_unit_period(self) -> pd.DataFrame:
        """Return who reports what: unit_id, period, source, reports, entries; two sources are two rows."""
        return self.in_force().sources()

    def digests(self) -> list[dict[str, Any]]:
        """Return what a version is made of: the deliveries in force and which of their reports, in order of id."""
        return self.in_force().digests()

    def original(self, record: Record) -> Path:
        """Return the delivered file, compared with its digest."""
        return self._store.original(record)

    def path(self, record: Record, name: str) -> Path:
        """Return a file of a delivery, compared with its digest."""
        return self._store.path(record, name)

    def verify(self) -> int:
        """Return the number of files after comparing every one with its digest; raises DamagedLedger."""
        fresh = Store(self.folder)
        for record in (records := fresh.index().records):
            fresh.original(record)
            for name in record.files:
                fresh.path(record, name)
        return sum(1 + len(record.files) for record in records)

    def leftovers(self) -> list[Path]:
        """Return what importers are writing, or left behind when they were killed."""
        return self._store.leftovers(self._store.index())

    def remove_leftovers(self) -> list[str]:
        """Remove what killed importers left behind and return the names; raises SomebodyElseImports."""
        with disk(self.folder), self._store.locked():
            return self._store.sweep(self._store.index())

    @cached_property
    def _store(self) -> Store:
        return Store(self.folder)

    def _known(self, index: Index, incoming: Incoming, measured: tuple[str, Listed]) -> Record | None:
        """Return the record that says all this already, if there is one."""
        for row in force.counted(index.records):
            if row.is_of(incoming, *measured):
                return row
        return InForce(self._store, index.records, self._frames).same(incoming)


def _measured(incoming: Incoming) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Return name, digest and size of the original, and digest and size of each file."""
    name = incoming.name or incoming.original.name
    try:
        facts = listed(incoming.original)
    except OSError as error:
        raise BadData([Fault(name, 0, "", "E-CSV-09", error.strerror or "")]) from None
    if incoming.sha256 not in {"", facts["sha256"]}:
        raise BadData([Fault(name, 0, "", "E-UP-06")])
    return {"name": name, **facts}, {file: listed(path) for file, path in sorted(incoming.files.items())}


def _found(index: Index, delivery_id: str) -> Record:
    for row in index.records:
        if row.id == delivery_id:
            return row
    raise UnknownDelivery(id=delivery_id, known=", ".join(row.id for row in index.records[-10:]) or "–")
