"""The map's style sheet in the colours of one palette: what an embed or a picture carries, and no other palette."""

from __future__ import annotations

import re
from functools import cache

from geo.core.palettes import STANDARD
from geo.web.assets import source

_DARK = "@media (prefers-color-scheme:dark)"
_COLOUR = re.compile(r"--(\w+):(#\w+)")


@cache
def worn(palette: str) -> str:
    """Return map.css with the palette's colours, light and dark, in place of the standard ones."""
    style = source("map.css")
    if palette == STANDARD:
        return style
    light, dark = re.findall(rf"\.palette-{palette}\{{([^}}]*)\}}", source("palettes.css"))
    before, after = style.split(_DARK)
    return f"{_recoloured(before, light)}{_DARK}{_recoloured(after, dark)}"


def _recoloured(style: str, rule: str) -> str:
    """Return a style in which properties that a rule sets have its colours."""
    own = dict(_COLOUR.findall(rule))
    return _COLOUR.sub(lambda match: f"--{match[1]}:{own.get(match[1], match[2])}", style)
