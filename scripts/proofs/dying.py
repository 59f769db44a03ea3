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

from jinja2.bccache import Bucket, BytecodeCache

from geo.core.errors import BudgetMapError, CannotWrite
from geo.core.failing import VARIABLE
from geo.core.settings import Settings
from geo.keeping import examined
from geo.ledger import Ledger
from geo.versions import Home
from geo.versions.cleaning import Rule, clean
from geo.web import create_app
from scripts.proofs.acts import doings
from scripts.proofs.doing import Act, Doing

VIEW = "zz/region/executed/2024/per=none/"
ASKED = [f"/{lang}/{VIEW}{face}" for lang in ("kk", "en") for face in ("data.csv", "data.json", "map.svg")]
ASKED += ["/en/zz/", f"/en/{VIEW}", f"/en/{VIEW}values.json", "/api/current", "/readyz"]
# The clock is no part of the law, nor the number that each error has.
MOMENT = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ|\b\d\d:\d\d\b|\b[0-9a-f]{8}-[0-9a-f]+\b")


class _Templates(BytecodeCache):
    """Compiled templates, for every service of this process: each home has one of its own."""

    def __init__(self) -> None:
        self._held: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take the template that was compiled before, if it is the same."""
        if bucket.key in self._held:
            bucket.bytecode_from_string(self._held[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._held[bucket.key] = bucket.bytecode_to_string()


TEMPLATES = _Templates()


@dataclass(frozen=True)
class Told:
    """Digests of all that readers are answered, and of what the ledgers hold."""

    answers: str
    ledgers: str


@dataclass(frozen=True)
class Play:
    """An act with what is told before and after it."""

    doing: Doing
    before: Told
    after: Told
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
    return [rehearsed(folder, doing) for doing in doings(folder, only)]


def rehearsed(folder: Path, doing: Doing) -> Play:
    """Return an act that was done once, undisturbed, in the folder calm-<its name>."""
    calm, told = copied(doing.settings, folder / f"calm-{doing.name}"), folder / f"{doing.name}.steps"
    doing.begins(calm)
    began = time.monotonic()
    if child(doing.act, calm, f"list={told}") != 0:
        raise SystemExit(f"{doing.name} fails even when nobody disturbs it")
    seconds = time.monotonic() - began
    steps = tuple(told.read_text("utf-8").splitlines())
    return Play(doing, told_in(doing.settings), told_in(calm), steps, seconds)


def copied(settings: Settings, folder: Path) -> Settings:
    """Return settings of a copy of a home."""
    shutil.rmtree(folder, ignore_errors=True)
    return replace(settings, home=Path(shutil.copytree(settings.home, folder)))


def told_in(settings: Settings) -> Told:
    """Return what readers and importers are told in a home."""
    ledgers = [Ledger(path) for path in sorted(settings.home.glob("ledger/*"))]
    held = [(row.id, row.withdrawn_by) for ledger in ledgers for row in ledger.records()]
    return Told(_answers(settings), repr(held))


def _answers(settings: Settings) -> str:
    logging.disable(logging.CRITICAL)  # an empty home answers 503, which is what it must
    app, hashed = create_app(replace(settings, log="none")), hashlib.sha256()
    app.jinja_env.bytecode_cache = TEMPLATES
    for path in ASKED:
        answer = app.test_client().get(path)
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
    except CannotWrite as error:
        return 4 if all(error.values.get(name) for name in ("path", "reason", "needed", "free")) else 1
    except BaseException:  # noqa: BLE001 - the parent hears of it by the code; the child may never go on as a test
        import traceback

        traceback.print_exc()
        return 1
    return 0


def broken_laws(play: Play, settings: Settings) -> list[str]:
    """Return what is not as it must be after an act was interrupted in a home; the act is done again."""
    wrong, home = [], Home(settings.home)
    now = told_in(settings)
    if now.answers not in {play.before.answers, play.after.answers}:
        wrong.append("answers are neither those before nor those after")
    if now.ledgers not in {play.before.ledgers, play.after.ledgers}:
        wrong.append("the ledger is neither that before nor that after")
    if trouble := _trouble(home) - _trouble(Home(play.doing.settings.home)):
        wrong.append(f"a doctor finds {', '.join(sorted(trouble))}")
    if code := child(play.doing.again, settings):
        wrong.append(f"it cannot be done again: {code}")
    elif told_in(settings) != play.after:
        wrong.append("done again, it ends otherwise")
    try:
        clean(home, Rule(9, 1), datetime.now(UTC) - timedelta(days=1), is_dry=False)
    except BudgetMapError as error:
        wrong.append(f"it cannot be cleaned: {error}")
    if left := [row.place for row in examined(home) if row.what == "leftover"]:
        wrong.append(f"left behind: {', '.join(left)}")
    return wrong


def _trouble(home: Home) -> set[str]:
    """Return what a doctor finds; room is the machine's, and a restore that was broken off says so."""
    found = {row.what for row in examined(home) if row.is_trouble} - {"disk"}
    return found - {"restoring", "no_pointer"} if "restoring" in found else found
