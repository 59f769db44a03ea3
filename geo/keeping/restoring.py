"""A copy of a home, brought back: everything is compared before the first file comes to its place.

A copy may come from anybody: it writes nowhere but below the home, and no more than it is long.
"""

from __future__ import annotations

import json
import os
import shutil
import tarfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from geo.core.errors import BudgetMapError, HomeTaken, NotABackup
from geo.core.failing import reach
from geo.core.files import disk, file_digest, fill_durably, make_folder, sync_folder
from geo.keeping.backup import LIST, Copied, sealed, told
from geo.keeping.home_files import KEPT, KEPT_FILES
from geo.versions import Home, Version

_BLOCK = 1 << 20
_LONGEST_LIST = 256 * _BLOCK
_LONGEST_NAME, _LONGEST_PART = 1000, 200  # ours are far shorter
_INTO = ".restoring"
_BESIDE = {"README.md", _INTO, "lost+found"}  # a home that holds only these is empty
_PRIVATE = "live"  # digests of tokens: for the owner alone
# What tarfile says of files that are no tar, and the disk of names that cannot be a home's.
_NO_TAR = (tarfile.TarError, EOFError, ValueError, OverflowError, FileNotFoundError, IsADirectoryError)
_NO_NAMES = (FileExistsError, NotADirectoryError)


def restore(source: Path, home: Home) -> Copied:
    """Bring a copy back into an empty home, all of it or nothing that is answered from.

    Raises HomeTaken where the home holds something, NotABackup for a file that is not whole, CannotWrite. Killed, it
    is done again with the same words.
    """
    into = home.folder / _INTO
    with disk(home.folder, lambda: source.stat().st_size):
        make_folder(home.folder)
        if not into.exists() and any(map(_is_taken, home.folder.iterdir())):
            raise HomeTaken(folder=home.folder)
        with home.locked("keep"), home.locked("build"), home.locked("publish"):
            shutil.rmtree(into, ignore_errors=True)
            into.mkdir()
            reach("restore: begun")
            try:
                listed = _unpacked(source, into)
                _check(into, source)
            except (NotABackup, OSError):
                shutil.rmtree(into, ignore_errors=True)
                raise
            reach("restore: unpacked")
            _brought(into, home.folder)
            reach("restore: in place")
            shutil.rmtree(into)
            sync_folder(home.folder)
    return told(listed)


def _is_taken(path: Path) -> bool:
    """Tell whether something lies in a home that a copy could meet; hidden files of a user's folder are not ours."""
    return path.suffix != ".lock" and not path.name.startswith(".") and path.name not in _BESIDE


def _unpacked(source: Path, into: Path) -> dict[str, Any]:
    """Write every member below a folder and return the list of them; raises NotABackup with what is not as listed."""
    found: dict[str, Any] = {}
    content = b""
    try:
        with tarfile.open(source, mode="r|") as tar:
            for member in tar:
                file = (
                    tar.extractfile(member) if _is_ours(member) and member.name not in found and not content else None
                )
                if file is None:
                    raise NotABackup(file=f"{source.name}/{ascii(member.name)[1:-1][:80]}")
                if member.name == LIST:
                    content = file.read(_LONGEST_LIST)
                else:
                    found[member.name] = _written(into / member.name, iter(partial(file.read, _BLOCK), b""))
    except (*_NO_TAR, *_NO_NAMES):
        raise NotABackup(file=source.name) from None
    if content != sealed(found) or not found:
        raise NotABackup(file=f"{source.name}/{_first_other(content, found)}")
    for folder in sorted({into, *(path for path in into.rglob("*") if path.is_dir())}):
        sync_folder(folder)
    return found


def _is_ours(member: tarfile.TarInfo) -> bool:
    """Tell whether a member is a plain file, as long as it says, with a name that a home has."""
    name, parts = member.name, PurePosixPath(member.name).parts
    if not name.isprintable() or name != "/".join(parts) or len(name) > _LONGEST_NAME or name.endswith(".lock"):
        return False
    is_inside = all(part[0] not in "./" and len(part.encode()) <= _LONGEST_PART for part in parts)
    is_known = name in (*KEPT_FILES, LIST) or (len(parts) > 1 and parts[0] in KEPT)
    is_whole = member.type in {tarfile.REGTYPE, tarfile.AREGTYPE} and not member.issparse()
    return is_inside and is_known and is_whole


def _written(path: Path, blocks: Iterable[bytes]) -> dict[str, Any]:
    path.parent.mkdir(parents=True, exist_ok=True)
    reach("write")
    with path.open("xb") as file:
        if path.parent.name == _PRIVATE:
            os.chmod(path.parent, 0o700)
            os.fchmod(file.fileno(), 0o600)
        return fill_durably(file, blocks)


def _first_other(content: bytes, found: Mapping[str, Any]) -> str:
    """Return the first file that is not as the list of the copy says, else the name of the list."""
    with suppress(ValueError, TypeError, KeyError, AttributeError, RecursionError):
        listed = json.loads(content)["files"]
        return next((name[:80] for name in sorted({*listed, *found}) if listed.get(name) != found.get(name)), LIST)
    return LIST


def _check(into: Path, source: Path) -> None:
    """Raise NotABackup with the first version or pointer that could not be answered from."""
    home = Home(into)
    for version_id in home.version_ids():
        try:
            Version.open(into / "versions" / version_id)
        except BudgetMapError as error:
            raise NotABackup(file=f"{source.name}/versions/{version_id}: {error.code}") from None
    for country in home.countries():
        try:
            home.version(home.publication(country).id)
        except BudgetMapError as error:
            raise NotABackup(file=f"{source.name}/current/{country}: {error.code}") from None


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
