"""What stands between an address and the maker of a face: what is wanted, and what may be made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from geo.faces.reading import Reading
from geo.versions import Version
from geo.web.answering.answers import FILE_POLICY
from geo.web.links import Links
from geo.web.options import Options

# The whole face at once, its pieces one after the other, or a finished file that is kept.
Made = bytes | Iterator[bytes] | Path


@dataclass(frozen=True)
class Wanted:
    """One face of a view as it was asked for."""

    reading: Reading
    version: Version
    options: Options
    links: Links
    is_immutable: bool = False  # the address holds a version: the answer is the same for good


def _plain(wanted: Wanted) -> str:
    return FILE_POLICY


class Face(NamedTuple):
    """One row of the table of faces: a media type, what makes it, its security policy, how it comes."""

    media_type: str
    make: Callable[[Wanted], Made]
    policy: Callable[[Wanted], str] = _plain
    is_download: bool = True  # a browser saves it under a name of its own, where it would show it otherwise
