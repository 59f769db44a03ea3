"""What a version is made of: digests of every data file and of our code, versions of the libraries."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any

from geo import __version__
from geo.core.errors import BadData, Fault
from geo.core.files import digest

_LIBRARIES = (
    "deflate",
    "duckdb",
    "geopandas",
    "ibis-framework",
    "numpy",
    "pandas",
    "pyarrow",
    "pyproj",
    "rasterio",
    "shapely",
)
_SEEN: dict[Path, tuple[tuple[int, ...], str]] = {}  # what files looked like when their digests were made
_SERVING = ("web", "faces", "cli", "layers", "search", "exporting", "live")  # code that no byte of a version depends on


def input_digests(borders: Path, budget: Path, deliveries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return SHA-256 of every data file and of our code, versions of the libraries, and the deliveries in force.

    Raises BadData for a file that cannot be read.
    """
    listed, faults = dict[str, str](), []
    for folder in (borders, budget):
        for path in _data_files(folder):
            name = path.relative_to(folder).as_posix()
            try:
                listed[f"{folder.parent.name}/{folder.name}/{name}"] = _digest(path)
            except OSError as error:
                faults.append(Fault(name, 0, "", "E-CSV-09", error.strerror or ""))
    if faults:
        raise BadData(faults)
    return {
        "files": dict(sorted(listed.items())),
        "code": code_digest(),
        "release": __version__,
        "libraries": library_versions(),
        **({"deliveries": list(deliveries)} if deliveries else {}),
    }


def _digest(path: Path) -> str:
    """Return the digest of a file, read again only when somebody has touched it since."""
    state = path.stat()
    look = (state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns)
    known = _SEEN.get(path)
    if known is None or known[0] != look:
        # Looked at before it is read: who writes meanwhile is noticed the next time.
        _SEEN[path] = known = (look, digest(path.read_bytes()))
    return known[1]


def check_unchanged(before: dict[str, Any], after: dict[str, Any]) -> None:
    """Raise BadData when a file was changed while it was read: nobody could say what the version is made of."""
    names = {name for files in (before["files"], after["files"]) for name in files}
    changed = sorted(name for name in names if before["files"].get(name) != after["files"].get(name))
    if before.get("deliveries") != after.get("deliveries"):
        changed.append("ledger.json")
    if changed:
        raise BadData([Fault(name, 0, "", "E-UP-06") for name in changed])


def _data_files(folder: Path) -> Iterator[Path]:
    """Yield what a folder holds, linked folders too, except texts for people: those change no figure."""
    found, seen = [], set[Path]()
    for root, folders, names in os.walk(folder, followlinks=True):
        # A link that leads back up would be walked for ever.
        folders[:] = [
            name for name in folders if not (Path(root, name).is_symlink() and Path(root, name).resolve() in seen)
        ]
        seen.add(Path(root).resolve())
        found += [Path(root, name) for name in names if not name.endswith(".md")]
    # A pipe would keep us waiting for ever.
    yield from (path for path in sorted(found) if path.is_file())


@cache
def library_versions() -> dict[str, str]:
    """Return the versions of the libraries that shape the bytes of a version."""
    return {name: installed(name) for name in _LIBRARIES}


@cache
def code_digest() -> str:
    """Return a digest of our own code, without the parts that only serve: the code that this process began with."""
    root = Path(__file__).parents[1]
    hashed = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        if path.relative_to(root).parts[0] not in _SERVING:
            hashed.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return hashed.hexdigest()
