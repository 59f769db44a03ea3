"""Published figures in Python: `from geo import open_version`.

    figures = open_version("https://example.org/")            or the folder of a home: open_version("tiles")
    figures.layer("kz/region/executed/2024?per=person").to_geodataframe()

A folder is read by the service itself, in this process, and a site is asked for the same addresses: what comes back
is the same, byte for byte.
"""

from geo.client.figures import Figures, open_version
from geo.client.maplayer import MapLayer

__all__ = ["Figures", "MapLayer", "open_version"]
