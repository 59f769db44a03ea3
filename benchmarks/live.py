"""A batch of a hundred records posted to `budgetmap ingest`, at 17,000 bodies: until it is published, and seen.

Peer: our own full build and publication of the same figures, for lack of another builder that amends.
Limits: until it is published 1 second (median) and 3 seconds (99th percentile); 5 times sooner than the full build.
With --browser the same until an open map in Chromium shows the version.

Inside the clock: the request over a socket of this machine, its token and digest, reading and judging, ledger, sums,
tiles of all zooms, surface, the search index, the finished version on the disk, digests read back, publication.
The hundred records correct what bodies anywhere in the country have executed in the last month. Between two batches
lies a pause of half a second to one and a half, so that the page has painted what it showed, and does not ask in step.

    python benchmarks/live.py [--quick] [--browser]
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # a clone in which geo is not installed

import pandas as pd

from benchmarks.shared import DATA, IS_QUICK, at_least, at_most, seconds, table, verdict
from geo.atlas import build
from geo.core.settings import PREFIX, Settings
from geo.live.tokens import Tokens
from geo.versions import Home

COUNTRY, RECORDS = "kz-demo", 100
BATCHES, WARM = (2, 1) if IS_QUICK else (60, 3)
INGEST, READERS = 8391, 8392
PATIENCE_S = 300
HAS_BROWSER = "--browser" in sys.argv


def main() -> int:
    """Print how long batches took; return 1 where a limit is missed."""
    with TemporaryDirectory() as name:
        settings = Settings(home=Path(name) / "home", data=DATA, country=COUNTRY, watch_live_s=1, watch_s=1)
        full = seconds(lambda: Home(settings.home).publish(build(settings, COUNTRY).id))
        _, secret = Tokens(settings.home).new("bench", COUNTRY, "2025-01-01T00:00:00Z")
        with ExitStack() as stack:
            stack.enter_context(running(settings, "ingest", INGEST))
            is_seen: Callable[[str], None] = (
                stack.enter_context(reader(settings)) if HAS_BROWSER else lambda version: None
            )
            published, seen = measured(batches(settings), secret, is_seen)
    rows = [figures("published", published), *([figures("seen in Chromium", seen)] if HAS_BROWSER else [])]
    table((f"{RECORDS} records of 17,000 bodies, s", "median", "p99", "slowest"), *rows)
    if IS_QUICK:
        return verdict(at_most("batches that were not published", BATCHES - len(published), 0, "batches"))
    return verdict(
        at_most("until published, median", median(published), 1, "s"),
        at_most("until published, p99", quantiles(published, n=100)[98], 3, "s"),
        *([at_most("until seen, median", median(seen), 1, "s")] if HAS_BROWSER else []),
        *([at_most("until seen, p99", quantiles(seen, n=100)[98], 3, "s")] if HAS_BROWSER else []),
        at_least("sooner than the full build", full / median(published), 5),
    )


def figures(what: str, took: list[float]) -> tuple[str, ...]:
    """Return a row of the table."""
    return what, f"{median(took):.2f}", f"{quantiles(took, n=100)[98]:.2f}", f"{max(took):.2f}"


def measured(contents: Iterator[bytes], secret: str, is_seen: Callable[[str], None]) -> tuple[list[float], list[float]]:
    """Return how long each batch took until it was published, and until it was seen."""
    published, seen, dice = [], [], random.Random(2)
    for number in range(WARM + BATCHES):
        content = next(contents)
        time.sleep(dice.uniform(0.5, 1.5))
        started = time.perf_counter()
        answer = posted(content, f"batch-{number}", secret)
        took = time.perf_counter() - started
        is_seen(answer["version"])
        if number >= WARM:
            published.append(took)
            seen.append(time.perf_counter() - started)
    return published, seen


def batches(settings: Settings) -> Iterator[bytes]:
    """Yield batches of corrections, each a revision above the one before."""
    home = Home(settings.home)
    folder = home.version(home.current_id(COUNTRY)).folder
    entries = pd.read_parquet(folder / "tables/entries.parquet", filters=[("phase", "==", "executed")])
    last = entries[entries["period"] == entries["period"].max()].drop_duplicates(["body_id", "function"])
    rows, dice = last.to_dict("records"), random.Random(1)
    for revision in range(1, 10_000):
        yield json.dumps({"records": [record(row, revision) for row in dice.sample(rows, RECORDS)]}).encode()


def record(row: dict[str, Any], revision: int) -> dict[str, object]:
    """Return the correction of an entry."""
    line = {"body": row["body_id"], "period": row["period"], "function": row["function"]}
    amount = str(abs(int(row["amount_minor"])) // 100 + revision)
    return {"id": f"{row['body_id']}-{row['function']}", "revision": revision, **line, "executed": amount}


def posted(content: bytes, name: str, secret: str) -> dict[str, Any]:
    """Return the answer to a batch; raises HTTPError where it is not taken."""
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
    headers = {
        "Authorization": f"Bearer {secret}",
        "Batch-Id": name,
        "Content-Type": "application/json",
        "Content-Digest": f"sha-256=:{digest}:",
        "If-Match": "*",
    }
    request = urllib.request.Request(f"http://127.0.0.1:{INGEST}/ingest", content, headers, method="POST")
    with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
        answered: dict[str, Any] = json.load(answer)
    return answered


@contextmanager
def running(settings: Settings, command: str, port: int) -> Iterator[None]:
    """Run a command of ours that serves, from the moment it answers until the end."""
    given = {"HOME": settings.home, "DATA": settings.data, "COUNTRY": COUNTRY, "WATCH_S": 1, "WATCH_LIVE_S": 1}
    environ = {**os.environ, **{f"{PREFIX}{name}": str(value) for name, value in given.items()}}
    arguments = [sys.executable, "-c", "from geo.cli import main; main()", command, "--port", str(port)]
    process = subprocess.Popen(arguments, env=environ, stdout=subprocess.DEVNULL)
    try:
        began = time.monotonic()
        while not answers(port):
            if process.poll() is not None or time.monotonic() - began > PATIENCE_S:
                raise SystemExit(f"{command} does not answer")
            time.sleep(0.2)
        yield
    finally:
        process.terminate()
        process.wait(30)


def answers(port: int) -> bool:
    """Tell whether a server is there."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@contextmanager
def reader(settings: Settings) -> Iterator[Callable[[str], None]]:
    """Open a map in Chromium and yield what waits until it shows a version."""
    from playwright.sync_api import sync_playwright

    with running(settings, "serve", READERS), sync_playwright() as playwright:
        path = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path) if path else playwright.chromium.launch()
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{READERS}/en/{COUNTRY}/", wait_until="networkidle")
        shows = "version => document.querySelector('[data-part=foot] code')?.textContent === version"
        yield lambda version: page.wait_for_function(shows, arg=version, timeout=1000 * PATIENCE_S)
        browser.close()


if __name__ == "__main__":
    sys.exit(main())
