"""The folder of a frozen site: replaced as a whole, never lost on the way, and what articles quote of it is kept."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from geo.core.errors import NotOurFolder
from geo.core.files import disk

RECORD = "freeze.json"
KEPT = ("v", "static", "tiles")  # folders whose own folders have names that are given once


@contextmanager
def replaced(out: Path) -> Iterator[Path]:
    """Yield an empty folder beside `out` that takes its place when all was well; else `out` stays as it is.

    What `out` has under the names of versions and of content that the new one lacks is carried over. Raises
    NotOurFolder when `out` holds something else than a frozen site; nothing is touched then.
    """
    out = out.resolve()  # a link stays a link to the folder that is replaced
    _heal(out)
    if out.exists() and any(out.iterdir()) and not (out / RECORD).is_file():
        raise NotOurFolder(folder=out)
    aside = out.parent / f".{out.name}.{uuid.uuid4().hex}"
    with disk(out):
        aside.mkdir(parents=True)
        try:
            yield aside
            _swap(out, aside)
        finally:
            shutil.rmtree(aside, ignore_errors=True)


def keep_older(out: Path, aside: Path) -> list[str]:
    """Carry over what earlier freezes wrote under names that never change; return the ids of those versions."""
    out, carried = out.resolve(), []
    for old in _older(out):
        target = aside / old.relative_to(out)
        if target.exists():
            continue
        if old.is_dir():
            shutil.copytree(old, target)
            carried += [old.name] if old.parent.name == "v" else []
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(old, target)
    return carried


def _older(out: Path) -> Iterator[Path]:
    """Yield the files and folders that may be quoted: of versions, of content, tiles of versions and of borders."""
    yield from sorted((out / "v").glob("*"))
    yield from sorted(path for path in (out / "static").glob("**/*") if path.is_file())
    yield from sorted((out / "tiles").glob("*/*"))


def _swap(out: Path, aside: Path) -> None:
    """Put the new folder in the old one's place; the old one goes only when the new one is there."""
    before = _before(out)
    if out.exists():
        os.replace(out, before)
    os.replace(aside, out)
    shutil.rmtree(before, ignore_errors=True)


def _heal(out: Path) -> None:
    """Bring back the site that a freeze killed between the two names of `_swap` left, or remove what it replaced."""
    before = _before(out)
    if not before.is_dir():
        return
    with disk(out):
        if out.exists():
            shutil.rmtree(before)
        else:
            os.replace(before, out)


def _before(out: Path) -> Path:
    return out.parent / f".{out.name}.before"
