"""A fault: one thing wrong in a file, in words that a person can read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

MOST_FAULTS = 1000  # the first thousand faults of a file are named, the rest counted
MOST_OF_VALUE = 80  # characters shown of a cell
MOST_OF_VALUES = 600  # characters shown of what stands beside it: a list of columns, a reason


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong in a file: where it stands and a code that `core.text` turns into a sentence.

    `row` counts as the file does (the header is row 1; 0 = the whole file). What a file brought into `column`, `value`
    and `values` is cut to 80 or 600 characters, none of them a control; what was cut ends in …
    """

    file: str
    row: int
    column: str
    code: str
    value: str = ""
    values: Mapping[str, str] = field(default_factory=dict, compare=False)
    sheet: str = ""  # of a workbook

    def __post_init__(self) -> None:
        """Keep only what a person can read."""
        object.__setattr__(self, "file", readable(self.file, MOST_OF_VALUES))
        object.__setattr__(self, "sheet", readable(self.sheet, MOST_OF_VALUE))
        object.__setattr__(self, "column", readable(self.column, MOST_OF_VALUE))
        object.__setattr__(self, "value", readable(self.value, MOST_OF_VALUE))
        shown = {name: readable(text, MOST_OF_VALUES) for name, text in self.values.items()}
        object.__setattr__(self, "values", shown)


def readable(text: str, most: int) -> str:
    """Return the beginning of a text that came from outside, with a mark for each character nobody can see."""
    kept = text if len(text) <= most else f"{text[: most - 1]}…"
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in kept)
