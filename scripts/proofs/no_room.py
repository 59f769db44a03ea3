"""Disks without room, as real as they can be had: a file system of a few megabytes, or files that may not grow."""

from __future__ import annotations

import filecmp
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from geo.core.settings import Settings
from scripts.proofs.doing import Act
from scripts.proofs.dying import Play, broken_laws, child, told_in

DONE, REFUSED = 0, 4
PAGE = resource.getpagesize()


def file_sizes(play: Play, calm: Path) -> list[int]:
    """Return the sizes, each once, of the files that an act has written in a home where nobody disturbed it."""
    before = play.doing.settings.home
    sizes = set()
    for path in [path for path in calm.rglob("*") if path.is_file()]:
        there = before / path.relative_to(calm)
        if not there.is_file() or not filecmp.cmp(path, there, shallow=False):
            sizes.add(path.stat().st_size)
    return sorted(sizes - {0})


def limited(act: Act, most_bytes: int) -> Act:
    """Return an act of a process whose files may not grow beyond so many bytes."""

    def acts(now: Settings) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
        act(now)

    return acts


def too_large(play: Play, folder: Path, most: int) -> tuple[int, int, list[str]]:
    """Return (limits, refusals told, broken laws) of files that may be one byte smaller than each that is made."""
    sizes = file_sizes(play, folder / f"calm-{play.name}")
    told, wrong, chosen = 0, [], sizes[:: max(1, -(-len(sizes) // most))]
    for size in chosen:
        settings = play.opened(folder / "full")
        code = child(limited(play.doing.act, size - 1), settings)
        told += code == REFUSED
        wrong += _judged(play, settings, f"files below {size} bytes", code)
    return len(chosen), told, wrong


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """Yield a file system of its own in memory; ends the command where nobody may mount one."""
    folder.mkdir()
    order = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "budgetmap-proof", str(folder)]
    if subprocess.run(order, check=False).returncode:
        sys.exit("no file system can be mounted here")
    try:
        yield folder
    finally:
        # Arrays of versions that were opened may still be mapped; it is gone with the last of them.
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def full(play: Play, folder: Path, disk: Path, most: int) -> tuple[int, int, list[str]]:
    """Return (rooms, refusals told, broken laws) of a disk with room for so many pages, from none to enough."""
    settings = play.opened(disk / "home")
    free = _free(disk)
    if code := child(play.doing.act, settings):
        sys.exit(f"{play.name}: the disk is too small: {code}")
    needed = 2 * (free - _free(disk)) + 8  # what is removed at the end needs room as well
    told, wrong, chosen = 0, [], [*range(0, needed, max(1, needed // most))]
    for pages in chosen:
        settings, filler = play.opened(disk / "home"), disk / "filler"
        with filler.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, max(1, _free(disk) - pages) * PAGE)
        code = child(play.doing.act, settings)
        told += code == REFUSED
        now, says = told_in(settings), f"room for {pages} pages"  # asked while there is none
        filler.unlink()
        if now.answers not in {play.before.answers, play.after.answers}:
            wrong.append(f"{play.name}, {says}: without room answers are neither those before nor those after")
        wrong += _judged(play, settings, says, code)
    return len(chosen), told, wrong


def _judged(play: Play, settings: Settings, says: str, code: int) -> list[str]:
    wrong = [] if code in {DONE, REFUSED} else [f"ended with {code}"]
    return [f"{play.name}, {says}: {law}" for law in [*wrong, *broken_laws(play, settings)]]


def _free(disk: Path) -> int:
    """Return how many pages are free."""
    facts = os.statvfs(disk)
    return facts.f_bavail * facts.f_frsize // PAGE
