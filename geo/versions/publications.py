"""The pointer and the log of publications: read strictly, for a wrong one would publish what nobody meant."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from geo.core.country import ID
from geo.core.errors import DamagedVersion


@dataclass(frozen=True)
class Publication:
    """One line of publications.jsonl: which version came into force, when (UTC) and why."""

    sequence: int
    country: str
    id: str
    at: str
    action: str  # publish or rollback
    author: str
    note: str


def read_pointer(path: Path) -> tuple[str, int]:
    """Return (id, sequence) of the publication in force; raises DamagedVersion."""
    try:
        plain = json.loads(path.read_bytes())
        return _text(plain["id"]), _sequence(plain["sequence"])
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        raise DamagedVersion(id=path.name, file=f"{path.parent.name}/{path.name}") from None


def read_log(path: Path) -> list[Publication]:
    """Return every publication of the log, oldest first, none where there is no log; raises DamagedVersion."""
    if not path.is_file():
        return []
    try:
        return [_publication(json.loads(line)) for line in path.read_bytes().splitlines() if line]
    except (OSError, ValueError, TypeError, RecursionError):
        raise DamagedVersion(id="–", file=path.name) from None


def _publication(plain: dict[str, object]) -> Publication:
    row = Publication(**plain)  # type: ignore[arg-type]
    if not all(isinstance(value, str) for name, value in plain.items() if name != "sequence"):
        raise TypeError(plain)
    _sequence(row.sequence)
    return row


def _sequence(value: object) -> int:
    if type(value) is not int or value < 1:
        raise ValueError(value)
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or not ID.fullmatch(value):
        raise ValueError(value)
    return value
