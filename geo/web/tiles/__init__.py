"""Tiles: archives of the published versions, one answer a tile, described by TileJSON, whole by ranges."""

from geo.web.tiles.routes import blueprint
from geo.web.tiles.tilesets import Tilesets

__all__ = ["Tilesets", "blueprint"]
