"""The items of a large JSON array one after the other: the array is never held as a whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_PIECE = 1 << 16  # characters
_BETWEEN = " \t\r\n,"


def items(path: Path) -> Iterator[Any]:
    """Yield the items of a file that is one JSON array of objects, in order; raises ValueError for one that is cut."""
    decode = json.JSONDecoder().raw_decode
    with path.open(encoding="utf-8") as file:
        text, at = file.read(_PIECE), 1
        while True:
            while at < len(text) and text[at] in _BETWEEN:
                at += 1
            if text[at : at + 1] == "]":
                return
            try:
                item, at = decode(text, at)
            except ValueError:
                more = file.read(_PIECE)
                if not more:
                    raise
                text, at = text[at:] + more, 0
            else:
                yield item
