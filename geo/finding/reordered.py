"""An index of which the documents stay and their order changes: what they spend decides between equals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from geo.core.arrays import held, npy
from geo.finding.documents import FOLDER, KINDS


def kind_of(name: str) -> int:
    """Return the number that stands for a kind of document."""
    return KINDS.index(name)


def documents_in(files: Mapping[str, bytes]) -> Any:
    """Return the documents of an index in their order: kind and number."""
    return _array(files, "documents")


def reordered(files: Mapping[str, bytes], documents: Any) -> dict[str, bytes]:
    """Return the files of an index with its documents in another order: the bytes of making it anew in that order."""
    old, rows, starts, postings = (_array(files, name) for name in ("documents", "rows", "starts", "postings"))
    if np.array_equal(old, documents):
        return {}
    place = np.empty(len(old), np.int64)
    place[np.lexsort((old[:, 1], old[:, 0]))] = np.lexsort((documents[:, 1], documents[:, 0]))
    order = np.argsort(place[rows[:, 0]], kind="stable")
    moved = np.empty(len(rows), np.int64)
    moved[order] = np.arange(len(rows))
    made = rows[order]
    made[:, 0] = place[made[:, 0]]
    # A word's rows stand in their order; one number for word and row sorts all words at once.
    word = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    keys = np.sort(word * max(1, len(rows)) + moved[postings], kind="stable")
    arrays = {"documents": documents, "rows": made, "postings": (keys % max(1, len(rows))).astype("<i4")}
    return {f"{FOLDER}/{name}.npy": npy(array) for name, array in arrays.items()}


def _array(files: Mapping[str, bytes], name: str) -> Any:
    return held(files[f"{FOLDER}/{name}.npy"])
