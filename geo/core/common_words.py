"""Words of a text as search compares them: common ones weigh little, and what means the same is the same word.

Область, обл., облысы and Region are one word; so are СШ, школа, мектеп and School. The words that every place or office
has beside its name (the kind of territory, «№», «имени») need not be typed and need not fit. A country with other
languages adds its rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from geo.core.skeleton import LONGEST, Spelled, skeleton, skeletons, spelled

# What needs not fit. A letter alone is one of them: г., с., қ., and the initials of people.
_LIGHT = {
    "region": "область обл областной облысы region oblast oblysy province",
    "district": "район районы ауданы аудан ауд district rayon raion",
    "city": "город гор қаласы қала city town",
    "town": "поселок пос пгт кенті кент settlement",
    "village": "село аул ауылы ауыл village selo auyl",
    "station": "станция ст станциясы стансасы бекеті station разъезд рзд",
    "area": "округ округі администрация әкімдігі ауылдық сельский аульный rural okrug",
    "number": "номер no nr number нөмірі",
    "named": "имени им атындағы атын named after",
    "code": "код коды code као като kato әаож бин бсн bin",
    "synthetic": "вымышленная организация жасанды synthetic",
    "and": "и и және мен and of the in on в на по",
}
# What is one word in every language, and must fit.
_ALIKE = {
    "school": "школа школы мектеп мектебі school schools жоббм",
    "kindergarten": "детсад балабақша балабақшасы бөбекжай kindergarten",
    "hospital": "больница аурухана ауруханасы hospital црб цгб",
    "clinic": "поликлиника емхана емханасы clinic polyclinic",
    "library": "библиотека кітапхана кітапханасы library",
    "museum": "музей мұражай мұражайы museum",
    "college": "колледж колледжі college",
    "akim": "аким акима әкім әкімі akim akims акимат акимата",
    "budget": "бюджет бюджеті budget",
    "local": "местный жергілікті local",
}
_PAIRS = {
    "детский сад": "kindergarten",
    "средняя школа": "school",
    "орта мектеп": "school",
    "secondary school": "school",
}
# As they stand: their sounds alone would be one letter, or two words of one letter.
_SHORT = {
    "сш": "school",
    "сош": "school",
    "осш": "school",
    "р-н": "district",
    "с/о": "area",
    "а/о": "area",
    "д/с": "kindergarten",
    "б/б": "kindergarten",
}
# «Карагандинская» and «карагандинский»: an adjective in any gender and case.
_ADJECTIVE = re.compile(r"(?<=\w{4}sk)(?:a|aia|i|ia|oe|oi|ogo|omu|om|uiu|ih|im|imi|ii)$")
_SHORTENED = re.compile("|".join(rf"(?<!\w){short}(?!\w)" for short in _SHORT), re.I)


def _table(rows: dict[str, str]) -> dict[str, str]:
    return {skeleton(word): kind for kind, words in rows.items() for word in words.split()}


_MEANT = _table(_LIGHT) | _table(_ALIKE)
_PAIRED = {tuple(part.skeleton for part in spelled(pair)): kind for pair, kind in _PAIRS.items()}
# Skeletons of the words that need not fit.
LIGHT = frozenset(word for word, kind in _MEANT.items() if kind in _LIGHT)


@dataclass(frozen=True)
class Word:
    """A word of a text: how it is spelled, its key, and whether it is light: it need not fit.

    Two words that mean the same share their key, `=school`; of all others it is the skeleton, of an adjective in -ский
    without its ending.
    """

    spelling: Spelled
    key: str
    is_light: bool


def words_of(text: str) -> list[Word]:
    """Return the words of a text in order."""
    found, at = list[Word](), 0
    for match in _SHORTENED.finditer(text):
        found += _words(text, at, match.start())
        meaning, at = _SHORT[match[0].lower()], match.end()
        ends = tuple(range(match.start() + 1, at + 1))
        found.append(Word(Spelled(meaning, match.start(), ends, at), f"={meaning}", meaning in _LIGHT))
    return [*found, *_words(text, at, len(text))]


def keys_of(text: str) -> list[tuple[str, str, bool]]:
    """Return (key, skeleton, is light) of the words of a text in order, as `words_of` gives them, and faster."""
    if _SHORTENED.search(text):
        return [(word.key, word.spelling.skeleton, word.is_light) for word in words_of(text)]
    return _keyed(skeletons(text))


def weighing(keys: Iterable[tuple[str, bool]]) -> list[str]:
    """Return those of (key, is light) that must fit, each once; of a text of light words alone all of them."""
    every = dict.fromkeys(keys)
    return [key for key, is_light in every if not is_light] or [key for key, _ in every]


def code_key(code: str) -> str:
    """Return a code as it is looked up: small letters and digits alone, however it is written."""
    return "".join(letter for letter in code.casefold() if letter.isalnum())[:LONGEST]


def _words(text: str, start: int, end: int) -> Iterator[Word]:
    """Yield the words of a part of a text."""
    parts = spelled(text[start:end])
    for part, (key, _, is_light) in zip(parts, _keyed([part.skeleton for part in parts]), strict=True):
        ends = tuple(place + start for place in part.ends)
        yield Word(Spelled(part.skeleton, part.start + start, ends, part.end + start), key, is_light)


def _keyed(parts: list[str]) -> list[tuple[str, str, bool]]:
    """Return (key, skeleton, is light) of skeletons in order; two that mean one thing together both mean it."""
    found = [_common(part) for part in parts]
    for i, pair in enumerate(pairwise(parts)):
        if pair in _PAIRED:
            for at in (i, i + 1):
                found[at] = (f"={_PAIRED[pair]}", parts[at], _PAIRED[pair] in _LIGHT)
    return found


@lru_cache(maxsize=65536)
def _common(part: str) -> tuple[str, str, bool]:
    meaning = _MEANT.get(part, "")
    is_light = meaning in _LIGHT if meaning else len(part) == 1 and not part.isdigit()
    return (f"={meaning}" if meaning else _ADJECTIVE.sub("", part), part, is_light)
