"""The folder where versions live: staging, publishing by one pointer, rolling back.

    versions/<id>/          finished versions, never edited
    versions/.staging-…/    what a builder is writing; a killed one leaves it behind, the next removes it
    current/<country>       the pointer: {"id", "sequence"} of the publication in force
    publications.jsonl      every publication, one JSON line each, appended before the pointer moves
    publish.lock            held (flock) while publishing; freed by the kernel when its holder dies

A line of publications.jsonl beyond the pointer's sequence was never in force (its publisher died in between); the
next publication drops it. So a kill at any moment leaves the version before or the version after.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from geo.core.country import ID
from geo.core.errors import DamagedVersion, NotAVersion, NothingPublished, NothingToRollBack, SomebodyElsePublishes
from geo.core.failing import reach
from geo.core.files import digest, disk, make_folder, replace_durably, sync_folder, to_json
from geo.versions.manifest import FORMAT, sealed
from geo.versions.opened import Version
from geo.versions.publications import Publication, read_log, read_pointer
from geo.versions.writing import listed_all, shared, write_all

STAGING = ".staging-"


@dataclass(frozen=True)
class Home:
    """A folder of versions; every method that writes raises CannotWrite when the disk refuses."""

    folder: Path

    def version_ids(self) -> list[str]:
        """Return the ids of all finished versions, sorted."""
        found = self.folder.joinpath("versions").glob("*/manifest.json")
        return sorted(path.parent.name for path in found if ID.fullmatch(path.parent.name))

    def version(self, version_id: str, whole: Iterable[Version] = ()) -> Version:
        """Return a finished version; raises NotAVersion, DamagedVersion or NewerFormat. `whole`: see `Version.open`."""
        folder = self.folder / "versions" / version_id
        try:
            if version_id in self.version_ids():
                return Version.open(folder, whole=whole)
        except (DamagedVersion, OSError):
            if folder.is_dir():
                raise  # else it was cleaned away meanwhile
        raise NotAVersion(id=version_id, known=", ".join(self.version_ids()) or "–")

    def current_id(self, country: str) -> str:
        """Return the id of the version in force; raises NothingPublished."""
        return self._pointer(country)[0]

    def countries(self) -> list[str]:
        """Return the countries that have a version in force, sorted."""
        return sorted(path.name for path in self.folder.joinpath("current").glob("*") if ID.fullmatch(path.name))

    def publications(self) -> list[Publication]:
        """Return the publications that came into force, oldest first."""
        logged = self.logged()
        reached = max((self._reached(country, logged) for country in self.countries()), default=0)
        return [row for row in logged if row.sequence <= reached]

    def publication(self, country: str) -> Publication:
        """Return the publication in force; raises NothingPublished, and DamagedVersion where pointer and log differ."""
        version_id, sequence = self._pointer(country)
        for row in self.logged():
            if (row.sequence, row.id, row.country) == (sequence, version_id, country):
                return row
        raise DamagedVersion(id=version_id, file="publications.jsonl")

    @contextmanager
    def workshop(self) -> Iterator[Path]:
        """Yield an empty folder beside the versions for large files that `stage` takes by path; it is gone after."""
        with disk(self.folder):
            aside = self.folder / "versions" / f"{STAGING}{uuid.uuid4().hex}"
            aside.mkdir(parents=True)
            try:
                yield aside
            finally:
                shutil.rmtree(aside, ignore_errors=True)

    def stage(
        self,
        version_id: str,
        files: Mapping[str, bytes | Path],
        manifest: Mapping[str, object],
        before: Version | None = None,
    ) -> Version:
        """Write a version aside, digest by digest, and bring it in whole by one rename; return it opened.

        A file may be its content, or the path of a finished one that nobody changes. A version that is there is opened
        and compared: same id, same bytes (else DamagedVersion). What `before`, a whole version, holds is not written.
        """
        versions, rows = self.folder / "versions", listed_all(files, before)
        files = shared(files, rows, before)
        content = sealed({**manifest, "format": FORMAT, "id": version_id, "files": rows})
        if (final := versions / version_id).exists():
            return Version.open(final, expected_manifest=content)
        with disk(self.folder, lambda: sum(len(file) for file in files.values() if isinstance(file, bytes))):
            make_folder(versions)
            aside = versions / f"{STAGING}{uuid.uuid4().hex}"
            try:
                write_all(aside, files, content, before)
                reach("stage: written")
                os.replace(aside, final)
                reach("stage: named")
            except OSError:
                shutil.rmtree(aside, ignore_errors=True)
                raise
            sync_folder(versions)
            reach("stage: synced")
        return Version.open(final, whole=[before] if before else [])

    def compared(self, version_id: str, files: Mapping[str, bytes]) -> Version:
        """Return a finished version whose files have this content: same id means same bytes, else DamagedVersion."""
        version = self.version(version_id)
        for name, content in files.items():
            if version.manifest["files"].get(name, {}).get("sha256") != digest(content):
                raise DamagedVersion(id=version_id, file=name)
        return version

    def remove_leftovers(self) -> list[str]:
        """Remove what killed builders left behind and return the names; call it only while holding the build lock."""
        left = self.leftovers()
        for path in left:
            shutil.rmtree(path, ignore_errors=True)
        return [path.name for path in left]

    def leftovers(self) -> list[Path]:
        """Return what builders are writing, or left behind when they were killed."""
        return sorted(self.folder.joinpath("versions").glob(f"{STAGING}*"))

    def publish(
        self,
        version: str | Version,
        *,
        author: str = "",
        note: str = "",
        action: str = "publish",
        expected: str | None = None,
    ) -> Publication:
        """Make a checked version the one in force, durably; return its publication.

        `expected` is the id that must be in force before ("" = none), else SomebodyElsePublishes is raised.
        Publishing the version in force again changes nothing and returns its publication. A damaged pointer is
        replaced unless `expected` asks what it said; then DamagedVersion is raised.
        """
        opened = self.version(version) if isinstance(version, str) else version
        if damaged := opened.intact.changed():
            raise DamagedVersion(id=opened.id, file=damaged)
        version_id, country = opened.id, opened.country.id
        with disk(self.folder), self.locked("publish"):
            in_force = self._in_force(country, is_asked=expected is not None)
            if expected is not None and in_force != expected:
                raise SomebodyElsePublishes(in_force=in_force)
            lines = self.publications()
            own = [row for row in lines if row.country == country]
            if in_force == version_id and own and own[-1].sequence == self._reached(country, lines):
                return own[-1]
            # Of a log that was lost the pointers know: a number names one publication for ever.
            sequence = 1 + max((self._reached(name, lines) for name in self.countries()), default=0)
            now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            row = Publication(sequence, country, version_id, now, action, author, note)
            log = b"".join(to_json(asdict(line)) + b"\n" for line in [*lines, row])
            reach(f"{action}: locked")
            replace_durably(self.folder / "publications.jsonl", log)
            reach(f"{action}: logged")
            make_folder(self.folder / "current")
            # Whoever staged it may have died before it waited for the disk.
            sync_folder(self.folder / "versions")
            reach(f"{action}: before the pointer")
            replace_durably(self.folder / "current" / country, to_json({"id": version_id, "sequence": sequence}))
            reach(f"{action}: in force")
        return row

    def rollback(self, country: str, *, author: str = "", note: str = "") -> Publication:
        """Publish the version that was in force before the current one; raises NothingToRollBack."""
        in_force, kept = self.current_id(country), {*self.version_ids()}  # nobody returns to what was cleaned away
        earlier = [row.id for row in self.leading(country) if row.id != in_force and row.id in kept]
        if not earlier:
            raise NothingToRollBack(country=country)
        return self.publish(earlier[-1], author=author, note=note, action="rollback", expected=in_force)

    def taken_back(self, country: str) -> frozenset[str]:
        """Return the versions that the last rollback jumped over, until something else is published."""
        own = [row for row in self.publications() if row.country == country]
        if not own or own[-1].action != "rollback":
            return frozenset()
        kept = {row.id for row in self.leading(country)}
        return frozenset(row.id for row in own if row.id not in kept)

    @contextmanager
    def locked(self, name: str) -> Iterator[None]:
        """Hold a lock that the kernel frees when its holder dies; raises SomebodyElsePublishes at once if taken."""
        with disk(self.folder):
            make_folder(self.folder)
            file = (self.folder / f"{name}.lock").open("a+b")
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise SomebodyElsePublishes(lock=name) from None
            yield

    def leading(self, country: str) -> list[Publication]:
        """Return the publications that lead to the one in force: a rollback takes back all that it jumps over."""
        path: list[Publication] = []
        for row in self.publications():
            if row.country != country:
                continue
            if row.action == "rollback":
                while path and path[-1].id != row.id:
                    path.pop()
            else:
                path.append(row)
        return path

    def _in_force(self, country: str, *, is_asked: bool) -> str:
        """Return the id in force, "" where there is none or where nobody asks and the pointer is damaged."""
        with suppress(*(() if is_asked else (DamagedVersion,))):
            return self._pointer(country)[0] if country in self.countries() else ""
        return ""

    def _reached(self, country: str, logged: list[Publication]) -> int:
        """Return the sequence in force; where the pointer is damaged, all that was logged may have been in force."""
        with suppress(DamagedVersion):
            return self._pointer(country)[1]
        return max((row.sequence for row in logged), default=0)

    def _pointer(self, country: str) -> tuple[str, int]:
        """Return (id, sequence) of the publication in force; raises NothingPublished or DamagedVersion."""
        if not ID.fullmatch(country) or not (path := self.folder / "current" / country).is_file():
            raise NothingPublished(country=country, folder=self.folder)
        return read_pointer(path)

    def logged(self) -> list[Publication]:
        """Return every line of the log, also of publications whose publisher died before the pointer moved."""
        return read_log(self.folder / "publications.jsonl")
