"""Strict rows of a CSV file: every cell stays text, every fault is named by row; nothing is guessed."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from geo.core.errors import Fault
from geo.core.model import LARGEST_AMOUNT

AMOUNT = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)
CODE = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)  # what may stand in an address
PERIOD = re.compile(r"(19|20)[0-9]{2}-(0[1-9]|1[0-2])", re.ASCII)
YEAR = re.compile(r"(19|20)[0-9]{2}", re.ASCII)
_LONGEST_AMOUNT = 40  # characters; more digits than any currency has


@dataclass(frozen=True)
class Rows:
    """A read file: (row number, cells by column) pairs in the order of the file, and what is wrong with it."""

    file: str
    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def __iter__(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield (row as the file counts, cells)."""
        return iter(self.rows)


def read_rows(path: Path, columns: Sequence[str]) -> Rows:
    """Return the rows of a comma-separated UTF-8 file whose header holds at least `columns`.

    A file that cannot be read at all has no rows and one fault; a ragged row is left out and named.
    """
    name = path.name
    text, fault = _decoded(path)
    if fault is not None:
        return Rows(name, [], [fault])
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, dict[str, str]]] = []
    faults: list[Fault] = []
    header: list[str] = []
    first = 0
    try:
        for cells in reader:
            first, line = reader.line_num, first + 1
            if not header:
                header = cells
                if wrong := _header_faults(name, header, columns):
                    return Rows(name, [], wrong)
            elif len(cells) != len(header):
                value = f"{len(cells)} ≠ {len(header)}"
                faults.append(Fault(name, line, "", "E-CSV-06", value))
            else:
                rows.append((line, dict(zip(header, cells, strict=True))))
    except csv.Error as error:
        faults.append(Fault(name, first + 1, "", "E-CSV-10", str(error)))
    if not rows and not faults:
        faults.append(Fault(name, 0, "", "E-CSV-02"))
    return Rows(name, rows, faults)


def minor_units(text: str, per_unit: int) -> int | str:
    """Return an amount in whole minor units, exactly, or the code of what is wrong with the text."""
    if not AMOUNT.fullmatch(text):
        return "E-CSV-14"
    if len(text) > _LONGEST_AMOUNT:
        return "E-CSV-15"
    # Whole numbers all the way: Decimal would round a long fraction away in silence.
    whole, _, fraction = text.partition(".")
    amount, rest = divmod(int(whole + fraction) * per_unit, 10 ** len(fraction))
    if abs(amount) > LARGEST_AMOUNT:
        return "E-CSV-15"
    return "E-CSV-17" if rest else amount


def _decoded(path: Path) -> tuple[str, Fault | None]:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return "", Fault(path.name, 0, "", "E-CSV-08", str(path.name))
    except OSError as error:
        return "", Fault(path.name, 0, "", "E-CSV-09", error.strerror or "")
    if not raw.strip():
        return "", Fault(path.name, 0, "", "E-CSV-01")
    if b"\0" in raw:
        at = raw.index(b"\0")
        return "", Fault(path.name, raw.count(b"\n", 0, at) + 1, "", "E-CSV-07", str(at))
    try:
        return raw.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
        return "", Fault(path.name, row, "", "E-CSV-07", str(error.start))


def _header_faults(name: str, header: list[str], columns: Sequence[str]) -> list[Fault]:
    if len(header) == 1 < len(columns) and re.search(r"[;\t]", header[0]):
        return [Fault(name, 1, "", "E-CSV-03", header[0])]
    if len(set(header)) != len(header):
        return [Fault(name, 1, "", "E-CSV-05", ", ".join(header))]
    found = {"found": ", ".join(header)}
    return [Fault(name, 1, column, "E-CSV-04", column, found) for column in columns if column not in header]
