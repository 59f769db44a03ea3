"""Files that need a library of their own, written in a child process of limited means from an order of lines of JSON.

The service starts the child and knows no such library; the modules beside `apart` are imported in the child alone.
"""

from geo.exporting.apart import WRITERS, Limits, written

__all__ = ["WRITERS", "Limits", "written"]
