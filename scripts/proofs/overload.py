"""Ask for more pages than a service can make, and show how long answers, refusals and probes take.

    python scripts/proofs/overload.py [--home tiles] [--clients 200] [--seconds 5]

Starts `budgetmap serve` on the loopback. Exits 1 where 99 of 100 refusals took longer than the bound or named no time
to come back, where anything but 200 and 503 was answered, or where a probe failed. The clients share the processors.
"""

import argparse
import asyncio
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import cycle, product
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from geo.layers import offer_of  # noqa: E402 - run as a file, as docs say
from geo.versions import Home, Version  # noqa: E402

BOUND_MS = 100
Row = tuple[int, float, bool]


def pages_of(version: Version) -> list[str]:
    """Return the pages of views, each of a unit that is picked out: none is asked for often enough to lie ready."""
    offer, country = offer_of(version), version.country
    found = []
    for level, measure, lang in product(offer.levels, ("executed", "approved"), country.languages):
        units = sorted(offer.units[level][max(offer.units[level])])
        for period, unit in product(offer.periods_of(measure, level)[-3:], units):
            found.append(f"/{lang}/{country.id}/{level}/{measure}/{period}/highlight={unit}/")
    Random(1).shuffle(found)
    return found


async def asked(port: int, path: str) -> Row:
    """Return (status, milliseconds, whether it says when to come back) of one request over a socket of its own."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    began = time.perf_counter()
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    content = await reader.read()
    writer.close()
    head = content.partition(b"\r\n\r\n")[0]
    status = int(head[9:12])
    return status, (time.perf_counter() - began) * 1000, b"retry-after" in head.lower()


async def reading(port: int, until: float, rows: list[Row], pages: Iterator[str]) -> None:
    """Ask again and again, a second after a refusal, as that says."""
    while time.perf_counter() < until:
        rows.append(await asked(port, next(pages)))
        if rows[-1][0] == 503:
            await asyncio.sleep(1)


async def probing(port: int, until: float, rows: list[Row]) -> None:
    """Ask whether the process lives, twenty times a second."""
    while time.perf_counter() < until:
        rows.append(await asked(port, "/healthz"))
        await asyncio.sleep(0.05)


def quantile(rows: list[float], share: float) -> float:
    """Return the value below which a share of the rows lie."""
    ordered = sorted(rows)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


async def measured(port: int, version: Version, clients: int, seconds: float) -> tuple[list[Row], list[Row]]:
    """Return (rows of readers, rows of probes)."""
    pages = cycle(pages_of(version))
    for _ in range(4):
        await asked(port, next(pages))
    until = time.perf_counter() + seconds
    read: list[Row] = []
    probes: list[Row] = []
    await asyncio.gather(probing(port, until, probes), *(reading(port, until, read, pages) for _ in range(clients)))
    return read, probes


def told(pages: list[Row], probes: list[Row]) -> bool:
    """Print the table and return whether every law was kept."""
    answered, refused = ([row for row in pages if row[0] == status] for status in (200, 503))
    print(f"{'':<10}{'count':>8}{'median ms':>12}{'p99 ms':>10}")
    for name, rows in (("answered", answered), ("refused", refused), ("probes", probes)):
        times = [row[1] for row in rows]
        print(f"{name:<10}{len(rows):>8}{quantile(times, 0.5):>12.1f}{quantile(times, 0.99):>10.1f}")
    return (
        len(answered) + len(refused) == len(pages)
        and all(row[2] for row in refused)
        and quantile([row[1] for row in refused], 0.99) <= BOUND_MS
        and all(row[0] == 200 for row in probes)
    )


def main() -> None:
    """Serve, ask, stop."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", default=str(ROOT / "tiles"))
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=5)
    given = parser.parse_args()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = "from geo.cli import main; main()"
    command = [sys.executable, "-c", program, "--home", given.home, "serve", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        time.sleep(6)
        home = Home(Path(given.home))
        version = home.version(home.current_id("kz"))
        kept = told(*asyncio.run(measured(port, version, given.clients, given.seconds)))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(40)
    print("kept" if kept else "broken")
    sys.exit(0 if kept else 1)


if __name__ == "__main__":
    main()
