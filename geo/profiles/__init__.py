"""How a publisher's file becomes rows of ours: a profile says it, in TOML; see docs/profiles.md.

A profile is data: a new publisher is a new file in data/budget/<country>/profiles/, never a change of this code.
"""

from __future__ import annotations

from geo.profiles.columns import columns_of
from geo.profiles.delivering import deliver
from geo.profiles.headings import Recognised, find_columns, recognise
from geo.profiles.language import Given, Profile
from geo.profiles.laws import JUDGEMENTS
from geo.profiles.reading import check_profile, find_profiles, read_profile

__all__ = [
    "JUDGEMENTS",
    "Given",
    "Profile",
    "Recognised",
    "check_profile",
    "columns_of",
    "deliver",
    "find_columns",
    "find_profiles",
    "read_profile",
    "recognise",
]
