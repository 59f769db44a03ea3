"""Refuse the n-th write of everything that writes, for every n, and see that nothing is half.

    python -m scripts.proofs.disk_full [--only publish,gc] [--most 400]

Each write of an act is refused in turn as by a full disk: the command says so (exit 4), readers are answered as before
or as after, and the act done again, when there is room, ends as if nothing had happened.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

from scripts.proofs.dying import Play, broken_laws, child, plays

DONE, REFUSED = 0, 4
WRITES = ("write", "write: not synced", "replace")


def refused(play: Play, folder: Path, most: int) -> tuple[int, int, list[str]]:
    """Return (writes, refusals told, broken laws) of a disk that is full at each write of an act in turn."""
    orders = [f"{step}#{number}" for step in WRITES for number in range(1, play.steps.count(step) + 1)]
    chosen = orders[:: max(1, -(-len(orders) // most))]
    told, wrong = 0, []
    for order in chosen:
        settings = play.opened(folder / "full")
        code = child(play.doing.act, settings, f"{order}=full")
        told += code == REFUSED
        if code not in {DONE, REFUSED}:
            wrong.append(f"{play.name}, {order}: ended with {code}")
        wrong += [f"{play.name}, {order}: {law}" for law in broken_laws(play, settings)]
    return len(chosen), told, wrong


def main() -> None:
    """Print a row for each act; exit code 1 where a law is broken."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--only", default="")
    words.add_argument("--most", type=int, default=10_000, help="Refused writes of an act, spread over all.")
    asked = words.parse_args()
    folder, began, wrong = Path(tempfile.mkdtemp(prefix="proof-")), time.monotonic(), []
    try:
        print(f"{'act':<10}{'writes':>8}{'told':>7}{'broken':>8}")
        for play in plays(folder, asked.only.split(",") if asked.only else ()):
            count, told, broken = refused(play, folder, asked.most)
            wrong += broken
            print(f"{play.name:<10}{count:>8}{told:>7}{len(broken):>8}", flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{time.monotonic() - began:.0f} s")
    sys.exit("\n".join(wrong) if wrong else 0)


if __name__ == "__main__":
    main()
