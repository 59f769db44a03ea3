"""An order as the child reads it: what is to be known, then rows in batches; never all of them in memory."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import IO, Any

BATCH = 8192
Row = list[Any]  # values in the order of the columns, and the shape


@dataclass(frozen=True)
class Order:
    """One table to be written; `columns` are pairs of name and kind."""

    header: Mapping[str, Any]
    lines: Iterator[bytes]

    @classmethod
    def read(cls, lines: IO[bytes]) -> Order:
        """Return the order that a file holds."""
        return cls(json.loads(next(lines)), iter(lines))

    @property
    def columns(self) -> list[tuple[str, str]]:
        """Return (name, kind) of each column."""
        return [(name, kind) for name, kind in self.header["columns"]]

    def rows(self) -> Iterator[Row]:
        """Yield the rows that were not yet read."""
        return map(json.loads, self.lines)

    def batches(self) -> Iterator[list[Row]]:
        """Yield the same in batches; an order without rows has one empty batch."""
        rows = self.rows()
        batch = list(islice(rows, BATCH))
        yield batch
        while batch := list(islice(rows, BATCH)):
            yield batch

    def said(self) -> list[tuple[str, str]]:
        """Return what the file says of itself as pairs of text, in the order of the metadata."""
        return [(key, _text(value)) for key, value in self.header["about"].items() if value not in (None, [], {})]


def amount(minor: int | None, per_unit: int) -> Decimal | None:
    """Return an amount in the currency's unit, exactly."""
    return None if minor is None else Decimal(minor) / per_unit


def plain(value: Decimal | None) -> str | None:
    """Return an amount as decimal text without exponent."""
    return None if value is None else f"{value.normalize():f}"


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
