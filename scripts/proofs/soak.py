"""Half an hour at half of what the service can do: memory, open files, errors.

    python -m scripts.proofs.soak [--minutes 30] [--versions 4] [--home tiles] [--country kz-demo]

First a minute without a pace tells how much the service can do; then readers ask at half of that, while one of several
versions is published every half minute, more of them than a process keeps open. Every ten seconds the kernel is asked
what the processes take. Broken where an answer fails, where the service says an error, where a process has more files
open in the last third of the time than it ever had in the second (versions come and go, and their files with them), or
where its memory grows: the slope over the last two thirds, straight through all that was measured, is more than a tenth
of what it takes, an hour.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.shared import Limit, at_most, table, verdict
from geo.versions import Home, Version
from scripts.proofs.asking import Pace, ask_on, finished
from scripts.proofs.counting import Heard
from scripts.proofs.homes import home_of
from scripts.proofs.mix import readers
from scripts.proofs.service import Service, descriptors, log_of, memory, serving

ROOT = Path(__file__).resolve().parents[2]
MEGA, SETTINGS = 1 << 20, {"BUDGETMAP_OPEN_VERSIONS": "3", "BUDGETMAP_CACHE_MB": "16"}
MOST_SHARE_AN_HOUR, SPARE_FILES = 0.1, 8

_FAULTS = ('"status": 5', '"kind": "trouble"', "Traceback")  # in a line of the service


@dataclass(frozen=True)
class Look:
    """What the kernel said at a moment: seconds since the beginning, bytes and open files of each process."""

    at: float
    pids: tuple[int, ...]
    bytes: tuple[int, ...]
    files: tuple[int, ...]


def slope_an_hour(looks: Sequence[Look], number: int) -> float:
    """Return by how many bytes a process grows in an hour: the straight line that fits best."""
    times, sizes = [one.at / 3600 for one in looks], [one.bytes[number] for one in looks]
    return float(np.polyfit(times, sizes, 1)[0]) if len(looks) > 1 else 0.0


async def looked_at(service: Service, seconds: float, every_s: float) -> list[Look]:
    """Return what the kernel says of the processes now and then, for so long."""
    looks, began = list[Look](), time.monotonic()
    while (at := time.monotonic() - began) < seconds:
        pids = tuple(sorted(service.workers()))
        found = (tuple(memory(pid).proportional for pid in pids), tuple(descriptors(pid) for pid in pids))
        looks.append(Look(at, pids, *found))
        await asyncio.sleep(every_s)
    return looks


async def published(home: Home, versions: Sequence[Version], seconds: float, every_s: float) -> int:
    """Publish versions in turn for so long, without holding up who asks; return how often."""
    number, until = 0, time.monotonic() + seconds - every_s
    while time.monotonic() < until:
        await asyncio.sleep(every_s)
        number += 1
        await asyncio.to_thread(home.publish, versions[number % len(versions)].id, author="proof")
    return number


async def soaked(
    service: Service, home: Home, versions: Sequence[Version], given: argparse.Namespace
) -> tuple[Heard, list[Look]]:
    """Ask at half of what the service can do; return what was heard and what the kernel said meanwhile."""
    full, heard, seconds = Heard(), Heard(), given.minutes * 60
    await ask_on(service.port, readers(versions, seed=2), Heard().hear, Pace(given.full, 4))
    took = await ask_on(service.port, readers(versions), full.hear, Pace(given.full))
    half = full.count / took / 2
    asked = ask_on(service.port, readers(versions), heard.hear, Pace(seconds, 32, half))
    publishing = published(home, versions, seconds, given.every)
    _, looks, times = await asyncio.gather(asked, looked_at(service, seconds, given.look), publishing)
    print(f"{half:,.0f} requests a second, half of {2 * half:,.0f}; {times} publications", end="\n\n")
    heard.failures += full.failures
    return heard, looks


def main(words: list[str] | None = None) -> int:
    """Print what came and what was found; return 1 where a law is broken."""
    given = _given(words)
    with TemporaryDirectory() as folder:
        home, versions = home_of(given.home, given.country, Path(folder) / "home", given.versions)
        with serving(home.folder, SETTINGS) as service:
            heard, looks = finished(soaked(service, home, versions, given))
        said = [line for line in log_of(home.folder).splitlines() if any(sign in line for sign in _FAULTS)]
    heard.printed()
    for line in said[:5]:
        print(f"said: {line}")
    return verdict(
        at_most("failed", len(heard.failures), 0, "answers"),
        at_most("errors in its log", len(said), 0, "lines"),
        at_most("processes that were replaced", len({one.pids for one in looks}) - 1, 0, "times"),
        *_of_processes(looks),
    )


def _of_processes(looks: Sequence[Look]) -> list[Limit]:
    """Print how each process stood at the third and at the end; return its limits."""
    later = looks[len(looks) // 3 :]
    rows, limits = [], []
    for number in range(len(later[0].pids)):
        first, last, slope = later[0], later[-1], slope_an_hour(later, number)
        half = len(later) // 2
        files = [max(one.files[number] for one in part) for part in (later[:half] or later, later[half:])]
        sizes = [f"{one.bytes[number] / MEGA:,.1f}" for one in (first, last)]
        most = MOST_SHARE_AN_HOUR * first.bytes[number] / MEGA
        more = max(0, files[1] - files[0])
        rows.append(
            (
                f"process {number + 1}",
                *sizes,
                f"{slope / MEGA:+,.2f}",
                *map(str, files),
            )
        )
        limits.append(at_most(f"slope of process {number + 1}", slope / MEGA, round(most, 1), "MB an hour"))
        limits.append(at_most(f"more open files in process {number + 1}", more, SPARE_FILES, "files"))
    table(("", "MB at a third", "MB at the end", "MB an hour", "files, second third", "files, last third"), *rows)
    return limits


def _given(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--versions", type=int, default=4)
    parser.add_argument("--full", type=float, default=30, help="seconds of warming up, and of asking without a pace")
    parser.add_argument("--every", type=float, default=30, help="seconds between two publications")
    parser.add_argument("--look", type=float, default=10, help="seconds between two looks at the processes")
    parser.add_argument("--home", type=Path, default=ROOT / "tiles", help="where the country is published; only read")
    parser.add_argument("--country", default="kz-demo")
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main())
