"""Documents → the index as arrays: a sorted vocabulary of skeletons, and for each word the names that have it.

A row is one name of a document, or all its codes, or the names of what it lies in. Codes are words behind a `#`,
meanings words behind a `=`. Everything is sorted, so the same documents give the same bytes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from geo.core.common_words import code_key, keys_of, weighing
from geo.core.files import to_json
from geo.core.skeleton import LONGEST
from geo.finding.documents import FOLDER, KINDS, Document

NAME, AROUND, CODE = range(3)
_JOINED = re.compile(r"(?<=[^\W\d_])[-–](?=[^\W\d_])")


class _Rows:
    """The rows as they are gathered: document, role, count of words that weigh, first of them, and every word."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, int, int, str]] = []
        self.found: dict[str, list[int]] = {}

    def add(self, document: int, role: int, words: Iterable[str], weighing: Sequence[str] = ()) -> None:
        """Take in one row."""
        number = len(self.rows)
        self.rows.append((document, role, min(len(weighing), 255), weighing[0] if weighing else ""))
        for word in dict.fromkeys(words):
            self.found.setdefault(word, []).append(number)


def index_of(documents: Sequence[Document], plain: dict[str, Any]) -> dict[str, bytes]:
    """Return the files of the index by name; `plain` is what names units and settlements to a reader."""
    rows = _Rows()
    for number, document in enumerate(documents):
        _add(rows, number, document)
    words = sorted(word.encode() for word in rows.found)
    places = {word: place for place, word in enumerate(words)}
    postings = [rows.found[word.decode()] for word in words]
    kept = [[document, role, length, places.get(first.encode(), 0)] for document, role, length, first in rows.rows]
    arrays = {
        "words": np.array(words, dtype=f"S{LONGEST + 1}"),
        "starts": np.cumsum([0, *map(len, postings)], dtype="<i4"),
        "postings": np.array([row for posting in postings for row in posting], dtype="<i4"),
        "rows": np.array(kept, dtype="<i4").reshape(-1, 4),
        "documents": np.array([[KINDS.index(d.kind), d.number] for d in documents], dtype="<i4").reshape(-1, 2),
    }
    files = {f"{FOLDER}/{name}.npy": _npy(array) for name, array in arrays.items()}
    return {**files, f"{FOLDER}/places.json": to_json(plain)}


def _add(rows: _Rows, number: int, document: Document) -> None:
    seen = set[tuple[tuple[str, str, bool], ...]]()
    for name in document.names:
        for text in (name, *({_JOINED.sub("", name)} - {name})):
            words = tuple(keys_of(text))
            if words not in seen:
                seen.add(words)
                heavy = weighing((key, is_light) for key, _, is_light in words)
                rows.add(number, NAME, _every(words, heavy), heavy)
    rows.add(number, CODE, [f"#{code_key(code)}" for code in document.codes])
    if document.around:
        rows.add(number, AROUND, _around(document.around))


@lru_cache(maxsize=4096)
def _around(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(key for name in names for key, _, is_light in keys_of(name) if not is_light)


def _every(words: Iterable[tuple[str, str, bool]], heavy: Sequence[str]) -> list[str]:
    """Return the words that lead to a name. A light one does by its meaning alone: its beginning would lead to most."""
    found = [part for key, skeleton, _ in words for part in ((key, skeleton) if key in heavy else (key,))]
    return [part for part in found if part in heavy or part.startswith("=") or len(part) > 1]


def _npy(array: Any) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.ascontiguousarray(array), allow_pickle=False)
    return buffer.getvalue()
