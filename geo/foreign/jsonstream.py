"""A JSON file → its values one after another as bytes, whatever its length; where it is broken, the byte.

Only brackets and strings are told apart here, so that depth and size are known before anything is parsed.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import IO, Any

MOST_DEPTH = 32
MOST_BYTES = 64 * 2**20  # of one value that is held in memory
MOST_BRACKETS = 600_000  # of one value: a unit of 500,000 points and what stands around them
MOST_NUMBERS = 4_000_000  # of one value: commas, four numbers for each point and twice as many
_CHUNK = 2**20
_SPACE = re.compile(rb"[ \t\r\n]*+")
_SCALAR = re.compile(rb"[^\s,\]}\[{\":]*+")
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
# A string; a short list of numbers at once, which is what a point is; a bracket; a string that does not end here.
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|\[[-+0-9eE., \t\r\n]{1,200}+\]|[\[\]{}]|"', re.DOTALL)
_ARRAY, _OBJECT, _QUOTE = b'[{"'


class BrokenJsonError(Exception):
    """The file cannot be read on: a code, the byte, a value."""

    def __init__(self, code: str, at: int, value: str = "") -> None:
        super().__init__(code)
        self.code, self.at, self.value = code, at, value


class UnfitValueError(Exception):
    """A value is JSON, but not one that is accepted: a code and what was found."""

    def __init__(self, code: str, value: str) -> None:
        super().__init__(code)
        self.code, self.value = code, value


class JsonStream:
    """A reader that holds one value of a JSON file at a time."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._buffer = b""
        self._at = 0
        self._dropped = 0
        self._fill()
        self._at = 3 if self._buffer.startswith(b"\xef\xbb\xbf") else 0

    @property
    def at(self) -> int:
        """Return the byte of the file that comes next."""
        return self._dropped + self._at

    def peek(self) -> bytes:
        """Return the next byte that is no space; empty at the end of the file."""
        while True:
            self._at = _SPACE.match(self._buffer, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._buffer):
                return self._buffer[self._at : self._at + 1]
            if not self._fill():
                return b""

    def take(self, wanted: bytes) -> bytes:
        """Return the next byte and step over it; raises BrokenJsonError where it is none of the wanted."""
        found = self.peek()
        if not found or found not in wanted:
            raise BrokenJsonError("E-GEO-03", self.at, str(self.at))
        self._at += 1
        return found

    def value(self) -> bytes:
        """Return the next value as it stands in the file; raises BrokenJsonError that does not end."""
        first = self.peek()
        if first in (b"[", b"{"):
            length = self._bracketed()
        elif first == b'"':
            length = self._matched(_STRING)
        else:
            length = self._matched(_SCALAR)
        if length == 0:
            raise BrokenJsonError("E-GEO-03", self.at, str(self.at))
        raw = self._buffer[self._at : self._at + length]
        self._at += length
        return raw

    def _fill(self) -> bool:
        """Read on, as much again as is held; what was stepped over is let go."""
        kept = self._buffer[self._at :]
        if len(kept) > MOST_BYTES:
            raise BrokenJsonError("E-LIM-05", self.at, str(MOST_BYTES // 2**20))
        more = self._file.read(max(_CHUNK, len(kept)))
        self._buffer, self._dropped, self._at = kept + more, self._dropped + self._at, 0
        return bool(more)

    def _matched(self, pattern: re.Pattern[bytes]) -> int:
        while True:
            found = pattern.match(self._buffer, self._at)
            if found is not None and found.end() < len(self._buffer):
                return found.end() - self._at
            if not self._fill():
                return found.end() - self._at if found else 0

    def _bracketed(self) -> int:
        """Return the length of the list or object that begins here."""
        depth = brackets = 0
        position = self._at
        while True:
            for token in _TOKEN.finditer(self._buffer, position):
                start, end = token.span()
                step = _step(self._buffer[start], end - start)
                if step is None:
                    break
                depth, brackets, position = depth + step, brackets + (step > 0 or end - start > 1), end
                if depth > MOST_DEPTH:
                    raise BrokenJsonError("E-GEO-22", self._dropped + start, str(MOST_DEPTH))
                if depth == 0:
                    return end - self._at
            if brackets > MOST_BRACKETS:
                raise BrokenJsonError("E-LIM-04", self.at)
            position -= self._at
            if not self._fill():
                end_of_file = self._dropped + len(self._buffer)
                raise BrokenJsonError("E-GEO-03", end_of_file, str(end_of_file))


def _step(first: int, length: int) -> int | None:
    """Return how much deeper a token leads; None for a string that does not end in what was read so far."""
    if first == _QUOTE:
        return None if length == 1 else 0
    if length > 1:
        return 0
    return 1 if first in (_ARRAY, _OBJECT) else -1


def decoded(raw: bytes, at: int) -> Any:
    """Return a value as Python has it; raises BrokenJsonError for no JSON, UnfitValueError for a key twice or NaN."""
    if raw.count(b",") > MOST_NUMBERS or raw.count(b"[") > MOST_BRACKETS:
        raise UnfitValueError("E-LIM-04", "")
    try:
        return _DECODER.decode(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise BrokenJsonError("E-GEO-03", at + error.start, str(at + error.start)) from None
    except json.JSONDecodeError as error:
        wrong = at + len(error.doc[: error.pos].encode("utf-8", "replace"))
        raise BrokenJsonError("E-GEO-03", wrong, str(wrong)) from None
    except RecursionError:
        raise BrokenJsonError("E-GEO-22", at, str(MOST_DEPTH)) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise UnfitValueError("E-GEO-21", Counter(key for key, _ in pairs).most_common(1)[0][0])
    return made


def _no_number(constant: str) -> float:
    raise UnfitValueError("E-GEO-10", constant)


def _whole(digits: str) -> int:
    # Python would spend its time on a million digits, or refuse them without saying where.
    if len(digits) > 300:
        raise UnfitValueError("E-GEO-10", digits)
    return int(digits)


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_number, parse_int=_whole)
