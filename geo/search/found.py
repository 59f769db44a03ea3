"""A query over a version → what was found: how much of each kind, and the first hits of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.search.asked import Asked
from geo.search.hits import Hit, Showing, is_literal
from geo.search.index import KINDS
from geo.search.naming import Naming, naming_of
from geo.search.ranking import EXACT, NEAR, Ranking, ranked
from geo.versions import Version

_MOST_COMPARED = 60  # documents of exactly the name that are compared letter by letter


@dataclass(frozen=True)
class Found:
    """What fits a query: hits in order, and how many documents of each kind there are beside them."""

    hits: tuple[Hit, ...]
    counts: Mapping[str, int]
    is_near: bool  # nothing fits as it was typed: these are the nearest spellings
    has_index: bool
    has_settlements: bool  # a list of settlements, and not the seats of regions alone

    @property
    def count(self) -> int:
        """Return how many documents fit."""
        return sum(self.counts.values())


def search(version: Version, query: Asked, lang: str, most: Mapping[str, int] | int) -> Found:
    """Return what fits a query, names in a language of the reader; `most` hits in all, or of each kind."""
    naming = naming_of(version)
    if naming is None:
        return Found((), {}, is_near=False, has_index=False, has_settlements=False)
    index = naming.index
    ranking = ranked(query, index)
    order = _literal_first(ranking, query, naming)
    kinds = index.documents[order, 0]
    counts = dict(zip(KINDS, np.bincount(kinds, minlength=len(KINDS)).tolist(), strict=True))
    chosen = _chosen(kinds, most)
    tiers = dict(zip(ranking.documents.tolist(), ranking.tiers.tolist(), strict=True)) if len(chosen) else {}
    showing = Showing(query, ranking.near, naming, lang)
    hits = (showing.hit(int(order[at]), tiers[int(order[at])]) for at in chosen)
    is_near = bool(len(ranking.tiers)) and int(ranking.tiers[0]) == NEAR
    return Found(tuple(hits), counts, is_near, has_index=True, has_settlements=index.plain["is_complete"])


def examples(version: Version, lang: str) -> tuple[str, ...]:
    """Return what a version can be asked for: names in one language, one of each kind, and the code of a unit."""
    return version.once(f"search/examples/{lang}", lambda: _examples(version, lang))


def _examples(version: Version, lang: str) -> tuple[str, ...]:
    naming, found = naming_of(version), dict[str, None]()
    if naming is None:
        return ()
    index = naming.index
    for kind in range(len(KINDS)):
        for document in np.flatnonzero(index.documents[:, 0] == kind)[:1]:
            names = naming.names(*index.document(int(document)))
            # A name in another language is no help to whoever reads this one.
            found |= dict.fromkeys([name.text for name in names if name.lang == lang][:1])
    found.update({row["unit_id"]: None for row in index.plain["units"][-1:]})
    return tuple(found)


def _chosen(kinds: NDArray[np.int32], most: Mapping[str, int] | int) -> list[int]:
    """Return the places of the hits that are shown."""
    if isinstance(most, int):
        return list(range(min(most, len(kinds))))
    parts = [np.flatnonzero(kinds == KINDS.index(kind))[:count] for kind, count in most.items()]
    return sorted(int(at) for part in parts for at in part)


def _literal_first(ranking: Ranking, query: Asked, naming: Naming) -> NDArray[np.intp]:
    """Return the documents with those first whose name is letter by letter what was typed: Шар before Сар."""
    exact = int(np.count_nonzero(ranking.tiers == EXACT))
    before = int(np.count_nonzero(ranking.tiers > EXACT))
    compared = ranking.documents[before : before + min(exact, _MOST_COMPARED)]
    if len(compared) < 2:
        return ranking.documents
    index = naming.index
    literal = [is_literal(naming.names(*index.document(int(document))), query) for document in compared]
    moved = compared[np.argsort([not one for one in literal], kind="stable")]
    return np.concatenate([ranking.documents[:before], moved, ranking.documents[before + len(compared) :]])
