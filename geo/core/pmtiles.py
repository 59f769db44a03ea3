"""PMTiles v3: the words of an archive (header, directories, Hilbert ids) and its reader, with numpy alone.

The format: protomaps/PMTiles, spec version 3. An archive has a header of 127 bytes, a root directory within its first
16 KiB, metadata as JSON, leaf directories, and tiles in the order of their ids.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import mmap
import struct
import zlib
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from geo.core.errors import DamagedVersion
from geo.core.tile_ids import Ints, first_id, tile_id, tile_ids, zxy

MEDIA_TYPE = "application/vnd.pmtiles"
HEADER_BYTES = 127
LARGEST_ROOT = 16_384 - HEADER_BYTES
COMPRESSIONS = {"unknown": 0, "none": 1, "gzip": 2, "brotli": 3, "zstd": 4}
TILE_TYPES = {"json": 0, "mvt": 1, "png": 2}  # 0 is the format's "other"
_HEADER = struct.Struct("<7sB11Q6B4iB2i")
_E7 = 10_000_000

__all__ = ["Archive", "Entries", "Header", "Ints", "first_id", "tile_id", "tile_ids", "zxy"]


@dataclass(frozen=True)
class Header:
    """The fixed head of an archive, in the order of its bytes; places are in degrees."""

    root_offset: int
    root_bytes: int
    metadata_offset: int
    metadata_bytes: int
    leaf_offset: int
    leaf_bytes: int
    tile_offset: int
    tile_bytes: int
    addressed_tiles: int
    tile_entries: int
    tile_contents: int
    is_clustered: int
    internal_compression: int
    tile_compression: int
    tile_type: int
    min_zoom: int
    max_zoom: int
    min_lon: float
    min_lat: float
    max_lon: float
    max_lat: float
    center_zoom: int
    center_lon: float
    center_lat: float

    def packed(self) -> bytes:
        """Return the 127 bytes; degrees become whole ten-millionths."""
        values = [getattr(self, row.name) for row in fields(self)]
        scaled = [
            round(value * _E7) if row.type == "float" else value
            for row, value in zip(fields(self), values, strict=True)
        ]
        return _HEADER.pack(b"PMTiles", 3, *scaled)

    @classmethod
    def unpacked(cls, content: bytes) -> Header:
        """Return the header that `packed` wrote; raises ValueError for anything else."""
        if len(content) < HEADER_BYTES:
            raise ValueError("too short for a header")
        magic, version, *values = _HEADER.unpack(content[:HEADER_BYTES])
        if (magic, version) != (b"PMTiles", 3):
            raise ValueError("not PMTiles of version 3")
        scaled = [value / _E7 if row.type == "float" else value for row, value in zip(fields(cls), values, strict=True)]
        return cls(*scaled)


@dataclass(frozen=True)
class Entries:
    """A directory as columns: first tile id, length of the run, bytes, and offset within the tile data.

    In a root directory a run of 0 points at a leaf: its offset is within the leaf directories.
    """

    ids: Ints
    runs: Ints
    lengths: Ints
    offsets: Ints


def unpacked_directory(content: bytes) -> Entries:
    """Return a directory from its bytes (decompressed); raises ValueError where they do not add up."""
    values = _unpacked_varints(content)
    count = int(values[0]) if len(values) else -1
    if count < 0 or len(values) != 1 + 4 * count:
        raise ValueError("a directory of another length than it says")
    ids, runs, lengths, packed = (values[1 + part * count : 1 + (part + 1) * count] for part in range(4))
    # 0 means: right behind the entry before; so the last stated offset plus all lengths since then.
    stated = packed > 0
    ends = np.concatenate([[0], np.cumsum(lengths)[:-1]]) if count else lengths
    last = np.maximum.accumulate(np.where(stated, np.arange(count), -1)) if count else lengths
    if count and last[0] < 0:
        raise ValueError("the first entry has no offset")
    offsets = packed[last] - 1 + ends - ends[last]
    return Entries(np.cumsum(ids), runs, lengths, offsets)


def _unpacked_varints(content: bytes) -> Ints:
    octets = np.frombuffer(content, np.uint8)
    lasts = np.flatnonzero(octets < 128)
    if not len(lasts) or lasts[-1] != len(octets) - 1:
        raise ValueError("a number is cut off")
    firsts = np.concatenate([[0], lasts[:-1] + 1])
    place = np.arange(len(octets)) - np.repeat(firsts, lasts - firsts + 1)
    if place.max() > 8:
        raise ValueError("a number of more than 63 bits")
    return np.add.reduceat((octets & 127).astype(np.int64) << (7 * place), firsts)


class Archive:
    """An archive mapped into memory: directories decoded once, each look-up one bisection and one slice."""

    def __init__(self, path: Path, content: mmap.mmap, header: Header, entries: Entries, sha256: str) -> None:
        self.path, self.header, self.sha256 = path, header, sha256
        self._content, self._entries = content, entries
        # Plain arrays: one look-up in numpy costs more than the whole bisection.
        self._ids, self._runs = array("q", entries.ids.tobytes()), array("q", entries.runs.tobytes())
        self._starts = array("q", (entries.offsets + header.tile_offset).tobytes())
        self._lengths = array("q", entries.lengths.tobytes())

    @classmethod
    def open(cls, path: Path, sha256: str = "") -> Archive:
        """Return the archive of a file; `sha256` is its digest where the manifest says it.

        Raises DamagedVersion where header, directories and length of the file do not agree.
        """
        try:
            with path.open("rb") as file:
                content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            header = Header.unpacked(content[:HEADER_BYTES])
            entries = _all_entries(content, header)
            ends = entries.offsets + entries.lengths
            if len(ends) and not (
                0 <= int(entries.offsets.min()) <= int(ends.max()) <= header.tile_bytes
                and int(entries.lengths.min()) >= 0
                and (np.diff(entries.ids) > 0).all()
            ):
                raise ValueError("entries outside of the tile data or out of order")
            if header.tile_offset + header.tile_bytes > len(content):
                raise ValueError("cut off")
        except (OSError, ValueError, EOFError, zlib.error) as error:
            raise DamagedVersion(id=path.parent.name, file=path.name) from error
        return cls(path, content, header, entries, sha256)

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """Return a tile as it is stored (see `header.tile_compression`), or None where there is none."""
        place = self.find(z, x, y)
        return None if place is None else self._content[place[0] : place[0] + place[1]]

    def find(self, z: int, x: int, y: int) -> tuple[int, int] | None:
        """Return (offset in the file, bytes) of a tile, or None; z, x and y must be whole numbers of that zoom."""
        wanted = tile_id(z, x, y)
        at = bisect_right(self._ids, wanted) - 1
        if at < 0 or wanted - self._ids[at] >= self._runs[at]:
            return None
        return self._starts[at], self._lengths[at]

    def part(self, start: int, stop: int) -> bytes:
        """Return the bytes of the file itself from `start` up to `stop`."""
        return self._content[start:stop]

    def __len__(self) -> int:
        return len(self._content)

    def tiles(self) -> Iterator[bytes]:
        """Yield every addressed tile as it is stored, in the order of `tile_ids`."""
        for start, length, run in zip(self._starts, self._lengths, self._runs, strict=True):
            tile = self._content[start : start + length]
            for _ in range(run):
                yield tile

    def tile_ids(self) -> Ints:
        """Return the id of every addressed tile, ascending."""
        runs = self._entries.runs
        within = np.arange(int(runs.sum())) - np.repeat(np.cumsum(runs) - runs, runs)
        return np.repeat(self._entries.ids, runs) + within

    @property
    def entries(self) -> Entries:
        """Return the directory of the tiles, leaves included, as columns; offsets are within the tile data."""
        return self._entries

    @cached_property
    def metadata(self) -> dict[str, Any]:
        """Return the JSON beside the tiles; raises DamagedVersion."""
        start = self.header.metadata_offset
        try:
            plain = json.loads(gzip.decompress(self._content[start : start + self.header.metadata_bytes]))
        except (OSError, EOFError, ValueError, zlib.error) as error:
            raise DamagedVersion(id=self.path.parent.name, file=self.path.name) from error
        return dict(plain)

    @cached_property
    def etag(self) -> str:
        """Return a strong tag of the whole file's content, the same on every machine."""
        if self.sha256:
            return self.sha256[:20]
        return hashlib.sha256(self._content).hexdigest()[:20]


def _all_entries(content: mmap.mmap, header: Header) -> Entries:
    """Return the entries of all tiles: of the root, and of the leaves where the root leads to leaves."""
    root = _directory(content, header.root_offset, header.root_bytes)
    if not len(root.ids) or (root.runs > 0).all():
        return root
    if (root.runs > 0).any():
        raise ValueError("a root of tiles and leaves")
    parts = [
        _directory(content, header.leaf_offset + offset, length)
        for offset, length in zip(root.offsets.tolist(), root.lengths.tolist(), strict=True)
    ]
    return Entries(*(np.concatenate([getattr(part, row.name) for part in parts]) for row in fields(Entries)))


def _directory(content: mmap.mmap, offset: int, length: int) -> Entries:
    return unpacked_directory(gzip.decompress(content[offset : offset + length]))
