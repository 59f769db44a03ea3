"""Open archives of published versions, and the answer for one tile of them."""

from __future__ import annotations

import os
import threading
import weakref
import zlib
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from geo.core.errors import DamagedVersion, NothingPublished, TileOutside, UnknownPage, UnknownWord
from geo.core.pmtiles import COMPRESSIONS, Archive
from geo.versions import Version
from geo.web.answering.answers import FILE_POLICY, IMMUTABLE, SHORTLY, VERSION, guarded
from geo.web.answering.ready import Ready
from geo.web.site import Site
from geo.web.tiles.addresses import Address

MOST_OPEN = 64  # archives of a process; each takes two descriptors
MEDIA_TYPES = {"mvt": "application/vnd.mapbox-vector-tile", "png": "image/png", "json": "application/json"}
_GZIP = 16 + zlib.MAX_WBITS
_SHARED = [*guarded(FILE_POLICY), ("Access-Control-Allow-Origin", "*"), ("Vary", "Accept-Encoding")]


class Content:
    """A file of a version, open: closed with its last reader, and read wherever that wants to begin."""

    def __init__(self, version: Version, file: str) -> None:
        """Open a file that the manifest lists; raises DamagedVersion where it is not there."""
        try:
            self._descriptor = os.open(Path(version.folder, file), os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            raise DamagedVersion(id=version.id, file=file) from None
        self.close = weakref.finalize(self, os.close, self._descriptor)

    def __len__(self) -> int:
        return os.fstat(self._descriptor).st_size

    def read(self, at: int, size: int) -> bytes:
        """Return `size` bytes from `at` on, fewer where the file ends."""
        return os.pread(self._descriptor, size, at)


@dataclass(frozen=True)
class Tileset:
    """One archive, open: its directory in memory, its bytes read from the file.

    The file is read, not mapped: a file that shrinks under a mapping ends the process that touches it.
    """

    version: Version
    file: str
    archive: Archive
    content: Content

    @classmethod
    def open(cls, version: Version, file: str) -> Tileset:
        """Return the open archive of a file that the manifest lists; raises DamagedVersion."""
        path = version.folder / file
        archive = Archive.open(path, version.manifest["files"][file]["sha256"])
        return cls(version, file, archive, Content(version, file))

    def tile(self, z: int, x: int, y: int) -> tuple[bytes, str] | None:
        """Return (a tile as it is stored, its strong tag), None where there is none.

        The tag is made of the archive's digest and the tile's place in it: every replica names the same.
        Raises TileOutside, or DamagedVersion where the file has become shorter.
        """
        head = self.archive.header
        if not (head.min_zoom <= z <= head.max_zoom and x < 1 << z and y < 1 << z):
            allowed = [f"z={head.min_zoom}…{head.max_zoom}", "x=0…2^z-1", "y=0…2^z-1"]
            raise TileOutside(allowed, least=head.min_zoom, most=head.max_zoom)
        place = self.archive.find(z, x, y)
        if place is None:
            return None
        stored = self.content.read(*place)
        if len(stored) != place[1]:
            raise DamagedVersion(id=self.version.id, file=self.file)
        return stored, f"{self.archive.etag}-{place[0]:x}"

    def unpacked(self, stored: bytes) -> bytes:
        """Return the content of a tile that is stored as gzip; raises DamagedVersion where its checksum is wrong."""
        try:
            return zlib.decompress(stored, _GZIP)
        except zlib.error:
            raise DamagedVersion(id=self.version.id, file=self.file) from None

    @property
    def is_packed(self) -> bool:
        """Tell whether tiles are stored as gzip."""
        return self.archive.header.tile_compression == COMPRESSIONS["gzip"]


class Tilesets:
    """The archives that a process holds open; safe to share between threads."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._open: OrderedDict[tuple[str, str], Tileset] = OrderedDict()
        self._lock = threading.Lock()

    def answer(self, address: Address, is_gzip_accepted: bool) -> Ready:
        """Return the answer for a tile: 200, or 204 where the map has none; raises ReaderError or OperatorError.

        An address without a place is that of no tile: UnknownPage.
        """
        if address.place is None:
            raise UnknownPage()
        version = self.version(address)
        tileset = self.tileset(version, address)
        caching = [("Cache-Control", SHORTLY if address.is_of_borders else IMMUTABLE), (VERSION, version.id)]
        force = (version.country.id, version.id) if address.is_of_borders else ("", "")
        found = tileset.tile(*address.place)
        if found is None:
            return Ready("204 NO CONTENT", [*_SHARED, *caching], b"", (), *force)
        body, tag = found
        coding = []
        if tileset.is_packed:
            plain = tileset.unpacked(body)  # whoever takes it packed too: a spoilt tile would be kept for a year
            if is_gzip_accepted:
                coding, tag = [("Content-Encoding", "gzip")], f"{tag}:gzip"
            else:
                body = plain
        about = [("Content-Type", MEDIA_TYPES[address.format]), ("Content-Length", str(len(body)))]
        headers = [*about, *coding, ("ETag", f'"{tag}"'), *caching, *_SHARED]
        return Ready("200 OK", headers, body, (tag,), *force)

    def version(self, address: Address) -> Version:
        """Return the version of an address: the named one, or for borders the one in force.

        Raises UnknownWord, UnknownVersion or UnknownPage for a reader, NothingPublished or DamagedVersion otherwise.
        """
        if address.is_of_borders:
            try:
                return self.site.opened(self.site.id_in_force(address.country))
            except NothingPublished:
                if countries := self.site.home.countries():
                    raise UnknownWord(word="country", allowed=countries) from None
                raise
        version = self.site.pinned(address.name)
        if version.country.id != address.country:
            raise UnknownPage()
        return version

    def tileset(self, version: Version, address: Address) -> Tileset:
        """Return the open archive; raises UnknownPage with the tilesets that the version has."""
        file = checked(version, f"{address.stem}.pmtiles")
        key = version.id, file
        with self._lock:
            found = self._open.get(key)
            if found is not None and found.version is version:
                self._open.move_to_end(key)
                return found
        made = Tileset.open(version, file)
        with self._lock:
            self._open[key] = made
            for other in [one for one in self._open if not self.site.is_open(one[0])]:
                del self._open[other]  # it would hold its version in memory
            while len(self._open) > MOST_OPEN:
                self._open.popitem(last=False)  # closed when the last answer from it is given
        return made


def checked(version: Version, file: str) -> str:
    """Return the name as the manifest has it; raises UnknownPage with the addresses that there are."""
    files: dict[str, object] = version.manifest["files"]
    if file not in files:
        tilesets = [name for name in files if name.startswith("tiles/") and name.endswith(".pmtiles")]
        raise UnknownPage(_addressed(name, version) for name in sorted(tilesets))
    return file


def _addressed(file: str, version: Version) -> str:
    """Return the address of a tileset's TileJSON, from the root."""
    name = file.removeprefix("tiles/").removesuffix(".pmtiles")
    if name.startswith("units/"):
        return f"/tiles/{version.country.id}/{name.removeprefix('units/')}/units.json"
    return f"/tiles/{version.country.id}/{version.id}/{name}.json"
