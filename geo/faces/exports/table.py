"""A table before it has a format: columns with their kinds, rows that come one after the other, what is said of all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from json.encoder import encode_basestring
from typing import Any, NamedTuple

from geo.faces.files import amount_text

TEXT, FLAG, WHOLE, NUMBER, AMOUNT = "text", "flag", "whole", "number", "amount"
UNITS, BODIES = "units", "bodies"


class Column(NamedTuple):
    """A name and a kind: text, flag, whole, number (a double), or amount: whole minor units until it is written."""

    name: str
    kind: str


class Item(NamedTuple):
    """One row: its values in the order of the columns, and its shape as GeoJSON text, None where it has none."""

    values: tuple[Any, ...]
    shape: bytes | None


@dataclass(frozen=True)
class Table:
    """What a file holds; the first column is the id. `items` gives the rows anew each time it is called."""

    of: str  # units or bodies
    columns: tuple[Column, ...]
    items: Callable[[], Iterator[Item]]
    about: Mapping[str, Any]  # metadata
    line: Mapping[str, str]  # what a plain table says on every row, having no other place
    marks: Mapping[str, str]  # what a file of a synthetic country says first
    is_synthetic: bool
    minor_units: int
    bbox: Callable[[], list[float] | None]

    @property
    def names(self) -> list[str]:
        """Return the names of the columns."""
        return [column.name for column in self.columns]

    def written(self, item: Item) -> list[Any]:
        """Return the values of a row as text formats hold them: amounts as exact decimal text."""
        minor = self.minor_units
        return [
            amount_text(value, minor) if column.kind == AMOUNT else value
            for column, value in zip(self.columns, item.values, strict=True)
        ]

    def as_objects(self) -> Callable[[Item], tuple[str, str]]:
        """Return what writes a row as JSON: its id, and an object of all values.

        The names are written once and a value by its kind: a third of what encoding each row as a whole takes.
        """
        minor = self.minor_units
        own: dict[str, Callable[[Any], str]] = {
            TEXT: encode_basestring,
            FLAG: lambda value: "true" if value else "false",
            WHOLE: repr,
            NUMBER: repr,
            AMOUNT: lambda value: f'"{amount_text(value, minor)}"',
        }
        writers = [own[column.kind] for column in self.columns]
        names = ",".join(f"{encode_basestring(name).replace('%', '%%')}:%s" for name in self.names)
        row = f"{{{names}}}"

        def write(item: Item) -> tuple[str, str]:
            values = [
                "null" if value is None else spell(value) for spell, value in zip(writers, item.values, strict=True)
            ]
            return values[0], row % tuple(values)

        return write


# One encoder for what is written once a file.
encoded = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
