"""A page with five maps in frames: how long until each map is painted, on 400 kbit/s and a processor slowed 4 times.

Peer: the same page with five pages of folium.Choropleth over the same figures and our own cleaned borders, a quarter of
the published points; of folium's files Leaflet is served from here, packed, and what is not installed is left out of
its page, the basemap and the legend too, so that its time is a lower bound.
Limits: the last of our five maps is painted 5 times sooner than the last of folium's.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # a clone in which geo is not installed

import brotli

from benchmarks.embed import loads
from benchmarks.shared import BROTLI_LEVEL, IS_QUICK, Limit, at_least, paired, published, table, verdict
from benchmarks.shared.browser import CHROMIUM, serving
from benchmarks.shared.explorer_browser import chromium, tab
from benchmarks.shared.travelling import cleaned, folium_page, installed, spending
from geo.web import create_app

LEAST = 5
RUNS = 1 if IS_QUICK else 5
CPU = 4
LINE = (400_000, 400)  # bits a second, milliseconds there and back: the line of the first visit in explorer.py
SCREEN = {"viewport": {"width": 1280, "height": 1600}}  # all five are seen at once: what is not seen is not painted
VIEWS = (
    "ru/kz/region/executed/2024/",
    "ru/kz/region/approved/2024/",
    "ru/kz/region/execution/2024/",
    "ru/kz/region/executed/2023/",
    "ru/kz/region/executed/2024/per=km2/",
)
PAINTED = """() => {
  const entry = performance.getEntriesByName("first-contentful-paint")[0];
  return entry && document.querySelector("svg path") ? performance.timeOrigin + entry.startTime : null;
}"""
WAITED_MS = 120_000
Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


def main() -> int:
    """Print the times of both pages and their ratio; return 1 where the limit is missed."""
    if not CHROMIUM:
        is_required = os.environ.get("BUDGETMAP_NO_SKIPS") == "1"
        return verdict(Limit("last of five maps", f"≥ {LEAST} ×", "not measured: no Chromium here", not is_required))
    ours: list[tuple[float, float]] = []
    peer: list[tuple[float, float]] = []
    with (
        published() as settings,
        chromium() as browser,
        serving(beside(create_app(settings), peer_files()), []) as root,  # type: ignore[arg-type]
    ):
        for _ in range(RUNS + 1):
            ours.append(painted(browser, f"{root}pages/ours.html"))
            peer.append(painted(browser, f"{root}pages/folium.html"))
    ours, peer = ours[1:], peer[1:]  # the first pair warms both up
    rows = [
        (what, *(f"{median(part):,.0f}" for part in zip(*times, strict=True)), f"{max(last for _, last in times):,.0f}")
        for what, times in (("five embeds of ours", ours), ("five maps of folium", peer))
    ]
    table(("milliseconds until painted, median", "first map", "last map", "slowest last map"), *rows)
    ratio = paired([last for _, last in ours], [last for _, last in peer])
    return verdict(at_least("last of five maps, sooner than folium's", ratio, LEAST))


def painted(browser: Any, address: str) -> tuple[float, float]:
    """Return when the first and when the last map in a frame of a page was painted, from the page's own beginning."""
    with tab(browser, SCREEN, cpu=CPU, line=LINE) as held:
        held.page.set_default_timeout(WAITED_MS)
        held.page.goto(address, wait_until="commit")
        held.page.wait_for_function(f"() => document.querySelectorAll('iframe').length === {len(VIEWS)}")
        began = held.page.evaluate("performance.timeOrigin")
        times = [frame.wait_for_function(PAINTED).json_value() - began for frame in _frames(held.page)]
    return min(times), max(times)


def _frames(page: Any) -> list[Any]:
    return [element.content_frame() for element in page.query_selector_all("iframe")]


def peer_files() -> dict[str, bytes]:
    """Return the two pages, folium's five maps and the files of Leaflet that they ask for, by path."""
    values, borders = spending(), cleaned()
    files = {}
    for number in range(len(VIEWS)):
        scaled = values.assign(executed_kzt=values["executed_kzt"] * (number + 1))
        html, found = _from_here(folium_page(borders, scaled, is_bare=True).decode())
        files[f"/pages/map-{number}.html"] = html.encode()
        files |= {f"/pages/{path.name}": path.read_bytes() for path in found}
    for name, frames in (
        ("ours", [f"../{view}embed/" for view in VIEWS]),
        ("folium", [f"map-{number}.html" for number in range(len(VIEWS))]),
    ):
        inner = "".join(f'<iframe src="{frame}" title="map" width="600" height="480"></iframe>' for frame in frames)
        files[f"/pages/{name}.html"] = f"<!doctype html><title>Article</title>{inner}".encode()
    return files


def _from_here(html: str) -> tuple[str, list[Path]]:
    """Return folium's page that asks nobody else, and the files that it still asks for."""
    here = installed(loads(html))
    for address in loads(html):
        if address in here:
            html = html.replace(f'"{address}"', f'"{here[address].name}"')
        else:
            tag = rf'<(?:script src|link rel="stylesheet" href)="{re.escape(address)}"\s*/?>(?:</script>)?'
            html = re.sub(tag, "", html)
    return html, list(here.values())


def beside(app: Application, files: dict[str, bytes]) -> Application:
    """Return an application that answers some paths with files, packed as the service packs, and all else as before."""
    types = {".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css"}
    packed = {path: brotli.compress(content, quality=BROTLI_LEVEL) for path, content in files.items()}

    def answer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path not in packed:
            return app(environ, start)
        length = str(len(packed[path]))
        head = [("Content-Type", types[Path(path).suffix]), ("Content-Encoding", "br"), ("Content-Length", length)]
        start("200 OK", [*head, ("Cache-Control", "max-age=3600")])
        return [packed[path]]

    return answer


if __name__ == "__main__":
    sys.exit(main())
