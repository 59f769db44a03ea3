"""What the files of one order say together: named twice, contradicting one another, of an older revision."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

import pandas as pd

from geo.core.delivery import Delivery
from geo.core.errors import Fault
from geo.intake.beside import listed
from geo.intake.reading import Read
from geo.ledger import Ledger


def named_twice(reads: Sequence[Read]) -> Iterator[Fault]:
    """Yield a warning (W-IN-05) for each file whose content was named before, under this or another name."""
    first: dict[tuple[str, str], str] = {}
    for delivery in _deliveries(reads):
        key = (delivery.sha256, delivery.profile_sha256)
        if key in first:
            yield Fault(delivery.file, 0, "", "W-IN-05", first[key])
        first.setdefault(key, delivery.file)


def contradictions(reads: Sequence[Read], accepted: frozenset[str]) -> Iterator[Fault]:
    """Yield a fault (E-IN-05) for each file that states a report of an earlier one of its source otherwise.

    Which of the two is right nobody can tell from the order of words on a command line.
    """
    if "E-IN-05" in accepted:
        return
    said = [(delivery, _reports(delivery)) for delivery in _deliveries(reads) if not delivery.faults]
    for (one, former), (other, latter) in combinations(said, 2):
        common = sorted(report for report in former.keys() & latter.keys() if former[report] != latter[report])
        if one.source == other.source and common:
            yield Fault(other.file, 0, "", "E-IN-05", listed(common), {"other": one.file, "count": str(len(common))})


def outranked(reads: Sequence[Read], rehearsed: Ledger) -> Iterator[Fault]:
    """Yield a warning (W-IN-07) for each file of which reports do not count: a higher revision is in force."""
    claims = rehearsed.reports_in_force()
    for delivery in _deliveries(reads):
        if not delivery.revision:
            continue
        own = claims[(claims["source"] == delivery.source) & claims["report"].isin(list(_reports(delivery)))]
        above = own[own["revision"] > delivery.revision]
        if len(above):
            told = {"revision": str(delivery.revision), "in_force": str(above["revision"].max())}
            yield Fault(delivery.file, 0, "", "W-IN-07", listed(sorted(above["report"])), told)


def _deliveries(reads: Sequence[Read]) -> list[Delivery]:
    return [read.delivery for read in reads if read.delivery is not None]


def _reports(delivery: Delivery) -> Mapping[str, str]:
    """Return report → digest of its figures."""
    if "reports" not in delivery.tables:
        return {}
    table = pd.read_parquet(delivery.tables["reports"])
    return dict(zip(table["report"], table["content"], strict=True))


def also_changed(reports: Iterable[str], period: str, file: str) -> Iterator[Fault]:
    """Yield a warning (W-IN-08) where a month changes other months too: what a rollback took back comes again."""
    others = [report for report in reports if report.split("/")[1] != period]
    if period and others:
        yield Fault(file, 0, "", "W-IN-08", listed(others), {"count": str(len(others))})
