"""The library of moving maps, imported without what it would bring along for data frames: 70 MB of a process.

folium imports pandas where that is installed, to understand frames; a service has none to give.
"""

from __future__ import annotations

import sys
import threading
from importlib import import_module

_MAPS, _FRAMES = "geo.faces.leaflet", "pandas"
_LOCK = threading.Lock()


def import_maps() -> None:
    """Import the maker of moving maps, once; where data frames are in use already they are left to it."""
    with _LOCK:
        if _MAPS in sys.modules or _FRAMES in sys.modules:
            import_module(_MAPS)
            return
        sys.modules[_FRAMES] = None  # type: ignore[assignment] # "is not installed", for whoever imports it meanwhile
        try:
            import_module(_MAPS)
        finally:
            del sys.modules[_FRAMES]
