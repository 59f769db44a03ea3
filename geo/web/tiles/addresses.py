"""Addresses of tiles: one spelling each, taken apart by one strict pattern.

    /tiles/<country>/<edition>/units/{z}/{x}/{y}.mvt          borders: of the version in force
    /tiles/<country>/<version>/bodies/{z}/{x}/{y}.mvt         figures: of one version, the same for good
    /tiles/<country>/<version>/values/<period>/<function|all>/{z}/{x}/{y}.json
    /tiles/<country>/<version>/surface/{z}/{x}/{y}.png

Instead of `/{z}/{x}/{y}.…` stands `.json` for the TileJSON, `.pmtiles` for the whole archive, `.tif` for the raster.
"""

from __future__ import annotations

import re
from typing import NamedTuple

ROOT = "/tiles/"
UNITS = "units"
FORMATS = {UNITS: "mvt", "bodies": "mvt", "values": "json", "surface": "png"}
_WORD = "[a-z0-9][a-z0-9-]{0,63}"
_NUMBER = "(0|[1-9][0-9]{0,8})"
_ADDRESS = re.compile(
    f"/tiles/({_WORD})/({_WORD})/(units|bodies|surface|values/{_WORD}/{_WORD})"
    rf"(?:/{_NUMBER}/{_NUMBER}/{_NUMBER})?\.([a-z]{{3,7}})",
    re.ASCII,
)


class Address(NamedTuple):
    """An address taken apart; `place` is (z, x, y) of a tile, None for what describes or holds all of them."""

    country: str
    name: str  # an edition of the borders or a version
    tileset: str  # "units", "bodies", "surface" or "values/<period>/<function>"
    place: tuple[int, int, int] | None
    suffix: str

    @property
    def is_of_borders(self) -> bool:
        """Tell whether the name is an edition: the answer is that of the version in force."""
        return self.tileset == UNITS

    @property
    def stem(self) -> str:
        """Return the name of the version's file without its ending."""
        return f"tiles/units/{self.name}" if self.is_of_borders else f"tiles/{self.tileset}"

    @property
    def format(self) -> str:
        """Return the ending of the tiles."""
        return FORMATS[self.tileset.split("/", 1)[0]]

    @property
    def path(self) -> str:
        """Return the address of the tileset from the root, no slash before, no ending."""
        return f"tiles/{self.country}/{self.name}/{self.tileset}"


def parse(path: str) -> Address | None:
    """Return the address, or None for every other spelling."""
    match = _ADDRESS.fullmatch(path)
    if match is None:
        return None
    country, name, tileset, z, x, y, suffix = match.groups()
    place = None if z is None else (int(z), int(x), int(y))
    address = Address(country, name, tileset, place, suffix)
    if place is not None:
        return address if suffix == address.format else None
    wholes = {"json", "pmtiles", *(["tif"] if tileset == "surface" else [])}
    return address if suffix in wholes else None
