"""A file beside what is in force: the months that nobody asked for, where they differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from geo.core.errors import Fault

_REPORT = ["unit_id", "period", "phase"]
_MOST = 5  # reports named in one sentence


def otherwise_in_force(sums: pd.DataFrame, history: pd.DataFrame, period: str, file: str) -> Iterator[Fault]:
    """Yield a warning (W-IN-06) where a file's months beside the one asked for differ from what is in force.

    Only units, months and phases of which something is in force are compared, by functional group, to the tiyn.
    """
    theirs = sums[sums["period"] != period]
    known = pd.MultiIndex.from_frame(history[_REPORT])
    theirs = theirs[pd.MultiIndex.from_frame(theirs[_REPORT]).isin(known)]
    ours = history[known.isin(pd.MultiIndex.from_frame(theirs[_REPORT]))]
    # Whole numbers that may be missing: as floats large ones would come out alike.
    both = pd.concat(
        [table.groupby([*_REPORT, "function"])["amount_minor"].sum().astype("Int64") for table in (theirs, ours)],
        axis=1,
        keys=["theirs", "ours"],
    ).fillna(0)
    differing = both[both["theirs"] != both["ours"]].reset_index()
    reports = sorted(set(differing["unit_id"] + "/" + differing["period"]))
    if reports:
        yield Fault(file, 0, "", "W-IN-06", listed(reports), {"count": str(len(reports)), "period": period})


def listed(reports: Sequence[str]) -> str:
    """Return the first of some reports, with a mark where there are more."""
    return ", ".join(reports[:_MOST]) + (" …" if reports[_MOST:] else "")
