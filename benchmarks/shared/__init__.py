"""What the benchmarks share: a published version in a temporary folder, pairs of timings, a table, a verdict."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import brotli

from geo.core.settings import Settings

ROOT = Path(__file__).resolve().parent.parent.parent
DATA = ROOT / "data"
BROTLI_LEVEL = 5  # what the service compresses with
IS_QUICK = "--quick" in sys.argv  # small sizes, in seconds


@dataclass(frozen=True)
class Limit:
    """A limit with what was found: the benchmark fails where `is_met` is false."""

    what: str
    asked: str
    found: str
    is_met: bool


def at_most(what: str, found: float, most: float, unit: str) -> Limit:
    """Return an upper limit."""
    return Limit(what, f"≤ {most:,g} {unit}", f"{_plain(found)} {unit}", found <= most)


def at_least(what: str, found: float, least: float) -> Limit:
    """Return a lower limit of a ratio."""
    return Limit(what, f"≥ {least:,g} ×", f"{_plain(found)} ×", found >= least)


def table(*rows: Sequence[str]) -> None:
    """Print a Markdown table; the first row is its head, the first column is text, the others are figures."""
    head, *body = rows
    rule = ["---", *("---:" for _ in head[1:])]
    print("\n".join(f"| {' | '.join(row)} |" for row in (head, rule, *body)), end="\n\n")


def verdict(*limits: Limit) -> int:
    """Print every limit with what was found; return 1 where one is missed, else 0."""
    table(
        ("limit", "asked", "found", "met"), *((x.what, x.asked, x.found, "yes" if x.is_met else "NO") for x in limits)
    )
    return 0 if all(limit.is_met for limit in limits) else 1


def seconds(act: Callable[[], object]) -> float:
    """Return how long one call took by the wall clock."""
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def paired(ours: Sequence[float], peer: Sequence[float]) -> float:
    """Return how many times longer the peer took: the median over pairs run one after the other."""
    return median(b / a for a, b in zip(ours, peer, strict=True))


def compressed(content: bytes) -> int:
    """Return how many bytes travel."""
    return len(brotli.compress(content, quality=BROTLI_LEVEL))


@contextmanager
def published() -> Iterator[Settings]:
    """Yield the settings of a temporary home in which the bundled figures are built and published."""
    from geo.atlas import build
    from geo.versions import Home

    with TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder), data=DATA)
        Home(settings.home).publish(build(settings, settings.country).id)
        yield settings


def _plain(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.2f}"
