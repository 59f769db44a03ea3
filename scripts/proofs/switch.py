"""Readers while figures are published: nobody fails, and no answer mixes two versions.

    python -m scripts.proofs.switch [--seconds 60] [--home tiles] [--country kz-demo] [--every 2]

The service runs over a home of two versions which a process of its own publishes in turn. Readers ask without a pause
for pages, embeds, files, tiles and what is in force. Broken where an answer is no good one; where one at the address of
what is in force names a version that was not in force between question and answer; where the same address and version
came with two contents, or with another one than a quiet service gives afterwards; where fewer answers came than asked.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.shared import Limit, at_most, verdict
from geo.versions import Home, Version
from scripts.proofs.asking import Answer, Ask, Connection, Pace, ask_on, finished
from scripts.proofs.counting import Heard
from scripts.proofs.homes import home_of
from scripts.proofs.mix import readers
from scripts.proofs.service import serving

ROOT = Path(__file__).resolve().parents[2]
LEAST_PER_SECOND = 500
STATE = "/api/current/"  # says the publication too, not the version alone: each is another content


@dataclass
class Judge:
    """What came under load: for each address and version its content, and what named no version that it could be of."""

    heard: Heard = field(default_factory=Heard)
    seen: dict[tuple[Ask, str], bytes] = field(default_factory=dict)
    named: list[Answer] = field(default_factory=list)  # without their bodies, to be judged when publications are known
    mixed: list[str] = field(default_factory=list)

    def hear(self, answer: Answer) -> None:
        """Count an answer and compare it with the others of its address and version."""
        self.heard.hear(answer)
        path = answer.ask.path
        if answer.status not in self.heard.good or path.startswith("/static/"):
            return
        version = answer.headers.get("x-version", "")
        pinned = path.split("/")[2 if path.startswith("/v/") else 3] if path.startswith(("/v/", "/tiles/")) else ""
        if pinned and "-" not in pinned and pinned != version:
            self.mixed.append(f"{path} names {version or 'no version'}")
        if not pinned or "-" in pinned:
            short = Answer(answer.ask, answer.due, answer.began, answer.ended, answer.status, {"x-version": version})
            self.named.append(short)
        if path.startswith(STATE):
            if version.encode() not in answer.body:
                self.mixed.append(f"{path} names {version} and says another")
        elif self.seen.setdefault((answer.ask, version), answer.body) != answer.body:
            self.mixed.append(f"{path} has two contents of {version}")

    def judge_force(self, published: list[tuple[str, float, float]]) -> None:
        """Note each answer that names a version which was not in force while it was made.

        `published` is (version, before, after) of each publication, in order: in between it came into force.
        """
        ends = [*(before_next for _, _, before_next in published[1:]), float("inf")]
        spans = [(version, before, end) for (version, before, _), end in zip(published, ends, strict=True)]
        for answer in self.named:
            version = answer.headers["x-version"]
            if not any(of == version and answer.ended >= start and answer.began <= end for of, start, end in spans):
                self.mixed.append(f"{answer.ask.path} names {version or 'no version'}, not in force then")


def publish_in_turn(home: Path, ids: list[str], every_s: float, seconds: float, told: Pipe) -> None:
    """Say that it goes, publish versions in turn for so long; send (version, before, after) for each publication."""
    told.send(None)
    number, due, stop = 0, time.monotonic() + every_s, time.monotonic() + seconds
    while due < stop:
        time.sleep(max(0, due - time.monotonic()))
        number, due, before = number + 1, due + every_s, time.monotonic()
        version = ids[number % len(ids)]
        Home(home).publish(version, author="proof")
        told.send((version, before, time.monotonic()))
    told.close()


async def under_load(port: int, home: Home, versions: list[Version], judge: Judge, given: argparse.Namespace) -> float:
    """Ask while versions are published in turn; return the seconds that it took."""
    warmed = Heard()
    await ask_on(port, readers(versions, seed=2), warmed.hear, Pace(given.warm, connections=4))
    judge.heard.failures += warmed.failures
    ours, theirs = get_context("spawn").Pipe(duplex=False)
    arguments = (home.folder, [version.id for version in versions], given.every, given.seconds, theirs)
    publisher = get_context("spawn").Process(target=publish_in_turn, args=arguments)
    publisher.start()
    theirs.close()
    ours.recv()  # the publisher has started
    took = await ask_on(port, readers(versions), judge.hear, Pace(given.seconds, given.connections))
    publisher.join()
    published = [(versions[0].id, 0.0, 0.0)]
    try:
        while True:
            published.append(ours.recv())
    except EOFError:
        judge.judge_force(published)
    print(f"{len(published) - 1} publications, each {_longest_ms(published):.0f} ms at most", end="\n\n")
    return took


async def when_quiet(port: int, home: Home, versions: list[Version], judge: Judge) -> int:
    """Compare what came with what a quiet service gives of each version; return how many contents were compared."""
    connection, compared = Connection(port), 0
    for version in versions:
        home.publish(version.id, author="proof")
        for (ask, of), came in judge.seen.items():
            if of == version.id:
                _, _, body = await connection.get(ask)
                compared += 1
                if body != came:
                    judge.mixed.append(f"{ask.path} had another content of {of} under load")
    connection.close()
    return compared


def main(words: list[str] | None = None) -> int:
    """Print what came and what was found; return 1 where a law is broken."""
    given = _given(words)
    judge = Judge()
    with TemporaryDirectory() as folder:
        home, versions = home_of(given.home, given.country, Path(folder) / "home")
        with serving(home.folder) as service:
            took = finished(under_load(service.port, home, versions, judge, given))
            compared = finished(when_quiet(service.port, home, versions, judge))
    judge.heard.printed()
    for mixed in judge.mixed[:10]:
        print(f"mixed: {mixed}")
    print(f"{len(judge.named):,} answers of what is in force, {compared:,} contents compared with a quiet service\n")
    rate = judge.heard.count / took
    return verdict(
        at_most("failed", len(judge.heard.failures), 0, "answers"),
        at_most("mixed", len(judge.mixed), 0, "answers"),
        Limit("answers a second", f"≥ {given.least:,}", f"{rate:,.0f}", rate >= given.least),
    )


def _longest_ms(published: list[tuple[str, float, float]]) -> float:
    return max((after - before for _, before, after in published[1:]), default=0.0) * 1000


def _given(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--warm", type=float, default=8, help="seconds of asking before, of which no time is taken")
    parser.add_argument("--every", type=float, default=2, help="seconds between two publications")
    parser.add_argument("--home", type=Path, default=ROOT / "tiles", help="where the country is published; only read")
    parser.add_argument("--country", default="kz-demo")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--least", type=int, default=LEAST_PER_SECOND, help="answers a second that must come")
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main())
