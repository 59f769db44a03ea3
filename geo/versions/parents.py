"""Which version each publication took the place of."""

from __future__ import annotations

from collections.abc import Iterable

from geo.versions.publications import Publication


def parents(publications: Iterable[Publication]) -> dict[int, Publication | None]:
    """Return sequence → the publication of the same country that was in force before; None of the first one.

    The same version published again keeps the one that was in force before it.
    """
    found: dict[int, Publication | None] = {}
    last: dict[str, Publication] = {}
    for row in publications:
        before = last.get(row.country)
        found[row.sequence] = found[before.sequence] if before is not None and before.id == row.id else before
        last[row.country] = row
    return found
