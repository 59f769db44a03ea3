"""The worst beside the ordinary: dear requests and slow sockets, and what readers notice of them.

    python -m scripts.proofs.hostile_mix [--seconds 10] [--turns 8] [--per-second 100] [--home tiles]

Readers ask at a steady rate, in turns alone and with 5 % of the worst requests among theirs, each for an address that
nobody has asked for before and from another network. Then 200 slow sockets (a third sends its head letter by letter,
a third its body, a third hardly reads a long answer) are opened to the bare service and to nginx in front of it, as
docs/deploy/nginx.conf has it. Broken where the slowest of a hundred ordinary answers takes more than 1.5 times as long
(of all turns together: of one alone the slowest ten of a thousand would decide), where an ordinary answer fails, or
where a bad request gets 500 or no answer at all.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.shared import Limit, at_most, table, verdict
from benchmarks.shared.servers import free_port, nginx
from geo.versions import Version
from scripts.proofs.asking import Ask, Pace, ask_on, finished
from scripts.proofs.counting import GOOD, Heard, percentile
from scripts.proofs.homes import home_of
from scripts.proofs.mix import WEIGHTS, readers
from scripts.proofs.service import Service, serving
from scripts.proofs.slow import Slow
from scripts.proofs.worst import GOOD as REFUSED
from scripts.proofs.worst import KIND, worst

ROOT = Path(__file__).resolve().parents[2]
SHARE, MOST_RATIO, SOCKETS = 0.05, 1.5, 200
CONFIGURATION = ROOT / "docs" / "deploy" / "nginx.conf"
READERS = tuple(WEIGHTS)


async def in_turns(port: int, version: Version, given: argparse.Namespace) -> tuple[list[Heard], list[Heard]]:
    """Return what was heard in each turn alone, and in each beside the worst."""
    asked, bad, all_alone, all_beside = readers([version]), worst(version), [], []
    await ask_on(port, asked, Heard().hear, Pace(given.warm, 4))
    for _ in range(given.turns):
        alone, beside = Heard(), Heard(good=GOOD | REFUSED)
        await ask_on(port, asked, alone.hear, Pace(given.seconds, 64, given.per_second))
        mixed = _mixed(asked, bad)
        await ask_on(port, mixed, beside.hear, Pace(given.seconds, 64, given.per_second / (1 - SHARE)))
        all_alone.append(alone)
        all_beside.append(beside)
    return all_alone, all_beside


async def beside_slow(port: int, version: Version, given: argparse.Namespace) -> tuple[Heard, Heard, int]:
    """Return what was heard before and while slow sockets were open, and how many of these the service closed."""
    alone, beside, asked = Heard(), Heard(), readers([version], seed=3)
    pace = Pace(given.seconds, 16, given.per_second / 2)
    await ask_on(port, asked, alone.hear, pace)
    country, lang = version.country.id, version.country.default_language
    slow = Slow(port, f"/tiles/{country}/{version.id}/bodies.pmtiles", f"/{lang}/{country}/nearest/")
    slow.start(given.sockets)
    await asyncio.sleep(1)
    await ask_on(port, asked, beside.hear, pace)
    await slow.stop()
    return alone, beside, slow.closed


def _mixed(asked: Iterator[Ask], bad: Iterator[Ask]) -> Iterator[Ask]:
    each = round(1 / SHARE)
    while True:
        yield next(bad)
        yield from (next(asked) for _ in range(each - 1))


def _p99(*heard: Heard) -> float:
    return percentile([wait for one in heard for wait in one.every_second(READERS)], 0.99)


def _ratio(alone: Sequence[Heard], beside: Sequence[Heard]) -> float:
    return _p99(*beside) / max(_p99(*alone), 1e-6)


def main(words: list[str] | None = None) -> int:
    """Print what came and what was found; return 1 where a law is broken."""
    given, limits = _given(words), list[Limit]()
    with TemporaryDirectory() as name, ExitStack() as stack:
        home, versions = home_of(given.home, given.country, Path(name) / "home", 1)
        service = stack.enter_context(serving(home.folder, {"BUDGETMAP_TRUSTED_PROXIES": "1"}))
        alone, beside = finished(in_turns(service.port, versions[0], given))
        heard = [*alone, *beside]
        beside[-1].printed()
        turns = ", ".join(f"{_ratio([one], [other]):.2f}" for one, other in zip(alone, beside, strict=True))
        print(f"ratios of the turns: {turns}; 99 % of all, ms: {_p99(*alone) * 1000:.1f}, {_p99(*beside) * 1000:.1f}\n")
        limits.append(at_most("99 % of readers beside the worst ÷ alone", _ratio(alone, beside), given.ratio, "×"))
        limits.append(at_most("failed beside the worst", sum(len(one.failures) for one in heard), 0, "answers"))
        limits.append(at_most("readers refused", sum(_refused(one) for one in heard), 0, "answers"))
        for front, port in _fronts(service, Path(name), stack).items():
            limits += _slow_limits(front, *finished(beside_slow(port, versions[0], given)), given.sockets)
    return verdict(*limits)


def _refused(heard: Heard) -> int:
    """Return how many readers' answers were no good ones."""
    return sum(n for (kind, status), n in heard.statuses.items() if kind != KIND and status not in GOOD)


def _slow_limits(front: str, alone: Heard, beside: Heard, closed: int, sockets: int) -> list[Limit]:
    print(f"{front}: {sockets} slow sockets, {closed} closed by it", end="\n\n")
    rows = [(name, f"{one.count:,}", f"{_p99(one) * 1000:.1f}") for name, one in (("alone", alone), ("beside", beside))]
    table(("readers", "answers", "99 %, ms"), *rows)
    return [at_most(f"{front}: failed beside slow sockets", len(alone.failures + beside.failures), 0, "answers")]


def _fronts(service: Service, folder: Path, stack: ExitStack) -> dict[str, int]:
    """Return what readers meet, by name: the bare service, and nginx in front where it is installed."""
    fronts = {"bare": service.port}
    if shutil.which("nginx"):
        port, text = free_port(), CONFIGURATION.read_text(encoding="utf-8")
        for before, now in (
            ("/var/cache/nginx/budgetmap", f"{folder}/cache"),
            ("127.0.0.1:8000", f"127.0.0.1:{service.port}"),
            ("listen 80", f"listen 127.0.0.1:{port}"),
            ("server_name map.example", "server_name localhost 127.0.0.1"),
        ):
            text = text.replace(before, now)
        fronts["nginx in front"] = stack.enter_context(nginx(folder / "nginx", port, text))
    return fronts


def _given(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10, help="of each part of a turn")
    parser.add_argument("--turns", type=int, default=8)
    parser.add_argument("--warm", type=float, default=8, help="seconds of asking before, of which no time is taken")
    parser.add_argument("--per-second", type=float, default=100, help="ordinary requests")
    parser.add_argument("--sockets", type=int, default=SOCKETS)
    parser.add_argument("--ratio", type=float, default=MOST_RATIO, help="the most that is allowed")
    parser.add_argument("--home", type=Path, default=ROOT / "tiles", help="where the country is published; only read")
    parser.add_argument("--country", default="kz-demo")
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main())
