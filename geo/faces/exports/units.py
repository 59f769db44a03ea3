"""The territories of a view as a table: one row each in unit_id order, with the values of the map."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from geo.faces.exports.about import described
from geo.faces.exports.shapes import shapes_of
from geo.faces.exports.table import AMOUNT, FLAG, NUMBER, TEXT, UNITS, WHOLE, Column, Item, Table
from geo.faces.files import rounded, said_on_every_line
from geo.faces.reading import Reading
from geo.layers import Row
from geo.versions import Version


def units_table(reading: Reading, version: Version, geometry: str = "map") -> Table:
    """Return the table; `geometry` is `map` (generalised, as drawn) or `source` (every detail).

    Raises NoSourceGeometry where the version does not hold the borders in every detail.
    """
    layer = reading.layer
    shapes = shapes_of(version, layer.edition, layer.view.level, geometry)
    numbers = [shapes.numbers[row.unit.unit_id] for row in layer.rows]

    def items() -> Iterator[Item]:
        for row, number in zip(layer.rows, numbers, strict=True):
            yield Item(_values(row, reading, version), shapes.shape(number))

    return Table(
        of=UNITS,
        columns=_columns(version),
        items=items,
        bbox=lambda: shapes.bbox(numbers),
        **described(reading, version, shapes.about(reading.text)),
        line=said_on_every_line(reading, version),
    )


def _columns(version: Version) -> tuple[Column, ...]:
    return (
        *(Column(name, TEXT) for name in ("unit_id", "iso", "kind")),
        *(Column(f"name_{language}", TEXT) for language in version.country.languages),
        Column("state", TEXT),
        Column("value", NUMBER),
        Column("amount", AMOUNT),
        Column("denominator", NUMBER),
        Column("price_factor", NUMBER),
        Column("rank", WHOLE),
        Column("class", WHOLE),
        Column("is_synthetic", FLAG),
    )


def _values(row: Row, reading: Reading, version: Version) -> tuple[Any, ...]:
    layer, minor = reading.layer, version.country.minor_units
    below = row.denominator
    if below is not None and not layer.measure.is_money:
        below = below / minor
    return (
        row.unit.unit_id,
        row.unit.iso,
        row.unit.kind,
        *(row.unit.names[language] for language in version.country.languages),
        row.state,
        rounded(row.value, layer.measure.is_money, minor),
        row.amount,
        below,
        layer.price_factor,
        row.rank,
        row.class_no + 1 if row.class_no >= 0 else None,
        version.country.is_synthetic,
    )
