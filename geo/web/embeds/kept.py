"""Frozen embeds as files: what an article holds stays as it was, whatever becomes of code, templates and versions.

    embeds/<version>/<digest of the address>    a line of JSON that describes it, then the page packed by brotli

The first that is made for an address stands; nobody replaces or removes it. Beyond the bytes that the settings allow
nothing more is kept, and an embed is then made anew each time from its version.
"""

from __future__ import annotations

import json
import logging
import os
import uuid
from dataclasses import dataclass, field
from pathlib import Path

import brotli

from geo.core.country import ID
from geo.core.files import digest, make_folder, sync_folder, to_json, write_durably
from geo.web.embeds.dress import Dressed

log = logging.getLogger("geo.web.embeds")
FORMAT = 1
_COUNTED_ANEW = 200  # files written between two looks at what other processes have written


@dataclass(frozen=True)
class Held:
    """An embed as it was when it was first asked for: the page, the same packed, and its policy."""

    content: bytes
    packed: bytes
    policy: str


@dataclass
class Kept:
    """The frozen embeds of a home; safe to share between threads and processes."""

    folder: Path
    most_bytes: int
    _bytes: int = 0
    _until_count: int = 0
    _is_told: set[str] = field(default_factory=set)

    def get(self, version_id: str, path: str) -> Held | None:
        """Return the embed of a version at an address; None where none was made, or where its file is damaged."""
        if not ID.fullmatch(version_id):
            return None
        try:
            raw = self._file(version_id, path).read_bytes()
        except OSError:
            return None
        return _read(raw, path)

    def put(self, version_id: str, path: str, made: Dressed) -> Held:
        """Keep an embed that was just made and return what is answered from now on: the first one that was kept.

        Where the disk refuses or is as full as the settings allow, what was made is returned and not kept.
        """
        packed = brotli.compress(made.content, quality=11)
        about = {"format": FORMAT, "path": path, "policy": made.policy, "sha256": digest(made.content)}
        try:
            self._write(self._file(version_id, path), to_json(about) + b"\n" + packed)
        except OSError as error:
            self._tell(f"embeds are not kept: {error.strerror}")
        return self.get(version_id, path) or Held(made.content, packed, made.policy)

    def _file(self, version_id: str, path: str) -> Path:
        return self.folder / version_id / digest(path.encode())[:32]

    def _write(self, final: Path, content: bytes) -> None:
        if self._used() + len(content) > self.most_bytes:
            self._tell("embeds are not kept: BUDGETMAP_EMBEDS_MB is reached")
            return
        make_folder(final.parent)
        aside = final.with_name(f".{uuid.uuid4().hex}")
        try:
            write_durably(aside, content)
            _name(aside, final)
        finally:
            aside.unlink(missing_ok=True)
        sync_folder(final.parent)
        self._bytes += len(content)
        self._until_count -= 1

    def _used(self) -> int:
        """Return how many bytes are kept: counted now and then, since other processes write as well."""
        if self._until_count <= 0:
            self._bytes = sum(path.stat().st_size for path in self.folder.glob("*/[!.]*"))
            self._until_count = _COUNTED_ANEW
        return self._bytes

    def _tell(self, what: str) -> None:
        if what not in self._is_told:
            self._is_told.add(what)
            log.warning(what)


def _name(aside: Path, final: Path) -> None:
    """Give a finished file its name unless another process was first: then that one stands, if it is whole."""
    try:
        os.link(aside, final)
    except FileExistsError:
        if _read(final.read_bytes()) is None:
            os.replace(aside, final)
    except OSError:  # a disk without second names
        os.replace(aside, final)


def _read(raw: bytes, path: str = "") -> Held | None:
    """Return what a file holds; None where it is not whole, or of another address."""
    head, _, packed = raw.partition(b"\n")
    try:
        about = json.loads(head)
        content = brotli.decompress(packed)
        is_whole = digest(content) == about["sha256"] and about["path"] == (path or about["path"])
        return Held(content, packed, str(about["policy"])) if is_whole else None
    except (ValueError, KeyError, TypeError, RecursionError, brotli.error):
        return None
