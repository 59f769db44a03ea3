"""Foreign files are opened here, each in a child process of limited means; what comes out is plain cells and facts."""

from __future__ import annotations

from geo.foreign.limits import Limits
from geo.foreign.reading import Sniffed, read_cells, sniff

__all__ = ["Limits", "Sniffed", "read_cells", "sniff"]
