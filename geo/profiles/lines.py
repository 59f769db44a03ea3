"""What stands between a layout and the book: rows as numbers of vocabularies, with their amounts by phase."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from geo.profiles.vocabulary import Bools, Ints

Cells: TypeAlias = tuple[Ints, Bools]  # minor units, and which rows have an amount


@dataclass(frozen=True)
class Lines:
    """Rows of figures; a negative number means that the row was found wrong."""

    rows: Ints  # as the file counts
    unit: Ints
    period: Ints
    function: Ints
    body: Ints
    amounts: Mapping[str, Cells]  # by phase
    kept_apart: Ints  # tells rows of the same key that are no duplicates: the phase of a long file, else 0

    def where(self, mask: Bools) -> Lines:
        """Return only some of the rows."""
        return replace(
            self,
            **{name: getattr(self, name)[mask] for name in ("rows", "unit", "period", "function", "body")},
            kept_apart=self.kept_apart[mask],
            amounts={phase: (values[mask], has[mask]) for phase, (values, has) in self.amounts.items()},
        )

    @property
    def are_sound(self) -> Bools:
        """Tell which rows have nothing wrong in their keys."""
        return np.asarray(np.minimum.reduce([self.unit, self.period, self.function, self.body]) >= 0)

    @property
    def have_amounts(self) -> Bools:
        """Tell which rows have an amount at all."""
        return np.asarray(np.logical_or.reduce([has for _, has in self.amounts.values()]))
