"""Stage 5. Entries × placements → totals, also restated into other borders; exact to the minor unit.

The engine adds int64 with a 128-bit accumulator; a float would miss the national total (2^53 is 90 trillion tenge
in tiyn). Entries meet places by an equal-key join that every engine can do.
"""

from geo.sums.adding import Adder, Entries, totals
from geo.sums.amending import amended
from geo.sums.kept import Kept, Waiting
from geo.sums.restating import MILLION, apportioned, restate, restate_parts

__all__ = [
    "MILLION",
    "Adder",
    "Entries",
    "Kept",
    "Waiting",
    "amended",
    "apportioned",
    "restate",
    "restate_parts",
    "totals",
]
