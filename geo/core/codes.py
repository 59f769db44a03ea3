"""Codes that prove themselves, and letters that only look right: pure rules about text.

The business identification number (BIN) of Kazakhstan has twelve digits; the last one is computed from the others.
"""

from __future__ import annotations

import re

BIN_DIGITS = 12
_BIN = re.compile(r"[0-9]{12}", re.ASCII)
_WEIGHTS = (tuple(range(1, 12)), (*range(3, 12), 1, 2))  # the second row counts where the first one leaves 10
_WORD = re.compile(r"[^\W\d_]+")

# Latin letters that cannot be told from Cyrillic ones in print, and the letters they stand for.
LOOK_ALIKES = dict(zip("ABCEHIKMOPTXYaceiopxyhËëÏï", "АВСЕНІКМОРТХУасеіорхуһЁёЇї", strict=True))
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_TO_CYRILLIC = str.maketrans(LOOK_ALIKES)


def bin_check_digit(digits: str) -> int:
    """Return the twelfth digit that belongs to the first eleven; 10 where there is none and the number is never given.

    The eleventh digit weighs 11 in the first row, which is nothing: a slip in it shows only in the second row.
    """
    for weights in _WEIGHTS:
        rest = sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=True)) % 11
        if rest < 10:
            return rest
    return 10


def is_bin(text: str) -> bool:
    """Tell whether a text is a BIN: twelve ASCII digits, not all nothing, the last of which fits the others."""
    # Twelve zeros stand where somebody had to write something; their arithmetic is right.
    return has_bin_form(text) and text.strip("0") != "" and bin_check_digit(text[:-1]) == int(text[-1])


def has_bin_form(text: str) -> bool:
    """Tell whether a text has the form of a BIN, whatever its last digit."""
    return bool(_BIN.fullmatch(text))


def look_alikes(text: str) -> str:
    """Return the Latin letters that stand inside Cyrillic words of a text, in order; empty where there are none."""
    words = (word for word in _WORD.findall(text) if _CYRILLIC.search(word))
    return "".join(letter for word in words for letter in word if letter in LOOK_ALIKES)


def in_cyrillic(text: str) -> str:
    """Return a text with the Latin letters of its Cyrillic words replaced by those they look like."""

    def mended(match: re.Match[str]) -> str:
        return match[0].translate(_TO_CYRILLIC) if _CYRILLIC.search(match[0]) else match[0]

    return _WORD.sub(mended, text)
