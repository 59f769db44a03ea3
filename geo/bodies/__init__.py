"""Stage. A register's rows → bodies with their numbers checked and their places known, or every fault of the file."""

from __future__ import annotations

from geo.bodies.ground import Ground, Places, Where
from geo.bodies.points import disagreements
from geo.bodies.reading import BESIDE, COLUMNS, BodiesReading, read_bodies
from geo.bodies.words import BodyWords, read_words

__all__ = [
    "BESIDE",
    "COLUMNS",
    "BodiesReading",
    "BodyWords",
    "Ground",
    "Places",
    "Where",
    "disagreements",
    "read_bodies",
    "read_words",
]
