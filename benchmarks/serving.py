"""How many tiles and value sheets a second leave this machine: our whole stack beside nginx and beside Flask.

Peer: nginx with the same bytes as files; a Flask route on granian and on gunicorn; the pmtiles package per request.
Limits: a tile from an archive 0.3 of nginx static and 4 times the Flask route; with nginx's cache in front 0.8 of nginx
static; a value sheet 0.3 of nginx static, at most 4,000 bytes compressed for 20 units.

Asked by wrk, two threads and 32 connections on the same two cores, for 256 tiles of 20 kB in turn. All servers run two
workers and are asked in turns (A B C A B C …); a ratio is the median over the turns. Before that every tile of every
server is compared with what was put into the archive.
"""

from __future__ import annotations

import gzip
import os
import random
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # a clone in which geo is not installed

import numpy as np

from benchmarks.shared import IS_QUICK, ROOT, at_least, at_most, published, table, verdict
from benchmarks.shared.servers import Load, asked, free_port, got, nginx, server
from geo.core.pmtiles import tile_ids
from geo.core.settings import Settings
from geo.tiles.archive import Sheet, write_archive
from geo.versions import Home

ZOOM, SIZE = 4, 20_480
VERSION = "bench00000000000"
SHEET = f"/v/{VERSION}/en/kz/region/executed/2024/values.json"
TURNS, SECONDS = (1, 1) if IS_QUICK else (5, 2)
LEAST_TILE, LEAST_ROUTE, LEAST_CACHED, LEAST_SHEET, MOST_SHEET = 0.3, 4, 0.8, 0.3, 4000
CONFIGURATION = ROOT / "docs" / "deploy" / "nginx.conf"
STATIC = """
server {{
    listen 127.0.0.1:{port}; root {root};
    types {{ application/vnd.mapbox-vector-tile mvt; application/json json; }}
    expires 1y;
    location /tiles/ {{ add_header Content-Encoding gzip; }}
    location /v/ {{ add_header Content-Encoding br; }}
}}
"""
GRANIAN = ["--interface", "wsgi", "--workers", "2", "--blocking-threads", "4", "--no-ws", "--log-level", "error"]


@dataclass(frozen=True)
class Asking:
    """One row: who is asked, on which port, for which addresses, in which coding."""

    name: str
    port: int
    paths: tuple[str, ...]
    coding: str


def main() -> int:
    """Print answers a second and their ratios; return 1 where a limit is missed."""
    missing = [program for program in ("nginx", "wrk", "gunicorn") if not _found(program)]
    if missing:
        print(f"not measured here: needs {', '.join(missing)}")
        return int(os.environ.get("BUDGETMAP_NO_SKIPS") == "1")
    with TemporaryDirectory() as name, published() as settings:
        folder = Path(name)
        tiles = archived(settings, folder / "bodies.pmtiles")
        with servers(settings, folder, tiles) as rows:
            sheet = same(rows, tiles)
            loads = in_turns(rows, folder)
    ratios = {name: [load.per_second for load in found] for name, found in loads.items()}
    printed(loads, ratios)
    limits = [at_most("value sheet of 20 units, brotli", len(sheet), MOST_SHEET, "bytes")]
    if not IS_QUICK:
        limits += [
            at_least("tile ÷ nginx static", _ratio(ratios, "ours", "nginx static"), LEAST_TILE),
            at_least("tile ÷ Flask route", _ratio(ratios, "ours", "Flask route, granian"), LEAST_ROUTE),
            at_least("nginx cache ÷ nginx static", _ratio(ratios, "nginx cache, ours", "nginx static"), LEAST_CACHED),
            at_least("sheet ÷ nginx static", _ratio(ratios, "ours, sheet", "nginx static, sheet"), LEAST_SHEET),
        ]
    return verdict(*limits)


def archived(settings: Settings, path: Path) -> dict[str, bytes]:
    """Publish a version with an archive of tiles that do not compress; return the tiles by address behind /tiles/."""
    made = random.Random(1)
    x, y = (part.ravel() for part in np.meshgrid(np.arange(1 << ZOOM), np.arange(1 << ZOOM)))
    ids = tile_ids(ZOOM, x, y)
    order = np.argsort(ids)
    tiles = [gzip.compress(made.randbytes(SIZE - 23), 1, mtime=0) for _ in ids]
    write_archive(path, ids[order], tiles, Sheet("mvt", ZOOM, ZOOM, (46.0, 40.0, 87.0, 56.0), (67.0, 48.0), {}))
    home = Home(settings.home)
    version = home.version(home.current_id(settings.country))
    files = {name: version.folder / name for name in version.manifest["files"]}
    manifest = {name: value for name, value in version.manifest.items() if name not in {"files", "id", "format"}}
    home.publish(home.stage(VERSION, {**files, "tiles/bodies.pmtiles": path}, manifest).id)
    return {f"{ZOOM}/{x[k]}/{y[k]}.mvt": tile for k, tile in zip(order.tolist(), tiles, strict=True)}


@contextmanager
def servers(settings: Settings, folder: Path, tiles: Mapping[str, bytes]) -> Iterator[list[Asking]]:
    """Run all servers and yield what each is asked."""
    base = f"/tiles/kz/{VERSION}/bodies"
    ports = [free_port() for _ in range(6)]
    static, ours, small, granian, gunicorn, proxy = ports
    peer = {"BENCH_ARCHIVE": str(folder / "bodies.pmtiles"), "PYTHONPATH": str(ROOT)}
    env = {"BUDGETMAP_HOME": str(settings.home), "PYTHONPATH": str(ROOT)}
    serve = [sys.executable, "-c", "from geo.cli import main; main()", "serve", "--workers", "2", "--port"]
    listening = ["--host", "127.0.0.1", "--port", str(granian), "benchmarks.shared.flask_tiles:app"]
    gunicorned = ["-w", "2", "-k", "gthread", "--threads", "8", "-b", f"127.0.0.1:{gunicorn}", "--log-level", "error"]
    with ExitStack() as stack:
        stack.enter_context(server([*serve, str(ours)], ours, env))
        stack.enter_context(server([*serve, str(small)], small, {**env, "BUDGETMAP_CACHE_MB": "1"}))
        stack.enter_context(server([_bin("granian"), *GRANIAN, *listening], granian, peer))
        stack.enter_context(
            server([_bin("gunicorn"), *gunicorned, "benchmarks.shared.flask_tiles:app"], gunicorn, peer)
        )
        write_static(folder / "www", base, tiles, got(ours, SHEET, "br"))
        stack.enter_context(nginx(folder / "static", static, STATIC.format(port=static, root=folder / "www")))
        stack.enter_context(nginx(folder / "proxy", proxy, _documented(folder, proxy, ours)))
        yield [
            Asking(name, port, tuple(f"{before}/{place}" for place in tiles), "gzip")
            for name, port, before in (
                ("nginx static", static, base),
                ("ours", ours, base),
                ("ours, read from the archive", small, base),
                ("nginx cache, ours", proxy, base),
                ("Flask route, granian", granian, "/route"),
                ("Flask route, gunicorn", gunicorn, "/route"),
                ("pmtiles package, granian", granian, "/package"),
            )
        ] + [Asking("nginx static, sheet", static, (SHEET,), "br"), Asking("ours, sheet", ours, (SHEET,), "br")]


def write_static(root: Path, base: str, tiles: Mapping[str, bytes], sheet: bytes) -> None:
    """Write the same bytes as files for nginx."""
    for address, content in {SHEET: sheet, **{f"{base}/{place}": tile for place, tile in tiles.items()}}.items():
        path = root / address.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def same(rows: list[Asking], tiles: Mapping[str, bytes]) -> bytes:
    """Return the sheet; ends this program where a server gives other bytes than were put into the archive."""
    sheets = {got(row.port, path, row.coding) for row in rows for path in row.paths if path == SHEET}
    for row in rows:
        for path, tile in zip(row.paths, tiles.values(), strict=False):
            if path != SHEET and got(row.port, path, row.coding) != tile:
                raise SystemExit(f"{row.name}: another tile at {path}")
    if len(sheets) != 1:
        raise SystemExit("the sheets differ")
    return sheets.pop()


def in_turns(rows: list[Asking], folder: Path) -> dict[str, list[Load]]:
    """Return what wrk saw of each, turn by turn; one short turn before warms all of them up alike."""
    found: dict[str, list[Load]] = {row.name: [] for row in rows}
    for row in rows:
        asked(folder, row.port, row.paths, row.coding, 1)
    for _ in range(TURNS):
        for row in rows:
            found[row.name].append(asked(folder, row.port, row.paths, row.coding, SECONDS))
    return found


def printed(loads: Mapping[str, list[Load]], ratios: Mapping[str, list[float]]) -> None:
    """Print the table."""
    table(
        ("served by", "answers a second, median", "lowest", "highest", "99 %, ms", "× nginx static"),
        *(
            (
                name,
                f"{median(ratios[name]):,.0f}",
                f"{min(ratios[name]):,.0f}",
                f"{max(ratios[name]):,.0f}",
                f"{median(load.p99_ms for load in found):.1f}",
                f"{_ratio(ratios, name, 'nginx static, sheet' if 'sheet' in name else 'nginx static'):.3f}",
            )
            for name, found in loads.items()
        ),
    )


def _ratio(ratios: Mapping[str, list[float]], ours: str, peer: str) -> float:
    return median(a / b for a, b in zip(ratios[ours], ratios[peer], strict=True))


def _documented(folder: Path, port: int, ours: int) -> str:
    """Return the documented configuration with ports and folders of this run."""
    text = CONFIGURATION.read_text(encoding="utf-8")
    for before, now in (
        ("/var/cache/nginx/budgetmap", f"{folder}/cache"),
        ("127.0.0.1:8000", f"127.0.0.1:{ours}"),
        ("listen 80", f"listen 127.0.0.1:{port}"),
        ("server_name map.example", "server_name localhost 127.0.0.1"),
    ):
        text = text.replace(before, now)
    return text


def _found(program: str) -> bool:
    return shutil.which(program) is not None or Path(_bin(program)).exists()


def _bin(program: str) -> str:
    return str(Path(sys.executable).with_name(program))


if __name__ == "__main__":
    sys.exit(main())
