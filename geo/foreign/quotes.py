"""Where the quote was opened that spoils the rest of a CSV file."""

from __future__ import annotations

from collections.abc import Iterator

_SHOWN = 80


def opened_row(lines: Iterator[str], first: int, delimiter: str, most: int) -> tuple[int, str, bool]:
    """Return the line of the last quote opened in a record that cannot be read, its text, and whether it ran on.

    `first` is the number of the record's first line. At most about `most` characters beyond the quote are looked at.
    """
    opened, text = first, ""
    is_inside, is_several = False, False
    taken = 0
    for number, line in enumerate(lines, first):
        start = 0
        if is_inside:
            is_several = True
        while True:
            if is_inside:
                end = line.find('"', start)
                if end < 0:
                    break
                if line.startswith('"', end + 1):
                    start = end + 2
                    continue
                is_inside, start = False, end + 1
                if line[start : start + 1] not in {delimiter, "\r", "\n", ""}:
                    return opened, text, is_several
            else:
                start = _next_quote(line, start, delimiter)
                if start < 0:
                    break
                opened, text, is_inside, is_several = number, line[start : start + _SHOWN].rstrip("\r\n"), True, False
                start += 1
        taken += len(line)
        if not is_inside or taken > 2 * most + len(line):
            return opened, text or line[:_SHOWN], is_several
    return opened, text, is_several


def _next_quote(line: str, start: int, delimiter: str) -> int:
    """Return where the next quoted cell begins, or −1: a quote within an unquoted cell is a letter."""
    while True:
        if line.startswith('"', start) and (start == 0 or line[start - 1] == delimiter):
            return start
        comma = line.find(delimiter, start)
        if comma < 0:
            return -1
        start = comma + 1
