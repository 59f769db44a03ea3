"""Numbers and fields of protocol buffers in bulk: what a vector tile is made of, millions at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

VARINT, FIXED64, BYTES = 0, 1, 2  # wire types


def zigzag(values: NDArray[Any]) -> NDArray[np.uint64]:
    """Return signed numbers as unsigned ones, small where they are near zero: 0, -1, 1, -2 → 0, 1, 2, 3."""
    signed = np.asarray(values).astype(np.int64)
    return ((signed << 1) ^ (signed >> 63)).view(np.uint64)


def varints(values: NDArray[Any]) -> pa.BinaryArray:
    """Return each unsigned number as the bytes of its varint, in order."""
    octets, lengths = varint_octets(values)
    offsets = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(octets)]
    large = pa.LargeBinaryArray.from_buffers(pa.large_binary(), len(lengths), buffers)
    return large if offsets[-1] > np.iinfo(np.int32).max else large.cast(pa.binary())


def varint_octets(values: NDArray[Any]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return the bytes of all varints one behind the other, and how many each number takes."""
    numbers = np.asarray(values).astype(np.uint64)
    lengths = varint_lengths(numbers)
    if lengths.max(initial=1) == 1:
        return numbers.astype(np.uint8), lengths
    starts = np.cumsum(lengths) - lengths
    octets = np.empty(int(lengths.sum()), np.uint8)
    for place in range(int(lengths.max(initial=0))):
        chosen = np.flatnonzero(lengths > place)
        low = (numbers[chosen] >> np.uint64(7 * place)).astype(np.uint8) & 127
        octets[starts[chosen] + place] = low | ((lengths[chosen] > place + 1).astype(np.uint8) << 7)
    return octets, lengths


def varint_lengths(values: NDArray[Any]) -> NDArray[np.int64]:
    """Return how many bytes the varint of each unsigned number takes."""
    numbers = np.asarray(values).astype(np.uint64)
    lengths = np.ones(len(numbers), np.int64)
    for bits in range(7, int(numbers.max(initial=0)).bit_length(), 7):
        lengths += numbers >= np.uint64(1 << bits)
    return lengths


def varint(number: int) -> bytes:
    """Return one unsigned number as the bytes of its varint."""
    octets = bytearray()
    while number > 127:
        octets.append(number & 127 | 128)
        number >>= 7
    octets.append(number)
    return bytes(octets)


def tag(field: int, wire: int) -> bytes:
    """Return the key that stands before a field's value."""
    return varint(field << 3 | wire)


def framed(field: int, content: bytes) -> bytes:
    """Return a field of bytes: key, length, content."""
    return tag(field, BYTES) + varint(len(content)) + content
