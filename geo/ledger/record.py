"""What the ledger keeps about a delivery, and the index of all: plain values under a seal."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from geo.core.delivery import KINDS
from geo.core.files import digest, to_json

FORMAT = 1
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}(\.[a-z0-9]{1,16})?")  # of a file inside a delivery
_SECOND = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", re.ASCII)

Listed = Mapping[str, Mapping[str, Any]]  # file name → {"sha256", "bytes"}


@dataclass(frozen=True)
class Signed:
    """Who does something to the ledger, when (UTC, to the second, told by the caller) and why."""

    at: str
    author: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse a time of another form: the ledger has no clock of its own."""
        if not _SECOND.fullmatch(self.at):
            raise ValueError(self.at)


@dataclass(frozen=True)
class Incoming:
    """A delivery before it is in the ledger: the original and the files that were made of it."""

    kind: str
    source: str
    original: Path
    files: Mapping[str, Path]  # name inside the delivery → where it lies now
    name: str = ""  # of the original as given; empty: that of its path
    sha256: str = ""  # of the original as it was read; empty: as it is now
    profile: str = ""
    profile_sha256: str = ""
    revision: int = 0  # 0: the next free number of the source
    key: str = ""  # what a later delivery of the same kind and source replaces whole; empty: everything

    def __post_init__(self) -> None:
        """Refuse words that are not ours: a name becomes a path."""
        wrong = [name for name in self.files if not NAME.fullmatch(name)]
        if self.kind not in KINDS or self.revision < 0 or wrong:
            raise ValueError(self.kind, self.revision, *wrong)


@dataclass(frozen=True)
class Record:
    """One delivery as the ledger remembers it for good; `withdrawn_by` is the sequence of its tombstone or 0."""

    id: str
    sequence: int
    kind: str
    source: str
    profile: str
    profile_sha256: str
    revision: int
    at: str
    author: str
    note: str
    original: Mapping[str, Any]  # name, sha256, bytes
    files: Listed
    key: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    withdrawn_by: int = 0

    def is_of(self, incoming: Incoming, sha256: str, listed: Listed) -> bool:
        """Tell whether this is the same delivery: same words, same bytes, and no other revision asked for."""
        said = (incoming.kind, incoming.source, incoming.profile_sha256, incoming.key)
        return (
            said == (self.kind, self.source, self.profile_sha256, self.key)
            and sha256 == self.original["sha256"]
            and dict(listed) == dict(self.files)
            and incoming.revision in {0, self.revision}
        )


@dataclass(frozen=True)
class Withdrawal:
    """A tombstone: the delivery `id` no longer counts, and stays where it is."""

    sequence: int
    id: str
    at: str
    author: str
    note: str


@dataclass(frozen=True)
class Index:
    """All records and tombstones in order of arrival; one common count numbers both."""

    records: tuple[Record, ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()

    @property
    def next_sequence(self) -> int:
        """Return the number of whatever comes next."""
        numbers = [row.sequence for row in self.records] + [row.sequence for row in self.withdrawals]
        return max(numbers, default=0) + 1

    def next_revision(self, source: str) -> int:
        """Return a revision above all that the source has delivered, withdrawn ones too."""
        return 1 + max((row.revision for row in self.records if row.source == source), default=0)

    def last_said(self, kind: str) -> Record | Withdrawal | None:
        """Return the last delivery of a kind, or the tombstone of one that came later; None where there is none."""
        own = {row.id: row for row in self.records if row.kind == kind}
        said: list[Record | Withdrawal] = [*own.values()]
        said += [row for row in self.withdrawals if row.id in own]
        return max(said, key=lambda row: row.sequence, default=None)

    def with_record(self, incoming: Incoming, signed: Signed, original: Mapping[str, Any], listed: Listed) -> Index:
        """Return the index with one more record, without facts and without an id yet."""
        new = Record(
            id="",
            sequence=self.next_sequence,
            kind=incoming.kind,
            source=incoming.source,
            profile=incoming.profile,
            profile_sha256=incoming.profile_sha256,
            revision=incoming.revision or self.next_revision(incoming.source),
            **asdict(signed),
            original=original,
            files=listed,
            key=incoming.key,
        )
        return replace(self, records=(*self.records, new))

    def identified(self, facts: Mapping[str, Any]) -> Index:
        """Return the index with facts and id given to the last record; its id does not tell when or by whom."""
        new, facts = self.records[-1], json.loads(to_json(facts))
        said = [new.kind, new.source, new.key, new.profile_sha256, new.revision, new.original["sha256"]]
        made = {name: row["sha256"] for name, row in new.files.items()}
        taken = {row.id for row in self.records}
        # What was withdrawn may come again: the same bytes then need an id of their own.
        ids = (digest(to_json([*said, made, facts, again]))[:16] for again in range(len(self.records)))
        free = next(name for name in ids if name not in taken)
        return replace(self, records=(*self.records[:-1], replace(new, id=free, facts=facts)))

    def with_withdrawal(self, record: Record, signed: Signed) -> Index:
        """Return the index with a tombstone for a record."""
        new = Withdrawal(self.next_sequence, record.id, **asdict(signed))
        records = tuple(replace(row, withdrawn_by=new.sequence) if row is record else row for row in self.records)
        return Index(records, (*self.withdrawals, new))

    def to_bytes(self) -> bytes:
        """Return the content of ledger.json, sealed with its own digest."""
        plain = {"format": FORMAT, "records": [asdict(row) for row in self.records]}
        plain["withdrawals"] = [asdict(row) for row in self.withdrawals]
        return to_json({**plain, "seal": digest(to_json(plain))})

    @classmethod
    def from_bytes(cls, content: bytes) -> Index:
        """Return what `to_bytes` wrote; raises ValueError for anything else, NotImplementedError for a newer format."""
        try:
            plain = json.loads(content)
            seal = plain.pop("seal")
            is_whole = seal == digest(to_json(plain))
            written = plain.pop("format")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise ValueError(len(content)) from None
        if not is_whole:
            raise ValueError(seal)
        if written != FORMAT:
            raise NotImplementedError(written)
        return cls(_rows(Record, plain["records"]), _rows(Withdrawal, plain["withdrawals"]))


def _rows(kind: type[Any], plain: list[dict[str, Any]]) -> tuple[Any, ...]:
    names = [one.name for one in fields(kind)]
    return tuple(kind(**{name: row[name] for name in names}) for row in plain)
