"""The index of a version, opened: arrays of words, of the rows that have them, and of the documents the rows are of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.versions import Version

FOLDER = "search"
KINDS = ("unit", "settlement", "body", "function")  # as documents are numbered, and in the order of equals
NAME, AROUND, CODE = range(3)  # what a row is: a name, what the document lies in, its codes
Numbers = NDArray[np.int32]


@dataclass(frozen=True)
class Index:
    """What the arrays of an index say; rows stand in the order of documents, documents in the order of equals."""

    words: NDArray[np.bytes_]  # in order
    starts: Numbers  # of each word among the postings
    postings: Numbers  # rows
    rows: Numbers  # [row, (document, role, count of words that weigh, first of them)]
    documents: Numbers  # [document, (kind, number among its like)]
    plain: dict[str, Any]  # what names units and settlements

    @cached_property
    def letters(self) -> NDArray[np.uint8]:
        """Return the words letter by letter: [letter, word], so that a place in all words lies side by side."""
        width = self.words.dtype.itemsize
        by_word = np.frombuffer(self.words.tobytes(), np.uint8).reshape(len(self.words), width)
        return np.ascontiguousarray(by_word.T)

    @cached_property
    def lengths(self) -> NDArray[np.uint8]:
        """Return how many letters each word has."""
        return np.char.str_len(self.words).astype(np.uint8)

    @cached_property
    def row_documents(self) -> Numbers:
        """Return the document of each row."""
        return np.ascontiguousarray(self.rows[:, 0])

    @cached_property
    def is_name(self) -> NDArray[np.bool_]:
        """Tell which rows are names."""
        return np.ascontiguousarray(self.rows[:, 1] == NAME)

    @cached_property
    def is_own(self) -> NDArray[np.bool_]:
        """Tell which rows are names or codes, and not of what a document lies in."""
        return np.ascontiguousarray(self.rows[:, 1] != AROUND)

    @cached_property
    def weights(self) -> NDArray[np.uint8]:
        """Return how many words of each row must fit."""
        return self.rows[:, 2].astype(np.uint8)

    @cached_property
    def first_words(self) -> Numbers:
        """Return the first word of each row that must fit."""
        return np.ascontiguousarray(self.rows[:, 3])

    def document(self, number: int) -> tuple[str, int]:
        """Return the kind of a document and its number among its like."""
        kind, place = self.documents[number].tolist()
        return KINDS[kind], place

    def exactly(self, word: str) -> slice:
        """Return the place of a word: of length one, or none."""
        spelled = word.encode()
        at = int(np.searchsorted(self.words, np.bytes_(spelled)))
        return slice(at, at + int(at < len(self.words) and self.words[at] == spelled))

    def beginning(self, word: str) -> slice:
        """Return the places of the words that begin with a word."""
        first, last = np.searchsorted(self.words, np.array([word.encode(), word.encode() + b"\xff"]))
        return slice(int(first), int(last))

    def about(self, length: int, slips: int, *, may_go_on: bool) -> NDArray[np.intp]:
        """Return the words that could be so many slips away from one of a length, or begin so; no codes or numbers."""
        first = int(np.searchsorted(self.words, np.bytes_(b"a")))
        lengths = self.lengths[first:].astype(np.int16)
        is_near = lengths >= length - slips
        return np.flatnonzero(is_near if may_go_on else is_near & (lengths <= length + slips)) + first

    def rows_of(self, words: slice) -> Numbers:
        """Return the rows that have any of the words side by side in the vocabulary; a row may stand twice."""
        return self.postings[self.starts[words.start] : self.starts[words.stop]]

    def rows_of_each(self, words: Sequence[int] | NDArray[np.intp]) -> Numbers:
        """Return the rows that have any of some words."""
        parts = [self.rows_of(slice(int(word), int(word) + 1)) for word in words]
        return np.concatenate(parts) if parts else np.empty(0, np.int32)


def index_of(version: Version) -> Index | None:
    """Return the index of a version, opened once; None for a version of a time when there was none."""
    if f"{FOLDER}/words.npy" not in version.manifest["files"]:
        return None
    return version.once("search", lambda: _opened(version))


def _opened(version: Version) -> Index:
    names = ("words", "starts", "postings", "rows", "documents")
    arrays = {name: version.array(f"{FOLDER}/{name}.npy") for name in names}
    return Index(**arrays, plain=version.json(f"{FOLDER}/places.json"))
