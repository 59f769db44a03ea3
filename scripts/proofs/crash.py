"""Kill whoever writes, at every named step and at random instants, and see that nothing is half.

    python -m scripts.proofs.crash [--kills 200] [--seed 1] [--only publish,gc]

200 instants over six acts (build, publish, rollback, gc, import, restore) take about ten minutes on two cores.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

from scripts.proofs.dying import Play, broken_laws, child, plays
from scripts.proofs.proving import proving

DEAD = -9


def at_steps(play: Play, folder: Path, *, every: bool = True) -> tuple[int, list[str]]:
    """Return (kills, broken laws) of dying at the first and the last time that each step is reached."""
    orders = []
    for step in dict.fromkeys(play.steps):
        times = play.steps.count(step)
        orders += [f"{step}#{number}" for number in ([1, times] if every and times > 1 else [1])]
    wrong = []
    for order in orders:
        settings = play.opened(folder / "dying")
        code = child(play.doing.act, settings, order)
        if code != DEAD:
            wrong.append(f"{play.name}, {order}: ended with {code}, not killed")
        wrong += [f"{play.name}, {order}: {law}" for law in broken_laws(play, settings)]
    return len(orders), wrong


def at_instants(play: Play, folder: Path, count: int, chance: random.Random) -> tuple[int, list[str]]:
    """Return (kills that came in time, broken laws) of dying at random instants of the act."""
    killed, wrong = 0, []
    for _ in range(count):
        settings, instant = play.opened(folder / "dying"), chance.uniform(0.0005, play.seconds)
        killed += child(play.doing.act, settings, kill_after_s=instant) == DEAD
        wrong += [f"{play.name}, after {instant:.4f} s: {law}" for law in broken_laws(play, settings)]
    return killed, wrong


def main() -> None:
    """Print a row for each act; exit code 1 where a law is broken."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--kills", type=int, default=200)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--only", default="")
    asked = words.parse_args()
    with proving(f", seed {asked.seed}") as (folder, wrong):
        chosen = plays(folder, asked.only.split(",") if asked.only else ())
        print(f"{'act':<10}{'steps':>7}{'kills':>7}{'instants':>10}{'killed':>8}{'broken':>8}")
        for number, play in enumerate(chosen):
            share = asked.kills // len(chosen) + (number < asked.kills % len(chosen))
            kills, at_step = at_steps(play, folder)
            killed, at_instant = at_instants(play, folder, share, random.Random(asked.seed + number))
            wrong.extend(at_step + at_instant)
            steps = len(set(play.steps))
            row = f"{play.name:<10}{steps:>7}{kills:>7}{share:>10}{killed:>8}{len(at_step + at_instant):>8}"
            print(row, flush=True)


if __name__ == "__main__":
    main()
