"""What an operator asks of an import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from geo.plausible import DOUBTS
from geo.profiles import JUDGEMENTS

# What a person may look into and accept: unusual, yet nothing in the files proves it wrong.
ACCEPTABLE = JUDGEMENTS | DOUBTS | {"E-IN-05", "E-SUM-18"}


@dataclass(frozen=True)
class Order:
    """Files to bring in and what was said about them; what is empty was not said."""

    files: tuple[Path, ...]
    at: str  # UTC, to the second
    profile: str = ""  # name, or path of a TOML file; empty: recognised by its headings
    period: str = ""  # only this month is taken
    units: Mapping[str, str] = field(default_factory=dict)  # name of a file, or "" for the only one → unit_id
    revision: int = 0
    accepted: frozenset[str] = frozenset()  # codes of judgements that the operator has looked at
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    author: str = ""
    note: str = ""

    def unit_of(self, file: Path) -> str:
        """Return the unit that was named for a file."""
        return self.units.get(str(file)) or self.units.get(file.name) or self.units.get("", "")
