"""One sheet of a workbook, read as a stream: how far it reaches, which cells are merged, its cells row by row."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field

from geo.core.errors import BadData, Fault
from geo.foreign.book import local, unescaped
from geo.foreign.package import parse
from geo.foreign.table import Job

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})", re.ASCII)
_VALUES = {"v", "is", "t", "f"}


@dataclass(frozen=True)
class Cell:
    """One cell as stored: its place, its kind, the number of its style, its text; None where nothing is stored."""

    row: int
    column: int
    kind: str  # n, s, str, inlineStr, b, e, d
    style: int
    value: str | None
    has_formula: bool

    @property
    def name(self) -> str:
        """Return the name that a person finds it by: D7."""
        return f"{letters(self.column)}{self.row}"


@dataclass
class Reach:
    """How far a sheet reaches: as it says itself, and as its cells with a value do."""

    said: tuple[int, int] = (0, 0)  # rows, columns
    rows: int = 0
    columns: int = 0
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)  # first row, column, last row, column
    hidden_rows: list[int] = field(default_factory=list)  # those that hold a value, in order
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)  # first, last; whatever they hold


def letters(column: int) -> str:
    """Return the name of a column: 1 is A, 27 is AA."""
    name = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def place(reference: str) -> tuple[int, int]:
    """Return row and column of a cell's name, or zeros."""
    match = _REFERENCE.fullmatch(reference)
    if not match:
        return 0, 0
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column


def reach(job: Job, archive: zipfile.ZipFile, part: str) -> Reach:
    """Return how far a sheet reaches, without keeping a cell of it."""
    found = Reach()
    at = [0, 0]
    is_hidden = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal is_hidden
        name = local(tag)
        if name == "c":
            at[:] = place(attributes["r"]) if "r" in attributes else (at[0], at[1] + 1)
        elif name in _VALUES:
            found.rows, found.columns = max(found.rows, at[0]), max(found.columns, at[1])
            if is_hidden and found.hidden_rows[-1:] != [at[0]]:
                found.hidden_rows.append(at[0])
        elif name == "row":
            at[:] = _row_number(attributes, at[0]), 0
            is_hidden = _is_true(attributes.get("hidden"))
        elif name == "col":
            if _is_true(attributes.get("hidden")):
                found.hidden_columns.append((_number(attributes.get("min")), _number(attributes.get("max"))))
        elif name == "mergeCell":
            first, _, last = attributes.get("ref", "").partition(":")
            found.merged.append((*place(first), *place(last or first)))
        elif name == "dimension":
            found.said = place(attributes.get("ref", "").rpartition(":")[2])

    parse(job, archive, part, StartElementHandler=start)
    return found


def each_cell(job: Job, archive: zipfile.ZipFile, part: str, take: Callable[[Cell], None]) -> None:
    """Hand on every cell that stores something, in the order of the sheet; raises BadData where that order breaks."""
    reader = _CellReader(job, take)
    parse(
        job,
        archive,
        part,
        StartElementHandler=reader.start,
        EndElementHandler=reader.end,
        CharacterDataHandler=reader.data,
    )


class _CellReader:
    """The state between two events of the XML parser."""

    def __init__(self, job: Job, take: Callable[[Cell], None]) -> None:
        self.job, self.take = job, take
        self.row, self.column = 0, 0
        self.attributes: dict[str, str] = {}
        self.pieces: list[str] = []
        self.keeps = self.stores = self.has_formula = self.is_spoken = self.is_in_pieces = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Begin a row, a cell, or what stands in it."""
        name = tag.rpartition("}")[2]
        if name == "c":
            row, column = place(attributes["r"]) if "r" in attributes else (self.row, self.column + 1)
            if row != self.row or column <= self.column:
                raise BadData([Fault(self.job.name, self.row, "", "E-XLS-02", attributes.get("r", ""))])
            self.column, self.attributes, self.pieces = column, attributes, []
            self.stores = self.has_formula = False
        elif name == "v" or (name == "t" and not self.is_spoken):
            if self.stores and (name == "v" or not self.is_in_pieces):
                raise BadData([Fault(self.job.name, self.row, "", "E-XLS-02", f"{letters(self.column)}{self.row}")])
            self.keeps = self.stores = True
            self.is_in_pieces = name == "t"
        elif name == "f":
            self.has_formula = True
        elif name == "rPh":
            self.is_spoken = True
        elif name == "row":
            number = _row_number(attributes, self.row)
            if number <= self.row:
                raise BadData([Fault(self.job.name, self.row, "", "E-XLS-02", attributes.get("r", ""))])
            self.row, self.column = number, 0

    def data(self, text: str) -> None:
        """Keep the text of a value."""
        if self.keeps:
            self.pieces.append(text)

    def end(self, tag: str) -> None:
        """End a value, or hand on a cell."""
        name = tag.rpartition("}")[2]
        if name in {"v", "t"}:
            self.keeps = False
        elif name == "rPh":
            self.is_spoken = False
        elif name == "c" and (self.stores or self.has_formula):
            kind = self.attributes.get("t", "n")
            text = "".join(self.pieces)
            style = self.attributes.get("s", "0")
            self.take(
                Cell(
                    self.row,
                    self.column,
                    kind,
                    int(style) if style.isdecimal() and len(style) < 7 else 0,
                    (unescaped(text) if kind in {"inlineStr", "str"} else text) if self.stores else None,
                    self.has_formula,
                )
            )


def _is_true(text: str | None) -> bool:
    return text in {"1", "true"}


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() and text.isascii() and len(text) < 9 else 0


def _row_number(attributes: dict[str, str], before: int) -> int:
    text = attributes.get("r", "")
    return int(text) if text.isdigit() and text.isascii() and len(text) < 9 else before + 1
