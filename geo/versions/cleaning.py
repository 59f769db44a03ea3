"""Which versions a home keeps and why, and the removal of the others.

Kept are: the version in force of each country, what an operator has pinned, the last so many that led to the one in
force, and whatever was in force or was made within the last so many hours, since readers may still hold its addresses.
Order is that of publications, never that of the files' times; a clock that went back keeps more, never less.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from geo.core.errors import BudgetMapError, DamagedVersion
from geo.core.failing import reach
from geo.core.files import disk, sync_folder
from geo.versions.home import STAGING, Home
from geo.versions.manifest import listed_manifest
from geo.versions.pins import pins
from geo.versions.publications import Publication

IN_FORCE, PINNED, LAST, YOUNG, DAMAGED = "in_force", "pinned", "last", "young", "damaged"
OLD, NEVER = "old", "never"
_KEPT = frozenset({IN_FORCE, PINNED, LAST, YOUNG, DAMAGED})


@dataclass(frozen=True)
class Verdict:
    """What becomes of a version and why: in_force, pinned, last, young, damaged (kept); old, never (removed)."""

    id: str
    country: str  # "" where no file of it says
    reason: str
    bytes: int

    @property
    def is_kept(self) -> bool:
        """Tell whether the version stays."""
        return self.reason in _KEPT


@dataclass(frozen=True)
class Rule:
    """How many publications of a country are kept, and for how many hours whatever readers may hold addresses of."""

    versions: int
    hours: int


def verdicts(home: Home, rule: Rule, now: datetime) -> list[Verdict]:
    """Return what would become of every version, in order of id; raises DamagedVersion where the log or pins are.

    A country whose pointer cannot be read keeps all that it has: nobody can tell what is in force.
    """
    publications, pinned = home.publications(), pins(home)
    logged, since = home.logged(), now - timedelta(hours=rule.hours)
    reasons: dict[str, str] = {}
    for country in sorted({*home.countries(), *(row.country for row in logged)}):
        own = [row for row in publications if row.country == country]
        known = [row.id for row in logged if row.country == country]
        reasons |= _of_country(home, country, own, rule, now) or dict.fromkeys(known, DAMAGED)
    found = []
    for version_id in home.version_ids():
        folder = home.folder / "versions" / version_id
        reason = reasons.get(version_id, "") or _unpublished(folder, since)
        if version_id in pinned and reason != IN_FORCE:
            reason = PINNED
        found.append(Verdict(version_id, _country(folder, version_id, publications), reason, _size(folder)))
    return found


def clean(home: Home, rule: Rule, now: datetime, *, is_dry: bool) -> tuple[list[Verdict], list[str]]:
    """Remove what the rule does not keep; return the verdicts and the leftovers of killed builders that went too.

    Builders, publishers and backups wait outside: raises SomebodyElsePublishes where one is at work. A kill in between
    leaves a version where it was, or out of every reader's sight and removed by the next that cleans or builds.
    """
    if is_dry:
        return verdicts(home, rule, now), [path.name for path in home.leftovers()]
    with home.locked("keep"), home.locked("build"), disk(home.folder):
        left = home.remove_leftovers()
        reach("gc: leftovers removed")
        with home.locked("publish"):
            found = verdicts(home, rule, now)
            aside = list(_put_aside(home.folder / "versions", [row.id for row in found if not row.is_kept]))
        for path in aside:
            reach("gc: removing")
            shutil.rmtree(path)
        reach("gc: removed")
    return found, left


def _put_aside(versions: Path, ids: Sequence[str]) -> Iterator[Path]:
    """Rename versions to what no reader finds and every builder removes, durably."""
    for version_id in ids:
        aside = versions / f"{STAGING}{uuid.uuid4().hex}"
        reach("gc: before a version goes")
        os.replace(versions / version_id, aside)
        sync_folder(versions)
        reach("gc: a version is aside")
        yield aside


def _of_country(home: Home, country: str, own: Sequence[Publication], rule: Rule, now: datetime) -> dict[str, str]:
    """Return id → why it is kept, or old, of what was in force in a country; nothing where the pointer is lost."""
    try:
        in_force = home.current_id(country)
    except BudgetMapError:
        return {}
    if in_force not in {row.id for row in own}:  # the log was lost: nobody can tell what led here
        raise DamagedVersion(id=in_force, file="publications.jsonl")
    found = {row.id: OLD for row in own}
    for row, end in zip(own, _ends(own, now), strict=True):
        if end is None or end > now - timedelta(hours=rule.hours):
            found[row.id] = YOUNG
    leading = dict.fromkeys(row.id for row in reversed(home.leading(country)))
    for version_id in [*leading][: rule.versions]:
        found[version_id] = LAST
    return found | {in_force: IN_FORCE}


def _ends(own: Sequence[Publication], now: datetime) -> list[datetime | None]:
    """Return when each publication was followed by the next, None for the last.

    None ends before it began: where the clock went back in between, the end is the latest time that was noted until
    then and has come.
    """
    latest, ends = datetime.min.replace(tzinfo=UTC), []
    for row, following in pairwise(own):
        if (began := _time(row.at)) <= now:
            latest = max(latest, began)
        ends.append(max(latest, _time(following.at)))
    return [*ends, None]


def _unpublished(folder: Path, since: datetime) -> str:
    """Return young or never: a version that was never in force may be about to be."""
    made = datetime.fromtimestamp((folder / "manifest.json").stat().st_mtime, UTC)
    return YOUNG if made > since else NEVER


def _time(at: str) -> datetime:
    return datetime.fromisoformat(at.replace("Z", "+00:00"))


def _country(folder: Path, version_id: str, publications: Sequence[Publication]) -> str:
    for row in publications:
        if row.id == version_id:
            return row.country
    try:
        return str(listed_manifest(folder).get("country", ""))
    except BudgetMapError:
        return ""


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
