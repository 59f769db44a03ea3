"""The bulk folder of a version: every file with its length and its SHA-256, and the bytes of each in pieces.

What the version holds as a file is given as it lies there. Tables in CSV and borders in GeoJSON are written from the
version each time they are asked for, the same bytes each time; they are counted and summed once a process.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from geo.core.errors import DamagedVersion
from geo.core.pmtiles import MEDIA_TYPE
from geo.faces.bulk.borders import borders
from geo.faces.bulk.money import PUBLISHED, REPORTED, REVENUE, SOURCES, SPENDING, SUBGROUPS, TOTALS
from geo.faces.bulk.package import data_package
from geo.faces.bulk.places import BODIES, DENOMINATORS, FUNCTIONS, PLACEMENTS, SHARES, UNITS, levels
from geo.faces.bulk.table import Table
from geo.faces.mark import file_name
from geo.versions import Version

PACKAGE, SUMS = "datapackage.json", "SHA256SUMS"
GROUPS = ("about", "tables", "parquet", "borders", "tiles")
TABLES: tuple[Table, ...] = (
    *(SPENDING, TOTALS, SUBGROUPS, REPORTED, PUBLISHED, REVENUE, SOURCES),
    *(BODIES, UNITS, PLACEMENTS, SHARES, FUNCTIONS, DENOMINATORS),
)
_CSV, _GEOJSON = "text/csv", "application/geo+json"
# What a version holds that travels as it lies: where, how it ends, its media type, where it goes.
_STORED = (
    ("tables/", ".parquet", "application/vnd.apache.parquet", "parquet"),
    ("tiles/", ".pmtiles", MEDIA_TYPE, "tiles"),
    ("tiles/", ".tif", "image/tiff; application=geotiff; profile=cloud-optimized", "tiles"),
)
_PIECE = 1 << 16
Pieces = Callable[[int, int], Iterator[bytes]]  # of the bytes from the one to before the other


@dataclass(frozen=True)
class File:
    """One file of the folder. `pieces(start, stop)` gives a part of it; `table` is what it holds, if it is one."""

    name: str
    group: str
    media_type: str
    length: int
    sha256: str
    pieces: Pieces
    table: Table | None = None
    rows: int = 0  # of a table


@dataclass(frozen=True)
class Folder:
    """The files of a version by name, in the order in which a reader wants them."""

    files: Mapping[str, File]

    @property
    def length(self) -> int:
        """Return the bytes of all files together."""
        return sum(file.length for file in self.files.values())


def folder_of(version: Version) -> Folder:
    """Return the bulk folder of a version; made once: the first time every table is written, to be summed."""
    return version.once("bulk", lambda: _folder(version))


def _folder(version: Version) -> Folder:
    tables = [_of_table(table, version) for table in TABLES if table.is_in(version)]
    found = [*tables, *_stored(version, "parquet"), *_borders(version), *_stored(version, "tiles")]
    found.append(_whole(PACKAGE, "application/json", data_package(version, tables)))
    sums = "".join(f"{file.sha256}  {file.name}\n" for file in found)
    found.append(_whole(SUMS, "text/plain", sums.encode()))
    return Folder({file.name: file for file in found})


def _of_table(table: Table, version: Version) -> File:
    """Return a table as a file: written once to be counted, and again whenever it is sent."""

    def pieces(start: int, stop: int) -> Iterator[bytes]:
        return _part((piece for piece, _ in table.pieces(version)), start, stop)

    hashed, length, rows = hashlib.sha256(), 0, 0
    for piece, count in table.pieces(version):
        hashed.update(piece)
        length += len(piece)
        rows += count
    name = f"csv/{file_name(version.country, table.name, 'csv')}"
    return File(name, "tables", _CSV, length, hashed.hexdigest(), pieces, table, rows)


def _borders(version: Version) -> Iterator[File]:
    for edition, level in levels(version):
        content = borders(version, edition, level)
        name = f"borders/{file_name(version.country, f'{edition}-{level}', 'geojson')}"
        yield _whole(name, _GEOJSON, content, "borders")


def _stored(version: Version, wanted: str) -> Iterator[File]:
    for held, listed in sorted(version.manifest["files"].items()):
        for start, ending, media_type, group in _STORED:
            if group == wanted and held.startswith(start) and held.endswith(ending):
                name = f"{group}/{held.removeprefix(start)}"
                yield File(name, group, media_type, listed["bytes"], listed["sha256"], _reader(version, held))


def _whole(name: str, media_type: str, content: bytes, group: str = "about") -> File:
    def pieces(start: int, stop: int) -> Iterator[bytes]:
        yield content[start:stop]

    return File(name, group, media_type, len(content), hashlib.sha256(content).hexdigest(), pieces)


def _reader(version: Version, held: str) -> Pieces:
    def pieces(start: int, stop: int) -> Iterator[bytes]:
        path = Path(version.folder, held)
        # Said before the first byte leaves: afterwards nobody could be told.
        if not path.is_file() or path.stat().st_size != version.manifest["files"][held]["bytes"]:
            raise DamagedVersion(id=version.id, file=held)
        return _read(path, start, stop)

    return pieces


def _read(path: Path, start: int, stop: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        while start < stop and (piece := file.read(min(_PIECE, stop - start))):
            start += len(piece)
            yield piece


def _part(pieces: Iterator[bytes], start: int, stop: int) -> Iterator[bytes]:
    """Yield the bytes from `start` to before `stop` of what comes in pieces."""
    at = 0
    for piece in pieces:
        if at >= stop:
            return
        if part := piece[max(0, start - at) : stop - at]:
            yield part
        at += len(piece)
