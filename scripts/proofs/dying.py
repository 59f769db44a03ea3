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
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from geo.core.errors import CannotWrite
from geo.core.failing import VARIABLE
from geo.core.settings import Settings
from geo.keeping import examined
from geo.versions import Home
from geo.versions.cleaning import Rule, clean
from geo.web import create_app
from scripts.proofs.acts import doings
from scripts.proofs.doing import Act, Doing

VIEW = "zz/region/executed/2024/per=none/"
ASKED = [f"/{lang}/{VIEW}{face}" for lang in ("kk", "en") for face in ("data.csv", "data.json", "map.svg")]
ASKED += ["/en/zz/", f"/en/{VIEW}", f"/en/{VIEW}values.json", "/api/current", "/readyz"]
MOMENT = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ|\b\d\d:\d\d\b")  # the clock is no part of the law


@dataclass(frozen=True)
class Play:
    """An act with the answers before and after it."""

    doing: Doing
    before: str
    after: str
    steps: tuple[str, ...]  # every step that the act reaches, in order, with repetitions
    seconds: float

    @property
    def name(self) -> str:
        """Return the name of the act."""
        return self.doing.name

    def opened(self, folder: Path) -> Settings:
        """Return settings of a copy of the home before, and begin there."""
        settings = copied(self.doing.settings, folder)
        self.doing.begins(settings)
        return settings


def plays(folder: Path, only: Sequence[str] = ()) -> list[Play]:
    """Return every act that writes, or those that are named, rehearsed below an empty folder."""
    return [_rehearsed(folder, doing) for doing in doings(folder, only)]


def _rehearsed(folder: Path, doing: Doing) -> Play:
    calm, told = copied(doing.settings, folder / f"calm-{doing.name}"), folder / f"{doing.name}.steps"
    doing.begins(calm)
    began = time.monotonic()
    if child(doing.act, calm, f"list={told}") != 0:
        raise SystemExit(f"{doing.name} fails even when nobody disturbs it")
    seconds = time.monotonic() - began
    steps = tuple(told.read_text("utf-8").splitlines())
    return Play(doing, answers(doing.settings), answers(calm), steps, seconds)


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
    if code := child(play.doing.again, settings):
        wrong.append(f"it cannot be done again: {code}")
    elif answers(settings) != play.after:
        wrong.append("done again, it ends otherwise")
    clean(Home(settings.home), Rule(9, 1), datetime.now(UTC) - timedelta(days=1), is_dry=False)
    if left := Home(settings.home).leftovers():
        wrong.append(f"left behind: {left[0].name}")
    return wrong


_EXPECTED = {"restoring", "disk"}  # a restore that was broken off says so; room is the machine's
