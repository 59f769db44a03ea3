"""Which part of a file is asked for: one range of bytes (RFC 9110), and only of the file that was meant."""

from __future__ import annotations

import re

from geo.core.errors import ReaderError

_PART = re.compile(r"([0-9]{0,20})-([0-9]{0,20})", re.ASCII)


class BadRange(ReaderError):
    """The part that is asked for does not lie within the file, or is not one part."""

    code = "E-URL-10"


def part(asked: str, meant: str, tag: str, length: int) -> tuple[int, int] | None:
    """Return (first byte, the one behind the last) of a Range header; None: the whole file is to be given.

    `meant` is If-Range: another tag than the file's, a weak one or a day leads to the whole file. Units that are not
    bytes are ignored. Raises BadRange for what lies outside, is backwards or is more than one part: that would be a
    way to have a file sent many times over.
    """
    unit, _, given = asked.partition("=")
    if unit.strip().lower() != "bytes" or meant not in {"", tag}:
        return None
    match = _PART.fullmatch(given.strip())
    if match is None or match[0] == "-":
        raise BadRange(length=length)
    first, last = match.groups()
    start = int(first) if first else max(0, length - int(last))
    stop = min(int(last) + 1, length) if first and last else length
    if start >= stop:
        raise BadRange(length=length)
    return start, stop
