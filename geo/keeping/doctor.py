"""What is wrong with a home: a row for each finding, with what happened and what to do; nothing is changed.

Trouble is what readers or the next publication would meet; the rest is said so that nobody wonders.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import brotli

from geo.core.errors import BudgetMapError, DamagedVersion
from geo.core.files import digest, disk
from geo.keeping.home_files import asides, strangers
from geo.ledger import Ledger
from geo.versions import Home
from geo.versions.access import unreadable
from geo.versions.intact import damaged_files
from geo.versions.manifest import listed_manifest
from geo.versions.pins import pins

_MEGA = 1 << 20
_LEAST_FREE = 256 * _MEGA


@dataclass(frozen=True)
class Finding:
    """One thing that was found: `what` is a key of the messages [keeping.found], `place` where."""

    what: str
    place: str
    is_trouble: bool = True
    is_mendable: bool = False


def examined(home: Home) -> list[Finding]:
    """Return everything that is wrong with a home, leftovers first; one without a version may be a wrong name."""
    if not home.folder.is_dir():
        return [Finding("nothing", str(home.folder))]
    if closed := unreadable(home.folder):
        return [Finding("unreadable", str(place)) for place in closed]
    parts = (_leftovers, _versions, *_SMALL, _ledgers, _folder)
    return [found for part in parts for found in part(home)]


def small_troubles(home: Home) -> list[str]:
    """Return which of the files beside the versions are not whole: pointers, log, pins, tokens, frozen embeds."""
    return [found.place for part in _SMALL for found in part(home) if found.is_trouble]


def mended(home: Home) -> list[str]:
    """Remove what killed writers left behind, which nobody reads, and return the names.

    Raises SomebodyElsePublishes or SomebodyElseImports while somebody is writing: what looks left may be at work.
    """
    with home.locked("keep"), home.locked("build"), home.locked("publish"), disk(home.folder):
        removed = home.remove_leftovers()
        for path in asides(home.folder):
            path.unlink(missing_ok=True)
            removed.append(path.relative_to(home.folder).as_posix())
    for folder in _ledger_folders(home):
        removed += Ledger(folder).remove_leftovers()
    return removed


def _leftovers(home: Home) -> Iterator[Finding]:
    left = {*home.leftovers(), *asides(home.folder)}
    for folder in _ledger_folders(home):
        with suppress(BudgetMapError):  # one that cannot be read is a finding of its own
            left |= {*Ledger(folder).leftovers()}
    for path in sorted(left):
        yield Finding("leftover", path.relative_to(home.folder).as_posix(), is_trouble=False, is_mendable=True)
    if (home.folder / ".restoring").exists():
        yield Finding("restoring", ".restoring")


def _versions(home: Home) -> Iterator[Finding]:
    ids = set(home.version_ids())
    if not ids:
        yield Finding("nothing", str(home.folder))
    for path in sorted(home.folder.glob("versions/[!.]*")):
        if path.name not in ids:
            yield Finding("no_version", f"versions/{path.name}", is_trouble=False)
            continue
        try:
            wrong = damaged_files(path, listed_manifest(path))
        except DamagedVersion:
            wrong = ["manifest.json"]
        except BudgetMapError:
            yield Finding("newer", f"versions/{path.name}")
            continue
        for name in wrong:
            yield Finding("damaged", f"versions/{path.name}/{name}")


def _pointers(home: Home) -> Iterator[Finding]:
    ids = home.version_ids()
    try:
        logged = home.logged()
    except DamagedVersion:
        yield Finding("log", "publications.jsonl")
        return
    for country in home.countries():
        try:
            row = home.publication(country)
        except BudgetMapError:
            yield Finding("pointer", f"current/{country}")
            continue
        if row.id not in ids:
            yield Finding("nothing_behind", f"current/{country}")
    for country in sorted({row.country for row in logged} - set(home.countries())):
        yield Finding("no_pointer", f"current/{country}")
    with suppress(BudgetMapError):  # a pointer that cannot be read has been told
        reached = {row.sequence for row in home.publications()}
        for row in (row for row in logged if row.sequence not in reached and row.country in home.countries()):
            yield Finding("unreached", f"publications.jsonl: {row.sequence}", is_trouble=False)


def _pins(home: Home) -> Iterator[Finding]:
    try:
        held = pins(home)
    except DamagedVersion:
        yield Finding("pins", "pins.json")
        return
    for version_id in sorted(set(held) - set(home.version_ids())):
        yield Finding("pin_of_nothing", f"pins.json: {version_id}", is_trouble=False)


def _tokens(home: Home) -> Iterator[Finding]:
    path = home.folder / "live" / "tokens.json"
    try:
        is_list = isinstance(json.loads(path.read_bytes())["tokens"], list)
        is_open = bool(path.stat().st_mode & 0o077)
    except FileNotFoundError:
        return
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        is_list, is_open = False, False
    if not is_list:
        yield Finding("tokens", "live/tokens.json")
    if is_open:
        yield Finding("open_tokens", "live/tokens.json", is_trouble=False)


def _ledger_folders(home: Home) -> list[Path]:
    return sorted(path for path in home.folder.glob("ledger/*") if path.is_dir())


def _ledgers(home: Home) -> Iterator[Finding]:
    for folder in _ledger_folders(home):
        try:
            Ledger(folder).verify()
        except BudgetMapError as error:
            yield Finding("ledger", f"ledger/{folder.name}/{error.values.get('file', '')}")


def _embeds(home: Home) -> Iterator[Finding]:
    for path in sorted(home.folder.glob("embeds/*/[!.]*")):
        try:
            head, _, packed = path.read_bytes().partition(b"\n")
            is_whole = json.loads(head)["sha256"] == digest(brotli.decompress(packed))
        except (OSError, ValueError, KeyError, TypeError, RecursionError, brotli.error):
            is_whole = False
        if not is_whole:
            yield Finding("embed", path.relative_to(home.folder).as_posix())


_SMALL = (_pointers, _pins, _tokens, _embeds)


def _folder(home: Home) -> Iterator[Finding]:
    for name in strangers(home.folder):
        yield Finding("stranger", name, is_trouble=False)
    places = [home.folder, *(home.folder / name for name in ("versions", "current", "embeds", "ledger"))]
    for place in places:
        if place.is_dir() and not os.access(place, os.W_OK | os.X_OK):
            yield Finding("unwritable", str(place))
        elif place.is_dir() and place.stat().st_mode & 0o002:
            yield Finding("open_to_all", str(place))
    largest = max((_size(path) for path in home.folder.glob("versions/[!.]*")), default=0)
    if shutil.disk_usage(home.folder).free < max(_LEAST_FREE, 2 * largest):
        yield Finding("disk", str(home.folder))


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
