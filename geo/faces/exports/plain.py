"""A table as JSON: metadata, then every row as an object."""

from __future__ import annotations

from collections.abc import Iterator

from geo.faces.exports.table import Table, encoded


def as_json(table: Table) -> Iterator[bytes]:
    """Yield the file piece by piece: `metadata`, then `units` or `bodies`, the rows in the order of the table."""
    head = encoded({**table.marks, "metadata": table.about})
    yield f'{head[:-1]},"{table.of}":['.encode()
    write, mark = table.as_objects(), ""
    for item in table.items():
        yield f"{mark}{write(item)[1]}".encode()
        mark = ","
    yield b"]}"
