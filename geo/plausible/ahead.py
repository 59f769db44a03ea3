"""Figures of what was done in a month that has not begun: a year mistyped, or a plan in the wrong column."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from geo.core.errors import Fault
from geo.plausible.cases import Doubt

_MOST = 5  # months named in one sentence


def not_begun(sums: pd.DataFrame, month: str, file: str) -> Iterator[Fault]:
    """Yield one doubt (E-PER-22) that lists the months after `month`, YYYY-MM, for which something was executed."""
    ahead = sums[(sums["phase"] == "executed") & (sums["period"] > month) & (sums["amount_minor"] != 0)]
    if periods := sorted(set(ahead["period"])):
        shown = ", ".join(periods[:_MOST]) + (" …" if periods[_MOST:] else "")
        yield Fault(file, 0, "", Doubt.NOT_BEGUN, shown, {"count": str(len(periods))})
