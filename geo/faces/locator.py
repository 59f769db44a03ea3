"""A small map of where a body is: the country, its unit filled, and a point where one is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from geo.faces.mark import watermark

_DOT, _RING = 6, 15  # grid units of the small drawing, which is some 600 wide


def locator(
    drawing: Mapping[str, Any], number: int | None, spot: tuple[float, float] | None, said: str, mark: str
) -> Markup:
    """Return the map with the unit of that number filled, as one picture with a description; `mark` goes across it."""
    paths = drawing["units"]
    others = "".join(path for k, path in enumerate(paths) if k != number)
    parts = [Markup('<path class="u" d="%s"/>') % others]
    if number is not None:
        parts.append(Markup('<path class="u here" d="%s"/>') % paths[number])
    if spot is not None:
        dot = Markup('<circle class="ring" cx="%s" cy="%s" r="%s"/><circle class="spot" cx="%s" cy="%s" r="%s"/>')
        parts.append(dot % (*spot, _RING, *spot, _DOT))
    # The room below the country holds insets on other maps; here it would be empty.
    height = round(drawing["height"] - 0.05 * drawing["width"])
    parts.append(watermark(mark, drawing["width"], height))
    size = Markup('<svg class="locator" viewBox="0 0 %s %s" role="img" aria-label="%s">%s</svg>')
    return size % (drawing["width"], height, said, Markup("").join(parts))
