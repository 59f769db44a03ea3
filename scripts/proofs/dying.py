"""What may be interrupted, and what must be true afterwards: shared by the proofs of kills and of full disks.

An act is done on a copy of a small home by a child process, which is killed or refused somewhere. Then what readers are
answered must be what they were answered before the act or after it, whole; and the act, done again without any cleaning
by hand, must end as if nothing had happened.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import shutil
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from geo.atlas import assembled, build
from geo.core.failing import VARIABLE
from geo.core.settings import Settings
from geo.keeping import backup, examined, restore
from geo.ledger import Incoming, Ledger, Signed
from geo.versions import Home
from geo.versions.cleaning import Rule, clean
from geo.web import create_app
from tests.country_zz import write_zz

VIEW = "zz/region/executed/2024/per=none/"
ASKED = [f"/{lang}/{VIEW}{face}" for lang in ("kk", "en") for face in ("data.csv", "data.json", "map.svg")]
ASKED += ["/en/zz/", f"/en/{VIEW}", f"/en/{VIEW}values.json", "/api/current", "/readyz"]
MOMENT = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ|\b\d\d:\d\d\b")  # the clock is no part of the law
NEVER = datetime(2100, 1, 1, tzinfo=UTC)
Act = Callable[[Settings], object]


@dataclass(frozen=True)
class Play:
    """An act with the home that it begins from, and the answers before and after it."""

    name: str
    act: Act
    settings: Settings  # of the home before; never written to
    before: str
    after: str
    steps: tuple[str, ...]  # every step that the act reaches, in order, with repetitions
    seconds: float


def plays(folder: Path, only: Sequence[str] = ()) -> list[Play]:
    """Return every act that writes, or those that are named, made ready below an empty folder."""
    settings = _prepared(folder)
    files = assembled(settings, "zz", lambda step: None).files
    copy = folder / "copy.tar"
    backup(Home(settings.home), copy)
    original = folder / "original.csv"
    original.write_text("code,sum\n01,1\n", encoding="utf-8")
    other = folder / "other"
    shutil.copytree(settings.data, other)
    people = other / "boundaries/zz/population.csv"
    people.write_text(people.read_text("utf-8").replace("2024,60", "2024,61"), encoding="utf-8")
    empty = replace(settings, home=folder / "empty")
    empty.home.mkdir()

    def publishes(now: Settings) -> None:
        home = Home(now.home)
        with home.locked("build"):
            home.remove_leftovers()
            home.stage("cccc", files, {"country": "zz"})
        home.publish("cccc")

    def rolls_back(now: Settings) -> None:
        if Home(now.home).current_id("zz") != "aaaa":
            Home(now.home).rollback("zz")

    def builds(now: Settings) -> None:
        Home(now.home).publish(build(replace(now, data=other), "zz").id)

    def imports(now: Settings) -> None:
        incoming = Incoming("bodies", "proof", original, {"cells.json": original})
        Ledger(now.home / "ledger" / "zz").add_files(incoming, Signed("2026-01-01T00:00:00Z"), {})

    def restores(now: Settings) -> None:
        if not Home(now.home).countries():
            restore(copy, Home(now.home))

    acts: list[tuple[str, Act, Settings]] = [
        ("publish", publishes, settings),
        ("rollback", rolls_back, settings),
        ("gc", lambda now: clean(Home(now.home), Rule(2, 1), NEVER, is_dry=False), settings),
        ("import", imports, settings),
        ("restore", restores, empty),
        ("build", builds, settings),
    ]
    return [_rehearsed(folder, *one) for one in acts if not only or one[0] in only]


def _prepared(folder: Path) -> Settings:
    """Return settings of a home of four versions: two that led to the one in force, one of old, one never in force."""
    write_zz(folder / "data")
    settings = Settings(home=folder / "home", data=folder / "data", country="zz")
    home = Home(settings.home)
    files = assembled(settings, "zz", lambda step: None).files
    for name in ("dddd", "aaaa", "bbbb"):
        home.stage(name, files, {"country": "zz"})
        home.publish(name)
    home.stage("eeee", files, {"country": "zz"})
    return settings


def _rehearsed(folder: Path, name: str, act: Act, settings: Settings) -> Play:
    calm, told = copied(settings, folder / f"calm-{name}"), folder / f"{name}.steps"
    began = time.monotonic()
    if child(act, calm, f"list={told}") != 0:
        raise SystemExit(f"{name} fails even when nobody disturbs it")
    seconds = time.monotonic() - began
    steps = tuple(told.read_text("utf-8").splitlines())
    return Play(name, act, settings, answers(settings), answers(calm), steps, seconds)


def copied(settings: Settings, folder: Path) -> Settings:
    """Return settings of a copy of a home."""
    shutil.rmtree(folder, ignore_errors=True)
    return replace(settings, home=Path(shutil.copytree(settings.home, folder)))


def answers(settings: Settings) -> str:
    """Return a digest of all that readers are answered."""
    logging.disable(logging.CRITICAL)  # an empty home answers 503, which is what it must
    client, hashed = create_app(replace(settings, log="none")).test_client(), hashlib.sha256()
    for path in ASKED:
        answer = client.get(path)
        hashed.update(f"{path} {answer.status_code} ".encode() + MOMENT.sub(b"T", answer.data))
    return hashed.hexdigest()


def child(act: Act, settings: Settings, order: str = "", kill_after_s: float = 0.0) -> int:
    """Return how a child that does an act ended: 0 done, 4 refused by the disk, -9 killed, 1 anything else."""
    pid = os.fork()
    if not pid:
        os._exit(_acted(act, settings, order))
    if kill_after_s:
        time.sleep(kill_after_s)
        os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _acted(act: Act, settings: Settings, order: str) -> int:
    from geo.core.errors import CannotWrite

    os.environ[VARIABLE] = order
    try:
        act(settings)
    except CannotWrite:
        return 4
    except BaseException:  # noqa: BLE001 - the parent hears of it by the code; the child may never go on as a test
        import traceback

        traceback.print_exc()
        return 1
    return 0


def broken_laws(play: Play, settings: Settings) -> list[str]:
    """Return what is not as it must be after an act was interrupted in a home; the act is done again."""
    wrong = []
    if answers(settings) not in {play.before, play.after}:
        wrong.append("answers are neither those before nor those after")
    if trouble := [row.what for row in examined(Home(settings.home)) if row.is_trouble and row.what not in _EXPECTED]:
        wrong.append(f"a doctor finds {', '.join(trouble)}")
    if code := child(play.act, settings):
        wrong.append(f"it cannot be done again: {code}")
    elif answers(settings) != play.after:
        wrong.append("done again, it ends otherwise")
    clean(Home(settings.home), Rule(9, 1), datetime.now(UTC) - timedelta(days=1), is_dry=False)
    if left := Home(settings.home).leftovers():
        wrong.append(f"left behind: {left[0].name}")
    return wrong


_EXPECTED = {"restoring", "disk"}  # a restore that was broken off says so; room is the machine's


def country_of_zz(folder: Path) -> bytes:
    """Return the small country as the file of a version that describes it."""
    from geo.core.country_file import read_country
    from geo.core.files import to_json

    write_zz(folder / "data")
    return to_json(read_country(folder / "data" / "boundaries" / "zz").to_json())
