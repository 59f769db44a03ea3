"""How soon a service answers, and what its processes take.

    python -m scripts.proofs.start [--runs 5] [--home tiles] [--country kz-demo]

A service is started over one published version, several times; its start ends with the first 200 of /readyz. In the
last run both processes are asked for every kind of answer, dear ones too. Broken where the median start takes longer
than 1.5 s, or where a process then takes more than 150 MB: its own pages, and its share of those that it has in common
with others.
"""

from __future__ import annotations

import argparse
import sys
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.shared import at_most, table, verdict
from geo.versions import Version
from scripts.proofs.asking import Ask, Connection, finished
from scripts.proofs.counting import GOOD
from scripts.proofs.homes import home_of
from scripts.proofs.mix import addresses
from scripts.proofs.service import Memory, Service, memory, serving
from scripts.proofs.worst import GOOD as REFUSED
from scripts.proofs.worst import worst

ROOT = Path(__file__).resolve().parents[2]
MOST_START_S, MOST_MB, MEGA = 1.5, 150, 1 << 20
_OF_EACH, _WORST, _ROUNDS = 8, 16, 3


async def every_kind(service: Service, asks: list[Ask]) -> int:
    """Ask for each address on several connections, so that each process is asked; return how many answers failed."""
    failed = 0
    for _ in range(_ROUNDS):
        for ask in asks:
            connection = Connection(service.port)
            status, _, _ = await connection.get(ask)
            failed += status not in GOOD | REFUSED
            connection.close()
    return failed


def asked_of(version: Version) -> list[Ask]:
    """Return some addresses of each kind, the dear ones last."""
    known = addresses([version])
    ordinary = [ask for found in known.values() for ask in found[:: max(1, len(found) // _OF_EACH)]]
    return [*ordinary, *islice(worst(version), _WORST)]


def main(words: list[str] | None = None) -> int:
    """Print how long starts took and what the processes take; return 1 where a law is broken."""
    given = _given(words)
    with TemporaryDirectory() as folder:
        home, (version,) = home_of(given.home, given.country, Path(folder) / "home", 1)
        starts = []
        for run in range(given.runs):
            with serving(home.folder) as service:
                starts.append(service.ready_s)
                if run == given.runs - 1:
                    fresh = [memory(pid) for pid in service.workers()]
                    failed = finished(every_kind(service, asked_of(version)))
                    used = [memory(pid) for pid in service.workers()]
    print(f"ready after {', '.join(f'{seconds:.2f}' for seconds in starts)} s; processes:", end="\n\n")
    rows = [_row(name, found) for name, each in (("when ready", fresh), ("after every kind", used)) for found in each]
    table(("", "own and shared, MB", "own alone, MB", "all pages, MB"), *rows)
    return verdict(
        at_most("start to ready, median", median(starts), given.start, "s"),
        at_most("memory of a process, the larger", max(one.proportional for one in used) / MEGA, given.memory, "MB"),
        at_most("failed", failed, 0, "answers"),
    )


def _row(name: str, found: Memory) -> tuple[str, ...]:
    return name, *(f"{size / MEGA:,.0f}" for size in (found.proportional, found.private, found.resident))


def _given(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--start", type=float, default=MOST_START_S, help="the most seconds")
    parser.add_argument("--memory", type=float, default=MOST_MB, help="the most megabytes of a process")
    parser.add_argument("--home", type=Path, default=ROOT / "tiles", help="where the country is published; only read")
    parser.add_argument("--country", default="kz-demo")
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main())
