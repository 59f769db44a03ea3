"""A version of the small country with archives of a few tiles whose content says where they lie."""

import json
from dataclasses import replace

import numpy as np

from geo.core.pmtiles import tile_id
from geo.tiles.archive import Sheet, gzipped, write_archive
from geo.versions import Home

EDITION = "2020-01-01"
LEAST, MOST = 0, 4  # zooms of every archive
LAYERS = [{"id": "units", "description": "Territories", "fields": {"unit_id": "Code", "name_kk": "Name"}}]
FIGURES = {"period": "2024-12", "function": "all", "minor_units": 100, "value_shifts": [0, 1, 2, 1, 0]}
BOUNDS, CENTER = (60.0, 40.0, 64.0, 44.0), (62.0, 42.0)
RASTER = b"II*\x00" + bytes(range(256)) * 300


def has(z, x, y):
    """Tell whether the archives hold a tile."""
    return LEAST <= z <= MOST and 0 <= x < 1 << z and 0 <= y < 1 << z and (x + 2 * y) % 3 != 2


def content(kind, z, x, y):
    """Return what a tile says."""
    return json.dumps({"kind": kind, "at": [z, x, y], "fill": "Әңү " * 40}, ensure_ascii=False).encode()


def places():
    """Yield every (z, x, y) that the archives hold."""
    for z in range(LEAST, MOST + 1):
        yield from ((z, x, y) for x in range(1 << z) for y in range(1 << z) if has(z, x, y))


def archive(folder, kind, tile_type="mvt", compression="gzip"):
    """Return the bytes of an archive."""
    found = sorted((tile_id(*place), content(kind, *place)) for place in places())
    tiles = [tile for _, tile in found]
    sheet = Sheet(tile_type, LEAST, MOST, BOUNDS, CENTER, {"name": kind, "vector_layers": LAYERS, **FIGURES})
    path = folder / "archive.pmtiles"
    packed = gzipped(tiles) if compression == "gzip" else tiles
    write_archive(path, np.array([number for number, _ in found]), packed, sheet, compression)
    return path.read_bytes()


def archives(folder, kind=""):
    """Return the files of a version that hold tiles; `kind` makes their content another."""
    return {
        f"tiles/units/{EDITION}.pmtiles": archive(folder, f"units{kind}"),
        "tiles/bodies.pmtiles": archive(folder, f"bodies{kind}"),
        "tiles/values/2024-12/all.pmtiles": archive(folder, f"values{kind}", "json"),
        "tiles/values/2024-12/01.pmtiles": archive(folder, f"01{kind}", "json"),
        "tiles/surface.pmtiles": archive(folder, f"surface{kind}", "png", "none"),
        "tiles/surface.json": b'{"unit":"tenge per km2","error":"0"}',
        "tiles/surface.tif": RASTER,
    }


def staged(settings, folder, version_id, kind=""):
    """Stage the version in force once more, with tiles, under another id; return the id."""
    home = Home(settings.home)
    version = home.version(home.current_id(settings.country))
    kept = {name: (version.folder / name).read_bytes() for name in version.manifest["files"] if name[:6] != "tiles/"}
    manifest = {name: value for name, value in version.manifest.items() if name not in {"files", "id", "format"}}
    return home.stage(version_id, {**kept, **archives(folder, kind)}, manifest).id


def with_tiles(settings, folder, version_id, kind=""):
    """Publish such a version and return the settings."""
    Home(settings.home).publish(staged(settings, folder, version_id, kind))
    return settings


def at(settings, home):
    """Return the settings of another home."""
    return replace(settings, home=home)
