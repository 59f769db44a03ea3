"""What a face of a view may be asked: options, as `key=value` between the view and the face in its address.

They change how the same layer is given, never what it says. Like the keys of a view they stand in one fixed order and
are left out when default, so that each answer has one address.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from geo.core.errors import BadKey, BadValue


class Option(NamedTuple):
    """One key of a face: its default, the words to offer, and what is made of a word, or None where it is unknown."""

    default: str
    allowed: tuple[str, ...]
    canonical: Callable[[str], str | None] | None = None

    def settled(self, word: str) -> str | None:
        """Return the canonical form of a word, None for one that is not offered."""
        if self.canonical is not None:
            return self.canonical(word)
        return word if word in self.allowed else None


def one_of(*words: str) -> Option:
    """Return an option of some words, the first being its default."""
    return Option(words[0], words)


@dataclass(frozen=True)
class Options:
    """The options of one answer: every key that its face offers, in the order of its address."""

    offered: Mapping[str, Option]
    values: Mapping[str, str]

    def __getitem__(self, key: str) -> str:
        """Return the word of a key, its default where it was not given."""
        return self.values.get(key, self.offered[key].default)

    @property
    def path(self) -> str:
        """Return the options as they stand in an address, each with a slash behind."""
        kept = ((key, self[key]) for key in self.offered)
        return "".join(f"{key}={word}/" for key, word in kept if word != self.offered[key].default)


def split(segments: Sequence[str], offered: Mapping[str, Option]) -> tuple[tuple[str, ...], Options]:
    """Return the segments of the view, and the options; raises BadKey for one that stands twice, BadValue."""
    pairs = [(segment, *segment.partition("=")[::2]) for segment in segments]
    own = [(key, word) for _, key, word in pairs if key in offered]
    return tuple(segment for segment, key, _ in pairs if key not in offered), options_of(own, offered)


def options_of(pairs: Sequence[tuple[str, str]], offered: Mapping[str, Option]) -> Options:
    """Return the options of pairs of key and word; raises BadKey for what is not offered or stands twice, BadValue."""
    values: dict[str, str] = {}
    for key, word in pairs:
        if key not in offered:
            raise BadKey(problem="unknown", allowed=tuple(offered))
        if key in values:
            raise BadKey(problem="twice", key=key, allowed=tuple(offered))
        settled = offered[key].settled(word)
        if settled is None:
            raise BadValue(key=key, allowed=offered[key].allowed)
        values[key] = settled
    return Options(offered, values)
