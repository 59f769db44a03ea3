"""The files of a version onto the disk: each with its digest, whole and synced, the manifest last."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo.core.files import digest, file_digest, place, sync, sync_folder, write, write_durably

if TYPE_CHECKING:
    from geo.versions.opened import Version


def listed(file: bytes | Path) -> dict[str, object]:
    """Return the digest and the length of a file that is given by its content or its path."""
    if isinstance(file, Path):
        return {"sha256": file_digest(file), "bytes": file.stat().st_size}
    return {"sha256": digest(file), "bytes": len(file)}


def listed_all(files: Mapping[str, bytes | Path], before: Version | None) -> dict[str, Mapping[str, object]]:
    """Return what `listed` says of every file, by name in order; of files of `before` its manifest says it."""
    known: dict[Path, Any] = {}
    if before is not None:
        known = {before.folder / name: row for name, row in before.manifest["files"].items()}
    # A content is never looked up: that would read all of it.
    given = {name: known.get(file) if isinstance(file, Path) else None for name, file in files.items()}
    return {name: given[name] or listed(file) for name, file in sorted(files.items())}


def shared(
    files: Mapping[str, bytes | Path], rows: Mapping[str, Mapping[str, object]], before: Version | None
) -> dict[str, bytes | Path]:
    """Return the files of a version of which `rows` say what `listed` does; a content that `before` holds is its file.

    So what two versions hold alike lies on the disk once, under two names.
    """
    if before is None:
        return {**files}
    known = before.manifest["files"]
    given = {name: before.folder / name for name, file in files.items() if isinstance(file, bytes)}
    return {**files, **{name: path for name, path in given.items() if known.get(name) == rows[name]}}


def write_all(folder: Path, files: Mapping[str, bytes | Path], manifest: bytes, before: Version | None) -> None:
    """Write every file and its folder to the disk, the manifest last: a folder without one is no version.

    Files of `before`, a finished version, are on the disk already.
    """
    fresh = []
    for name in sorted(files):
        path, file = folder / name, files[name]
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(file, bytes):
            write(path, file)
        elif not place(path, file) and before is not None and before.folder in file.parents:
            continue
        fresh.append(path)
    for path in fresh:  # waited for at the end, for the disk takes many files at once sooner than one after another
        sync(path)
    write_durably(folder / "manifest.json", manifest)
    for inner in sorted({folder, *(path.parent for path in folder.rglob("*"))}):
        sync_folder(inner)
