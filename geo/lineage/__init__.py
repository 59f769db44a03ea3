"""Stage 4. Two editions of borders → shares: which unit inherited what part of which.

Shares are read from a file, or derived from codes, land and people; either way the areas must bear them out.
"""

from __future__ import annotations

from geo.lineage.areas import BORDERS_MOVED, UNBELIEVABLE, check_areas, overlaps
from geo.lineage.codes import FormerCode, read_former_codes, read_former_names, translations
from geo.lineage.derived import Evidence, apportioned, bodies_in_both, derived
from geo.lineage.shares import MILLION, read_shares

__all__ = [
    "BORDERS_MOVED",
    "MILLION",
    "UNBELIEVABLE",
    "Evidence",
    "FormerCode",
    "apportioned",
    "bodies_in_both",
    "check_areas",
    "derived",
    "overlaps",
    "read_former_codes",
    "read_former_names",
    "read_shares",
    "translations",
]
