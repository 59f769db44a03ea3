"""Spoil good inputs and give them to every parser, until the time is over or one of them breaks.

    python scripts/fuzz.py [--seconds 600] [--seed 1] [name …]

Each name has its share of the time. What broke a parser is made as small as it can be, printed, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import logging
import random
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisWarning

from geo.web import create_app
from scripts.fuzzing.ingest import ingest
from scripts.fuzzing.parsers import Law, parsers
from scripts.fuzzing.service import requests
from tests.web.zz import publish_zz

DEAR = {"xlsx-confined": 20, "headers": 4, "addresses": 4, "ingest": 2}  # how many cheap examples one of these costs
Targets = dict[str, tuple[st.SearchStrategy[Any], Law]]


def targets(app: Any, folder: Path) -> Targets:
    """Return name → (inputs, law) of everything that reads what others write, for a service over the country zz.

    What is sent to live ingest goes to a copy of the country in the folder.
    """
    home = app.extensions["budgetmap"].home
    version = home.version(home.current_id("zz"))
    of_files = parsers(version.folder / "tiles" / "bodies.pmtiles")
    return of_files | requests(app, version.id) | ingest(app.extensions["budgetmap"].settings, folder)


def broken(name: str, chosen: Targets, examples: int, number: int) -> str:
    """Try one parser with so many examples; return the smallest that broke it, and how, or nothing."""
    inputs, law = chosen[name]
    last: list[Any] = []

    @seed(number)
    @settings(
        max_examples=max(1, examples // DEAR.get(name, 1)),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(inputs)
    def tried(given_input: Any) -> None:
        last[:] = [given_input]
        law(given_input)

    try:
        tried()
    except Exception as error:  # noqa: BLE001 - whatever is raised is what is looked for
        return f"{name} {last[0]!r}: {type(error).__name__}: {error}"
    return ""


def main() -> int:
    """Try everything in turn until the time is over."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("names", nargs="*")
    given_words = parser.parse_args()
    logging.disable()  # refusals of others are not what is looked for
    warnings.simplefilter("ignore", HypothesisWarning)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "zz").mkdir()
        chosen = targets(create_app(publish_zz(Path(folder, "zz"))), Path(folder, "ingest"))
        names, rounds, found = given_words.names or list(chosen), 0, {}
        until = time.monotonic() + given_words.seconds
        while time.monotonic() < until and len(found) < len(names):
            for name in (name for name in names if name not in found and time.monotonic() < until):
                if said := broken(name, chosen, 100, given_words.seed + rounds):
                    found[name] = said
                    print(said, flush=True)
            rounds += 1
    print(f"{len(names)} parsers, {rounds} rounds of 100, seed {given_words.seed}: {len(found)} broken")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
