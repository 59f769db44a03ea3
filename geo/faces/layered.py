"""What a map that stands alone is made of: shapes once, layers that colour them, and the page around."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

Geometry = Mapping[str, Any]  # of GeoJSON


@dataclass(frozen=True)
class Shown:
    """One layer that a reader may choose, by unit: its tone, what is said of it, the radius of its circle."""

    name: str
    tones: Sequence[str]
    said: Sequence[str]
    radii: Sequence[float] = ()  # pixels, 0 where there is none; empty: the layer colours the shapes themselves


@dataclass(frozen=True)
class Layered:
    """All layers of one map; the first is shown until a reader chooses another."""

    label: str  # the map in words
    shapes: Sequence[Geometry]  # in unit order
    shown: Sequence[Shown]
    spots: Sequence[tuple[float, float]] = ()  # lon, lat of the circles in unit order, where there are any
    ground: Sequence[Geometry] = ()  # what lies around places
    highlight: int = -1  # the number of the unit that stands out
    words: Mapping[str, str] = field(default_factory=dict)  # of the buttons: zoom_in, zoom_out, chosen


@dataclass(frozen=True)
class Page:
    """The page that a map stands in; `is_sealed`: its policy lets nothing run or load that is not in it."""

    lang: str
    title: str
    styles: str  # in what tones are drawn
    before: Markup
    after: Markup
    is_sealed: bool = True
