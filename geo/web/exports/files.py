"""The makers of data.*: which table is wanted, in which format, and whether it comes in pieces or is written apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from geo.core.way import WAY
from geo.faces.exports import Table, as_csv, as_geojson, as_json, bodies_table, units_table
from geo.faces.exports.table import BODIES, UNITS
from geo.web.exports.made import Made, Wanted
from geo.web.options import Option, one_of

OF = {"of": one_of(UNITS, BODIES)}
GEOMETRY = {"geometry": one_of("map", "source")}
CSV = {"bom": one_of("no", "yes"), "raw": one_of("no", "yes")}
# What the files of a view may be asked.
OFFERED: Mapping[str, Mapping[str, Option]] = {
    "data.geojson": {**OF, **GEOMETRY},
    "data.csv": {**OF, **CSV},
    "data.json": OF,
    "data.xlsx": OF,
    "data.gpkg": {**OF, **GEOMETRY},
    "data.parquet": {**OF, **GEOMETRY},
}


def table_of(wanted: Wanted) -> Table:
    """Return the table that an address asks for: territories, or organisations, which have points of their own."""
    if wanted.options["of"] == BODIES:
        return bodies_table(wanted.reading, wanted.version)
    geometry = wanted.options["geometry"] if "geometry" in wanted.options.offered else "map"
    return units_table(wanted.reading, wanted.version, geometry)


def data_geojson(wanted: Wanted) -> Made:
    """Return the GeoJSON file."""
    return _sent(wanted, as_geojson)


def data_json(wanted: Wanted) -> Made:
    """Return the JSON file."""
    return _sent(wanted, as_json)


def data_csv(wanted: Wanted) -> Made:
    """Return the CSV file: with a byte order mark, or with text as it is, where that is asked for."""
    options = wanted.options

    def written(table: Table) -> Iterator[bytes]:
        return as_csv(table, has_bom=options["bom"] == "yes", is_raw=options["raw"] == "yes")

    return _sent(wanted, written)


def _sent(wanted: Wanted, write: Callable[[Table], Iterator[bytes]]) -> Made:
    """Return a few territories at once, and organisations, which may be a million, in pieces."""
    table = table_of(wanted)
    pieces = write(table)
    return gathered(WAY.given(pieces)) if table.of == BODIES else b"".join(pieces)


def gathered(pieces: Iterator[bytes], size: int = 1 << 15) -> Iterator[bytes]:
    """Yield the same bytes in pieces of about a size: a network is not asked for every row."""
    waiting, length = [], 0
    for piece in pieces:
        waiting.append(piece)
        length += len(piece)
        if length >= size:
            yield b"".join(waiting)
            waiting, length = [], 0
    if waiting:
        yield b"".join(waiting)
