"""Names as people write them → one phonetic skeleton in plain letters, the same whatever the script.

«Қызылорда», «Кызылорда», Qyzylorda, Kyzylorda, Qızılorda and Qyzylorda' are all `kizilorda`. The table below holds the
letters of Kazakh in Cyrillic and in Latin – the alphabets of 2021 (ä ğ ı ñ ö ū ü ş), 2018 (á ǵ ı ń ó ú ý, sh, ch) and
2017 (a' g' i' n' o' u' s' c' y') –, of Russian, and of what English makes of both (zh, kh, gh, ts, ya, x). Letters that
are typed for one another share one: к and қ, и, й, ы and і, у, ұ and ү, ё and е, с and ш. docs/search.md names sources.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from geo.core.codes import LOOK_ALIKES

LONGEST = 24  # letters of a skeleton that count
_APOSTROPHES = "'’‘ʼʻ`´′ʹ"
_WORD = re.compile(rf"[^\W_](?:[^\W_]|[{_APOSTROPHES}\u0300-\u036f])*")
_PARTS = re.compile(r"[0-9]+|[^0-9]+")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_TO_CYRILLIC = str.maketrans(LOOK_ALIKES)

# Longest first: what is written with two letters is one sound.
_TWO = {"sh": "s", "ch": "c", "zh": "j", "kh": "h", "gh": "g", "ck": "k", "y'": "u"}
_ONE = {
    **dict(zip("абвгдеёжзийклмнопрстуфхцчшщъыьэ", "abvgdeejziiklmnoprstufhccss i e", strict=True)),
    **dict(zip("әғқңөұүһіїєқў", "agknouuhiieku", strict=True)),
    **dict(zip("abcdefghijklmnopqrstuvwyz", "abcdefghijklmnopkrstuvuiz", strict=True)),
    **dict(zip("ýıßæøŋъь", "uisaon  ", strict=True)),
    "ю": "iu",
    "я": "ia",
    "x": "ks",
}
# Two letters of a skeleton side by side that are heard as one: ts and ц, dzh and ж, ng and ң, ye and е, shch and щ.
_HEARD = {("t", "s"): "c", ("t", "c"): "c", ("s", "c"): "s", ("d", "j"): "j", ("n", "g"): "n", ("i", "e"): "e"}
# What a script needs to hear as this module does: letters, pairs of them, sounds side by side, look-alikes.
TABLES = {
    "one": {letter: sound.strip() for letter, sound in _ONE.items()},
    "two": _TWO,
    "heard": {"".join(pair): sound for pair, sound in _HEARD.items()},
    "alike": dict(LOOK_ALIKES),
    "longest": LONGEST,
}


@dataclass(frozen=True)
class Spelled:
    """A word of a text: its skeleton, and behind which letter of the text each letter of the skeleton ends."""

    skeleton: str
    start: int
    ends: tuple[int, ...]
    end: int


def spelled(text: str) -> list[Spelled]:
    """Return the words of a text in order; letters and digits are words of their own, what has no sound is left out."""
    found = []
    for match in _WORD.finditer(text):
        for part in _PARTS.finditer(match[0]):
            skeleton, ends = _spelled(part[0])
            start = match.start() + part.start()
            if skeleton:
                shown = tuple(start + end for end in ends)
                found.append(Spelled(skeleton, start, shown, start + len(part[0])))
    return found


def skeletons(text: str) -> list[str]:
    """Return the skeletons of the words of a text, as `spelled` gives them, and faster."""
    return [part for word in _WORD.findall(text) for part in _skeletons(word)]


def skeleton(text: str) -> str:
    """Return the skeletons of a text's words side by side: two names that sound alike have the same."""
    return "".join(skeletons(text))


@lru_cache(maxsize=65536)
def _skeletons(word: str) -> tuple[str, ...]:
    return tuple(found for part in _PARTS.findall(word) if (found := _spelled(part)[0]))


@lru_cache(maxsize=65536)
def _spelled(word: str) -> tuple[str, tuple[int, ...]]:
    """Return the skeleton of one word and the ends of its letters, counted in letters of the word."""
    letters: list[tuple[str, int]] = []
    plain, at = _plain(word), 0
    while at < len(plain):
        pair = plain[at : at + 2]
        taken = 2 if pair in _TWO else 1
        for sound in _TWO[pair] if taken == 2 else _sounds(plain[at]):
            _hear(letters, sound, at + taken)
        at += taken
    made = "".join(letter for letter, _ in letters)[:LONGEST]
    return made, tuple(end for _, end in letters[: len(made)])


def _plain(word: str) -> str:
    """Return a word in small letters, one for each of its own, with one apostrophe, and without look-alikes."""
    if _CYRILLIC.search(word):
        word = word.translate(_TO_CYRILLIC)
    small = "".join(letter if len(letter) == 1 else old for old in word for letter in [old.lower()])
    return "".join("'" if letter in _APOSTROPHES else letter for letter in small)


def _sounds(letter: str) -> str:
    """Return what a letter sounds like: nothing for a mark, the letter itself where no table knows it."""
    if letter in _ONE:
        return _ONE[letter].strip()
    base = unicodedata.normalize("NFKD", letter)[0]
    if base in _ONE:
        return _ONE[base]
    return letter if letter.isalnum() else ""


def _hear(letters: list[tuple[str, int]], sound: str, end: int) -> None:
    """Put a sound behind the others; two that are heard as one become one. Digits all count."""
    if letters and not sound.isdigit():
        before = letters[-1][0]
        heard = sound if before == sound else _HEARD.get((before, sound), "")
        if heard:
            letters.pop()
            _hear(letters, heard, end)
            return
    letters.append((sound, end))
