"""An archive, with some of its tiles replaced: the bytes that writing all of its tiles anew would give.

What stays is copied by the operating system from file to file; no tile of it is read.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from geo.core.pmtiles import HEADER_BYTES, Archive, Entries, Ints, zxy
from geo.tiles.archive import Sheet, directories, packed_metadata, write_archive


def spliced(before: Archive, path: Path, tiles: Mapping[int, bytes], sheet: Sheet) -> None:
    """Write an archive that differs from `before` in these tiles, by id (none: the tile goes), and in its metadata.

    Zooms and bounds stay as they are.
    """
    if before.header.tile_contents != before.header.addressed_tiles or _repeats(before, tiles):
        _rewritten(before, path, tiles, sheet)
        return
    kept = ~np.isin(before.entries.ids, np.fromiter(tiles, np.int64, len(tiles)))
    new = {number: tile for number, tile in tiles.items() if tile}
    ids = np.concatenate([before.entries.ids[kept], np.fromiter(new, np.int64, len(new))])
    lengths = np.concatenate([before.entries.lengths[kept], np.fromiter(map(len, new.values()), np.int64, len(new))])
    sources = np.concatenate([before.entries.offsets[kept], np.full(len(new), -1)])
    order = np.argsort(ids)
    ids, lengths, sources = ids[order], lengths[order], sources[order]
    entries = Entries(ids, np.ones(len(ids), np.int64), lengths, np.cumsum(lengths) - lengths)
    root, leaves = directories(entries)
    metadata = packed_metadata(sheet)
    header = replace(
        before.header,
        root_bytes=len(root),
        metadata_offset=HEADER_BYTES + len(root),
        metadata_bytes=len(metadata),
        leaf_offset=HEADER_BYTES + len(root) + len(metadata),
        leaf_bytes=len(leaves),
        tile_offset=HEADER_BYTES + len(root) + len(metadata) + len(leaves),
        tile_bytes=int(lengths.sum()),
        addressed_tiles=len(ids),
        tile_entries=len(ids),
        tile_contents=len(ids),
    )
    with before.path.open("rb") as old, path.open("wb") as file:
        file.write(b"".join([header.packed(), root, metadata, leaves]))
        file.flush()
        for first, last in _runs(sources, lengths):
            if sources[first] < 0:
                file.write(new[int(ids[first])])
                file.flush()
            else:
                start = before.header.tile_offset + int(sources[first])
                _copy(old.fileno(), file.fileno(), start, int(sources[last] + lengths[last] - sources[first]))


def _runs(sources: Ints, lengths: Ints) -> list[tuple[int, int]]:
    """Return the first and the last of tiles that stand behind one another in the old file; new ones one by one."""
    is_first = np.ones(len(sources), bool)
    is_first[1:] = (sources[1:] != sources[:-1] + lengths[:-1]) | (sources[1:] < 0)
    firsts = np.flatnonzero(is_first)
    lasts = np.append(firsts[1:] - 1, len(sources) - 1)
    return list(zip(firsts.tolist(), lasts.tolist(), strict=True)) if len(sources) else []


def _copy(old: int, new: int, offset: int, left: int) -> None:
    while left:
        done = os.copy_file_range(old, new, left, offset)
        offset, left = offset + done, left - done


def _repeats(before: Archive, tiles: Mapping[int, bytes]) -> bool:
    """Tell whether a new tile has the bytes of another tile, which would be stored once."""
    new = {tile for tile in tiles.values() if tile}
    if len(new) != sum(1 for tile in tiles.values() if tile):
        return True
    alike = np.isin(before.entries.lengths, np.fromiter({len(tile) for tile in new}, np.int64))
    alike &= ~np.isin(before.entries.ids, np.fromiter(tiles, np.int64, len(tiles)))
    base, columns = before.header.tile_offset, (before.entries.offsets[alike], before.entries.lengths[alike])
    return any(
        before.part(base + start, base + start + length) in new
        for start, length in zip(*(column.tolist() for column in columns), strict=True)
    )


def _rewritten(before: Archive, path: Path, tiles: Mapping[int, bytes], sheet: Sheet) -> None:
    every: dict[int, bytes] = {}
    ids = before.tile_ids()
    for number, z, x, y in zip(*(column.tolist() for column in (ids, *zxy(ids))), strict=True):
        tile = before.tile(z, x, y)
        if tile:
            every[number] = tile
    every |= tiles
    kept = sorted(number for number, tile in every.items() if tile)
    write_archive(path, np.array(kept, np.int64), [every[number] for number in kept], sheet)
