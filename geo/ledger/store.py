"""The files of a ledger: originals by content, a folder for each delivery, and an index replaced in one step.

    files/<sha256>              the delivered originals
    deliveries/<id>/<name>      what was made of them
    deliveries/.staging-…/      what an importer is writing; a killed one leaves it behind
    ledger.json                 the index; what it does not name is a leftover
    ledger.lock                 held (flock) while writing; freed by the kernel when its holder dies

The index is written last, so a kill at any moment leaves the ledger before or the ledger after.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from geo.core.errors import BadData, DamagedLedger, Fault, NewerLedger, SomebodyElseImports
from geo.core.failing import reach
from geo.core.files import disk, fill_durably, make_folder, replace_durably, sync_folder
from geo.ledger.record import FORMAT, Index, Listed, Record

_STAGING = ".staging-"
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Store:
    """A folder of originals, deliveries and their index; the ledger's own, nobody else writes here."""

    folder: Path
    _checked: dict[str, tuple[int, ...]] = field(default_factory=dict, compare=False, repr=False)
    _swept: list[bool] = field(default_factory=list, compare=False, repr=False)  # true once a writer has begun here
    _read: dict[bytes, Index] = field(default_factory=dict, compare=False, repr=False)  # the index that was read last

    def index(self) -> Index:
        """Return the index, empty where there is no ledger yet; raises DamagedLedger or NewerLedger."""
        path = self.folder / "ledger.json"
        try:
            content = path.read_bytes()
            if content not in self._read:
                index = Index.from_bytes(content)
                self._read.clear()
                self._read[content] = index
            return self._read[content]
        except (FileNotFoundError, NotADirectoryError):
            # An empty index is written before the first file: files without an index have lost theirs.
            if any(self.folder.joinpath(name).exists() for name in ("files", "deliveries")):
                raise DamagedLedger(folder=self.folder, file=path.name) from None
            return Index()
        except NotImplementedError as error:
            raise NewerLedger(folder=self.folder, format=error, known=FORMAT) from None
        except (ValueError, OSError):
            raise DamagedLedger(folder=self.folder, file=path.name) from None

    def begin(self) -> Index:
        """Return the index for a writer, after making the folders where there are none.

        The first time what killed importers left behind is removed; only for who holds the lock.
        """
        index = self.index()
        if not self._swept:
            self.sweep(index)
            self._swept.append(True)
        if not self.folder.joinpath("ledger.json").exists():
            self.write(index)
        for name in ("files", "deliveries"):
            make_folder(self.folder / name)
        return index

    def write(self, index: Index) -> None:
        """Replace the index: from now on what it names is in the ledger."""
        reach("import: before the index")
        replace_durably(self.folder / "ledger.json", index.to_bytes())
        reach("import: in the ledger")

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock of the ledger; raises SomebodyElseImports at once if another process has it."""
        with disk(self.folder):
            make_folder(self.folder)
            file = (self.folder / "ledger.lock").open("a+b")
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise SomebodyElseImports(folder=self.folder) from None
            yield

    def put_original(self, original: Path, sha256: str) -> None:
        """Keep the delivered file under its digest; raises BadData where it is no longer the file that was read."""
        final = self.folder / "files" / sha256
        if final.exists() and listed(final)["sha256"] == sha256:
            sync_folder(final.parent)  # whoever brought it may have died before it waited for the disk
            return
        aside = final.with_name(f"{_STAGING}{uuid.uuid4().hex}")
        try:
            if _copied(original, aside)["sha256"] != sha256:
                raise BadData([Fault(original.name, 0, "", "E-UP-06")])
            reach("import: original written")
            os.replace(aside, final)
        finally:
            aside.unlink(missing_ok=True)
        sync_folder(final.parent)

    def put_files(self, delivery_id: str, files: Mapping[str, Path], expected: Listed) -> None:
        """Keep the files of a delivery as one folder, whole or not at all."""
        deliveries = self.folder / "deliveries"
        aside = deliveries / f"{_STAGING}{uuid.uuid4().hex}"
        try:
            aside.mkdir()
            for name in sorted(files):
                if _copied(files[name], aside / name) != expected[name]:
                    raise BadData([Fault(name, 0, "", "E-UP-06")])
            sync_folder(aside)
            shutil.rmtree(deliveries / delivery_id, ignore_errors=True)  # of an importer that was killed
            reach("import: delivery written")
            os.replace(aside, deliveries / delivery_id)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        sync_folder(deliveries)
        reach("import: delivery named")

    def path(self, record: Record, name: str) -> Path:
        """Return where a file of a delivery lies after comparing it with its digest; raises DamagedLedger."""
        return self._whole(self.folder / "deliveries" / record.id / name, record.files[name])

    def original(self, record: Record) -> Path:
        """Return where the delivered file lies after comparing it with its digest; raises DamagedLedger."""
        return self._whole(self.folder / "files" / record.original["sha256"], record.original)

    def sweep(self, index: Index) -> list[str]:
        """Remove what the index does not name and return the names; only for who holds the lock."""
        left = self.leftovers(index)
        for path in left:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
        return [path.name for path in left]

    def leftovers(self, index: Index) -> list[Path]:
        """Return what importers are writing, or left behind when they were killed: the index does not name it."""
        named = {row.id for row in index.records} | {row.original["sha256"] for row in index.records}
        inside = [path for name in ("files", "deliveries") for path in sorted(self.folder.glob(f"{name}/*"))]
        left = [path for path in inside if path.name not in named]
        return left + sorted(self.folder.glob(".ledger.json.*"))

    def _whole(self, path: Path, expected: Mapping[str, Any]) -> Path:
        place = str(path.relative_to(self.folder))
        try:
            facts = path.stat()
            seen = (facts.st_mtime_ns, facts.st_size, facts.st_ino)
            if self._checked.get(place) != seen:
                found = listed(path)
                if any(found[key] != expected[key] for key in found):
                    raise DamagedLedger(folder=self.folder, file=place)
                self._checked[place] = seen
        except OSError:
            raise DamagedLedger(folder=self.folder, file=place) from None
        return path


def listed(path: Path) -> dict[str, Any]:
    """Return the digest and the size of a file."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        return {"sha256": hashlib.file_digest(file, "sha256").hexdigest(), "bytes": size}


def _copied(source: Path, target: Path) -> dict[str, Any]:
    """Write a copy, wait until the disk holds it, and return its digest and size."""
    reach("write")
    with source.open("rb") as read, target.open("xb") as written:
        return fill_durably(written, iter(lambda: read.read(_BLOCK), b""))
