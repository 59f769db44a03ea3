"""What a reader typed → the words to look for: whatever nobody can see is dropped, and little is enough."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from geo.core.common_words import Word, code_key, words_of

LONGEST = 100  # letters of a query that count
MOST_WORDS = 8  # that must fit
_SHORTEST_CODE = 2


@dataclass(frozen=True)
class Asked:
    """A query: its text as it is shown again, the words that must fit, the light ones, and what it is as a code."""

    text: str
    heavy: tuple[Word, ...]
    light: tuple[Word, ...]
    code: str

    @property
    def words(self) -> tuple[Word, ...]:
        """Return every word that is looked for."""
        return (*self.heavy, *self.light)


def asked(typed: str) -> Asked:
    """Return a query cut to 100 letters, in composed letters, without controls and marks of direction."""
    text = unicodedata.normalize("NFC", cleaned(typed[: 4 * LONGEST]))[:LONGEST].strip()
    words = words_of(text)
    heavy = {word.key: word for word in words if not word.is_light} or {word.key: word for word in words}
    light = {word.key: word for word in words if word.is_light and word.key not in heavy}
    chosen = tuple(heavy.values())[:MOST_WORDS]
    code = code_key("".join(text[word.spelling.start : word.spelling.end] for word in chosen))
    is_code = any(letter.isdigit() for letter in code) and len(code) >= _SHORTEST_CODE
    return Asked(text, chosen, tuple(light.values())[:MOST_WORDS], code if is_code else "")


def cleaned(typed: str) -> str:
    """Return a text with one blank for each run of them and without what nobody sees: controls, marks of direction."""
    seen = "".join(letter if not unicodedata.category(letter).startswith("C") else " " for letter in typed)
    return " ".join(seen.split())
