"""Names that were damaged on their way: read in the wrong encoding, or put together from two alphabets."""

from __future__ import annotations

import re
import unicodedata

_LOST = re.compile(r"\N{REPLACEMENT CHARACTER}|\?{2,}|^[\W\d_]+$")
_WORD = re.compile(r"[^\W\d_]+")
_READ_AS = ("cp1251", "kz1048", "cp1252")


def is_spoilt(name: str) -> bool:
    """Tell whether a name has lost its letters, or is UTF-8 that was read as an encoding of one byte."""
    return bool(_LOST.search(name)) or any(_was_utf8(name, encoding) for encoding in _READ_AS)


def is_of_two_alphabets(name: str) -> bool:
    """Tell whether one word has Latin and Cyrillic letters: it looks right and is never found."""
    for word in _WORD.findall(name):
        alphabets = {unicodedata.name(letter, "").partition(" ")[0] for letter in word}
        if {"LATIN", "CYRILLIC"} <= alphabets:
            return True
    return False


def _was_utf8(name: str, encoding: str) -> bool:
    try:
        found = name.encode(encoding).decode("utf-8")
    except UnicodeError:
        return False
    return found != name
