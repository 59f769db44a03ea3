"""What a serving process holds: opened versions, the pointer of each country, and what they offer."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from geo.core.country import ID
from geo.core.errors import (
    DamagedVersion,
    NewerFormat,
    NotAVersion,
    NothingPublished,
    OperatorError,
    RemovedVersion,
    UnknownVersion,
)
from geo.core.offer import Offer
from geo.core.settings import Settings
from geo.layers import offer_of
from geo.versions import Home, Publication, Version
from geo.web.opening import Opener
from geo.web.scrubbing import Guard, Scrubber
from geo.web.watched import Watched

READ_S = 10.0  # for which reading all files of what is in force is believed


class Standing(NamedTuple):
    """What answers at the addresses of what is in force are made of: that version, and the one it is compared with."""

    version: str
    before: str  # "" of the first one
    has_before: bool  # whether that is still kept, and whole as far as is known


class Read(Home):
    """A home whose log of publications is parsed again only when it was replaced: every page asks for it."""

    @cached_property
    def _log(self) -> Watched[tuple[Publication, ...]]:
        return Watched(self.folder, lambda _: tuple(super(Read, self).logged()))

    def logged(self) -> list[Publication]:
        """Return every line of the log, as a home does."""
        return [*self._log.get("publications.jsonl")]


@dataclass(frozen=True)
class Site:
    """The published versions of a home; safe to share between threads."""

    settings: Settings
    plain: frozenset[str] | None = None  # addresses of a site of plain files; None: everything is answered
    guard: Guard = field(default_factory=Guard)
    _open: OrderedDict[str, Version] = field(default_factory=OrderedDict)
    _published: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _opening: threading.Lock = field(default_factory=threading.Lock)
    _read: dict[str, tuple[str, float]] = field(default_factory=dict)  # version of which all was read, when, by country

    @cached_property
    def home(self) -> Home:
        """Return the home of the settings."""
        return Read(self.settings.home)

    @cached_property
    def _pointers(self) -> Watched[str]:
        return Watched(self.settings.home / "current", self.home.current_id)

    @cached_property
    def _standings(self) -> Watched[tuple[int, str, str]]:
        return Watched(self.settings.home / "current", self._sequence_and_before)

    def current(self, country: str) -> Version:
        """Return the version in force; the pointer is read each time, so a publication shows at once."""
        version_id = self.home.current_id(country)
        try:
            return self.opened(version_id)
        except UnknownVersion:
            raise DamagedVersion(id=version_id, file="manifest.json") from None

    def checked(self, country: str) -> Version:
        """Return the version in force after reading every file of it again; raises DamagedVersion, then and later.

        Whoever asks again within seconds is told what is known: reading all is work that anybody could have done.
        """
        version_id, now = self.home.current_id(country), time.monotonic()
        was_read, when = self._read.get(country, ("", 0.0))
        if was_read != version_id or now - when >= READ_S:
            try:
                self.home.version(version_id)
                self._read[country] = version_id, now
            except OperatorError:
                self._drop(version_id)
        return self.current(country)

    def opened(self, version_id: str) -> Version:
        """Return a version by id, from memory where it is open and whole; raises UnknownVersion, DamagedVersion.

        One is opened at a time, so that what many ask for at once is read by one of them.
        """
        if (version := self._held(version_id)) is not None:
            return version
        with self._opening:
            return self._held(version_id) or self._newly_opened(version_id)

    def _held(self, version_id: str) -> Version | None:
        with self._lock:
            version = self._open.get(version_id)
            if version is not None:
                self._open.move_to_end(version_id)
        return version if version is not None and self._is_there(version) else None

    def _newly_opened(self, version_id: str) -> Version:
        self.guard.known(version_id)
        try:
            version = self.home.version(version_id, self._opened())
        except NotAVersion:
            raise UnknownVersion() from None
        except DamagedVersion as error:
            self.guard.damaged(self.home.folder / "versions" / version_id, error.values["file"])
            raise
        self.guard.whole(version_id)
        in_force = {version_id, *self._in_force()}  # those are never closed for others, however many are asked for
        with self._lock:
            self._open[version_id] = version
            others = [one for one in self._open if one not in in_force]
            for one in others[: max(0, len(self._open) - self.settings.open_versions)]:
                del self._open[one]
        return version

    def _in_force(self) -> Iterator[str]:
        for country in self.home.countries():
            with contextlib.suppress(OperatorError):
                yield self.id_in_force(country)

    def must_be_opened(self, version_id: str) -> bool:
        """Tell whether an answer of a version costs the reading of all its files: it is not open, nor in force."""
        if self.is_open(version_id) or not ID.fullmatch(version_id):
            return False
        return os.path.isdir(f"{self.home.folder}/versions/{version_id}") and version_id not in self._in_force()

    def _is_there(self, version: Version) -> bool:
        """Tell whether an open version was not cleaned away; raises DamagedVersion where a file of it changed."""
        try:
            self.guard.check(version)
        except DamagedVersion:
            self._drop(version.id)
            if version.intact.is_removed():
                self.guard.whole(version.id)
                return False
            raise
        return True

    def _opened(self) -> list[Version]:
        """Return the versions that are open, as they are at one moment."""
        with self._lock:
            return [*self._open.values()]

    def _drop(self, version_id: str) -> None:
        with self._lock:
            self._open.pop(version_id, None)

    def watch(self) -> Callable[[], None]:
        """Open what is in force, and what comes into force, and read every open version again; return what stops it."""
        opener, scrubber = Opener(self), Scrubber(self.guard, self._opened, self._drop)
        opener.once()
        opener.start()
        scrubber.start(self.settings.scrub_mb)

        def stop() -> None:
            opener.stop()
            scrubber.stop()

        return stop

    def is_open(self, version_id: str) -> bool:
        """Tell whether a version is held open now."""
        return version_id in self._open

    def open_versions(self) -> int:
        """Return how many versions are open now."""
        return len(self._open)

    def pinned(self, version_id: str) -> Version:
        """Return a version that has been in force at some time; raises UnknownVersion for others.

        What was only staged may still change its mind: it has no address. Of what was cleaned away the address is
        known for good: RemovedVersion.
        """
        if version_id not in self._published:  # who was in force once has been so for good
            self._published.update(row.id for row in self.home.publications())
            if version_id not in self._published:
                raise UnknownVersion()
        try:
            return self.opened(version_id)
        except UnknownVersion:
            raise RemovedVersion() from None

    def id_in_force(self, country: str) -> str:
        """Return the id of the version in force; the pointer is looked at each time and read when it was replaced."""
        return self._pointers.get(country)

    def standing(self, country: str) -> tuple[int, Standing]:
        """Return the sequence number of the publication in force and what its answers are made of, while it is whole.

        Raises NothingPublished, DamagedVersion, NewerFormat.
        """
        sequence, version_id, before = self._standings.get(country)
        self.opened(version_id)
        has_before = os.path.isdir(f"{self.home.folder}/versions/{before}") and not self.guard.is_damaged(before)
        return sequence, Standing(version_id, before, before != "" and has_before)

    def _sequence_and_before(self, country: str) -> tuple[int, str, str]:
        row = self.home.publication(country)
        rows = [one for one in self.home.publications() if one.country == country and one.sequence < row.sequence]
        return row.sequence, row.id, next((one.id for one in reversed(rows) if one.id != row.id), "")

    def offers(self, pinned: Version | None = None, asked: str = "") -> Mapping[str, Offer]:
        """Return what may be asked for, by country: of one pinned version, or of all that are in force and whole.

        Raises DamagedVersion when the country that is asked for, or every one, is damaged.
        """
        if pinned is not None:
            return {pinned.country.id: offer_of(pinned)}
        countries = self.home.countries()
        if not countries:
            raise NothingPublished(country=self.settings.country, folder=self.settings.home)
        found, damaged = {}, None
        for country in countries:
            try:
                found[country] = offer_of(self.current(country))
            except (DamagedVersion, NewerFormat) as error:
                damaged = error  # the others are whole: readers of those lose nothing
        if damaged is not None and (asked in {country for country in countries if country not in found} or not found):
            raise damaged
        return found

    def answers(self, path: str) -> bool:
        """Tell whether an address (from the root, no slash before) has a page here."""
        return self.plain is None or path in self.plain
