"""Everything that writes, as acts on a small home that may be interrupted: what they begin from, and how they go on."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from geo.atlas import assembled, build
from geo.core.settings import Settings
from geo.keeping import backup, restore
from geo.ledger import Incoming, Ledger, Signed
from geo.versions import Home
from geo.versions.cleaning import Rule, clean
from scripts.proofs import feeding
from scripts.proofs.doing import Doing
from tests.country_zz import write_zz

NEVER = datetime(2100, 1, 1, tzinfo=UTC)
SIGNED = Signed("2026-01-01T00:00:00Z")


def doings(folder: Path, only: Sequence[str] = ()) -> list[Doing]:
    """Return every act that writes, or those that are named, made ready below an empty folder."""
    asked = [name for name in ACTS if not only or name in only]
    write_zz(folder / "data")
    settings = Settings(home=folder / "home", data=folder / "data", country="zz")
    found: list[Doing] = []
    if plain := [name for name in asked if name in _PLAIN]:
        files = _four_versions(settings)
        found += [_PLAIN[name](folder, settings, files) for name in plain]
    if set(asked) & {*feeding.NAMES}:
        found += feeding.feeding(replace(settings, home=folder / "fed"), asked)
    return found


def _four_versions(settings: Settings) -> dict[str, bytes]:
    """Make a home of two versions that led to the one in force, one never in force; return the files of each."""
    home = Home(settings.home)
    files = assembled(settings, "zz", lambda step: None).files
    for name in ("dddd", "aaaa", "bbbb"):
        home.stage(name, files, {"country": "zz"})
        home.publish(name)
    home.stage("eeee", files, {"country": "zz"})
    return files


def _publish(folder: Path, settings: Settings, files: dict[str, bytes]) -> Doing:
    def publishes(now: Settings) -> None:
        home = Home(now.home)
        with home.locked("build"):
            home.remove_leftovers()
            home.stage("cccc", files, {"country": "zz"})
        home.publish("cccc")

    return Doing("publish", publishes, settings, publishes)


def _rollback(folder: Path, settings: Settings, files: dict[str, bytes]) -> Doing:
    def rolls_back(now: Settings) -> None:
        if Home(now.home).current_id("zz") != "aaaa":
            Home(now.home).rollback("zz")

    return Doing("rollback", rolls_back, settings, rolls_back)


def _gc(folder: Path, settings: Settings, files: dict[str, bytes]) -> Doing:
    def cleans(now: Settings) -> None:
        clean(Home(now.home), Rule(2, 1), NEVER, is_dry=False)

    return Doing("gc", cleans, settings, cleans)


def _import(folder: Path, settings: Settings, files: dict[str, bytes]) -> Doing:
    original = folder / "original.csv"
    original.write_text("code,sum\n01,1\n", encoding="utf-8")

    def imports(now: Settings) -> None:
        incoming = Incoming("bodies", "proof", original, {"cells.json": original})
        Ledger(now.home / "ledger" / "zz").add_files(incoming, SIGNED, {})

    return Doing("import", imports, settings, imports)


def _restore(folder: Path, settings: Settings, files: dict[str, bytes]) -> Doing:
    copy, empty = folder / "copy.tar", replace(settings, home=folder / "empty")
    backup(Home(settings.home), copy)
    empty.home.mkdir()

    def restores(now: Settings) -> None:
        if not Home(now.home).countries() or (now.home / ".restoring").exists():
            restore(copy, Home(now.home))

    return Doing("restore", restores, empty, restores)


def _build(folder: Path, settings: Settings, files: dict[str, bytes]) -> Doing:
    other = folder / "other"
    shutil.copytree(settings.data, other)
    people = other / "boundaries/zz/population.csv"
    people.write_text(people.read_text("utf-8").replace("2024,60", "2024,61"), encoding="utf-8")

    def builds(now: Settings) -> None:
        Home(now.home).publish(build(replace(now, data=other), "zz").id)

    return Doing("build", builds, settings, builds)


_PLAIN = {
    "publish": _publish,
    "rollback": _rollback,
    "gc": _gc,
    "import": _import,
    "restore": _restore,
    "build": _build,
}
ACTS = (*_PLAIN, *feeding.NAMES)
