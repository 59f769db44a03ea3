"""Publishers side by side: of all that publish upon the same version, exactly one wins each round.

    python -m scripts.proofs.publishers [--publishers 8] [--rounds 50]

In every fifth round a process that holds the lock is killed first: the kernel opens it, nobody has to.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from geo.core.country_file import read_country
from geo.core.errors import SomebodyElsePublishes
from geo.core.files import to_json
from geo.versions import Home
from tests.country_zz import write_zz

WON, LOST = 0, 3
FILES = {
    "axes.json": b'{"periods":[],"functions":[],"phases":[]}',
    "facts.json": b"{}",
}


def country_of_zz(folder: Path) -> bytes:
    """Return the small country as the file of a version that describes it."""
    write_zz(folder / "data")
    return to_json(read_country(folder / "data" / "boundaries" / "zz").to_json())


def staged(home: Home, country: bytes, count: int) -> list[str]:
    """Return the ids of so many versions that hold next to nothing."""
    ids = [f"{number:016x}" for number in range(1, count + 1)]
    for version_id in ids:
        home.stage(version_id, {**FILES, "country.json": country}, {"country": "zz"})
    return ids


def round_of(home: Home, ids: list[str]) -> list[int]:
    """Return how each publisher ended when all were let go at once."""
    in_force = home.current_id("zz") if home.countries() else ""
    gate, opened = os.pipe()
    children = []
    for version_id in ids:
        pid = os.fork()
        if not pid:
            os.close(opened)
            os.read(gate, 1)  # ends when the last holder of the other end closes it
            os._exit(_published(home, version_id, in_force))
        children.append(pid)
    os.close(opened)
    os.close(gate)
    return [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children]


def _published(home: Home, version_id: str, in_force: str) -> int:
    while True:
        try:
            home.publish(version_id, expected=in_force)
        except SomebodyElsePublishes as error:
            if "lock" in error.values:  # somebody is at it this moment: look again whether he has won
                os.sched_yield()
                continue
            return LOST
        return WON


def killed_holder(home: Home) -> None:
    """Kill a process that holds the lock of publishing."""
    ready, told = os.pipe()
    pid = os.fork()
    if not pid:
        with home.locked("publish"):
            os.write(told, b"x")
            signal.pause()
    os.read(ready, 1)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(ready)
    os.close(told)


def contested(home: Home, ids: list[str], rounds: int) -> list[str]:
    """Return what went wrong in so many rounds of all publishers."""
    wrong = []
    for number in range(1, rounds + 1):
        if number % 5 == 0:
            killed_holder(home)
        in_force = home.current_id("zz") if home.countries() else ""
        codes = round_of(home, [one for one in ids if one != in_force])
        if codes.count(WON) != 1 or set(codes) - {WON, LOST}:
            wrong.append(f"round {number}: {codes}")
        rows = home.publications()
        if [row.sequence for row in rows] != [*range(1, number + 1)] or rows[-1].id != home.current_id("zz"):
            wrong.append(f"round {number}: the log has {len(rows)} lines")
    return wrong


def main() -> None:
    """Print how many rounds had one winner; exit code 1 where one had not."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--publishers", type=int, default=8)
    words.add_argument("--rounds", type=int, default=50)
    asked = words.parse_args()
    folder, began = Path(tempfile.mkdtemp(prefix="proof-")), time.monotonic()
    try:
        home = Home(folder / "home")
        ids = staged(home, country_of_zz(folder), asked.publishers + 1)  # one is in force
        wrong = contested(home, ids, asked.rounds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{asked.publishers} publishers, {asked.rounds} rounds, {len(wrong)} without exactly one winner")
    print(f"{time.monotonic() - began:.1f} s")
    sys.exit("\n".join(wrong) if wrong else 0)


if __name__ == "__main__":
    main()
