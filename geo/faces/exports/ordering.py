"""A table as an order to a writer that runs apart: one line of what is to be known, then a line for each row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from geo.faces.exports.table import Table, encoded


def ordered(table: Table, *, has_shapes: bool, **asked: Any) -> Iterator[bytes]:
    """Yield lines of JSON: the header with what is `asked` of the writer, then the values of each row and its shape.

    Amounts stand as whole minor units, so that each format writes them in the most exact way it has.
    """
    header: Mapping[str, Any] = {
        "of": table.of,
        "columns": [[column.name, column.kind] for column in table.columns],
        "about": {**table.marks, **table.about},
        "line": dict(table.line),
        "minor_units": table.minor_units,
        "has_shapes": has_shapes,
        **asked,
    }
    yield f"{encoded(header)}\n".encode()
    for item in table.items():
        row = encoded(item.values)[:-1].encode()
        yield b"".join((row, b",", (item.shape if has_shapes else None) or b"null", b"]\n"))
