"""One cell of text → what it means, or the code of what is wrong with it; nothing is repaired in silence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches

from geo.core.errors import Fault
from geo.core.rows import CODE, PERIOD

_DECIMAL_CODE = re.compile(r"[0-9]{1,18}\.0", re.ASCII)
_CHANGED_CODE = re.compile(r"[0-9]+([.,][0-9]+)?[eE][+-]?[0-9]+|[0-9]+\.0+", re.ASCII)
_YEAR = re.compile(r"[0-9]{4}", re.ASCII)
_MONTH = re.compile(r"0?[1-9]|1[0-2]", re.ASCII)
_YEAR_WORDS = frozenset({"", "год", "г.", "г", "жыл", "ж.", "year"})
MONTHS: Mapping[str, int] = {
    word: number
    for words in (
        "қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан",
        "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
        "january february march april may june july august september october november december",
    )
    for number, word in enumerate(words.split(), 1)
}


# What a text means, or a fault that does not know its place yet.
Judge = Callable[[str], str | Fault]


def odd_characters(text: str) -> list[str]:
    """Return what a reader cannot see or would take for another letter: names of the characters, in order."""
    odd = [c for c in text if _is_unseen(c)]
    odd += [c for c in (text[:1], text[-1:]) if c == " "]
    for word in re.findall(r"[^\W\d_]+", text):
        latin = [c for c in word if unicodedata.name(c, "").startswith("LATIN")]
        if latin and any(unicodedata.name(c, "").startswith("CYRILLIC") for c in word):
            odd += latin
    return _named(odd)


def _named(characters: Iterable[str]) -> list[str]:
    return [f"U+{ord(c):04X} {unicodedata.name(c, '?')}" for c in dict.fromkeys(characters)]


def _odd(text: str, odd: list[str]) -> Fault | None:
    return Fault("", 0, "", "E-CSV-12", text, {"characters": ", ".join(odd)}) if odd else None


def tidy_name(text: str) -> str:
    """Return a name with single blanks between its words and none around it."""
    return " ".join(text.split())


def judge_name(text: str) -> str | Fault:
    """Return a name as people read it; line breaks and blanks around it are the publisher's export, not the name."""
    name = unicodedata.normalize("NFC", tidy_name(text))
    return _odd(text, odd_characters(name)) or name


def judge_code(text: str, as_decimals: bool = False, digits: int = 0) -> str | Fault:
    """Return a code as text, padded with zeros to `digits`; 1.0 is 1 only where the profile says so."""
    if fault := _odd(text, odd_characters(text) or _named(c for c in text if c > "~")):
        return fault
    if as_decimals and _DECIMAL_CODE.fullmatch(text):
        text = text[:-2]
    if _CHANGED_CODE.fullmatch(text):
        return Fault("", 0, "", "E-CSV-11", text)
    if not CODE.fullmatch(text):
        return Fault("", 0, "", "E-JOIN-05", text)
    return text.zfill(digits) if text.isdecimal() else text


def near(code: str, known: Sequence[str]) -> str:
    """Return the codes nearest to one that is not known; one that lost its zeros in a spreadsheet comes first."""
    padded = [other for other in known if other.lstrip("0") == code.lstrip("0")]
    return ", ".join(dict.fromkeys([*padded, *get_close_matches(code, known, 3, 0.5)])) or "–"


def judge_period(text: str, notation: str, years: tuple[int, int], month: int) -> str | Fault:
    """Return YYYY-MM of a cell in the declared notation and of no other."""
    made = _period(text, notation, month)
    if PERIOD.fullmatch(made) and years[0] <= int(made[:4]) <= years[1]:
        return made
    return _odd(text, odd_characters(text)) or Fault("", 0, "", "E-CSV-18", text)


def judge_month(text: str) -> str | Fault:
    """Return MM of a number or a name of a month in Kazakh, Russian or English."""
    if _MONTH.fullmatch(text):
        return text.zfill(2)
    number = MONTHS.get(text.casefold())
    return f"{number:02}" if number else Fault("", 0, "", "E-CSV-18", text)


def judge_year(text: str, years: tuple[int, int]) -> str | Fault:
    """Return a year of four digits within the years that make sense."""
    return text if _YEAR.fullmatch(text) and years[0] <= int(text) <= years[1] else Fault("", 0, "", "E-CSV-18", text)


def _period(text: str, notation: str, month: int) -> str:
    if notation == "YYYY-MM":
        return text
    if notation == "MM.YYYY":
        return f"{text[3:]}-{text[:2]}" if text[2:3] == "." else ""
    if notation == "month YYYY":
        words = text.casefold().split(" ")
        is_named = len(words) in {2, 3} and words[0] in MONTHS and (len(words) == 2 or words[2] in _YEAR_WORDS)
        return f"{words[1]}-{MONTHS[words[0]]:02}" if is_named else ""
    year, _, rest = text.partition(" ")
    if notation == "YYYY" and rest == "" and " " not in text:
        return f"{year}-{month:02}"
    return f"{year}-{month:02}" if notation == "YYYY год" and rest.casefold() in _YEAR_WORDS else ""


def _is_unseen(character: str) -> bool:
    """Tell whether a character is a control, has no width, turns the direction, or is a blank unlike the others."""
    return unicodedata.category(character) in {"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"} or (
        unicodedata.category(character) == "Zs" and character != " "
    )
