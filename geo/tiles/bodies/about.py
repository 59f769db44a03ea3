"""What the archives of a version say of themselves beside what their tiles hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class About:
    """A name, the money, whether the bodies are made up; `more` is put into the metadata as it is."""

    name: str
    currency: str
    minor_units: int  # of one unit of currency
    is_synthetic: bool
    more: Mapping[str, Any] = field(default_factory=dict)

    def described(self) -> dict[str, Any]:
        """Return it as metadata."""
        own = {name: getattr(self, name) for name in ("name", "currency", "minor_units", "is_synthetic")}
        return {**self.more, **own}
