"""Tiles as plain files: each unpacked under its own address, for hosts that neither take archives apart nor pack.

Of the borders a few zooms are written, for their number grows fourfold with each; a map draws nearer ones from the
last. Of figures every tile is written: they are few, and only the last zooms show each organisation. Values are those
that a view of the site asks for. Where a service answers that there is nothing, a plain host says that the file is
missing, which browsers complain of. So a description says which tiles are held, and the map asks for no others; of
pictures, which are few, empty ones stand in the gaps.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable, Iterable, Iterator

from geo.core.errors import UnknownPage
from geo.core.pmtiles import zxy
from geo.core.view import View
from geo.versions import Version
from geo.web.frozen.plan import Plan
from geo.web.tiles.addresses import parse
from geo.web.tiles.tilesets import Tileset, Tilesets

Ask = Callable[[str], bytes]
MOST_FILLED = 400  # places of a zoom that are filled with empty pictures
HELD = "held"  # of a description: which tiles there are
_PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAAC0lEQVR42mNgAAIAAAUAAen63NgAAAAASUVORK5CYII="  # transparent
)


def tilesets_of(version: Version, views: Iterable[View], plan: Plan) -> Iterator[str]:
    """Yield the addresses of the tilesets that a version has and a plan holds, from the root, without an ending."""
    values = {f"values/{view.month}/{view.function or 'all'}" for view in views}
    for address in every_tileset(version):
        _, _, _, kind, *rest = address.split("/")
        if kind in plan.tiles and (kind != "values" or "/".join([kind, *rest]) in values):
            yield address


def every_tileset(version: Version) -> Iterator[str]:
    """Yield the addresses of all tilesets of a version."""
    country = version.country.id
    known = (name.removesuffix(".pmtiles") for name in version.manifest["files"] if name.endswith(".pmtiles"))
    for name in sorted(one.removeprefix("tiles/") for one in known):
        kind, _, rest = name.partition("/")
        yield f"tiles/{country}/{rest}/units" if kind == "units" else f"tiles/{country}/{version.id}/{name}"


def described(address: str, tilesets: Tilesets, plan: Plan, ask: Ask, written: Iterable[str] = ()) -> bytes:
    """Return the description of a tileset: which tiles are held, of borders the last zoom that is written.

    That of organisations also says of which periods and functions there are values, by the tilesets that are `written`.
    """
    plain = json.loads(ask(f"{address}.json"))
    tileset, suffix = _opened(address, tilesets)
    if address.endswith("/units"):
        plain["maxzoom"] = min(plain["maxzoom"], plan.most_zoom)
    if address.endswith("/bodies"):
        beside = address.removesuffix("bodies") + "values/"
        plain["values"] = [one.removeprefix(beside) for one in written if one.startswith(beside)]
    if suffix != "png":
        plain[HELD] = ranges(_places(tileset, address, plan))
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()


def ranges(places: Iterable[tuple[int, int, int]]) -> dict[str, list[list[int]]]:
    """Return places by zoom as [column, first row, last row], in order: of rows that follow each other one."""
    found: dict[str, list[list[int]]] = {}
    for z, x, y in sorted(places):
        rows = found.setdefault(str(z), [])
        if rows and rows[-1][0] == x and rows[-1][2] == y - 1:
            rows[-1][2] = y
        else:
            rows.append([x, y, y])
    return found


def unpacked(address: str, tilesets: Tilesets, plan: Plan) -> Iterator[tuple[str, bytes]]:
    """Yield (address, content) of each tile of a tileset that is written; raises DamagedVersion."""
    tileset, suffix = _opened(address, tilesets)
    for z, x, y in _places(tileset, address, plan):
        found = tileset.tile(z, x, y)
        if found is not None:
            content = tileset.unpacked(found[0]) if tileset.is_packed else found[0]
            yield f"{address}/{z}/{x}/{y}.{suffix}", content
    for z, x, y in _gaps(tileset, address, plan) if suffix == "png" else ():
        yield f"{address}/{z}/{x}/{y}.{suffix}", _PIXEL


def left_out(address: str, tilesets: Tilesets, plan: Plan | None) -> int:
    """Return how many tiles of a tileset a plan does not write; no plan writes none."""
    tileset, _ = _opened(address, tilesets)
    written = 0 if plan is None else sum(1 for _ in _places(tileset, address, plan))
    return len(tileset.archive.tile_ids()) - written


def _opened(address: str, tilesets: Tilesets) -> tuple[Tileset, str]:
    """Return an open tileset and the ending of its tiles."""
    whole = parse(f"/{address}.json")
    if whole is None:
        raise UnknownPage()
    return tilesets.tileset(tilesets.version(whole), whole), whole.format


def _gaps(tileset: Tileset, address: str, plan: Plan) -> Iterator[tuple[int, int, int]]:
    """Yield the places within the bounds of an archive where it has no tile, of zooms that have few places."""
    head, held = tileset.archive.header, {*_places(tileset, address, plan)}
    most = max((z for z, _, _ in held), default=-1)
    for z in range(head.min_zoom, most + 1):
        left, top = tile_of(z, head.min_lon, head.max_lat)
        right, bottom = tile_of(z, head.max_lon, head.min_lat)
        if (right - left + 1) * (bottom - top + 1) <= MOST_FILLED:
            every = ((z, x, y) for x in range(left, right + 1) for y in range(top, bottom + 1))
            yield from (place for place in every if place not in held)


def tile_of(z: int, lon: float, lat: float) -> tuple[int, int]:
    """Return the column and row of the tile of a zoom that holds a place, in the projection of tiles."""
    count = 1 << z
    across = (lon + 180) / 360
    down = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    x, y = (min(count - 1, max(0, math.floor(part * count))) for part in (across, down))
    return x, y


def _places(tileset: Tileset, address: str, plan: Plan) -> Iterator[tuple[int, int, int]]:
    most = plan.most_zoom if address.endswith("/units") else tileset.archive.header.max_zoom
    places = zxy(tileset.archive.tile_ids())
    yield from (place for place in zip(*(axis.tolist() for axis in places), strict=True) if place[0] <= most)
