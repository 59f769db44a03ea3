"""Names of places as people write them → the name alone, what kind of place it says it is, and a form to compare.

The words of Kazakh and Russian that go with a place's name stand here as one table; a country with other languages adds
its rows. The form to compare has no case, no marks, and one letter for those that are typed for one another.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from geo.core.codes import in_cyrillic

SETTLEMENT = ("city", "town", "village", "station", "place")
AREA = ("city_area", "town_area", "rural_district")
RANK = ("city", "region", "district", "city_area", "town", "village", "rural_district", "town_area", "station", "place")

# Kind → words that stand before or behind a name. Areas come first, because с.о. begins like с.; an abbreviation of two
# letters is never one of a small and a capital letter: «с.О.Жандосова» is a village named after somebody.
_WORDS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "ru": (
        ("region", r"область|обл\.?"),
        (
            "rural_district",
            r"сельский округ|аульный округ|сельская администрация|(?-i:[сС]\.\s?[оа](?:\.|\b)|С\.\s?[ОА](?:\.|\b))|с/о",
        ),
        ("city_area", r"городская администрация|(?-i:г\.\s?а(?:\.|\b)|Г\.\s?А(?:\.|\b))"),
        ("town_area", r"поселковая администрация|поселковый округ|(?-i:[рп]\.\s?а(?:\.|\b))"),
        ("district", r"район|р-н"),
        ("city", r"город|гор\.|г\."),
        ("town", r"поселок|пос\.|пгт\.?|п\."),
        ("station", r"станция|ст\.|разъезд|рзд\."),
        ("village", r"село|аул|с\.|а\."),
        ("place", r"участок|уч\.|отгон|отг\.|крес\.\s?пос\.|крес\.|кр\.\s?хоз\.?|кр\.|зимовка|точка|хутор|урочище"),
    ),
    "kk": (
        ("region", r"облысы|обл\.?"),
        ("rural_district", r"ауылдық округі|ауылдық округ|(?-i:а\.\s?[оә](?:\.|\b))|а/о"),
        ("city_area", r"қалалық әкімдігі|(?-i:қ\.\s?ә(?:\.|\b)|Қ\.\s?Ә(?:\.|\b))"),
        ("town_area", r"кенттік әкімдігі|кенттік округі|(?-i:к\.\s?ә(?:\.|\b))"),
        ("district", r"ауданы|ауд\."),
        ("city", r"қаласы|қала|қ\."),
        ("town", r"кенті|кент|к\."),
        ("station", r"станциясы|стансасы|бекеті|ст\.|разъезі|рзд\."),
        ("village", r"ауылы|ауыл|село|а\.|с\."),
        ("place", r"қыстауы|қыстағы|мекені|қонысы|жайлауы|ж\.|шаруа қожалығы|шар\.?\s?қож\.?|учаскесі|уч\."),
    ),
}
_NEXT = r"(?=[\s\d«\"]|[^\W_])"


def _patterns(lang: str) -> list[tuple[str, re.Pattern[str]]]:
    """Return the patterns of a language in the order they are tried; in Kazakh the word behind a name decides."""
    before = [(kind, re.compile(rf"^(?:{words}){_NEXT}", re.I)) for kind, words in _WORDS[lang]]
    behind = [(kind, re.compile(rf"(?<=[\s»\"])(?:{words})$", re.I)) for kind, words in _WORDS[lang]]
    return behind + before if lang == "kk" else [row for pair in zip(before, behind, strict=True) for row in pair]


_PATTERNS = {lang: _patterns(lang) for lang in _WORDS}
_WORD = re.compile(r"[^\W\d_]+")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_LETTERS = frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюяәғқңөұүһі")
_WHOLE_WORD = re.compile(r"[^\W\d_]{3,}")
_NAMED_AFTER = re.compile(r"\b(?:имени|им\.)\s*|\s*\b(?:атындағы|атын\.)\s*", re.I)
_ALIKE = str.maketrans("әғқќңөјұүўһіїыёэ", "агккнооууухиииее")
_AS_MEANT = str.maketrans("ёЁќЌ", "еЕқҚ")
# «Бескарагайский район» and «Бесқарағай ауданы»: the same stem with and without an ending; a last vowel comes and goes.
_ENDING = re.compile(r"(?:инск|овск|евск|ск|цк)(?:ии|ая|ое|ой)$|(?:ии|ая|ое)$")
_LAST_VOWEL = re.compile(r"[аеиоуюя]$")
_SHORTEST_STEM = 3


def kind_and_name(text: str, lang: str) -> tuple[str, str]:
    """Return what kind of place a name says it is (empty: it does not) and the name without that word.

    A Russian name is led by its word, a Kazakh one ends with it: «с. С.Сейфуллин» and «С.Сейфуллин к.».
    """
    plain = unicodedata.normalize("NFC", text).translate(_AS_MEANT)
    plain = " ".join(_NAMED_AFTER.sub(" ", plain).split())
    for kind, pattern in _PATTERNS.get(lang, _PATTERNS["ru"]):
        match = pattern.search(plain)
        rest = (plain[: match.start()] + plain[match.end() :]).strip(" .,") if match else ""
        if match and rest and _is_whole(match[0], plain, match.end()):
            return kind, _alone(rest)
    return "", _alone(plain)


def folded(name: str) -> str:
    """Return the form in which names are compared: letters and digits only, alike ones made one; may be empty."""
    text = in_cyrillic(unicodedata.normalize("NFKC", name)).casefold().translate(_ALIKE)
    return "".join(c for c in unicodedata.normalize("NFKD", text) if c.isalnum())


def stem(fold: str) -> str:
    """Return a folded name without the ending of an adjective and its last vowel; itself where too little is left."""
    cut = _LAST_VOWEL.sub("", _ENDING.sub("", fold))
    return cut if len(cut) >= _SHORTEST_STEM else fold


def strange_letters(text: str) -> str:
    """Return the letters inside Cyrillic words of a name that are of neither language, in order; mostly empty."""
    words = (word for word in _WORD.findall(text) if _CYRILLIC.search(word))
    return "".join(letter for word in words for letter in word if letter.casefold() not in _LETTERS)


def deletions(fold: str) -> set[str]:
    """Return a folded name and what is left of it without one of its letters: two names one letter apart share one."""
    return {fold} | {fold[:i] + fold[i + 1 :] for i in range(len(fold))}


def is_one_letter_apart(one: str, other: str) -> bool:
    """Tell whether one letter was left out, put in, mistaken, or exchanged with its neighbour."""
    if len(one) > len(other):
        one, other = other, one
    if one == other or len(other) - len(one) > 1:
        return False
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    if len(one) < len(other):
        return one[at:] == other[at + 1 :]
    is_swapped = one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :]
    return one[at + 1 :] == other[at + 1 :] or is_swapped


def _is_whole(word: str, text: str, end: int) -> bool:
    """Tell whether a matched word is not the beginning of a longer one: «с.Аулиеколь» is marked, «аулиеколь» is not."""
    return not _WHOLE_WORD.fullmatch(word) or end == len(text) or not text[end].isalpha()


def _alone(name: str) -> str:
    return name.strip(" .,«»\"'")
