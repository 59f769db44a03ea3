"""What an act does to a folder, as the disk hears of it: names, contents, and which of them were waited for.

The process records itself: each call that names, renames or removes something, and each wait for the disk, is noted,
and the folder is looked at behind it, so what libraries write is seen as well. It needs no right to watch
another process. That nothing was missed is a law of its own: all that was recorded, kept, is the folder as it is.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NAMING = ("mkdir", "rename", "replace", "link", "symlink", "unlink", "remove", "rmdir")
ROOT = 0
Entries = dict[int, dict[str, int]]  # folder → name → what lies there


@dataclass(frozen=True)
class Moment:
    """A folder between two calls: what it looks like, and what of it would be there without power."""

    call: str
    seen: Entries
    held: Entries
    contents: Mapping[int, bytes]  # of files, as they are read
    durable: Mapping[int, bytes]  # of files, as they were when they were waited for


@dataclass
class Recording:
    """Every moment of an act; folders and files are numbered as they appear, the folder itself is 0."""

    folder: Path
    moments: list[Moment] = field(default_factory=list)
    _numbers: dict[int, int] = field(default_factory=dict)  # inode → number, while it has a name
    _looks: dict[int, tuple[int, int]] = field(default_factory=dict)  # number → size and time at the last look
    _seen: Entries = field(default_factory=dict)
    _held: Entries = field(default_factory=dict)
    _contents: dict[int, bytes] = field(default_factory=dict)
    _durable: dict[int, bytes] = field(default_factory=dict)
    _count: int = 0
    _device: int = 0
    _is_new: bool = False  # a content was read at the last look
    _turn: threading.RLock = field(default_factory=threading.RLock)

    def begin(self) -> None:
        """Take all that is there as kept, and note every call of this process from now on; there is no way back."""
        self._device = self.folder.stat().st_dev
        self._look()
        self._held = {number: dict(names) for number, names in self._seen.items()}
        self._durable = dict(self._contents)
        self._note("begun")
        for name in NAMING:
            setattr(os, name, self._noted(getattr(os, name)))
        os.fsync = self._waited(os.fsync)

    def end(self) -> None:
        """Note how it looks when the act is done."""
        self._look()
        self._note("done")

    def _noted(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def noting(*given: Any, **how: Any) -> Any:
            with self._turn:
                made = call(*given, **how)
                if self._look():
                    self._note(f"{call.__name__} {' '.join(Path(str(word)).name for word in given)}")
            return made

        return noting

    def _waited(self, fsync: Callable[[int], None]) -> Callable[[int], None]:
        def waiting(descriptor: int) -> None:
            with self._turn:
                fsync(descriptor)
                if self._look():
                    self._note("written")
                self._keep(os.fstat(descriptor))

        return waiting

    def _keep(self, facts: os.stat_result) -> None:
        """Note that the disk holds a file, or the names of a folder; nothing where it lies elsewhere."""
        number = self._numbers.get(facts.st_ino) if facts.st_dev == self._device else None
        if number is None:
            return
        if number in self._seen:
            self._held[number] = dict(self._seen[number])
        else:
            self._durable[number] = self._contents[number]
        self._note(f"fsync {number}")

    def _note(self, call: str) -> None:
        held = {number: dict(names) for number, names in self._held.items()}
        seen = {number: dict(names) for number, names in self._seen.items()}
        self.moments.append(Moment(call, seen, held, dict(self._contents), dict(self._durable)))

    def _look(self) -> bool:
        """Look at every name below the folder; return whether anything is otherwise than at the last look."""
        before, self._is_new = self._seen, False
        alive = {self.folder.stat().st_ino}
        self._numbers.setdefault(*alive, ROOT)
        self._seen = {}
        self._enter(self.folder, ROOT, alive)
        self._numbers = {inode: number for inode, number in self._numbers.items() if inode in alive}
        return self._is_new or before != self._seen

    def _enter(self, folder: Path, number: int, alive: set[int]) -> None:
        names: dict[str, int] = {}
        self._seen[number] = names
        with os.scandir(folder) as inside:
            found = sorted(inside, key=lambda one: one.name)
        for one in found:
            facts = one.stat(follow_symlinks=False)
            alive.add(facts.st_ino)
            names[one.name] = inner = self._number(facts.st_ino)
            if one.is_dir(follow_symlinks=False):
                self._enter(Path(one.path), inner, alive)
            elif self._looks.get(inner) != (facts.st_size, facts.st_mtime_ns):
                self._looks[inner] = (facts.st_size, facts.st_mtime_ns)
                self._contents[inner] = Path(one.path).read_bytes()
                self._is_new = True

    def _number(self, inode: int) -> int:
        if inode not in self._numbers:
            self._count += 1
            self._numbers[inode] = self._count
        return self._numbers[inode]
