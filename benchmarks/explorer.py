"""The explorer in a browser: from a reader's act to what is painted, long tasks, panels, bytes, and a weak phone.

Chromium draws with its own software (flags in shared/explorer_browser.py), so that no graphics card is measured; the
processor is slowed 4 times, for the phone 6 times. Districts are brought in where their files stand beside the
repository; elsewhere the same is measured with the 20 regions.
Peer: a bare MapLibre page that fetches the same value sheets and recolours the same polygons (and one that has them in
memory); the page of folium.Choropleth with the same polygons and values, loaded anew, its Leaflet from this machine,
every other library answered with nothing, so that its time is a lower bound.
Limits: a change of measure, function or month painted in at most 2 times the bare page's time and 10 times faster than
folium's page; own tasks of at most 50 ms; a panel in 200 ms; 40,000 bytes readable, 480,000 with the moving map, 15,000
a change; on a weak phone figures in 3,000 ms and those of one's own region in 2 taps.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # a clone in which geo is not installed

from benchmarks.shared import IS_QUICK, Limit, at_least, at_most, paired, published, table, verdict
from benchmarks.shared.browser import CHROMIUM
from benchmarks.shared.districts import are_there, with_districts
from benchmarks.shared.explorer_browser import DESKTOP, PHONE, chromium, tab
from benchmarks.shared.explorer_page import (
    Explorer,
    bare_turn,
    folium_turn,
    opened_bare,
    opened_folium,
    readable_ms,
    taps_to_a_figure,
)
from benchmarks.shared.explorer_peers import bare, folium_page, serving
from benchmarks.shared.servers import free_port, got, server
from geo.core.settings import Settings

SLOWED, WEAK = 4, 6
LINE = (400_000, 400)  # bits a second, milliseconds there and back
TURNS = 2 if IS_QUICK else 6
PANELS = 3 if IS_QUICK else 8
VISITS = 1 if IS_QUICK else 3
PAGES = {"district": "kz/district/executed/2024/per=km2/", "region": "kz/region/executed/2024/"}
# In this order there, and back in the other: a budget approved for a year would be the same in every month.
BESIDE = {"month": ("2024-06", "2024"), "function": ("04", ""), "measure": ("approved", "executed")}


def main() -> int:
    """Print what was found; return 1 where a limit is missed."""
    if not CHROMIUM:
        print("Not measured: no Chromium here.\n")
        return 0 if IS_QUICK else 1
    level = "district" if are_there() else "region"
    with home(level) as settings, ours(settings) as port, chromium() as browser:
        changes = turns(browser, port, PAGES[level])
        bytes_ = weights(browser, port, PAGES[level])
        phone = weak_phone(browser, port)
    return verdict(*changes, *bytes_, *phone)


@contextmanager
def home(level: str) -> Iterator[Settings]:
    """Yield settings of a published home with that level."""
    if level == "region":
        with published() as settings:
            yield settings
        return
    with TemporaryDirectory() as folder:
        yield with_districts(Path(folder))


@contextmanager
def ours(settings: Settings) -> Iterator[int]:
    """Serve a home as an operator does; yields the port."""
    port = free_port()
    command = [shutil.which("budgetmap") or str(Path(sys.executable).with_name("budgetmap")), "--home"]
    with server([*command, str(settings.home), "serve", "--port", str(port)], port) as found:
        yield found


def turns(browser: Any, port: int, path: str) -> list[Limit]:
    """Measure changes of a view beside the peers in turns, then panels; print each and the long tasks."""
    polygons = got(port, f"/en/{path}data.geojson", "br")
    sheets = [got(port, f"/en/{other}values.json", "br") for other in (path, path.replace("executed", "approved"))]
    plain = [_plain(content) for content in (polygons, *sheets)]
    found: dict[str, list[float]] = {name: [] for name in (*BESIDE, "fetched", "kept", "folium")}
    with ExitStack() as held:
        bare_root = held.enter_context(serving(bare(plain[0], plain[1:])))
        folium_root = held.enter_context(serving({"index.html": folium_page(plain[0], plain[1])}))
        theirs, other = (held.enter_context(tab(browser, DESKTOP, cpu=SLOWED)) for _ in range(2))
        explorer = Explorer(held.enter_context(tab(browser, DESKTOP, cpu=SLOWED)), f"http://127.0.0.1:{port}/en/{path}")
        explorer.open_moving()
        opened_bare(theirs, bare_root)
        opened_folium(other, folium_root)
        for turn in range(2 * TURNS):
            for name in list(BESIDE)[:: -1 if turn % 2 else 1]:
                found[name].append(explorer.change(name, BESIDE[name][turn % 2]))
            found["fetched"].append(bare_turn(theirs, is_fetched=True))
            found["kept"].append(bare_turn(theirs, is_fetched=False))
            found["folium"].append(folium_turn(other, folium_root))
        panels = [explorer.panel(number) for number in range(PANELS)]
        tasks = explorer.tasks()
    print_times(found, panels, len(plain[0]))
    return [*_ratios(found), at_most("panel, median", median(panels), 200, "ms"), _longest(tasks)]


def _plain(content: bytes) -> bytes:
    import brotli

    return bytes(brotli.decompress(content))


def print_times(found: dict[str, list[float]], panels: list[float], size: int) -> None:
    """Print medians, the slowest, and ratios to both peers."""
    names = {
        **{name: f"ours: another {name}" for name in BESIDE},
        "fetched": "bare MapLibre: values fetched, recoloured",
        "kept": "bare MapLibre: values in memory, recoloured",
        "folium": f"folium.Choropleth ({size / 1e6:.1f} MB of polygons): loaded anew",
    }
    rows = [
        (
            names[name],
            f"{median(times):,.0f}",
            f"{max(times):,.0f}",
            f"{paired(found['fetched'], times):.2f}",
            f"{paired(found['kept'], times):.2f}",
            f"{paired(times, found['folium']):.1f}",
        )
        for name, times in found.items()
    ]
    head = ("act to painted", "ms, median", "slowest ms", "× bare, fetched", "× bare, kept", "folium's × it")
    table(head, *rows)
    table(("panel of a unit", "ms, median", "slowest ms"), ("ours", f"{median(panels):.0f}", f"{max(panels):.0f}"))


def _ratios(found: dict[str, list[float]]) -> list[Limit]:
    limits = []
    for name in BESIDE:
        ratio = paired(found["fetched"], found[name])
        limits.append(at_most(f"another {name}, × a bare MapLibre page", ratio, 2, "×"))
    slowest = min(paired(found[name], found["folium"]) for name in BESIDE)
    return [*limits, at_least("faster than folium's page, slowest change", slowest, 10)]


def _longest(tasks: list[tuple[str, float, float]]) -> Limit:
    """Print the long tasks by the step they fell into; return the limit of our own."""
    rows = [(step, f"{own:.0f}", f"{engine:.0f}") for step, own, engine in tasks]
    table(("longest task of a step, ms", "ours", "MapLibre's share"), *rows)
    return at_most("longest task of our own", max((own for _, own, _ in tasks), default=0), 50, "ms")


def weights(browser: Any, port: int, path: str) -> list[Limit]:
    """Measure bytes as they travel: the readable page, with the moving map, and of each change."""
    rows, changes = [], []
    with tab(browser, PHONE, cpu=1) as held:
        explorer = Explorer(held, f"http://127.0.0.1:{port}/en/kz/region/executed/2024/")
        explorer.open()
        readable = held.fresh().together
    with tab(browser, DESKTOP, cpu=1) as held:
        explorer = Explorer(held, f"http://127.0.0.1:{port}/en/{path}")
        explorer.open_moving()
        all_ = held.fresh()
        for name, (value, _) in BESIDE.items():
            explorer.change(name, value)
            explorer.settle()
            changes.append(held.fresh().together)
            rows.append((f"another {name}", f"{changes[-1]:,}"))
    kinds = {"engine": "maplibre", "tiles": "/tiles/"}
    parts = {name: sum(n for at, n in all_.bytes.items() if word in at) for name, word in kinds.items()}
    rows = [
        ("readable page, phone, 20 regions", f"{readable:,}"),
        ("with the moving map, first view", f"{all_.together:,}"),
        *((f"of these {name}", f"{size:,}") for name, size in parts.items()),
        *rows,
    ]
    table(("as it travels", "bytes"), *rows)
    return [
        at_most("readable page", readable, 40_000, "bytes"),
        at_most("with the moving map", all_.together, 480_000, "bytes"),
        at_most("largest change", max(changes), 15_000, "bytes"),
    ]


def weak_phone(browser: Any, port: int) -> list[Limit]:
    """Measure first visits on a weak phone, and taps until the figure of one's own region is read."""
    address = f"http://127.0.0.1:{port}/kk/kz/region/executed/2024/"
    times = []
    for _ in range(VISITS):
        with tab(browser, PHONE, cpu=WEAK, line=LINE) as held:
            times.append(readable_ms(held, address))
            taps = taps_to_a_figure(held)
    rate = f"{LINE[0] // 1000} kbit/s, {LINE[1]} ms, {WEAK} × CPU, 360 px"
    table((rate, "ms, median", "slowest ms"), ("figures readable", f"{median(times):,.0f}", f"{max(times):,.0f}"))
    return [
        at_most("figures readable on a weak phone, median", median(times), 3_000, "ms"),
        at_most("to the figure of one's region", taps, 2, "taps"),
    ]


if __name__ == "__main__":
    sys.exit(main())
