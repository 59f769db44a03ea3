"""The files of a home: which are kept for good, which can be made again, which a killed writer left behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from geo.versions.access import FOLDERS

MADE_AGAIN = ("made", "spill", ".restoring")  # folders of the home: sums, exports, room of the engine
KEPT = FOLDERS
KEPT_FILES = ("publications.jsonl", "pins.json", "README.md")


def kept_files(home: Path) -> list[str]:
    """Return what a copy of a home holds, by name: what changes first, so that it names nothing that comes later.

    A folder of the home, or of one version, may be a link to another disk; deeper ones are not followed.
    """
    names = [path.relative_to(home).as_posix() for path in _walked(home)] if home.is_dir() else []
    return sorted(names, key=lambda name: (not _changes(name), name))


def asides(home: Path) -> list[Path]:
    """Return files that were to replace others, and whose writers died: .<name>.new, and half embeds."""
    found = [path for place in (".", "current", "ledger/*", "live", "live/*") for path in home.glob(f"{place}/.*.new")]
    return sorted({*found, *home.glob("embeds/*/.*")})


def strangers(home: Path) -> list[str]:
    """Return what lies in a home and is not ours, by name."""
    known = {*KEPT, *KEPT_FILES, *MADE_AGAIN}
    return sorted(
        path.name
        for path in home.iterdir()
        if path.name not in known and path.suffix != ".lock" and path.name[0] != "."
    )


def _changes(name: str) -> bool:
    return not name.startswith(("versions/", "embeds/")) and "/deliveries/" not in name and "/files/" not in name


def _walked(folder: Path, depth: int = 0) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        is_folder = path.is_dir()
        is_strange = depth == 0 and path.name not in (KEPT if is_folder else KEPT_FILES)
        is_deep_link = path.is_symlink() and not (is_folder and depth < 2)
        if is_strange or is_deep_link or path.name.startswith(".") or path.suffix == ".lock":
            continue
        if is_folder:
            is_half = path.parent.name == "versions" and not (path / "manifest.json").exists()
            yield from () if is_half else _walked(path, depth + 1)
        elif path.is_file():
            yield path
