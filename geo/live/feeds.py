"""The feed of one country: a batch → ledger → sums → tiles → published, all of it or nothing, once.

The order is what makes it safe. The version that a batch leads to is finished first and nobody reads it; then the
batch enters the ledger, which is the moment from which it has been taken; then the version comes into force. Killed
before that moment nothing has happened, killed after it the next start brings into force what the ledger holds.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from geo.atlas import Atlas, staged
from geo.atlas.amending import Standing
from geo.atlas.gathered import ledger_folder
from geo.core.errors import (
    BadData,
    DamagedVersion,
    NewerFormat,
    NotAVersion,
    NothingPublished,
    SomebodyElsePublishes,
)
from geo.core.failing import reach
from geo.core.files import disk
from geo.core.settings import Settings
from geo.intake.scratch import scratch_folder
from geo.ledger import Incoming, InForce, Ledger, Record, Signed
from geo.ledger.feed import LINE
from geo.ledger.foresight import foreseen
from geo.ledger.rehearsal import rehearsal
from geo.live.batches import Batch, rows_of
from geo.live.contradicting import contradictions
from geo.live.reading import Known, records_of
from geo.live.refusals import NotCurrent, OtherContent, UnknownBatch
from geo.versions import Home, Version
from geo.versions.atwork import at_work

_TRIES = 3  # to come into force while others publish


@dataclass(frozen=True)
class Applied:
    """What became of a batch: the version in force behind it, and whether this call took it."""

    batch: str
    version: str
    sequence: int
    is_new: bool
    records: int = 0
    lines: int = 0  # figures that readers now see otherwise


class Feed:
    """One country while batches come in; one batch at a time."""

    def __init__(self, settings: Settings, country: str) -> None:
        """Begin; `settle` then brings into force what a killed process had taken and not published."""
        self._settings, self.country = settings, country
        self._home = Home(settings.home)
        self._ledger = Ledger(ledger_folder(settings, country))
        self._standing = Standing(settings, country)
        self._version: Version | None = None  # the last that came into force from here
        self._seen: InForce | None = None  # what counted behind the last batch
        self._turn = threading.Lock()

    def current(self) -> str:
        """Return the id of the version in force, empty where there is none."""
        try:
            return self._home.current_id(self.country)
        except (NothingPublished, DamagedVersion):
            return ""

    def settle(self) -> bool:
        """Bring into force what the ledger's feed holds and the version in force does not; return whether it did.

        A version that somebody took back by a rollback stays taken back.
        """
        with self._turn:
            self._standing.atlas()  # a batch is then but a change of it
            is_new = self._settled()
            self._standing.prepare(self._ledger)
            return is_new

    def _settled(self) -> bool:
        # By what the feed said and not by ids: these differ after an update of the software.
        if self._holds(self.current()) or any(self._holds(one) for one in self._home.taken_back(self.country)):
            return False
        version = self._staged_now()
        # Who sent it and why is said as if nobody had died in between.
        said = self._ledger.index().last_said("records")
        author, note = (said.author, said.note) if said else ("feed", "")
        self._home.publish(version, author=author, note=note, expected=self.current())
        self._version = version
        return True

    def apply(self, batch: Batch) -> Applied:
        """Take a batch and return what became of it; the same batch again changes nothing.

        Raises OtherContent, NotCurrent, BadData with every fault; SomebodyElseImports or SomebodyElsePublishes where
        another process is at work, CannotWrite where there is no room. Then nothing was stored, unless the disk refused
        at the very end: what the ledger has taken comes into force when the batch is sent again, or at the next start.
        """
        with self._turn:
            if known := self._known(batch.source, batch.id):
                return self._again(batch, known)
            in_force = self._expected(batch.base)
            with at_work(self._settings.home, self.country), scratch_folder() as scratch, disk(scratch):
                return self._taken(batch, in_force, scratch)

    def withdraw(self, source: str, batch_id: str, base: str | None, signed: Signed) -> Applied:
        """Withdraw a batch: it counts no more. Again changes nothing, see `apply`. Raises UnknownBatch, NotCurrent."""
        with self._turn:
            record = self._known(source, batch_id)
            if record is None:
                raise UnknownBatch(batch=batch_id)
            if record.withdrawn_by:
                self._settled()  # the ledger may have taken it and the disk refused the rest
                return self._answer(batch_id, is_new=False)
            self._expected(base)
            self._ledger.withdraw(record.id, signed)
            reach("ingest: withdrawn")
            version = self._published(signed)
            return Applied(batch_id, version.id, self._sequence(), True, int(record.facts["rows_read"]))

    def _taken(self, batch: Batch, in_force: str, scratch: Path) -> Applied:
        rows = rows_of(batch, scratch)
        records = records_of(rows, self._known_codes(batch.at))
        before = self._in_force().feed()
        if faults := [*contradictions(batch, records, self._sent(batch.source))]:
            raise BadData(faults)
        incoming, facts = _incoming(batch, records, len(rows.rows), scratch)
        signed = Signed(batch.at, batch.source, batch.note)
        ahead = foreseen(self._ledger, incoming, signed, facts, self._in_force())
        atlas = self._standing.amended(ahead)
        if atlas is None:
            rehearsed = rehearsal(self._ledger, scratch / "ledger")
            rehearsed.add_files(incoming, signed, facts)
            atlas = self._standing.atlas(rehearsed)
        version = self._staged(atlas)
        lines = _changed(before, ahead.in_force().feed())
        reach("ingest: staged")
        if self.current() != in_force:
            raise SomebodyElsePublishes(in_force=self.current())
        self._ledger.add_files(incoming, signed, facts)
        reach("ingest: in the ledger")
        is_as_foreseen = self._ledger.records() == ahead.records()
        version = self._published(signed, version if is_as_foreseen else None)
        self._standing.keep(atlas)
        self._seen = ahead.in_force()
        return Applied(batch.id, version.id, self._sequence(), True, len(rows.rows), lines)

    def _published(self, signed: Signed, version: Version | None = None) -> Version:
        """Bring into force what the ledger holds; `version` is that one, where nothing else came into the ledger."""
        for left in reversed(range(_TRIES)):
            in_force = self.current()
            if version is None:
                version = self._staged_now()
            try:
                self._home.publish(version, author=signed.author, note=signed.note, expected=in_force)
                self._version = version
                return version
            except SomebodyElsePublishes:
                if not left:
                    raise
                version = None
        raise AssertionError

    def _staged(self, atlas: Atlas) -> Version:
        return staged(self._settings, self.country, atlas, known=self._version)

    def _staged_now(self) -> Version:
        """Return the version of what the ledger holds, by the short way where there is one."""
        atlas = self._standing.amended(self._ledger) or self._standing.atlas()
        version = self._staged(atlas)
        self._standing.keep(atlas)  # only once its files are made: the next is amended from them
        return version

    def _known(self, source: str, batch_id: str) -> Record | None:
        for record in reversed(self._ledger.records()):
            if record.kind == "records" and record.source == source and record.facts.get("batch") == batch_id:
                return record
        return None

    def _again(self, batch: Batch, known: Record) -> Applied:
        if known.original["sha256"] != hashlib.sha256(batch.content).hexdigest():
            raise OtherContent(batch=batch.id, current=self.current())
        # A process killed behind the ledger has taken it and not published it.
        self._settled()
        return self._answer(batch.id, is_new=False)

    def _answer(self, batch_id: str, *, is_new: bool) -> Applied:
        return Applied(batch_id, self.current(), self._sequence(), is_new)

    def _sequence(self) -> int:
        return self._home.publication(self.country).sequence

    def _expected(self, base: str | None) -> str:
        """Return the version in force; raises NotCurrent where the batch was made for another one."""
        current = self.current()
        if base not in {None, current}:
            raise NotCurrent(base=base, current=current or "–")
        return current

    def _holds(self, version_id: str) -> bool:
        """Tell whether a version holds the records of the ledger; what else is imported may wait."""
        try:
            manifest = self._home.version(version_id).manifest
        except (NotAVersion, DamagedVersion, NewerFormat):
            return False
        return _of_feeds(manifest["inputs"].get("deliveries", [])) == _of_feeds(self._ledger.digests())

    def _known_codes(self, at: str) -> Known:
        got = self._standing.gathered()
        # Records lie over figures and bring no body; what is beneath stays, and so does what it has looked up.
        return Known(got.beneath.units(), frozenset(got.beneath.functions), got.country.minor_units, at[:7])

    def _in_force(self) -> InForce:
        """Return what counts in the ledger; where it is as the last batch left it, all of it has been read."""
        records = self._ledger.records()
        return self._seen if self._seen and self._seen.records == records else self._ledger.in_force()

    def _sent(self, source: str) -> pd.DataFrame:
        rows = self._in_force().sent()
        return rows[rows["source"] == source]


def _of_feeds(rows: Iterable[Mapping[str, object]]) -> list[Mapping[str, object]]:
    return [row for row in rows if row["kind"] == "records"]


def _incoming(batch: Batch, records: pd.DataFrame, count: int, scratch: Path) -> tuple[Incoming, dict[str, object]]:
    original, table = scratch / "original", scratch / "records.parquet"
    original.write_bytes(batch.content)
    records.to_parquet(table, index=False)
    incoming = Incoming("records", batch.source, original, {table.name: table}, name=batch.name, key=batch.id)
    return incoming, {"batch": batch.id, "rows_read": count}


def _changed(before: pd.DataFrame, after: pd.DataFrame) -> int:
    """Return how many lines say another amount, or are said by the feed or by others where they were not."""
    both = before[[*LINE, "amount_minor"]].merge(after[[*LINE, "amount_minor"]], on=LINE, how="outer")
    return int((both["amount_minor_x"] != both["amount_minor_y"]).sum())
