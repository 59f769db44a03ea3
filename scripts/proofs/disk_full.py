"""Refuse the n-th write of everything that writes, for every n, and see that nothing is half.

    python -m scripts.proofs.disk_full [--only publish,gc] [--most 400] [--limits] [--disk-mb 16]

Each write of an act is refused in turn as by a full disk: the command says so (exit 4) with path, needed and free
bytes, readers are answered as before or as after, and the act done again, when there is room, ends as if nothing had
happened. `--limits` lets the kernel refuse instead: no file may be as long as one of those that are made, each in turn.
`--disk-mb` does it on a file system of that size in memory, with room for more and more pages; only root may mount one.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from scripts.proofs.dying import Play, broken_laws, child, plays
from scripts.proofs.no_room import DONE, REFUSED, full, small_disk, too_large
from scripts.proofs.proving import proving

WRITES = ("write", "write: not synced", "replace")
Found = tuple[int, int, list[str]]


def refused(play: Play, folder: Path, most: int) -> Found:
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


def tried(asked: argparse.Namespace, folder: Path) -> Iterator[tuple[Play, Found]]:
    """Yield each act and what was found of it."""
    with ExitStack() as stack:
        disk = stack.enter_context(small_disk(folder / "disk", asked.disk_mb)) if asked.disk_mb else None
        for play in plays(folder, asked.only.split(",") if asked.only else ()):
            if disk:
                yield play, full(play, folder, disk, asked.most)
            else:
                yield play, (too_large if asked.limits else refused)(play, folder, asked.most)


def main() -> None:
    """Print a row for each act; exit code 1 where a law is broken."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--only", default="")
    words.add_argument("--most", type=int, default=10_000, help="Refusals of an act, spread over all.")
    words.add_argument("--limits", action="store_true", help="Files that may not grow: RLIMIT_FSIZE.")
    words.add_argument("--disk-mb", type=int, default=0, help="A file system of this size, filled up; needs root.")
    asked = words.parse_args()
    with proving() as (folder, wrong):
        print(f"{'act':<12}{'tried':>8}{'told':>7}{'broken':>8}")
        for play, (count, told, broken) in tried(asked, folder):
            wrong.extend(broken)
            print(f"{play.name:<12}{count:>8}{told:>7}{len(broken):>8}", flush=True)


if __name__ == "__main__":
    main()
