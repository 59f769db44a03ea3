"""Stage. The classifier of places → a table of every region, district and settlement, and answers about them.

A gazetteer tells what a place lies in, finds it by name, and places an address as exactly as it can without guessing.
"""

from __future__ import annotations

from geo.gazetteer.addresses import Located, located
from geo.gazetteer.places import Gazetteer, Match, gazetteer_of
from geo.gazetteer.settlements import COLUMNS, Reading, read_settlements

__all__ = ["COLUMNS", "Gazetteer", "Located", "Match", "Reading", "gazetteer_of", "located", "read_settlements"]
