"""An archive, with some of its tiles replaced: the bytes that writing all of its tiles anew would give.

What stays is copied in long stretches; no tile of it is looked at.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from geo.core.pmtiles import Archive, Ints, first_id, zxy
from geo.tiles.archive import Sheet, directories, packed_metadata, placed, write_archive

_BUFFER = 1 << 20


@dataclass(frozen=True)
class Splice:
    """An archive of before and new content for some of its tiles, by id; zooms, bounds and ids stay as they are.

    `lengths` are those of all tiles; `places` says which of them are new, in the order of `tiles`.
    """

    before: Archive
    tiles: Mapping[int, bytes]
    places: Ints
    lengths: Ints

    @classmethod
    def of(cls, before: Archive, tiles: Mapping[int, bytes]) -> Splice:
        """Return the splice of an archive that has each of these tiles, none of them twice."""
        ordered = dict(sorted(tiles.items()))
        places = np.searchsorted(before.entries.ids, np.fromiter(ordered, np.int64, len(ordered)), side="right") - 1
        lengths = before.entries.lengths.copy()
        lengths[places] = np.fromiter(map(len, ordered.values()), np.int64, len(ordered))
        return cls(before, ordered, places, lengths)

    def write(self, path: Path, sheet: Sheet) -> None:
        """Write the new archive, with other metadata."""
        head = self.before.header
        if head.tile_contents != head.addressed_tiles or self._repeats():
            self._write_anew(path, sheet)
            return
        old = self.before.entries
        entries = replace(old, lengths=self.lengths, offsets=np.cumsum(self.lengths) - self.lengths)
        root, leaves = directories(entries)
        metadata = packed_metadata(sheet)
        header = placed(replace(head, tile_bytes=int(self.lengths.sum())), root, metadata, leaves)
        with self.before.path.open("rb") as source, path.open("wb", buffering=0) as file:
            os.posix_fallocate(file.fileno(), 0, header.tile_offset + header.tile_bytes)
            file.write(b"".join([header.packed(), root, metadata, leaves]))
            self._copy(source.fileno(), file.fileno())

    def _copy(self, source: int, file: int) -> None:
        """Copy what stands between the new tiles, and write these."""
        base, old = self.before.header.tile_offset, self.before.entries
        starts = base + old.offsets[self.places]
        stops = starts + old.lengths[self.places]
        at, buffer = base, memoryview(bytearray(_BUFFER))
        for start, stop, tile in zip(starts.tolist(), stops.tolist(), self.tiles.values(), strict=True):
            _copy_range(source, file, (at, start), buffer)
            os.write(file, tile)
            at = stop
        _copy_range(source, file, (at, base + self.before.header.tile_bytes), buffer)

    def _repeats(self) -> bool:
        """Tell whether a new tile has the bytes of another tile, which would be stored once.

        Only cells with the same number and largest body are alike, and of cells that hold one another only those in
        the north-western corner of the world have the same number at two zooms.
        """
        corners = [first_id(zoom) for zoom in range(self.before.header.max_zoom + 1)]
        found = [self.tiles.get(number) or self.before.tile(zoom, 0, 0) for zoom, number in enumerate(corners)]
        there = [tile for tile in found if tile]
        return len(set(there)) < len(there)

    def _write_anew(self, path: Path, sheet: Sheet) -> None:
        ids = self.before.tile_ids()
        places = zip(*(part.tolist() for part in zxy(ids)), strict=True)
        every = [
            self.tiles.get(number) or self.before.tile(*place) or b""
            for number, place in zip(ids.tolist(), places, strict=True)
        ]
        write_archive(path, ids, every, sheet)


def _copy_range(source: int, file: int, stretch: tuple[int, int], buffer: memoryview) -> None:
    """Copy bytes through a buffer that stays in the processor: pages that do not lie alike are copied twice anyway."""
    offset, stop = stretch
    while offset < stop:
        done = os.preadv(source, [buffer[: stop - offset]], offset)
        if not done:
            raise EOFError("an archive that is shorter than it says")
        os.write(file, buffer[:done])
        offset += done
