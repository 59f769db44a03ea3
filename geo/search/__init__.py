"""What a reader types → what a version holds by that name or code; no HTTP here, no words for people, no building.

An index is made with a version by `geo.finding`; here it is opened, asked and read out.
"""

from __future__ import annotations

from geo.search.asked import LONGEST, Asked, asked
from geo.search.found import Found, examples, search
from geo.search.hits import Hit, Pieces
from geo.search.index import KINDS

__all__ = ["KINDS", "LONGEST", "Asked", "Found", "Hit", "Pieces", "asked", "examples", "search"]
