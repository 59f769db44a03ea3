"""The shapes of a level as GeoJSON text, one unit at a time: generalised as the map is, or in every detail."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from geo.core.errors import NoSourceGeometry
from geo.core.text import Text
from geo.faces.exports.table import encoded
from geo.versions import Version

MAP, SOURCE = "map", "source"


class Shapes(Protocol):
    """Shapes by the number of their unit."""

    @property
    def numbers(self) -> Mapping[str, int]:
        """Return unit_id → number."""

    def shape(self, number: int) -> bytes:
        """Return a geometry as GeoJSON text."""

    def bbox(self, numbers: Sequence[int]) -> list[float] | None:
        """Return west, south, east, north of some shapes."""

    def about(self, text: Text) -> dict[str, Any]:
        """Return what is to be known of them, in a language."""


def shapes_of(version: Version, edition: str, level: str, geometry: str) -> Shapes:
    """Return the shapes of a level of an edition; raises NoSourceGeometry for a version without them in detail."""
    numbers, key = version.level(edition, level).numbers, f"{edition}/{level}"
    if geometry == MAP:
        return _Drawn(numbers, version.json(f"{key}/geometry.json"))
    if f"{key}/source.json" not in version.manifest["files"]:
        raise NoSourceGeometry()
    return _Detailed(numbers, version.json(f"{key}/source.json"), version, f"{key}/source.jsonl")


@dataclass(frozen=True)
class _Drawn:
    numbers: Mapping[str, int]
    plain: Mapping[str, Any]

    def shape(self, number: int) -> bytes:
        return encoded(self.plain["geometries"][number]).encode()

    def bbox(self, numbers: Sequence[int]) -> list[float] | None:
        if len(numbers) == len(self.numbers):
            return list(self.plain["bbox"])
        return bounds([self.plain["geometries"][number] for number in numbers])

    def about(self, text: Text) -> dict[str, Any]:
        tolerance = self.plain["tolerance_deg"]
        said = text("export.generalised", tolerance=text.number(tolerance, 2)) if tolerance else text("export.points")
        return {"tolerance_deg": tolerance, "is_official": False, "note": said}


@dataclass(frozen=True)
class _Detailed:
    numbers: Mapping[str, int]
    plain: Mapping[str, Any]
    version: Version
    name: str

    def shape(self, number: int) -> bytes:
        start, end = self.plain["offsets"][number : number + 2]
        with (self.version.folder / self.name).open("rb") as file:
            file.seek(start)
            return file.read(end - start).rstrip()

    def bbox(self, numbers: Sequence[int]) -> list[float] | None:
        if len(numbers) == len(self.numbers):
            return list(self.plain["bbox"])
        return bounds([json.loads(self.shape(number)) for number in numbers])

    def about(self, text: Text) -> dict[str, Any]:
        repairs, given = self.plain["repairs"], self.plain["metadata"]
        said = text("export.detailed")
        told = text("export.unknown_repairs") if repairs is None else _repaired(repairs, text)
        kept = {key: given[key] for key in ("source", "credits", "licence") if key in given}
        return {
            "tolerance_deg": given.get("tolerance_deg", 0),
            "is_official": False,
            "note": f"{said} {told}",
            "repairs": repairs,
            **kept,
        }


def _repaired(repairs: Mapping[str, int], text: Text) -> str:
    return text(
        "export.repaired",
        outlines=repairs["outlines"],
        overlaps=text.number(repairs["overlaps_m2"] / 1e6, 2),
        gaps=text.number(repairs["gaps_m2"] / 1e6, 3),
        worst=text.number(repairs["worst_change_ppm"] / 1e4, 3),
    )


def bounds(shapes: Sequence[Mapping[str, Any]]) -> list[float] | None:
    """Return west, south, east, north of geometries; None where there is none."""
    points: list[list[float]] = []
    waiting = [shape["coordinates"] for shape in shapes]
    while waiting:
        part = waiting.pop()
        if isinstance(part[0], list):
            waiting += part
        else:
            points.append(part)
    if not points:
        return None
    lons, lats = zip(*points, strict=True)
    return [min(lons), min(lats), max(lons), max(lats)]
