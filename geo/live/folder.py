"""Files that are dropped into a folder, taken as batches: a file is one batch, its name without the ending its id.

A file is complete when it was renamed in or has not changed for some seconds; hidden ones, and those whose names end
in .part or .tmp, are somebody else's still. What was taken goes to done/, what was refused to refused/, each with a
report beside it. A file that was taken while its mover died is recognised by its id and moved on the next look.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from geo.core import errors
from geo.core.failing import reach
from geo.core.files import disk, replace_durably, sync_folder, to_json
from geo.live.batches import ID, Batch
from geo.live.feeds import Feed
from geo.live.http import outcome
from geo.live.refusals import TooLarge
from geo.live.requests import MOST_BYTES
from geo.live.told import problem

_FORMS = {".json": False, ".csv": True}
_UNFINISHED = (".part", ".tmp")
_LATER = (errors.SomebodyElseImports, errors.SomebodyElsePublishes, errors.CannotWrite)


@dataclass
class Watched:
    """A folder that is looked at again and again."""

    folder: Path
    feed: Feed
    source: str
    settle_s: float = 3.0
    _seen: dict[str, tuple[int, int, float]] = field(default_factory=dict)  # name → size, time, since when

    def look(self, now_s: float) -> list[tuple[str, dict[str, Any]]]:
        """Take the files that are complete, in order of their names; return each with what became of it.

        `now_s` is any clock that only goes forward. Where another process is at work, or there is no room, a file
        stays for the next look.
        """
        with disk(self.folder):
            found = [path for path in sorted(self.folder.iterdir()) if self._is_ours(path)]
        told = []
        for path in [path for path in found if self._is_complete(path, now_s)]:
            try:
                report = self._taken(path)
            except _LATER as error:
                told.append((path.name, problem(error)))
                continue
            self._moved(path, report)
            told.append((path.name, report))
        self._seen = {path.name: self._seen[path.name] for path in found if path.exists() and path.name in self._seen}
        return told

    def _is_ours(self, path: Path) -> bool:
        is_named = path.suffix in _FORMS and not path.name.startswith(".") and not path.name.endswith(_UNFINISHED)
        return is_named and path.is_file() and not path.is_symlink()

    def _is_complete(self, path: Path, now_s: float) -> bool:
        """Tell whether a file stays as it is: the same size and time for some seconds."""
        try:
            facts = path.stat()
        except FileNotFoundError:
            return False
        seen = self._seen.get(path.name)
        if seen is None or seen[:2] != (facts.st_size, facts.st_mtime_ns):
            self._seen[path.name] = (facts.st_size, facts.st_mtime_ns, now_s)
            return self.settle_s <= 0
        return now_s - seen[2] >= self.settle_s

    def _taken(self, path: Path) -> dict[str, Any]:
        try:
            if path.stat().st_size > MOST_BYTES:
                raise TooLarge(limit=MOST_BYTES)
            if not ID.fullmatch(path.stem):
                raise errors.BadData([errors.Fault(path.name, 0, "", "E-LIVE-01", path.stem)])
            content, at = path.read_bytes(), datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            return outcome(self.feed.apply(Batch(path.stem, self.source, content, _FORMS[path.suffix], None, at)))
        except _LATER:
            raise
        except errors.BudgetMapError as error:
            return {"outcome": "refused", **problem(error)}

    def _moved(self, path: Path, report: dict[str, Any]) -> None:
        """Write the report, then move the file: a file that lies in done/ or refused/ has its report."""
        place = self.folder / ("refused" if report["outcome"] == "refused" else "done")
        with disk(self.folder):
            place.mkdir(exist_ok=True)
            replace_durably(place / f"{path.name}.report.json", to_json(report))
            reach("watch: told")
            os.replace(path, place / path.name)
            sync_folder(place)
            sync_folder(self.folder)


def watch(watched: Watched, wait: Callable[[], bool], clock: Callable[[], float], tell: Callable[..., None]) -> None:
    """Look until `wait` says no; `tell` hears of every file that was taken or refused."""
    while True:
        for name, report in watched.look(clock()):
            tell(name, report)
        if not wait():
            return
