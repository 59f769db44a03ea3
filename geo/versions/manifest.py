"""The manifest of a version: what lies in its folder, under a seal by which it can be checked itself."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from geo.core.errors import DamagedVersion, NewerFormat
from geo.core.files import digest, to_json

FORMAT = 2
MANIFEST = "manifest.json"
_DIGEST = re.compile(r"[0-9a-f]{64}")


def listed_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a version's folder, its files not compared; raises DamagedVersion, NewerFormat."""
    return checked_manifest(folder, read_manifest(folder))


def sealed(manifest: Mapping[str, Any]) -> bytes:
    """Return a manifest as the file that holds it, with a digest of the rest so that it can be checked itself."""
    return to_json({**manifest, "seal": digest(to_json(dict(manifest)))})


def checked_manifest(folder: Path, content: bytes) -> dict[str, Any]:
    """Return a manifest whose seal is whole, whose id is its folder's name and that lists files by digest and length.

    Anybody can put a seal under anything. Raises DamagedVersion, NewerFormat.
    """
    try:
        manifest = json.loads(content)
        found = manifest["format"]
        rest = {name: value for name, value in manifest.items() if name != "seal"}
        is_whole = content == sealed(rest) and rest["id"] == folder.name and type(found) is int
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise DamagedVersion(id=folder.name, file=MANIFEST) from None
    if type(found) is int and found > FORMAT:
        raise NewerFormat(id=folder.name, format=found, known=FORMAT)
    if not is_whole or not _lists_files(rest.get("files")):
        raise DamagedVersion(id=folder.name, file=MANIFEST)
    return rest


def read_manifest(folder: Path) -> bytes:
    """Return the manifest of a version's folder as it lies there; raises DamagedVersion."""
    try:
        return (folder / MANIFEST).read_bytes()
    except OSError:
        raise DamagedVersion(id=folder.name, file=MANIFEST) from None


def _lists_files(files: Any) -> bool:
    return isinstance(files, dict) and all(_is_row(name, row) for name, row in files.items())


def _is_row(name: str, row: Any) -> bool:
    """Tell whether a row is a file below the folder, with a digest and a length where it says one."""
    is_inside = all(part not in {"", ".", ".."} for part in name.split("/")) and "\\" not in name and "\0" not in name
    if not is_inside or not isinstance(row, dict):
        return False
    sha256, length = row.get("sha256"), row.get("bytes", 0)
    return isinstance(sha256, str) and _DIGEST.fullmatch(sha256) is not None and type(length) is int and length >= 0
