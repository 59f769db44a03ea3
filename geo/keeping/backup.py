"""A home as one file: a tar whose last member lists the digest of every other.

The same home gives the same bytes. Versions are immutable and the small files that change are read first, so publishing
may go on meanwhile; cleaning waits. What could not be brought back is not a copy: damage is told, and an earlier copy
stays.
"""

from __future__ import annotations

import io
import json
import os
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from geo.core.errors import DamagedVersion, NoPlaceForCopy, NothingPublished
from geo.core.failing import reach
from geo.core.files import digest, disk, file_digest, sync_folder, to_json
from geo.keeping.home_files import kept_files
from geo.ledger import Ledger
from geo.versions import Home
from geo.versions.manifest import listed_manifest
from geo.versions.pins import pins

FORMAT, LIST = 1, "backup.json"


@dataclass(frozen=True)
class Copied:
    """What went into a copy or came out of it."""

    files: int
    bytes: int
    versions: int
    sha256: str  # of the list: two homes with the same are byte-equal


def backup(home: Home, out: Path) -> Copied:
    """Write a copy of a home to a file that its owner alone may read, replaced in one step.

    Raises NothingPublished for a home without anything, DamagedVersion or DamagedLedger for one that could not be
    brought back, NoPlaceForCopy for a device or a file inside of the home, CannotWrite, SomebodyElsePublishes.
    """
    if not kept_files(home.folder):
        raise NothingPublished(country="–", folder=home.folder)
    if (out.exists() and not out.is_file()) or home.folder.resolve() in out.resolve().parents:
        raise NoPlaceForCopy(file=out)
    with home.locked("keep"), disk(out.parent), _replaced(out) as file:
        listed = _written(home, file)
        reach("backup: written")
    return told(listed)


def sealed(listed: Mapping[str, Any]) -> bytes:
    """Return the list of a copy, with a digest of itself."""
    plain = {"format": FORMAT, "files": dict(sorted(listed.items()))}
    return to_json({**plain, "seal": digest(to_json(plain))})


def told(listed: Mapping[str, Any]) -> Copied:
    """Return what a list of files adds up to."""
    versions = {name.split("/")[1] for name in listed if name.startswith("versions/")}
    size = sum(row["bytes"] for row in listed.values())
    return Copied(len(listed), size, len(versions), digest(sealed(listed)))


@contextmanager
def _replaced(out: Path) -> Iterator[IO[bytes]]:
    """Yield a new file that takes the place of another when all went well; it holds digests of tokens."""
    aside = out.with_name(f".{out.name}.new")
    try:
        aside.unlink(missing_ok=True)
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, out)
        sync_folder(out.parent)
    finally:
        aside.unlink(missing_ok=True)


def _written(home: Home, file: IO[bytes]) -> dict[str, Any]:
    """Write every file of a home and the list of them, and return the list; raises what makes it no copy."""
    listed: dict[str, Any] = {}
    with tarfile.open(fileobj=file, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        small = {name: (home.folder / name).read_bytes() for name in _changing(home)}
        for name, content in small.items():
            listed[name] = _put(tar, name, content)
        for name in kept_files(home.folder):
            if name not in listed:
                listed[name] = _put_file(tar, name, home.folder / name)
        _check_versions(home, listed)
        _check_small(home, small, listed)
        _put(tar, LIST, sealed(listed))
    return listed


def _changing(home: Home) -> list[str]:
    names = kept_files(home.folder)
    return [name for name in names if not name.startswith(("versions/", "embeds/")) and name.count("/") <= 2]


def _check_versions(home: Home, listed: Mapping[str, Any]) -> None:
    """Raise DamagedVersion or NewerFormat where a version is not what its manifest says; nothing is read again."""
    for version_id in sorted({name.split("/")[1] for name in listed if name.startswith("versions/")}):
        manifest = listed_manifest(home.folder / "versions" / version_id)
        for name, row in manifest["files"].items():
            if listed.get(f"versions/{version_id}/{name}", {}).get("sha256") != row["sha256"]:
                raise DamagedVersion(id=version_id, file=name)


def _check_small(home: Home, small: Mapping[str, bytes], listed: Mapping[str, Any]) -> None:
    """Raise DamagedVersion where a pointer leads nowhere or a list cannot be read, DamagedLedger for a ledger."""
    home.logged(), pins(home)
    for name in (name for name in small if name.startswith("current/")):
        try:
            version_id = str(json.loads(small[name])["id"])
        except (ValueError, TypeError, KeyError, RecursionError):
            raise DamagedVersion(id="–", file=name) from None
        if f"versions/{version_id}/manifest.json" not in listed:
            raise DamagedVersion(id=version_id[:80], file="manifest.json")
    for path in sorted(home.folder.glob("ledger/*/ledger.json")):
        Ledger(path.parent).verify()


def _put(tar: tarfile.TarFile, name: str, content: bytes) -> dict[str, Any]:
    member = _member(name, len(content))
    tar.addfile(member, io.BytesIO(content))
    return {"sha256": digest(content), "bytes": len(content)}


def _put_file(tar: tarfile.TarFile, name: str, path: Path) -> dict[str, Any]:
    size = path.stat().st_size
    with path.open("rb") as file:
        tar.addfile(_member(name, size), file)
    return {"sha256": file_digest(path), "bytes": size}


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o644
    return member
