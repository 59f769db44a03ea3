"""JSON files of versions, parsed once for all versions that have the same file.

A publication of a few figures leaves most files as they were, and a serving process keeps several versions open: what
is said of 17,000 organisations would otherwise stand in its memory once for each.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

from geo.core.errors import DamagedVersion
from geo.core.files import digest

MANY = 1000  # rows of a table of which words are worth being held once


class Parsed:
    """What a file says; nobody may change it. It is forgotten with the last version that holds it."""

    __slots__ = ("__weakref__", "value")

    def __init__(self, value: Any) -> None:
        self.value = value


_HELD: WeakValueDictionary[str, Parsed] = WeakValueDictionary()


def parsed(folder: Path, name: str, sha256: str) -> Parsed:
    """Return what a file of a version says, the same object while any version holds it; raises DamagedVersion."""
    found = _HELD.get(sha256)
    if found is not None:
        return found
    try:
        content = (folder / name).read_bytes()
    except OSError:
        content = b""
    if digest(content) != sha256:  # else another version would be given what is spoilt here
        raise DamagedVersion(id=folder.name, file=name)
    return _HELD.setdefault(sha256, Parsed(_shared_words(json.loads(content))))


def _shared_words(value: Any) -> Any:
    """Return a value; in a long list of objects, texts that are equal are one."""
    if not isinstance(value, list) or len(value) < MANY or not all(isinstance(row, dict) for row in value):
        return value
    words: dict[str, str] = {}
    for row in value:
        for key, word in row.items():
            if type(word) is str:
                row[key] = words.setdefault(word, word)
    return value
