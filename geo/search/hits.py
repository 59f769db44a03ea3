"""One document that fits → what is shown of it: its name in the reader's language, and what of it was asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from geo.core.common_words import Word, words_of
from geo.search.asked import Asked
from geo.search.naming import Name, Naming, Place
from geo.search.ranking import BEGUN, CODES, WHOLE

Pieces = tuple[tuple[str, bool], ...]  # a text in parts, and whether each was asked for


@dataclass(frozen=True)
class Hit:
    """A document that fits: `beside` is another of its names, where that one fits better than the reader's."""

    kind: str
    key: str  # unit_id, code of a settlement or function, body_id
    name: Pieces
    lang: str
    beside: Pieces
    beside_lang: str
    until: str  # the last day of the name beside; empty: it is borne today
    around: tuple[str, ...]
    place: Place | None  # the unit whose page leads on; none for a body and a function
    code: str
    level: str = ""  # what a unit or settlement is, whether a body is a group of them

    @property
    def text(self) -> str:
        """Return the name as plain text."""
        return "".join(part for part, _ in self.name)


@dataclass(frozen=True)
class Showing:
    """How hits of a query are shown: its slips, who tells names, and the reader's language."""

    query: Asked
    near: Mapping[str, Mapping[str, int]]
    naming: Naming
    lang: str

    def hit(self, document: int, tier: int) -> Hit:
        """Return what is shown of a document that fits."""
        kind, number = self.naming.index.document(document)
        names = self.naming.names(kind, number)
        own = next((name for name in names if name.lang == self.lang and not name.until), names[0])
        scored = [(fitting(name.text, self.query, self.near), name) for name in names]
        shown = next(score for score, name in scored if name is own)
        best, other = max(scored, key=lambda pair: (pair[0][0], pair[1].lang == self.lang))
        is_beside = tier < CODES and best[0] > shown[0]
        around = [of.get(self.lang) or next(filter(None, of.values()), "") for of in self.naming.around(kind, number)]
        return replace(
            _plain(kind, number, self.naming, other if is_beside else own),
            name=shown[1],
            lang=own.lang,
            beside=best[1] if is_beside else (),
            beside_lang=other.lang if is_beside else "",
            until=other.until if is_beside else "",
            around=tuple(dict.fromkeys(text for text in around if text and text != own.text)),
        )


def _plain(kind: str, number: int, naming: Naming, name: Name) -> Hit:
    """Return a hit with the key, code and page of a document; a former name leads to the borders of its time."""
    blank = Hit(kind, "", (), "", (), "", "", (), None, "")
    plain = naming.index.plain
    if kind == "unit":
        row = plain["units"][number]
        place = naming.page_of(row["unit_id"], name.edition, row["level"])
        chain = naming.chain(naming.unit_parents[row["unit_id"]])
        own = naming.unit((row["editions"][0], row["level"], row["unit_id"]))
        return replace(blank, key=row["unit_id"], code=row["unit_id"], level=own.kind or row["level"],
                       place=place or next(filter(None, map(naming.page_of, chain)), None))  # fmt: skip
    if kind == "settlement":
        row = plain["settlements"][number]
        chain = naming.chain(row["code"] or row["parent"])
        pages = (naming.page_of(code, name.edition) for code in (*chain, *naming.chain(row["parent"])))
        place = next(filter(None, pages), None)
        return replace(blank, key=row["code"], code=row["code"], level=row["kind"], place=place)
    if kind == "body":
        row = naming.bodies[number]
        return replace(blank, key=row["body_id"], code=row["code"], level="group" if row["is_group"] else "body")
    code = plain["functions"][number]
    return replace(blank, key=code, code=code, level="function")


def fitting(text: str, query: Asked, near: Mapping[str, Mapping[str, int]]) -> tuple[int, Pieces]:
    """Return how well a name fits a query, and the name in pieces: what of it was asked for and what not."""
    words = words_of(text)
    ranges, total = list[tuple[int, int]](), 0
    together = {one.spelling.skeleton + two.spelling.skeleton for one, two in pairwise(query.heavy)}
    asked_for = {word.spelling.skeleton for word in query.heavy}
    for word in words:
        how, end = _fit(word, query.words, near)
        if word.spelling.skeleton in together:
            how, end = 2 * WHOLE, word.spelling.end
        if how:
            ranges.append((word.spelling.start, end))
            total += how * (1 if word.is_light else 4)
    for one, two in pairwise(words):
        if one.spelling.skeleton + two.spelling.skeleton in asked_for:
            ranges += [(w.spelling.start, w.spelling.end) for w in (one, two)]
            total += 4 * WHOLE
    return total, pieces(text, ranges)


def _fit(word: Word, asked_for: Sequence[Word], near: Mapping[str, Mapping[str, int]]) -> tuple[int, int]:
    """Return how well a word of a name fits any of those asked for, and where what was asked for ends in it."""
    best = (0, 0)
    spelled = word.spelling
    for other in asked_for:
        skeleton = other.spelling.skeleton
        if word.key == other.key or spelled.skeleton == skeleton:
            return WHOLE, spelled.end
        if spelled.skeleton.startswith(skeleton) and not other.is_light:
            best = max(best, (BEGUN, spelled.ends[len(skeleton) - 1]))
        elif how := near.get(skeleton, {}).get(spelled.skeleton, 0):
            best = max(best, (how, spelled.end))
    return best


def pieces(text: str, ranges: Iterable[tuple[int, int]]) -> Pieces:
    """Return a text cut at the ends of ranges; those that touch or overlap are one."""
    found, at = list[tuple[str, bool]](), 0
    for start, end in sorted(ranges):
        if start > at:
            found.append((text[at:start], False))
        if end > max(at, start):
            part = text[max(at, start) : end]
            if found and found[-1][1]:
                found[-1] = (found[-1][0] + part, True)
            else:
                found.append((part, True))
        at = max(at, end)
    return (*found, *([(text[at:], False)] if at < len(text) else []))


def is_literal(names: Iterable[Name], query: Asked) -> bool:
    """Tell whether a name is letter by letter what was typed, light words and capitals apart."""
    return any(_letters(name.text) == _letters(query.text) for name in names)


def _letters(text: str) -> list[str]:
    return [text[word.spelling.start : word.spelling.end].casefold() for word in words_of(text) if not word.is_light]
