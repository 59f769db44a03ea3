"""Homes for proofs, in folders of their own: a version in force somewhere, and others of it with other figures."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
from pathlib import Path

import numpy as np

from geo.versions import Home, Version

_LEFT_OUT = {"files", "id", "format", "seal"}


def home_of(source: Path, country: str, folder: Path, count: int = 2) -> tuple[Home, list[Version]]:
    """Return a new home and its versions: a country's in force in another home, and `count - 1` with more in each sum.

    Each was in force twice, in turn, so that what a page says of the publication before is settled; the first is now.
    The other home is only read.
    """
    given = Home(source)
    first = given.current_id(country)
    home = Home(folder)
    shutil.copytree(source / "versions" / first, folder / "versions" / first, copy_function=_linked)
    versions = [home.version(first)]
    versions += [_other(home, versions[0], number) for number in range(1, count)]
    for version in (*versions, *versions, versions[0]):
        home.publish(version.id, author="proof")
    return home, versions


def _other(home: Home, version: Version, number: int) -> Version:
    """Stage the version in which every total of a unit is some per cent larger."""
    names: list[str] = list(version.manifest["files"])
    files: dict[str, bytes | Path] = {name: version.folder / name for name in names}
    for name in names:
        if name.endswith("/totals.npy"):
            totals = np.load(version.folder / name)
            files[name] = _npy(totals + totals // 100 * number)
    manifest = {name: value for name, value in version.manifest.items() if name not in _LEFT_OUT}
    return home.stage(hashlib.sha256(f"{version.id} {number}".encode()).hexdigest()[:16], files, manifest)


def _npy(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()


def _linked(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)
