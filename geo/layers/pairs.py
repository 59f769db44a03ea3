"""What was made of two versions, kept with the later one for a while: of a few earlier ones, however many there are."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from geo.versions.opened import Version

Made = TypeVar("Made")
MOST = 4  # earlier versions for each later one


def of_pair(name: str, before: Version, after: Version, make: Callable[[Version, Version], Made]) -> Made:
    """Return what `make` makes of a version and a later one, from memory where they were compared lately."""
    kept: OrderedDict[str, Made] = after.once(name, OrderedDict)
    found = kept.get(before.id)
    if found is None:
        found = kept[before.id] = make(before, after)
        while len(kept) > MOST:
            with suppress(KeyError):  # another thread was first
                kept.popitem(last=False)
    return found
