"""The features of foreign borders as they pass: polygons as WKB, properties as text, and what was found on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from geo.core.errors import Fault

MOST_MB = 500
MOST_POINTS = 5_000_000
MOST_POINTS_OF_FEATURE = 500_000
MOST_FEATURES = 100_000
MOST_PROPERTIES = 1_000
MOST_CHARACTERS = 10_000  # of one property
FARTHEST = 1e9  # metres or degrees: no coordinate system of the Earth needs more
POLYGONS = ("Polygon", "MultiPolygon")


@dataclass(frozen=True)
class Property:
    """One property of a feature as text, and what it was: s(tring), n(umber), b(oolean), z (null), o(ther)."""

    text: str
    kind: str


@dataclass(frozen=True)
class Feature:
    """One feature: its number in the file from 1, its polygons as WKB (empty: a fault tells why), its properties."""

    number: int
    geometry: bytes
    properties: Mapping[str, Property]
    points: int = 0
    has_heights: bool = False


@dataclass
class Reading:
    """What is found out about a file while its features pass by."""

    file: str
    crs: str = ""  # as stated; empty: none
    points: int = 0
    features: int = 0
    with_heights: int = 0
    is_cut: bool = False  # too large: not read to its end
    faults: list[Fault] = field(default_factory=list)

    def fault(self, row: int, column: str, code: str, value: str = "") -> None:
        """Note one fault of this file."""
        self.faults.append(Fault(self.file, row, column, code, value))

    def count(self, feature: Feature) -> None:
        """Count a feature; a file that has become too large is cut here, which is a fault."""
        self.points += feature.points
        self.features += 1
        self.with_heights += feature.has_heights
        if feature.points > MOST_POINTS_OF_FEATURE:
            self.fault(feature.number, "geometry", "E-LIM-04", str(MOST_POINTS_OF_FEATURE))
        if self.points > MOST_POINTS:
            self.fault(0, "geometry", "E-LIM-04", str(MOST_POINTS))
        if self.features > MOST_FEATURES:
            self.fault(0, "", "E-LIM-06", str(MOST_FEATURES))
        self.is_cut = self.points > MOST_POINTS or self.features > MOST_FEATURES


def properties_of(stated: Mapping[str, Any], number: int, reading: Reading) -> dict[str, Property]:
    """Return properties as text with their kinds; more, or longer ones, than a unit can need are faults."""
    if len(stated) > MOST_PROPERTIES:
        reading.fault(number, "", "E-LIM-06", str(MOST_PROPERTIES))
        return {}
    properties = {whole_text(name): _property(value) for name, value in stated.items()}
    for name, found in properties.items():
        if len(found.text) > MOST_CHARACTERS:
            reading.fault(number, name, "E-LIM-06", str(MOST_CHARACTERS))
    return {name: Property(found.text[:MOST_CHARACTERS], found.kind) for name, found in properties.items()}


def _property(value: Any) -> Property:
    if value is None:
        return Property("", "z")
    if isinstance(value, bool):
        return Property("true" if value else "false", "b")
    if isinstance(value, str):
        return Property(whole_text(value), "s")
    if isinstance(value, int | float):
        return Property(str(value), "n")
    return Property("", "o")


def whole_text(text: str) -> str:
    """Return a text with a mark in place of halves of characters, which JSON can write and no file can hold."""
    return "".join("\N{REPLACEMENT CHARACTER}" if "\ud800" <= c <= "\udfff" else c for c in text)
