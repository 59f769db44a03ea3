"""Features with properties → layers of a vector tile, each with its own table of keys and values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from geo.tiles.protobuf import framed, varint

POINT, LINE, POLYGON = 1, 2, 3
_KEY, _VALUE = 3, 4
_EXTENT_AND_VERSION = b"\x28\x80\x20\x78\x02"  # 4096, 2
_TRUE = framed(_VALUE, b"\x38\x01")
_VARINTS = [varint(number) for number in range(1 << 14)]


@dataclass(frozen=True)
class TileLayer:
    """A layer of every tile: its name, what its geometries are, and the properties of each row that may be in it.

    An empty text or a False is no property. `ids` are the feature ids of the rows, none where features have none.
    """

    name: str
    geometry: int
    rows: Sequence[Mapping[str, str | bool]]
    ids: Sequence[int] = ()
    _tables: dict[tuple[int, ...], tuple[list[bytes], bytes]] = field(default_factory=dict, repr=False)

    def encoded(self, rows: Sequence[int], geometries: Sequence[bytes]) -> bytes:
        """Return the layer of one tile that holds these rows, as a field of the tile."""
        befores, tables = self._table(tuple(rows))
        parts = [self._name]
        for before, geometry in zip(befores, geometries, strict=True):
            drawn = b"".join((before, b"\x22", _varint(len(geometry)), geometry))
            parts += (b"\x12", _varint(len(drawn)), drawn)
        parts.append(tables)
        content = b"".join(parts)
        return b"\x1a" + _varint(len(content)) + content

    @cached_property
    def _name(self) -> bytes:
        return framed(1, self.name.encode())

    @cached_property
    def _properties(self) -> list[list[tuple[bytes, bytes]]]:
        """Return the keys and values of each row as fields of the layer."""
        return [
            [(framed(_KEY, key.encode()), _value(value)) for key, value in row.items() if value] for row in self.rows
        ]

    def _table(self, rows: tuple[int, ...]) -> tuple[list[bytes], bytes]:
        """Return each feature's bytes before its geometry, and the layer's bytes behind its features."""
        if rows not in self._tables:
            keys: dict[bytes, int] = {}
            values: dict[bytes, int] = {}
            befores = []
            for row in rows:
                tags = b"".join(
                    _varint(keys.setdefault(key, len(keys))) + _varint(values.setdefault(value, len(values)))
                    for key, value in self._properties[row]
                )
                name = b"\x08" + varint(self.ids[row]) if self.ids else b""
                befores.append(name + (framed(2, tags) if tags else b"") + b"\x18" + _VARINTS[self.geometry])
            self._tables[rows] = befores, b"".join((*keys, *values, _EXTENT_AND_VERSION))
        return self._tables[rows]


def _value(value: str | bool) -> bytes:
    return _TRUE if value is True else framed(_VALUE, framed(1, str(value).encode()))


def _varint(number: int) -> bytes:
    return _VARINTS[number] if number < len(_VARINTS) else varint(number)
