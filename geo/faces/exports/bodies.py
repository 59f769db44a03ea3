"""The organisations of a view as a table: one row each in body_id order, with their own amounts and their place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from geo.core.text import text_of
from geo.faces.exports.about import described
from geo.faces.exports.table import AMOUNT, BODIES, FLAG, NUMBER, TEXT, Column, Item, Table
from geo.faces.files import rounded, said_on_every_line
from geo.faces.names import body_name, kind_word
from geo.faces.reading import Reading
from geo.layers.bodyrows import BodyRow, body_rows, bounds_of, is_ratio
from geo.versions import Unit, Version


def bodies_table(reading: Reading, version: Version) -> Table:
    """Return the table; one without coordinates has no shape. Raises NotForBodies as soon as it is asked."""
    layer = reading.layer
    bounds = bounds_of(layer, version)  # asked here: what is refused is refused before anything was sent
    unit_of_value = "percent" if is_ratio(layer) else version.country.currency
    shapes = {"tolerance_deg": 0, "is_official": False, "note": reading.text("export.places")}
    own: dict[str, Any] = {
        "of": BODIES,
        "unit_of_value": unit_of_value,
        "overall_value": None,
        "class_upper_bounds": [],
        "note_of_bodies": reading.text("export.bodies"),
    }
    rows = _Rows(reading, version)
    return Table(
        of=BODIES,
        columns=_columns(version, has_ratio=is_ratio(layer)),
        items=rows.items,
        bbox=lambda: bounds,
        **described(reading, version, shapes, **own),
        line={**said_on_every_line(reading, version), "unit_of_value": unit_of_value},
    )


def _columns(version: Version, *, has_ratio: bool) -> tuple[Column, ...]:
    return (
        *(Column(name, TEXT) for name in ("body_id", "code", "kind", "kind_name")),
        *(Column(f"name_{language}", TEXT) for language in version.country.languages),
        *(Column(name, TEXT) for name in ("unit_id", "unit_name", "placed_by", "exactness")),
        Column("lon", NUMBER),
        Column("lat", NUMBER),
        Column("is_group", FLAG),
        Column("state", TEXT),
        Column("value", NUMBER),
        Column("amount", AMOUNT),
        Column("denominator", AMOUNT if has_ratio else NUMBER),
        Column("price_factor", NUMBER),
        Column("is_synthetic", FLAG),
    )


class _Rows:
    """The rows of a table of organisations; words that many share are looked up once."""

    def __init__(self, reading: Reading, version: Version) -> None:
        self.reading, self.version, self.layer = reading, version, reading.layer
        self.languages = version.country.languages
        self.is_ratio = is_ratio(reading.layer)
        self._kinds: dict[str, str] = {}

    def items(self) -> Iterator[Item]:
        """Yield the rows anew."""
        for row in body_rows(self.layer, self.version):
            shape = None
            if row.point is not None:
                shape = f'{{"type":"Point","coordinates":[{row.point[0]!r},{row.point[1]!r}]}}'.encode()
            yield Item(self._values(row), shape)

    def _values(self, row: BodyRow) -> tuple[Any, ...]:
        about, unit, lang = row.about, row.unit, self.reading.text.lang
        lon, lat = row.point or (None, None)
        return (
            about["body_id"],
            about["code"],
            about["kind"],
            self._kind(about),
            *(_name(about, language, unit) for language in self.languages),
            unit.unit_id if unit else "",
            unit.names[lang] if unit else "",
            row.method,
            about["exactness"],
            lon,
            lat,
            about["is_group"],
            row.state,
            rounded(row.value, not self.is_ratio, self.version.country.minor_units),
            row.amount,
            row.denominator,
            self.layer.price_factor,
            about["is_synthetic"],
        )

    def _kind(self, about: Mapping[str, Any]) -> str:
        kind = about["kind"]
        if kind not in self._kinds:
            self._kinds[kind] = kind_word(about, self.version, self.reading.text)
        return self._kinds[kind]


def _name(about: Mapping[str, Any], language: str, unit: Unit | None) -> str:
    """Return the name of the source in a language, empty where it has none; a whole budget is named by its unit."""
    own = str(about[f"name_{language}"])
    if own or any(about[f"name_{other}"] for other in ("kk", "ru", "en")):
        return own
    shown = body_name(about, language, text_of(language), unit)
    return shown.text if unit else own
