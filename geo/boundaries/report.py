"""The account of what was done to a foreign file to make units of it; everything in it can be written as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from geo.core.errors import Fault


@dataclass(frozen=True)
class Repaired:
    """One unit whose polygon crossed itself."""

    unit_id: str
    reason: str
    change_m2: float


@dataclass(frozen=True)
class Pair:
    """What lay twice, or not at all, between two units."""

    unit_ids: tuple[str, ...]
    km2: float


@dataclass(frozen=True)
class Report:
    """What was done to a file to make units of it; everything in it can be written as JSON."""

    file: str
    sha256: str
    crs: str  # as stated; empty: none
    units: int = 0
    points: int = 0
    area_km2: float = 0.0
    invalid: tuple[Repaired, ...] = ()
    overlaps: tuple[Pair, ...] = ()  # the largest first
    gaps: tuple[Pair, ...] = ()
    changes: Mapping[str, float] = field(default_factory=dict)  # unit_id → share of its area won or lost
    worst: str = ""  # the unit that changed most
    fell_back: tuple[tuple[str, str, str], ...] = ()  # unit_id, language without a name, language lending its own
    rows: Mapping[str, int] = field(default_factory=dict)  # unit_id → number of its feature
    warnings: tuple[Fault, ...] = ()

    @property
    def overlap_km2(self) -> float:
        """Return how much lay in two units at once."""
        return sum(pair.km2 for pair in self.overlaps)

    @property
    def gap_km2(self) -> float:
        """Return how much lay in no unit and does now."""
        return sum(pair.km2 for pair in self.gaps)

    def to_json(self) -> dict[str, Any]:
        """Return plain values, the sums among them."""
        return {**asdict(self), "overlap_km2": self.overlap_km2, "gap_km2": self.gap_km2}
