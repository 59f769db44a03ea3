"""The folder of a frozen site: replaced as a whole, never lost on the way, and what articles quote of it is kept."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from geo.core.errors import NotOurFolder, SomebodyElseFreezes
from geo.core.files import disk, sync_folder

RECORD = "freeze.json"
KEPT = ("v", "static", "tiles")  # folders whose own folders have names that are given once


@contextmanager
def replaced(out: Path) -> Iterator[Path]:
    """Yield an empty folder beside `out` that takes its place when all was well; else `out` stays as it is.

    What killed freezes left is put right first. Raises, and touches nothing, NotOurFolder when `out` holds something
    else than a frozen site, SomebodyElseFreezes while another process writes it, CannotWrite when the disk refuses.
    """
    out = out.resolve()  # a link stays a link to the folder that is replaced
    with disk(out):
        _remove_leftovers(out)
        _heal(out)
        if out.exists() and any(out.iterdir()) and not (out / RECORD).is_file():
            raise NotOurFolder(folder=out)
        if os.path.ismount(out):  # a disk of its own has no place beside it, and cannot be renamed
            raise OSError(errno.EBUSY, os.strerror(errno.EBUSY), str(out))
        aside = out.parent / f".{out.name}.{uuid.uuid4().hex}"
        aside.mkdir(parents=True)
        held = os.open(aside, os.O_RDONLY)
        try:
            fcntl.flock(held, fcntl.LOCK_EX)  # for as long as its writer lives
            yield aside
            _swap(out, aside)
        finally:
            os.close(held)
            shutil.rmtree(aside, ignore_errors=True)


def _remove_leftovers(out: Path) -> None:
    """Remove what killed freezes were writing; raises SomebodyElseFreezes where a living one still writes."""
    ours = re.compile(rf"\.{re.escape(out.name)}\.[0-9a-f]{{32}}")
    for left in sorted(path for path in out.parent.glob(".*") if ours.fullmatch(path.name)):
        held = os.open(left, os.O_RDONLY)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(left)
        except BlockingIOError:
            raise SomebodyElseFreezes(folder=out) from None
        finally:
            os.close(held)


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
    os.sync()  # every file is on the disk before one bears its name; thousands of single waits would take far longer
    if out.exists():
        os.replace(out, before)
    os.replace(aside, out)
    sync_folder(out.parent)
    shutil.rmtree(before, ignore_errors=True)


def _heal(out: Path) -> None:
    """Bring back the site that a freeze killed between the two names of `_swap` left, or remove what it replaced."""
    before = _before(out)
    if before.is_dir() and out.exists():
        shutil.rmtree(before)
    elif before.is_dir():
        os.replace(before, out)


def _before(out: Path) -> Path:
    return out.parent / f".{out.name}.before"
