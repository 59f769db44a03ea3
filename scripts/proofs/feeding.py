"""Live ingest as acts that may be interrupted: a batch the short way and the long way, and one that is taken back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from geo.atlas import build
from geo.core.errors import CannotWrite
from geo.core.settings import Settings
from geo.ledger import Ledger, Signed
from geo.live import Batch, Feed
from geo.live.folder import Watched
from geo.versions import Home
from scripts.proofs.doing import Act, Doing

NAMES = ("ingest", "ingest-anew", "watch", "withdraw")
AT, SOURCE = "2026-01-02T00:00:00Z", "treasury"


class Broken(Exception):
    """A law of ingest that does not hold."""


def _batch(name: str, **amounts: str) -> Batch:
    line = {"body": "10-budget", "period": "2024-06", "function": "01"}
    other = {"body": "20-budget", "period": "2024-12", "function": "02"}
    revision = int(name[1:])
    records = [{"id": "r1", "revision": revision, **line, **amounts}]
    records += [{"id": f"r{revision + 1}", "revision": 1, **other, "approved": f"{revision}.25"}]
    return Batch(name, SOURCE, json.dumps({"records": records}).encode(), False, None, AT, "as they say")


FIRST, SECOND = _batch("b1", executed="7.00"), _batch("b2", executed="8.50", approved="9.00")
BACK = Signed("2026-01-03T00:00:00Z", "editor", "sent twice")


@dataclass(frozen=True)
class Fed:
    """Processes that take batches, each at a place of its own: what stands in memory is made once, before the act."""

    feeds: dict[Path, Feed] = field(default_factory=dict)

    def stands(self, now: Settings) -> None:
        """Begin as the service does, unless a process stands there already; copies of one home are alike."""
        if now.home not in self.feeds:
            self.feeds[now.home] = Feed(now, "zz")
            self.feeds[now.home].settle()

    def takes(self, now: Settings) -> None:
        """Take a batch; where the disk refuses, the same process takes it once more and must end as if it had not."""
        _insisted(self.feeds[now.home], now)

    def watches(self, now: Settings) -> None:
        """Take the file that was dropped into the folder beside the home; refused, it is taken at the next look."""
        folder = _dropped(now)
        for _ in range(2):
            list(Watched(folder, self.feeds[now.home], SOURCE, 0.0).look(0.0))

    def takes_back(self, now: Settings) -> None:
        """Withdraw the batch that was there before."""
        self.feeds[now.home].withdraw(SOURCE, FIRST.id, None, BACK)


def feeding(settings: Settings, asked: Sequence[str]) -> list[Doing]:
    """Return the acts of ingest that are asked for, upon a country with one batch; built where it is not there."""
    if not Home(settings.home).countries():
        Home(settings.home).publish(build(settings, "zz").id)
    Feed(settings, "zz").apply(FIRST)
    rows: dict[str, tuple[Act, Act, bool]] = {
        "ingest": (Fed().takes, _starts_and_hears_again, True),
        "ingest-anew": (lambda now: _insisted(Feed(now, "zz"), now), _hears_again, False),
        "watch": (Fed().watches, _watches_again, True),
        "withdraw": (Fed().takes_back, _takes_back_again, True),
    }
    found = []
    for name in asked:
        if name in rows:
            act, again, is_standing = rows[name]
            begins = {"begins": act.__self__.stands} if is_standing else {}  # type: ignore[attr-defined]
            found.append(Doing(name, act, settings, again, **begins))
    return found


def _insisted(feed: Feed, now: Settings) -> None:
    try:
        feed.apply(SECOND)
    except CannotWrite:
        feed.apply(SECOND)
        _is_once(now)
        raise


def _starts_and_hears_again(now: Settings) -> None:
    """Start as the service does: what was taken comes into force; then hear the batch three times."""
    feed = Feed(now, "zz")
    if not _is_in_force(now):  # else a start reads everything and changes nothing
        feed.settle()
    _agree(now)
    for _ in range(3):
        feed.apply(SECOND)
    _is_once(now)


def _hears_again(now: Settings) -> None:
    """Hear the batch three times, each time as a process that has just begun and settled nothing."""
    for _ in range(3):
        Feed(now, "zz").apply(SECOND)
    _is_once(now)


def _dropped(now: Settings) -> Path:
    """Return a folder in a home, unseen by others, into which somebody drops the batch until it was taken."""
    folder = now.home / ".dropped"
    folder.mkdir(exist_ok=True)
    if not (folder / "done" / SECOND.name).exists():
        (folder / SECOND.name).write_bytes(SECOND.content)
    return folder


def _watches_again(now: Settings) -> None:
    """Start as the watcher does, and look."""
    folder, feed = _dropped(now), Feed(now, "zz")
    feed.settle()
    _agree(now)
    for _ in range(3):
        list(Watched(folder, feed, SOURCE, 0.0).look(0.0))
    _is_once(now)
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.json*"))
    if names != [f"done/{SECOND.name}", f"done/{SECOND.name}.report.json"]:
        raise Broken(f"in the folder lie {', '.join(names)}")


def _takes_back_again(now: Settings) -> None:
    feed = Feed(now, "zz")
    feed.settle()
    _agree(now)
    for _ in range(3):
        feed.withdraw(SOURCE, FIRST.id, None, BACK)
    _agree(now)


def _is_in_force(now: Settings) -> bool:
    """Tell whether the version in force was made of the records that the ledger holds."""
    home = Home(now.home)
    made_of = home.version(home.current_id("zz")).manifest["inputs"].get("deliveries", [])
    held = Ledger(now.home / "ledger" / "zz").digests()
    return [row for row in made_of if row["kind"] == "records"] == [row for row in held if row["kind"] == "records"]


def _agree(now: Settings) -> None:
    if not _is_in_force(now):
        raise Broken("the version in force is not made of the records that the ledger holds")


def _is_once(now: Settings) -> None:
    """Raise Broken where a batch was not taken exactly once, and published once."""
    _agree(now)
    batches = [row.facts["batch"] for row in Ledger(now.home / "ledger" / "zz").records()]
    sequences = [row.sequence for row in Home(now.home).publications()]
    if batches != [FIRST.id, SECOND.id] or sequences != [1, 2, 3]:
        raise Broken(f"taken: {batches}, published: {sequences}")
