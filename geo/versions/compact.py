"""Thrift's compact protocol, as far as footers of Parquet need it: bytes ↔ plain values, the same bytes again.

A structure is its fields by their numbers, ascending, each with its kind; a list is the kind of its members and these.
Source: thrift-compact-protocol.md of Apache Thrift.
"""

from __future__ import annotations

from typing import Any, TypeAlias

Struct: TypeAlias = dict[int, tuple[int, Any]]  # field → kind, value
TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, STRUCT = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12
_WHOLE = frozenset({I16, I32, I64})
_LONG_LIST, _LARGEST_STEP = 15, 15


def read(content: bytes) -> Struct:
    """Return the structure that stands in the content; raises ValueError for a kind that Parquet does not use."""
    return _Reader(content).struct()


def write(struct: Struct) -> bytes:
    """Return the content of a structure."""
    out = bytearray()
    _put_struct(out, struct)
    return bytes(out)


class _Reader:
    def __init__(self, content: bytes) -> None:
        self._content, self._at = content, 0

    def struct(self) -> Struct:
        found: Struct = {}
        field = 0
        while head := self._byte():
            field = field + (head >> 4) if head >> 4 else self._whole()
            kind = head & 0x0F
            found[field] = kind, kind == TRUE if kind in {TRUE, FALSE} else self._value(kind)
        return found

    def _value(self, kind: int) -> Any:
        if kind in _WHOLE:
            return self._whole()
        if kind == BINARY:
            return self._taken(self._varint())
        if kind == STRUCT:
            return self.struct()
        if kind in {LIST, SET}:
            return self._list()
        if kind == DOUBLE:
            return self._taken(8)
        if kind in {TRUE, FALSE, BYTE}:  # of a list: a byte each
            return self._byte()
        raise ValueError(kind)

    def _list(self) -> tuple[int, list[Any]]:
        head = self._byte()
        kind, count = head & 0x0F, head >> 4
        count = self._varint() if count == _LONG_LIST else count
        return kind, [self._value(kind) for _ in range(count)]

    def _whole(self) -> int:
        number = self._varint()
        return (number >> 1) ^ -(number & 1)

    def _varint(self) -> int:
        number = shift = 0
        while True:
            byte = self._byte()
            number |= (byte & 0x7F) << shift
            if byte < 0x80:
                return number
            shift += 7

    def _byte(self) -> int:
        self._at += 1
        return self._content[self._at - 1]

    def _taken(self, length: int) -> bytes:
        self._at += length
        return self._content[self._at - length : self._at]


def _put_struct(out: bytearray, struct: Struct) -> None:
    last = 0
    for field, (kind, value) in struct.items():
        step = field - last
        if 0 < step <= _LARGEST_STEP:
            out.append(step << 4 | kind)
        else:
            out.append(kind)
            _put_whole(out, field)
        if kind not in {TRUE, FALSE}:
            _put(out, kind, value)
        last = field
    out.append(0)


def _put(out: bytearray, kind: int, value: Any) -> None:
    if kind in _WHOLE:
        _put_whole(out, value)
    elif kind == STRUCT:
        _put_struct(out, value)
    elif kind in {LIST, SET}:
        _put_list(out, *value)
    elif kind in {BINARY, DOUBLE}:
        if kind == BINARY:
            _put_varint(out, len(value))
        out += value
    else:
        out.append(value)


def _put_list(out: bytearray, kind: int, members: list[Any]) -> None:
    if len(members) < _LONG_LIST:
        out.append(len(members) << 4 | kind)
    else:
        out.append(_LONG_LIST << 4 | kind)
        _put_varint(out, len(members))
    for member in members:
        _put(out, kind, member)


def _put_whole(out: bytearray, number: int) -> None:
    _put_varint(out, (number << 1) ^ (number >> 63))


def _put_varint(out: bytearray, number: int) -> None:
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
