"""Whether a home is what was written: digests of every file, laws of every version, ledgers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geo.core.errors import BrokenLaw, BudgetMapError, DamagedVersion
from geo.ledger import Ledger
from geo.versions import Home
from geo.versions.intact import damaged_files
from geo.versions.opened import listed_manifest


@dataclass(frozen=True)
class Verified:
    """What was compared: files whose digests are right, laws that hold, and what is wrong, a line each."""

    id: str  # a version, or "ledger/<country>"
    files: int
    laws: int
    wrong: tuple[str, ...]


def verified(home: Home, version_ids: Sequence[str], *, with_ledgers: bool) -> list[Verified]:
    """Return one row for each version and, where asked, each ledger; raises NotAVersion for an id that is none."""
    rows = [_version(home, version_id) for version_id in version_ids]
    folders = sorted(path.parent for path in home.folder.glob("ledger/*/ledger.json")) if with_ledgers else []
    return rows + [_ledger(Ledger(folder), folder.name) for folder in folders]


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
        wrong = damaged_files(folder, manifest)
        return Verified(version_id, len(manifest["files"]) + 1 - len(wrong), 0, tuple(wrong))
    except BrokenLaw as error:
        return Verified(version_id, len(listed_manifest(folder)["files"]) + 1, 0, (str(error),))


def _ledger(ledger: Ledger, country: str) -> Verified:
    try:
        return Verified(f"ledger/{country}", ledger.verify(), 0, ())
    except BudgetMapError as error:
        return Verified(f"ledger/{country}", 0, 0, (error.values.get("file", error.code),))
