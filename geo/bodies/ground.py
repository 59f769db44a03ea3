"""What bodies are read against: places by code and by address, the country's bounds, its words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from geo.bodies.words import BodyWords


class Where(Protocol):
    """What an address was found to mean."""

    @property
    def code(self) -> str: ...  # noqa: D102
    @property
    def exactness(self) -> str: ...  # noqa: D102
    @property
    def doubts(self) -> tuple[str, ...]: ...  # noqa: D102


class Places(Protocol):
    """What the stage asks of a gazetteer."""

    def current(self, code: str) -> str: ...  # noqa: D102
    def region_of(self, code: str) -> str: ...  # noqa: D102
    def is_in(self, code: str, area: str) -> bool: ...  # noqa: D102
    def exactness_of(self, code: str) -> str: ...  # noqa: D102


@dataclass(frozen=True)
class Ground:
    """What bodies are read against; `bounds` are the country's west, south, east and north in degrees."""

    places: Places
    locate: Callable[[str, str], Where]  # (address, language) → where it lies
    languages: Sequence[str]
    bounds: tuple[float, float, float, float]
    words: BodyWords
