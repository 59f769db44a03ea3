"""How long a unit's page takes, warm, in the country of 17,000 made-up organisations: what a panel waits for.

Peer: pandas adds up the same page's sums from the same figures, held in memory as a frame: amounts by function and
phase of each region, the places of the region among all, and the five largest organisations of each function. It
writes no page. Both sides answer for each region in turn; the first answer of each is not counted.
Limits: the page, rendered and as it travels, in at most 200 ms at the 95th percentile.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # a clone in which geo is not installed

import pandas as pd

from benchmarks.shared import DATA, IS_QUICK, Limit, at_most, table, verdict
from geo.atlas import build
from geo.core.settings import Settings
from geo.core.view import View
from geo.layers.unit import unit_budget
from geo.versions import Home, Version
from geo.web import create_app

COUNTRY, EDITION, PERIOD = "kz-demo", "2022-06-08", "2024"
MOST_MS = 200.0
TURNS = 1 if IS_QUICK else 5


def main() -> int:
    """Print the milliseconds of both; return 1 where the limit is missed or the sums differ."""
    with TemporaryDirectory() as folder:
        settings = published(Path(folder))
        home = Home(settings.home)
        version = home.version(home.current_id(COUNTRY))
        units = [unit.unit_id for unit in version.level(EDITION, "region").units]
        client = create_app(settings).test_client()
        frame = figures(version)
        pages = [f"/ru/{COUNTRY}/unit/{EDITION}/region/{unit}/" for unit in units] * TURNS
        ours = timed(lambda path: client.get(path, headers={"Accept-Encoding": "br"}).data, pages)
        beside = f"/ru/{COUNTRY}/compare/{EDITION}/region/{','.join(units[:6])}/"
        compared = timed(lambda path: client.get(path).data, [beside] * len(units))
        view = View("ru", COUNTRY, "region", "executed", PERIOD)
        numbers = timed(lambda unit: unit_budget(view, unit, version), units * TURNS)
        theirs = timed(lambda unit: sums(frame, unit), units * TURNS)
        same = all(sums(frame, unit)[0] == unit_budget(view, unit, version).phases["executed"].amount for unit in units)
    rows = [
        ("page of a unit, whole", *told(ours)),
        ("six units side by side, whole", *told(compared)),
        ("sums of a unit alone, ours", *told(numbers)),
        ("the same sums by pandas", *told(theirs)),
    ]
    table(("kz-demo, 17,000 organisations, 20 regions", "median ms", "95th percentile ms"), *rows)
    worst = quantiles(ours, n=20)[-1]
    return verdict(
        at_most("page of a unit, 95th percentile", worst, MOST_MS, "ms"),
        Limit("both sides add up to the same", "yes", "yes" if same else "no", same),
    )


def published(folder: Path) -> Settings:
    """Return settings of a home with the country in force: the one named by BUDGETMAP_HOME, or one built now."""
    if "BUDGETMAP_HOME" in os.environ:
        return Settings(home=Path(os.environ["BUDGETMAP_HOME"]), data=DATA, country=COUNTRY)
    settings = Settings(home=folder / "home", data=DATA, country=COUNTRY)
    Home(settings.home).publish(build(settings, COUNTRY).id)
    return settings


def figures(version: Version) -> pd.DataFrame:
    """Return what every organisation spent as a frame: unit, body, period, function, phase, amount."""
    frame = pd.DataFrame({name: version.spending[name] for name in version.spending.dtype.names or ()})
    units = [unit.unit_id for unit in version.level(EDITION, "region").units]
    owners = version.owners(EDITION, "region")
    frame["unit"] = pd.Categorical.from_codes(owners[frame["body"]], units)
    frame["phase"] = pd.Categorical.from_codes(frame["phase"], list(version.phases))
    frame["period"] = pd.Categorical.from_codes(frame["period"], list(version.periods))
    return frame


def sums(frame: pd.DataFrame, unit: str) -> tuple[int, pd.DataFrame, pd.Series, pd.DataFrame]:
    """Return a unit's executed sum, its amounts by function and phase, its places, and its largest organisations."""
    of_period = frame[frame["period"] == f"{PERIOD}-12"]
    cube = of_period.groupby(["unit", "function", "phase"], observed=True)["amount"].sum().unstack("phase")
    ranks = cube["executed"].groupby("function").rank(ascending=False, method="min").loc[unit]
    own = of_period[(of_period["unit"] == unit) & (of_period["phase"] == "executed")]
    largest = own.sort_values("amount", ascending=False).groupby("function").head(5)
    return int(cube.loc[unit]["executed"].sum()), cube.loc[unit], ranks, largest


def timed(answer: Callable[[str], object], asked: Iterable[str]) -> list[float]:
    """Return the milliseconds of each answer behind the first."""
    found = []
    for one in asked:
        begun = time.perf_counter()
        answer(one)
        found.append(1000 * (time.perf_counter() - begun))
    return found[1:]


def told(milliseconds: list[float]) -> tuple[str, str]:
    """Return the median and the 95th percentile."""
    return f"{median(milliseconds):.1f}", f"{quantiles(milliseconds, n=20)[-1]:.1f}"


if __name__ == "__main__":
    sys.exit(main())
