"""The files of a version onto the disk: each with its digest, whole and synced, the manifest last."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from geo.core.files import digest, file_digest, place_durably, sync_folder, write_durably


def listed(file: bytes | Path) -> dict[str, object]:
    """Return the digest and the length of a file that is given by its content or its path."""
    if isinstance(file, Path):
        return {"sha256": file_digest(file), "bytes": file.stat().st_size}
    return {"sha256": digest(file), "bytes": len(file)}


def write_all(folder: Path, files: Mapping[str, bytes | Path], manifest: bytes) -> None:
    """Write every file and its folder to the disk, the manifest last: a folder without one is no version."""
    for name in sorted(files):
        path, file = folder / name, files[name]
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(file, Path):
            place_durably(path, file)
        else:
            write_durably(path, file)
    write_durably(folder / "manifest.json", manifest)
    for inner in sorted({folder, *(path.parent for path in folder.rglob("*"))}):
        sync_folder(inner)
