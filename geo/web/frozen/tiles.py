"""Tiles as plain files: each unpacked under its own address, for hosts that neither take archives apart nor pack.

Of the borders a few zooms are written, for their number grows fourfold with each; a map draws nearer ones from the
last. Of figures every tile is written: they are few, and only the last zooms show each organisation. Values are those
that a view of the site asks for.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator

from geo.core.errors import UnknownPage
from geo.core.pmtiles import zxy
from geo.core.view import View
from geo.versions import Version
from geo.web.frozen.plan import Plan
from geo.web.tiles.addresses import parse
from geo.web.tiles.tilesets import Tileset, Tilesets

Ask = Callable[[str], bytes]


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


def described(address: str, plan: Plan, ask: Ask) -> bytes:
    """Return the description of a tileset: of borders one whose last zoom is the last that is written."""
    content = ask(f"{address}.json")
    if not address.endswith("/units"):
        return content
    plain = json.loads(content)
    plain["maxzoom"] = min(plain["maxzoom"], plan.most_zoom)
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()


def unpacked(address: str, tilesets: Tilesets, plan: Plan) -> Iterator[tuple[str, bytes]]:
    """Yield (address, content) of each tile of a tileset that is written; raises DamagedVersion."""
    tileset, suffix = _opened(address, tilesets)
    for z, x, y in _places(tileset, address, plan):
        found = tileset.tile(z, x, y)
        if found is not None:
            content = tileset.unpacked(found[0]) if tileset.is_packed else found[0]
            yield f"{address}/{z}/{x}/{y}.{suffix}", content


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


def _places(tileset: Tileset, address: str, plan: Plan) -> Iterator[tuple[int, int, int]]:
    most = plan.most_zoom if address.endswith("/units") else tileset.archive.header.max_zoom
    places = zxy(tileset.archive.tile_ids())
    yield from (place for place in zip(*(axis.tolist() for axis in places), strict=True) if place[0] <= most)
