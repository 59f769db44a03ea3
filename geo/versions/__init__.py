"""Stage 8. Stage, check, publish, open: the only reader and writer of versions.

A version is an immutable, self-checked folder of small files; serving opens it and does nothing else.
"""

from geo.versions.home import Home
from geo.versions.opened import Unit, Version
from geo.versions.publications import Publication

__all__ = ["Home", "Publication", "Unit", "Version"]
