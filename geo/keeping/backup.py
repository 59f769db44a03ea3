"""A home as one file, and back: a tar whose last member lists the digest of every other.

The same home gives the same bytes. Versions are immutable and the small files that change are read first, so publishing
may go on meanwhile; cleaning waits. Restoring compares everything before the first file comes to its place.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tarfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from geo.core.errors import BudgetMapError, HomeTaken, NotABackup
from geo.core.failing import reach
from geo.core.files import digest, disk, file_digest, sync_folder, to_json
from geo.keeping.home_files import kept_files
from geo.versions import Home, Version

FORMAT, LIST = 1, "backup.json"
_BLOCK = 1 << 20
_INTO = ".restoring"
_BESIDE = {"README.md", _INTO, ".gitignore", "lost+found"}  # a home that holds only these is empty


@dataclass(frozen=True)
class Copied:
    """What went into a copy or came out of it."""

    files: int
    bytes: int
    versions: int
    sha256: str  # of the list: two homes with the same are byte-equal


def backup(home: Home, out: Path) -> Copied:
    """Write a copy of a home to a file, replaced in one step; raises CannotWrite, SomebodyElsePublishes."""
    aside, listed = out.with_name(f".{out.name}.new"), {}
    with home.locked("keep"), disk(out.parent):
        try:
            with aside.open("wb") as file:
                with tarfile.open(fileobj=file, mode="w|", format=tarfile.PAX_FORMAT) as tar:
                    small = [(name, (home.folder / name).read_bytes()) for name in _changing(home)]
                    for name, content in small:
                        listed[name] = _put(tar, name, content)
                    for name in kept_files(home.folder):
                        if name not in listed:
                            listed[name] = _put_file(tar, name, home.folder / name)
                    _put(tar, LIST, _sealed(listed))
                reach("backup: written")
                file.flush()
                os.fsync(file.fileno())
            os.replace(aside, out)
            sync_folder(out.parent)
        finally:
            aside.unlink(missing_ok=True)
    return _told(listed)


def restore(source: Path, home: Home) -> Copied:
    """Bring a copy back into an empty home, all of it or nothing that is answered from.

    Raises HomeTaken where the home holds something, NotABackup for a file that is not whole, CannotWrite. Killed, it
    is done again with the same words.
    """
    into = home.folder / _INTO
    with disk(home.folder):
        home.folder.mkdir(parents=True, exist_ok=True)
        if not into.exists() and {path.name for path in home.folder.iterdir() if path.suffix != ".lock"} - _BESIDE:
            raise HomeTaken(folder=home.folder)
        with home.locked("keep"), home.locked("build"), home.locked("publish"):
            shutil.rmtree(into, ignore_errors=True)
            into.mkdir()
            reach("restore: begun")
            try:
                listed = _unpacked(source, into)
                _check_versions(into, source)
            except (NotABackup, OSError):
                shutil.rmtree(into, ignore_errors=True)
                raise
            reach("restore: unpacked")
            _brought(into, home.folder)
            reach("restore: in place")
            shutil.rmtree(into)
    return _told(listed)


def _changing(home: Home) -> list[str]:
    names = kept_files(home.folder)
    return [name for name in names if not name.startswith(("versions/", "embeds/")) and name.count("/") <= 2]


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


def _sealed(listed: Mapping[str, Any]) -> bytes:
    plain = {"format": FORMAT, "files": dict(sorted(listed.items()))}
    return to_json({**plain, "seal": digest(to_json(plain))})


def _told(listed: Mapping[str, Any]) -> Copied:
    versions = {name.split("/")[1] for name in listed if name.startswith("versions/")}
    size = sum(row["bytes"] for row in listed.values())
    return Copied(len(listed), size, len(versions), digest(_sealed(listed)))


def _unpacked(source: Path, into: Path) -> dict[str, Any]:
    """Write every member below a folder and return the list of them; raises NotABackup with what is not as listed."""
    found: dict[str, Any] = {}
    content = b""
    try:
        with tarfile.open(source, mode="r|") as tar:
            for member in tar:
                file = tar.extractfile(member)
                if not member.isreg() or file is None or not _is_plain(member.name) or member.name in found or content:
                    raise NotABackup(file=f"{source.name}/{member.name[:80]}")
                if member.name == LIST:
                    content = file.read()
                else:
                    found[member.name] = _written(into / member.name, iter(partial(file.read, _BLOCK), b""))
    except (tarfile.TarError, EOFError, ValueError, FileNotFoundError, IsADirectoryError):
        raise NotABackup(file=source.name) from None
    if content != _sealed(found):
        raise NotABackup(file=f"{source.name}/{_first_other(content, found)}")
    for folder in sorted({into, *(path for path in into.rglob("*") if path.is_dir())}):
        sync_folder(folder)
    return found


def _written(path: Path, blocks: Iterable[bytes]) -> dict[str, Any]:
    path.parent.mkdir(parents=True, exist_ok=True)
    sha256, size = hashlib.sha256(), 0
    reach("write")
    with path.open("xb") as file:
        for block in blocks:
            file.write(block)
            sha256.update(block)
            size += len(block)
        file.flush()
        os.fsync(file.fileno())
    return {"sha256": sha256.hexdigest(), "bytes": size}


def _is_plain(name: str) -> bool:
    """Tell whether a name stays inside of the folder that it is written into."""
    parts = PurePosixPath(name).parts
    return name == "/".join(parts) and not any(part in {"", ".", "..", "/"} or part[0] == "." for part in parts)


def _first_other(content: bytes, found: Mapping[str, Any]) -> str:
    """Return the first file that is not as the list of the copy says, else the name of the list."""
    with suppress(ValueError, TypeError, KeyError, AttributeError):
        listed = json.loads(content)["files"]
        return next((name for name in sorted({*listed, *found}) if listed.get(name) != found.get(name)), LIST)
    return LIST


def _check_versions(into: Path, source: Path) -> None:
    for manifest in sorted(into.glob("versions/*/manifest.json")):
        try:
            Version.open(manifest.parent)
        except BudgetMapError as error:
            raise NotABackup(file=f"{source.name}/versions/{manifest.parent.name}: {error.code}") from None


def _brought(into: Path, home: Path) -> None:
    """Give everything its name in the home, the pointers last; what a killed restore has brought stays."""
    for path in sorted(into.iterdir(), key=lambda path: (path.name == "current", path.name)):
        final = home / path.name
        if path.name not in _BESIDE and final.exists():
            if _tree(final) != _tree(path):
                raise HomeTaken(folder=final)
            continue
        reach("restore: before a name")
        os.replace(path, final)
        sync_folder(home)


def _tree(path: Path) -> dict[str, str]:
    inside = [path] if path.is_file() else [one for one in sorted(path.rglob("*")) if one.is_file()]
    return {one.relative_to(path).as_posix(): file_digest(one) for one in inside}
