"""The files of a version onto the disk: each with its digest, whole and synced, the manifest last."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from geo.core.files import digest, file_digest, place_durably, sync_folder, write_durably


def listed(file: bytes | Path) -> dict[str, object]:
    """Return the digest and the length of a file that is given by its content or its path."""
    if isinstance(file, Path):
        return {"sha256": file_digest(file), "bytes": file.stat().st_size}
    return {"sha256": digest(file), "bytes": len(file)}


def listed_all(
    files: Mapping[str, bytes | Path], finished: Path, rows: Mapping[str, Any]
) -> dict[str, Mapping[str, object]]:
    """Return what `listed` says of every file, by name in order; `rows` say it of those of a finished version."""
    known = {finished / name: row for name, row in rows.items()}
    return {
        name: known.get(file) or listed(file) if isinstance(file, Path) else listed(file)
        for name, file in sorted(files.items())
    }


def write_all(folder: Path, files: Mapping[str, bytes | Path], manifest: bytes, finished: Path | None = None) -> None:
    """Write every file and its folder to the disk, the manifest last: a folder without one is no version.

    What is below `finished`, a version, is on the disk already.
    """
    for name in sorted(files):
        path, file = folder / name, files[name]
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(file, Path):
            place_durably(path, file, is_on_disk=finished is not None and finished in file.parents)
        else:
            write_durably(path, file)
    write_durably(folder / "manifest.json", manifest)
    for inner in sorted({folder, *(path.parent for path in folder.rglob("*"))}):
        sync_folder(inner)
