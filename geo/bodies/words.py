"""The words of a country about bodies: what kind a name tells, which statuses are closed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from geo.core.model import LANGUAGES
from geo.core.toml import read_toml


@dataclass(frozen=True)
class BodyWords:
    """Words that tell what a body is, by kind in the order they are tried, and which statuses are closed."""

    kinds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    opened: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()


def read_words(path: Path) -> BodyWords:
    """Return the words of a country's file about bodies; raises BadData with every fault of it."""
    kinds = {"kinds": {"*": [str]}, "statuses": {"open": [str], "closed": [str]}}
    plain = read_toml(path, path.name, kinds, "E-BODY-09")
    return BodyWords(
        {kind: tuple(word.casefold() for word in words) for kind, words in plain["kinds"].items()},
        frozenset(word.casefold() for word in plain["statuses"]["open"]),
        frozenset(word.casefold() for word in plain["statuses"]["closed"]),
    )


def kind_of(cells: Mapping[str, Any], words: BodyWords) -> str:
    """Return the kind as given, or by the first word that a name has; `other` where it has none."""
    if cells["kind"]:
        return str(cells["kind"])
    names = " ".join(cells[f"name_{lang}"] for lang in LANGUAGES).casefold()
    return next((kind for kind, many in words.kinds.items() if many and _any_of(many).search(names)), "other")


@cache
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})")
