"""Files that are dropped into a folder, taken as batches: a file is one batch, its name without the ending its id.

A file is complete when it was renamed in or has not changed for some seconds; hidden ones, and those whose names end
in .part or .tmp, are somebody else's still. What was taken goes to done/, what was refused to refused/, each with a
report beside it. A file that was taken while its mover died is recognised by its id and moved on the next look.
No file and no folder, whatever it is, keeps those behind it from being taken.
"""

from __future__ import annotations

import filecmp
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from geo.core import errors
from geo.core.failing import reach
from geo.core.files import digest, disk, replace_durably, sync_folder, to_json
from geo.live.batches import ID, Batch
from geo.live.feeds import Feed
from geo.live.http import outcome
from geo.live.refusals import TooLarge
from geo.live.requests import MOST_BYTES
from geo.live.told import problem

_FORMS = {".json": False, ".csv": True}
_UNFINISHED = (".part", ".tmp")
_PLACES = DONE, REFUSED = "done", "refused"
_LATER = (errors.SomebodyElseImports, errors.SomebodyElsePublishes, errors.CannotWrite, errors.CannotRead)
_LONGEST_NAME = 200  # bytes; a report's name is longer than the file's

Report = dict[str, Any]


@dataclass
class Watched:
    """A folder that is looked at again and again."""

    folder: Path
    feed: Feed
    source: str
    settle_s: float = 3.0
    _seen: dict[str, tuple[int, int, float]] = field(default_factory=dict)  # name → size, time, since when
    _said: dict[str, str] = field(default_factory=dict)  # name → code of why it still lies there

    def look(self, now_s: float) -> Iterator[tuple[str, Report]]:
        """Take the files that are complete, in order of their names; yield each with what became of it.

        `now_s` is any clock that only goes forward. Where another process is at work, there is no room, or a file may
        not be read, it stays and is tried again; that, and what is no batch at all, is told once. Raises CannotRead
        for the folder itself.
        """
        with _readable(self.folder):
            lying = sorted(path for path in self.folder.iterdir() if not _is_others(path))
        found = [path for path in lying if _is_batch(path)]
        yield from (
            (path.name, {"outcome": "ignored"}) for path in lying if path not in found and self._is_new(path, "-")
        )
        for path in [path for path in found if self._is_complete(path, now_s)]:
            try:
                if report := self._taken(path):
                    self._moved(path, report)
                    yield path.name, report
                else:
                    del self._seen[path.name]
            except _LATER as error:
                if not os.path.lexists(path):  # somebody took it back
                    continue
                self._seen[path.name] = (*self._seen[path.name][:2], now_s)
                if self._is_new(path, error.code):
                    yield path.name, problem(error)
        names = {path.name for path in lying if os.path.lexists(path)}
        self._seen = {name: seen for name, seen in self._seen.items() if name in names}
        self._said = {name: code for name, code in self._said.items() if name in names}

    def _is_new(self, path: Path, code: str) -> bool:
        """Tell whether this was not said of a file before."""
        is_new = self._said.get(path.name) != code
        self._said[path.name] = code
        return is_new

    def _is_complete(self, path: Path, now_s: float) -> bool:
        """Tell whether a file stays as it is: the same size and time for some seconds."""
        try:
            facts = path.stat()
        except OSError:
            return False
        seen = self._seen.get(path.name)
        if seen is None or seen[:2] != (facts.st_size, facts.st_mtime_ns):
            self._seen[path.name] = (facts.st_size, facts.st_mtime_ns, now_s)
            return self.settle_s <= 0
        return now_s - seen[2] >= self.settle_s

    def _taken(self, path: Path) -> Report | None:
        """Take a file and return what became of it; None where it is still being written."""
        try:
            if not ID.fullmatch(path.stem):
                raise errors.BadData([errors.Fault(path.name, 0, "", "E-LIVE-01", path.stem)])
            if (content := _content(path)) is None:
                return None
            at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            is_csv = _FORMS[path.suffix.lower()]
            return outcome(self.feed.apply(Batch(path.stem, self.source, content, is_csv, None, at)))
        except _LATER:
            raise
        except errors.BudgetMapError as error:
            return {"outcome": "refused", **problem(error)}

    def _moved(self, path: Path, report: Report) -> None:
        """Write the report, then move the file: a file that lies in done/ or refused/ has its report."""
        place = self.folder / (REFUSED if report["outcome"] == "refused" else DONE)
        with disk(self.folder):
            place.mkdir(exist_ok=True)
            target = _free(place, path)
            replace_durably(place / f"{_short(target.name)}.report.json", to_json(report))
            reach("watch: told")
            os.replace(path, target)
            sync_folder(place)
            sync_folder(self.folder)


def watch(watched: Watched, wait: Callable[[], bool], clock: Callable[[], float], tell: Callable[..., None]) -> None:
    """Look until `wait` says no; `tell` hears of every file that was taken, refused, or has to wait.

    A folder that cannot be read is told once and looked for again; CannotRead is raised where nobody waits for it.
    """
    said = ""
    while True:
        try:
            for name, report in watched.look(clock()):
                tell(name, report)
            said, trouble = "", None
        except errors.CannotRead as error:
            trouble = error
            if said != error.values["reason"]:
                said = error.values["reason"]
                tell(watched.folder.name, problem(error))
        if not wait():
            if trouble:
                raise trouble
            return


def _free(place: Path, path: Path) -> Path:
    """Return where a file may lie: under its name, with a number where another content lies under that."""
    target, number = place / path.name, 1
    while target.exists() and not _is_same(path, target):
        number += 1
        target = place / f"{_short(path.stem)}.{number}{path.suffix}"
    return target


def _is_same(one: Path, other: Path) -> bool:
    try:
        return filecmp.cmp(one, other, shallow=False)
    except OSError:  # what may not be read is not taken for anything that is there
        return False


def _is_others(path: Path) -> bool:
    """Tell whether a name says that it is not for us: hidden, half written, or our own folders."""
    return path.name.startswith(".") or path.name.endswith(_UNFINISHED) or path.name in _PLACES


def _is_batch(path: Path) -> bool:
    return path.suffix.lower() in _FORMS and path.is_file() and not path.is_symlink()


def _content(path: Path) -> bytes | None:
    """Return what a file holds, None where it was changed meanwhile; raises CannotRead, BadData for a cut CSV."""
    with _readable(path):
        before = path.stat()
        if before.st_size > MOST_BYTES:
            raise TooLarge(limit=MOST_BYTES)
        content = path.read_bytes()
        after = path.stat()
    if (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size) or after.st_size != len(content):
        return None
    if path.suffix.lower() == ".csv" and content and not content.endswith((b"\n", b"\r")):
        end = content[-80:].decode("utf-8", "replace").splitlines()[-1]
        raise errors.BadData([errors.Fault(path.name, content.count(b"\n") + 1, "", "E-LIVE-11", end)])
    return content


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Turn the disk's refusals inside into CannotRead."""
    try:
        yield
    except OSError as error:
        raise errors.CannotRead(path=path, reason=error.strerror or error) from None


def _short(name: str) -> str:
    """Return a name that another ending may be put behind."""
    raw = os.fsencode(name)
    return name if len(raw) <= _LONGEST_NAME else f"{os.fsdecode(raw[:150])}~{digest(raw)[:16]}"
