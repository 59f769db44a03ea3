"""Own class bounds of a reader: how an address spells them, and what a person may type.

`breaks=-10_0_10.5`: plain decimal numbers, ascending, joined by `_`; money in whole currency per denominator, ratios in
per cent. Each bound is the upper end of its class; what lies above the last one is a class more.
"""

from __future__ import annotations

import re
from decimal import Decimal

from geo.core.errors import BadBounds

MOST_A_SIDE = 4  # of zero: then five classes, as many as a palette has colours for one direction
MOST = 6  # together, where values have two signs
MOST_CHARACTERS = 64  # what a key of an address may hold
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,4})?", re.ASCII)
_EXAMPLES = {False: ("100_250_500", "0.5_1_1.5"), True: ("-10_0_10", "-5.5_5.5")}
_SIGNS = str.maketrans({"\u2212": "-", "\u2013": "-", "\u00a0": " ", "\u202f": " ", "\n": " ", "\t": " "})


def canonical(word: str, *, is_signed: bool) -> str:
    """Return bounds as addresses spell them: no needless zeros, no plus.

    Raises BadBounds with what is wrong (`spelling`, `order`, `count`, `side`) and at which bound, from 1.
    """
    allowed = examples(is_signed=is_signed)
    parts = word.split("_")
    if len(parts) > MOST or (not is_signed and len(parts) > MOST_A_SIDE):
        raise BadBounds(problem="bounds_count", most=MOST if is_signed else MOST_A_SIDE, allowed=allowed)
    found: list[Decimal] = []
    for at, part in enumerate(parts, 1):
        if not _NUMBER.fullmatch(part):
            raise BadBounds(problem="bounds_spelling", at=at, allowed=allowed)
        bound = Decimal(part) + 0  # minus zero is zero
        if found and bound <= found[-1]:
            raise BadBounds(problem="bounds_order", at=at, allowed=allowed)
        found.append(bound)
    if max(sum(bound > 0 for bound in found), sum(bound < 0 for bound in found)) > MOST_A_SIDE:
        raise BadBounds(problem="bounds_side", most=MOST_A_SIDE, allowed=allowed)
    spelt = "_".join(f"{bound.normalize():f}" for bound in found)
    if len(spelt) > MOST_CHARACTERS:
        raise BadBounds(problem="bounds_length", most=MOST_CHARACTERS, allowed=allowed)
    return spelt


def examples(*, is_signed: bool) -> tuple[str, ...]:
    """Return what bounds may look like, for values of one sign or two."""
    return _EXAMPLES[is_signed]


def typed(text: str, lang: str) -> str:
    """Return what a person typed into a field with `_` between the bounds; `canonical` judges it.

    Between bounds stand spaces, semicolons or `_`, in English also commas; elsewhere a comma is the decimal mark.
    """
    plain = text.strip().translate(_SIGNS)
    plain = plain.replace(",", " ") if lang == "en" else re.sub(r",(?=\s|$)", " ", plain).replace(",", ".")
    return "_".join(part for part in re.split(r"[\s;_]+", plain) if part)


def numbers(word: str) -> tuple[float, ...]:
    """Return the bounds of a canonical word, none of an empty one."""
    return tuple(float(part) for part in word.split("_")) if word else ()
