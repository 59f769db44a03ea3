"""Points with properties → vector tile layers, in bulk: no step is taken feature by feature in Python.

Every feature has values of its own in the layer's table of values, in the order of the features. So a value needs no
look-up, what is written for a feature does not depend on its neighbours, and a changed figure moves nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo.tiles.bodies.grid import EXTENT, Ints, firsts
from geo.tiles.protobuf import framed, varint, varints, zigzag

_POINT, _MOVE_ONE = b"\x18\x01", b"\x09"  # of a feature: its kind; of a geometry: one move
_MANTISSA_LEFT = 12  # bits of a double that are kept: right to an eight-thousandth, and the rest is zeros
_NOTHING = b""


@dataclass(frozen=True)
class Column:
    """A property: its key, and for each content the bytes of its value (none where it is absent).

    A value that most features have can be named as `common`: it then stands once in each tile.
    """

    key: str
    values: pa.BinaryArray
    common: bytes = b""


@dataclass(frozen=True)
class Rows:
    """Features of one layer in the order of their tiles: number of the tile and of the content, id, position."""

    tile: Ints
    contents: Ints
    ids: Ints
    x: Ints
    y: Ints


class Layer:
    """A layer whose features take their properties from a table of contents."""

    def __init__(self, name: str, columns: Sequence[Column]) -> None:
        self.keys = len(columns)
        commons = [column.common for column in columns if column.common]
        own, shape = [], np.zeros(len(columns[0].values), np.int64)
        for place, column in enumerate(columns):
            values = column.values
            if column.common:
                is_common = pc.equal(values, column.common).to_numpy(zero_copy_only=False)
                shape |= is_common.astype(np.int64) << (self.keys + place)
                values = where(~is_common, values)
            shape |= (lengths(values) > 0).astype(np.int64) << place
            own.append(values)
        self.values = joined(*own)
        self._commons = [(place, n) for n, place in enumerate(p for p, c in enumerate(columns) if c.common)]
        self._shapes, self._shape = np.unique(shape, return_inverse=True)
        self._widths = np.bitwise_count(self._shapes & ((1 << self.keys) - 1)).astype(np.int64)[self._shape]
        self._tags: tuple[int, pa.BinaryArray] = (0, pa.array([], pa.binary()))
        self._before = b"\x78\x02" + framed(1, name.encode())
        self._between = b"".join(framed(3, column.key.encode()) for column in columns) + b"".join(commons)

    def encoded(self, rows: Rows, tiles: int) -> pa.BinaryArray:
        """Return the layer of each of so many tiles as a field of its message; nothing where it has no feature."""
        if not len(rows.tile):
            return pa.array([_NOTHING] * tiles, pa.binary())
        starts = firsts(rows.tile)
        values = merged(self.values.take(pa.array(rows.contents)), starts)
        features = merged(self._features(rows, starts), starts)
        fixed = len(self._before) + len(self._between) + len(_EXTENT)
        head = prefixed(b"\x1a", lengths(features) + lengths(values) + fixed, self._before)
        return placed(joined(head, features, self._between, values, _EXTENT), rows.tile[starts], tiles)

    def _features(self, rows: Rows, starts: Ints) -> pa.BinaryArray:
        tags, ids = self._tag_fields(rows, starts), varints(rows.ids)
        x, y = _AXIS.take(pa.array(rows.x)), _AXIS.take(pa.array(rows.y))
        across = lengths(x) + lengths(y)
        geometry = _GEOMETRY.take(pa.array(across))
        sizes = 1 + lengths(ids) + lengths(tags) + lengths(geometry) + across
        return joined(prefixed(b"\x12", sizes, b"\x08"), ids, tags, geometry, x, y)

    def _tag_fields(self, rows: Rows, starts: Ints) -> pa.BinaryArray:
        """Return the pairs of key and value of each feature; its values stand behind those of the tile's others."""
        widths = self._widths[rows.contents]
        before = np.cumsum(widths) - widths
        within = before - np.repeat(before[starts], np.diff(np.append(starts, len(widths))))
        most, table = self._tags
        if int(within.max(initial=0)) >= most:
            most = 1 << int(within.max(initial=0)).bit_length()
            table = pa.concat_arrays([self._templates(int(shape), most) for shape in self._shapes])
            self._tags = most, table
        return table.take(pa.array(self._shape[rows.contents] * most + within))

    def _templates(self, shape: int, most: int) -> pa.BinaryArray:
        """Return the tags of a feature of this shape, for each count of values of its own tile before it."""
        shared = dict(self._commons)
        numbers, parts, own = varints(np.arange(most + 2 * self.keys)), [], len(shared)
        for place in range(self.keys):
            if shape >> (self.keys + place) & 1:
                parts.append(varint(place) + varint(shared[place]))
            elif shape >> place & 1:
                parts += [varint(place), numbers[own : own + most]]
                own += 1
        tags = joined(*parts) if own > len(shared) else pa.array([b"".join(parts)] * most, pa.binary())
        return joined(prefixed(b"\x12", lengths(tags)), tags)


def texts(strings: pa.Array) -> pa.BinaryArray:
    """Return each text as a value; none where the text is empty or null."""
    plain = strings.cast(pa.binary()).fill_null(_NOTHING)
    sizes = lengths(plain)
    return joined(_text_heads(int(sizes.max(initial=0))).take(pa.array(sizes)), plain)


def whole_numbers(numbers: NDArray[Any]) -> pa.BinaryArray:
    """Return each number from 0 on as a value."""
    octets = varints(numbers)
    return joined(prefixed(b"\x22", lengths(octets) + 1, b"\x28"), octets)


def approximate(numbers: NDArray[Any]) -> pa.BinaryArray:
    """Return each number as a value that is a double, right to an eight-thousandth."""
    bits = numbers.astype("<f8").view("<u8")
    cut = np.uint64(52 - _MANTISSA_LEFT)
    half = np.uint64(1) << (cut - np.uint64(1))
    rounded = ((bits + half) >> cut) << cut
    octets = np.empty((len(numbers), 11), np.uint8)
    octets[:, :3] = (0x22, 9, 0x19)
    octets[:, 3:] = rounded.astype("<u8")[:, None].view(np.uint8).reshape(-1, 8)
    offsets = np.arange(0, 11 * len(numbers) + 11, 11, dtype=np.int32)
    return pa.BinaryArray.from_buffers(pa.binary(), len(numbers), [None, pa.py_buffer(offsets), pa.py_buffer(octets)])


def truths(values: NDArray[np.bool_]) -> pa.BinaryArray:
    """Return each truth as a value."""
    return pa.array([framed(4, b"\x38\x00"), framed(4, b"\x38\x01")], pa.binary()).take(
        pa.array(values.astype(np.int8))
    )


def where(is_there: NDArray[np.bool_], values: pa.BinaryArray) -> pa.BinaryArray:
    """Return the values, and nothing where none is there."""
    if is_there.all():
        return values
    return pc.if_else(pa.array(is_there), values, pa.scalar(_NOTHING, pa.binary()))


def lengths(values: pa.BinaryArray) -> Ints:
    """Return how many bytes each value has."""
    return np.diff(_offsets(values))


def merged(values: pa.BinaryArray, starts: Ints) -> pa.BinaryArray:
    """Return the bytes of each stretch of values as one value; nothing is copied."""
    offsets = _offsets(values)
    chosen = np.append(offsets[starts], offsets[-1])
    return pa.BinaryArray.from_buffers(pa.binary(), len(starts), [None, pa.py_buffer(chosen), values.buffers()[2]])


def split(values: pa.BinaryArray, heads: Ints) -> pa.BinaryArray:
    """Return what is left of each value behind so many bytes."""
    offsets = _offsets(values)
    both = np.empty(2 * len(values) + 1, np.int32)
    both[::2], both[1::2] = offsets, offsets[:-1] + heads
    halves = pa.BinaryArray.from_buffers(pa.binary(), 2 * len(values), [None, pa.py_buffer(both), values.buffers()[2]])
    return halves.take(pa.array(np.arange(1, 2 * len(values), 2)))


def placed(values: pa.BinaryArray, places: Ints, count: int) -> pa.BinaryArray:
    """Return so many values, these at their places (ascending) and nothing elsewhere."""
    if len(places) == count:
        return values
    chosen = np.full(count, len(values))
    chosen[places] = np.arange(len(values))
    return pa.concat_arrays([values, pa.array([_NOTHING], pa.binary())]).take(pa.array(chosen))


def joined(*parts: pa.BinaryArray | bytes) -> pa.BinaryArray:
    """Return the parts of each row behind one another; a part that is bytes is the same in every row."""
    return pc.binary_join_element_wise(*parts, _NOTHING)


def prefixed(key: bytes, sizes: Ints, behind: bytes = _NOTHING) -> pa.BinaryArray:
    """Return for each size the key of a field, the size, and bytes that count in it already."""
    most = int(sizes.max(initial=0))
    if most >= max(_SMALL, len(sizes)):
        return joined(key, varints(sizes), behind)
    table = joined(key, _COUNTS[: most + 1] if most < len(_COUNTS) else varints(np.arange(most + 1)), behind)
    return table.take(pa.array(sizes))


def _offsets(values: pa.BinaryArray) -> NDArray[np.int32]:
    return np.frombuffer(values.buffers()[1], np.int32)[values.offset : values.offset + len(values) + 1]


def _text_heads(most: int) -> pa.BinaryArray:
    """Return what stands before a text of each length: nothing before an empty one, which is absent."""
    sizes = varints(np.arange(most + 1))
    heads = joined(b"\x22", varints(np.arange(most + 1) + 1 + lengths(sizes)), b"\x0a", sizes)
    return pa.concat_arrays([pa.array([_NOTHING], pa.binary()), heads[1:]])


_SMALL = 4096
_COUNTS = varints(np.arange(_SMALL))
_AXIS = varints(zigzag(np.arange(EXTENT)))
_GEOMETRY = pa.array([_POINT + b"\x22" + varint(1 + size) + _MOVE_ONE for size in range(7)], pa.binary())
_EXTENT = b"\x28" + varint(EXTENT)
