"""Geometry as serving needs it, made once: path strings of the drawn map, and the shapes that files hold."""

from geo.outlines.drawing import DRAWINGS, Drawing, outline, outline_places, path, spots
from geo.outlines.exported import FILE_DECIMALS, FILE_TOLERANCE_DEG, detailed, exported, generalised

__all__ = [
    "DRAWINGS",
    "FILE_DECIMALS",
    "FILE_TOLERANCE_DEG",
    "Drawing",
    "detailed",
    "exported",
    "generalised",
    "outline",
    "outline_places",
    "path",
    "spots",
]
