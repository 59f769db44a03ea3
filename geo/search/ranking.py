"""A query and an index → the documents that fit, best first.

What fits ranks in tiers: an exact code, a name with exactly the words asked for, a name (or a code) that begins with
them, all words in any order, and last what is a slip or two away. In a tier, more light words that fit and words that
fit whole come first; among equals the order of documents decides: units, settlements, bodies, functions, larger first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from geo.core.common_words import Word
from geo.core.skeleton import Spelled
from geo.search.asked import Asked
from geo.search.index import Index
from geo.search.nearness import slips

CODES, EXACT, BEGINS, WORDS, NEAR = 5, 4, 3, 2, 1  # tiers, the best first
FAR_OFF, CLOSE, BEGUN, WHOLE = 1, 2, 3, 4  # how well a word fits: two slips, one, its beginning, itself
_ENOUGH = 5  # documents that fit without a slip; with fewer, and none of exactly the name, slips are allowed
_SHORTEST_MISTYPED, _SHORTEST_TWICE = 4, 6  # letters typed of a word that may have one slip, and two
_SHORTEST_BEGUN = 3  # letters of a word before the last that may be a beginning
_TIER = 16  # bits below the tier: three for light words, the rest for how well the others fit
_TOO_COMMON = 8  # a light word in more than every eighth row tells nothing
_MOST_MORE = 32  # words of a name beyond those asked for that make a difference
Scores = NDArray[np.uint8]
Fits = Sequence[tuple[slice | list[int], int]]  # words of the vocabulary and how well they fit, the worst first


@dataclass(frozen=True)
class Ranking:
    """The documents that fit in order, the tier of each, and for each word asked for those it may be a slip of."""

    documents: NDArray[np.intp]
    tiers: NDArray[np.int64]
    near: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # skeleton asked for → skeleton → how well


def ranked(query: Asked, index: Index) -> Ranking:
    """Return the documents that fit a query, best first; none for a query without a word."""
    if not query.words or not len(index.rows):
        return Ranking(np.empty(0, np.intp), np.empty(0, np.int64))
    fits = {word.key: _fits(word, place == len(query.heavy) - 1, index) for place, word in enumerate(query.heavy)}
    scores = _scores(query, [*fits.values()], index)
    near: dict[str, Mapping[str, int]] = {}
    if scores.max() >> _TIER < EXACT and np.count_nonzero(scores) < _ENOUGH:
        last = query.heavy[-1].key
        found = {word.key: _slipped(word, word.key == last, index) for word in query.heavy}
        allowed = [_joined(fits[word.key], found[word.key], index) for word in query.heavy]
        scores = np.maximum(scores, _scores(query, allowed, index))
        for other in _put_together(query):
            whole = [_fits(word, place == len(other.heavy) - 1, index) for place, word in enumerate(other.heavy)]
            scores = np.maximum(scores, _scores(other, whole, index))
        near = {
            word.spelling.skeleton: {index.words[place].decode(): how for place, how in found[word.key].items()}
            for word in query.heavy
        }
    documents = np.flatnonzero(scores)
    documents = documents[np.argsort(-scores[documents], kind="stable")]
    return Ranking(documents, scores[documents] >> _TIER, near)


def _fits(word: Word, is_last: bool, index: Index) -> list[tuple[slice, int]]:
    """Return the words of the vocabulary that a word is or begins, as places side by side, the worst fit first."""
    skeleton = word.spelling.skeleton
    found = []
    if is_last or (len(skeleton) >= _SHORTEST_BEGUN and not skeleton.isdigit()):
        found.append((index.beginning(skeleton), BEGUN))
    names = dict.fromkeys([skeleton, word.key, *([f"#{skeleton}"] if skeleton.isdigit() else [])])
    return [*found, *((index.exactly(name), WHOLE) for name in names)]


def _slipped(word: Word, is_last: bool, index: Index) -> dict[int, int]:
    """Return the words of the vocabulary that a word may be a slip of, and how well they fit.

    Only where no word is nearer is one taken that is two slips away, or whose beginning is one slip away.
    """
    skeleton = word.spelling.skeleton
    typed = word.spelling.end - word.spelling.start
    if typed < _SHORTEST_MISTYPED or skeleton.isdigit():
        return {}
    most = 2 if typed >= _SHORTEST_TWICE else 1
    near = index.about(len(skeleton), most, may_go_on=is_last)
    whole, beginning = slips(skeleton.encode(), index.letters[:, near], index.lengths[near], most)
    if (close := near[whole == 1]).size:
        return dict.fromkeys(close.tolist(), CLOSE)
    if any(words.stop > words.start for words, _ in _fits(word, True, index)):
        return {}
    is_begun = (beginning <= 1) & is_last
    return dict.fromkeys(near[(whole == most) | is_begun].tolist(), FAR_OFF)


def _joined(fits: list[tuple[slice, int]], near: Mapping[int, int], index: Index) -> Fits:
    by_fit = [([place for place, how in near.items() if how == fit], fit) for fit in (FAR_OFF, CLOSE)]
    return [*by_fit, *fits]


def _put_together(query: Asked) -> Iterator[Asked]:
    """Yield the query with two words side by side as one: «Кызыл Орда»."""
    for at in range(len(query.heavy) - 1):
        first, second = (query.heavy[place].spelling for place in (at, at + 1))
        skeleton = first.skeleton + second.skeleton
        one = Word(Spelled(skeleton, first.start, (*first.ends, *second.ends), second.end), skeleton, False)
        yield replace(query, heavy=(*query.heavy[:at], one, *query.heavy[at + 2 :]), code="")


def _scores(query: Asked, fits: Sequence[Fits], index: Index) -> NDArray[np.int64]:
    """Return one number for each document: tier, light words that fit, how well the others do; 0 where it fits not."""
    found = _code_scores(query.code, index)
    part = Part.of(min((_rows(fit, index) for fit in fits), key=len), index)
    if not len(part.documents):
        return found
    by_word = [_row_scores(fit, index)[part.rows] for fit in fits]
    tiers, closeness = _of_names(by_word, fits, part)
    every = np.full(len(part.documents), WHOLE, np.uint8)
    total, is_own = part.best(closeness).astype(np.int64), np.zeros(len(every), np.bool_)
    for score in by_word:
        own, any_ = part.best(score * part.is_own), part.best(score)
        np.minimum(every, any_, out=every)
        is_own |= own > 0
        total += own.astype(np.int64) * 2 + any_
    # What only the surroundings name is not what was asked for.
    tier = np.where(every >= BEGUN, WORDS, np.where(every > 0, NEAR, 0)) * is_own
    tier = np.maximum(tier, part.best(tiers)).astype(np.int64)
    for word in query.light:
        if len(index.rows_of(at := index.exactly(word.key))) < len(index.rows) // _TOO_COMMON:
            total += part.best(_row_scores([(at, 1)], index)[part.rows] * part.is_own).astype(np.int64) << 8
    fitting = np.where(tier > 0, (tier << _TIER) + total, 0)
    found[part.documents] = np.maximum(found[part.documents], fitting)
    return found


def _of_names(by_word: Sequence[Scores], fits: Sequence[Fits], part: Part) -> tuple[Scores, Scores]:
    """Return the tier of each row that is a name, and how few words more than asked it has where that counts."""
    least = by_word[0]
    for score in by_word[1:]:
        least = np.minimum(least, score)
    weights = part.index.weights[part.rows]
    is_name = part.index.is_name[part.rows]
    begins = is_name & (least >= BEGUN) & _begins(fits, part.index)[part.index.first_words[part.rows]]
    tiers = np.where(begins, np.uint8(BEGINS), np.uint8(0))
    tiers[is_name & (least == WHOLE) & (weights == len(fits))] = EXACT
    more = np.minimum(weights, _MOST_MORE) - np.minimum(len(fits), weights)
    is_counted = begins | (is_name & (least > 0) & (least < BEGUN))
    return tiers, np.where(is_counted, _MOST_MORE - np.minimum(more, _MOST_MORE), np.uint8(0)).astype(np.uint8)


@dataclass(frozen=True)
class Part:
    """The documents that have one of the words asked for, and their rows: only they can have all of them."""

    index: Index
    documents: NDArray[np.intp]
    rows: NDArray[np.intp]
    first: NDArray[np.intp]  # row of each document among the rows of the part
    is_own: NDArray[np.bool_]

    @classmethod
    def of(cls, rows: NDArray[np.int32], index: Index) -> Part:
        """Return the documents of some rows with all of their rows."""
        is_in = np.zeros(len(index.documents), np.bool_)
        is_in[index.row_documents[rows]] = True
        every = np.flatnonzero(is_in[index.row_documents])
        first = np.flatnonzero(np.diff(index.row_documents[every], prepend=-1))
        return cls(index, np.flatnonzero(is_in), every, first, index.is_own[every])

    def best(self, scores: Scores) -> Scores:
        """Return the best score among the rows of each document."""
        return np.maximum.reduceat(scores, self.first)


def _rows(fits: Fits, index: Index) -> NDArray[np.int32]:
    """Return the rows that have one of the words."""
    parts = [index.rows_of(words) if isinstance(words, slice) else index.rows_of_each(words) for words, _ in fits]
    return np.concatenate(parts)


def _row_scores(fits: Fits, index: Index) -> Scores:
    """Return how well each row has one of the words; the fits stand with the worst first."""
    found = np.zeros(len(index.rows), np.uint8)
    for words, how in fits:
        found[index.rows_of(words) if isinstance(words, slice) else index.rows_of_each(words)] = how
    return found


def _begins(fits: Sequence[Fits], index: Index) -> NDArray[np.bool_]:
    """Tell of each word of the vocabulary whether it is or begins with one that was asked for."""
    is_hit = np.zeros(len(index.words), np.bool_)
    for words, how in (pair for fit in fits for pair in fit):
        if how >= BEGUN:
            is_hit[words] = True
    return is_hit


def _code_scores(code: str, index: Index) -> NDArray[np.int64]:
    found = np.zeros(len(index.documents), np.int64)
    if code:
        for words, tier in ((index.beginning(f"#{code}"), BEGINS), (index.exactly(f"#{code}"), CODES)):
            found[index.row_documents[index.rows_of(words)]] = tier << _TIER
    return found
