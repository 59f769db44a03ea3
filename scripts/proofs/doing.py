"""An act that may be interrupted: what it begins from, what whoever was interrupted does next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from geo.core.settings import Settings

Act = Callable[[Settings], object]


def nothing(now: Settings) -> None:
    """Do nothing: what most acts begin with."""


@dataclass(frozen=True)
class Doing:
    """An act on copies of a home."""

    name: str
    act: Act
    settings: Settings  # of the home before; only read
    again: Act  # in a process of its own
    begins: Act = nothing  # what the process has in memory before the act
