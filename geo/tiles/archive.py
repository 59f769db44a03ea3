"""Tiles → one PMTiles v3 archive, the same bytes for the same tiles on every machine.

Tiles lie in the order of their ids (clustered); of tiles with the same content one is stored; neighbours on the curve
with the same content share one entry.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import deflate
import numpy as np
import pyarrow as pa

from geo.core.files import to_json
from geo.core.pmtiles import COMPRESSIONS, HEADER_BYTES, LARGEST_ROOT, TILE_TYPES, Entries, Header, Ints
from geo.tiles.protobuf import varint_octets

_LEAF = 4096  # entries of a leaf directory, more where the root would not fit
_AT_ONCE = 512  # tiles that one thread compresses before the next batch
_THREADS = 2
_SMALLEST = 6  # level of what is compressed once
_LEVEL = 1  # of libdeflate, its quickest


@dataclass(frozen=True)
class Sheet:
    """What an archive says of its tiles: kind, zooms, where they lie (degrees), and its metadata."""

    tile_type: str  # one of TILE_TYPES
    min_zoom: int
    max_zoom: int
    bounds: tuple[float, float, float, float]  # west, south, east, north
    center: tuple[float, float]  # lon, lat
    metadata: Mapping[str, Any]


def gzipped(tiles: Sequence[bytes] | pa.Array) -> list[bytes]:
    """Return every tile as gzip without a time in it, in order; two threads."""
    if len(tiles) <= _AT_ONCE:
        return _gzipped_batch(tiles)
    batches = [tiles[start : start + _AT_ONCE] for start in range(0, len(tiles), _AT_ONCE)]
    with ThreadPoolExecutor(_THREADS) as threads:
        return [tile for batch in threads.map(_gzipped_batch, batches) for tile in batch]


def _gzipped_batch(batch: Sequence[bytes] | pa.Array) -> list[bytes]:
    plain = batch.to_pylist() if isinstance(batch, pa.Array) else batch
    return [gzip_tile(tile) for tile in plain]


def gzip_tile(tile: bytes) -> bytes:
    """Return one tile as `gzipped` does."""
    return bytes(deflate.gzip_compress(tile, _LEVEL))


def write_archive(path: Path, ids: Ints, tiles: Sequence[bytes], sheet: Sheet, compression: str = "gzip") -> None:
    """Write an archive of tiles (compressed already, as `compression` says) whose ids ascend.

    Raises ValueError for ids that do not ascend, or that are not as many as the tiles.
    """
    ids = np.asarray(ids, np.int64)
    if len(ids) != len(tiles) or (np.diff(ids) <= 0).any():
        raise ValueError("ids must ascend, one for each tile")
    entries, contents = _laid_out(ids, tiles)
    root, leaves = directories(entries)
    metadata = packed_metadata(sheet)
    head = placed(_header(sheet, entries, len(contents), sum(map(len, contents)), compression), root, metadata, leaves)
    with path.open("wb") as file:
        file.writelines([head.packed(), root, metadata, leaves])
        file.writelines(contents)


def placed(head: Header, root: bytes, metadata: bytes, leaves: bytes) -> Header:
    """Return the header of an archive whose parts stand behind it in this order, the tiles last."""
    return replace(
        head,
        root_bytes=len(root),
        metadata_offset=HEADER_BYTES + len(root),
        metadata_bytes=len(metadata),
        leaf_offset=HEADER_BYTES + len(root) + len(metadata),
        leaf_bytes=len(leaves),
        tile_offset=HEADER_BYTES + len(root) + len(metadata) + len(leaves),
    )


def packed_metadata(sheet: Sheet) -> bytes:
    """Return what a sheet says beside its tiles as compressed bytes."""
    return bytes(deflate.gzip_compress(to_json(dict(sheet.metadata)), _SMALLEST))


def directories(entries: Entries) -> tuple[bytes, bytes]:
    """Return the root directory and the leaf directories (none where the root holds everything), compressed."""
    root = packed_directory(entries)
    if len(root) <= LARGEST_ROOT:
        return root, b""
    size = _LEAF
    while True:
        starts = np.arange(0, len(entries.ids), size)
        leaves = [packed_directory(_part(entries, start, start + size)) for start in starts.tolist()]
        lengths = np.array([len(leaf) for leaf in leaves], np.int64)
        no_runs = np.zeros(len(leaves), np.int64)
        root = packed_directory(Entries(entries.ids[starts], no_runs, lengths, np.cumsum(lengths) - lengths))
        if len(root) <= LARGEST_ROOT:
            return root, b"".join(leaves)
        size *= 2


def packed_directory(entries: Entries) -> bytes:
    """Return a directory as compressed bytes; `core.pmtiles.unpacked_directory` reads it."""
    follows = np.zeros(len(entries.ids), bool)
    follows[1:] = entries.offsets[1:] == entries.offsets[:-1] + entries.lengths[:-1]
    deltas = np.diff(entries.ids, prepend=0)
    columns = [deltas, entries.runs, entries.lengths, np.where(follows, 0, entries.offsets + 1)]
    octets = b"".join(varint_octets(part)[0].tobytes() for part in (np.array([len(deltas)]), *columns))
    return bytes(deflate.gzip_compress(octets, _SMALLEST))


def _part(entries: Entries, start: int, stop: int) -> Entries:
    return Entries(*(column[start:stop] for column in (entries.ids, entries.runs, entries.lengths, entries.offsets)))


def _laid_out(ids: Ints, tiles: Sequence[bytes]) -> tuple[Entries, list[bytes]]:
    """Return one entry for each run of equal tiles, and each content once, in the order they first come."""
    numbers: dict[bytes, int] = {}
    content = np.fromiter((numbers.setdefault(tile, len(numbers)) for tile in tiles), np.int64, len(tiles))
    contents = list(numbers)
    sizes = np.fromiter(map(len, contents), np.int64, len(contents))
    places = np.cumsum(sizes) - sizes
    is_first = np.ones(len(ids), bool)
    is_first[1:] = (np.diff(ids) != 1) | (np.diff(content) != 0)
    firsts = np.flatnonzero(is_first)
    runs = np.diff(np.append(firsts, len(ids)))
    chosen = content[firsts]
    return Entries(ids[firsts], runs, sizes[chosen], places[chosen]), contents


def _header(sheet: Sheet, entries: Entries, contents: int, tile_bytes: int, compression: str) -> Header:
    west, south, east, north = sheet.bounds
    return Header(
        root_offset=HEADER_BYTES,
        root_bytes=0,
        metadata_offset=0,
        metadata_bytes=0,
        leaf_offset=0,
        leaf_bytes=0,
        tile_offset=0,
        tile_bytes=tile_bytes,
        addressed_tiles=int(entries.runs.sum()),
        tile_entries=len(entries.ids),
        tile_contents=contents,
        is_clustered=1,
        internal_compression=COMPRESSIONS["gzip"],
        tile_compression=COMPRESSIONS[compression],
        tile_type=TILE_TYPES[sheet.tile_type],
        min_zoom=sheet.min_zoom,
        max_zoom=sheet.max_zoom,
        min_lon=west,
        min_lat=south,
        max_lon=east,
        max_lat=north,
        center_zoom=sheet.min_zoom,
        center_lon=sheet.center[0],
        center_lat=sheet.center[1],
    )
