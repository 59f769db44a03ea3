"""Whether a home is what was written: digests of every file, laws of every version, pointers and ledgers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geo.core.errors import BrokenLaw, BudgetMapError, DamagedVersion, NewerFormat, NothingPublished
from geo.keeping.doctor import small_troubles
from geo.keeping.home_files import kept_files
from geo.ledger import Ledger
from geo.versions import Home
from geo.versions.intact import damaged_files
from geo.versions.manifest import listed_manifest


@dataclass(frozen=True)
class Verified:
    """What was compared: files whose digests are right, laws that hold, and what is wrong, a line each."""

    id: str  # a version, "ledger/<country>", or "home" for what lies beside them
    files: int
    laws: int
    wrong: tuple[str, ...]


def verified(home: Home, version_ids: Sequence[str]) -> list[Verified]:
    """Return one row for each version; raises NotAVersion for an id that is none."""
    return [_version(home, version_id) for version_id in version_ids]


def all_verified(home: Home) -> list[Verified]:
    """Return one row for each version and ledger, the last for pointers, log, pins, tokens and embeds.

    Raises NothingPublished where there is no version: a home that was mistyped is not whole.
    """
    if not (ids := home.version_ids()):
        raise NothingPublished(country="–", folder=home.folder)
    folders = sorted(path for path in home.folder.glob("ledger/*") if path.is_dir())
    wrong = small_troubles(home)
    small = [name for name in kept_files(home.folder) if not name.startswith(("versions/", "ledger/"))]
    beside = Verified("home", len(small) - len({*wrong} & {*small}), 0, tuple(wrong))
    return [*verified(home, ids), *(_ledger(Ledger(folder), folder.name) for folder in folders), beside]


def _version(home: Home, version_id: str) -> Verified:
    from geo.atlas import check_version

    folder = home.folder / "versions" / version_id
    try:
        version = home.version(version_id)
        return Verified(version_id, len(version.manifest["files"]) + 1, check_version(version), ())
    except DamagedVersion as error:
        if error.values["file"] == "manifest.json":
            return Verified(version_id, 0, 0, ("manifest.json",))
        manifest = listed_manifest(folder)
        wrong = damaged_files(folder, manifest) or [error.values["file"]]  # as listed, and no file of ours
        return Verified(version_id, len(manifest["files"]) + 1 - len(wrong), 0, tuple(wrong))
    except NewerFormat as error:
        return Verified(version_id, 0, 0, (str(error),))
    except BrokenLaw as error:
        return Verified(version_id, len(listed_manifest(folder)["files"]) + 1, 0, (str(error),))


def _ledger(ledger: Ledger, country: str) -> Verified:
    try:
        return Verified(f"ledger/{country}", ledger.verify(), 0, ())
    except BudgetMapError as error:
        return Verified(f"ledger/{country}", 0, 0, (error.values.get("file", error.code),))
