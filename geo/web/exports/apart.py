"""The makers of files that another process writes: workbook, GeoPackage, GeoParquet; kept, for they are dear."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

from geo.core.errors import TooManyRows
from geo.core.files import digest
from geo.core.way import WAY
from geo.exporting import written
from geo.faces.exports import Table, ordered
from geo.faces.exports.style import qgis_style
from geo.faces.exports.table import BODIES, UNITS
from geo.faces.mark import marked
from geo.web.exports.files import table_of
from geo.web.exports.giving import software
from geo.web.exports.keeping import kept
from geo.web.exports.made import Wanted
from geo.web.palettes import worn

_WORKBOOK_ROWS = 1_048_576 - 1  # below the header
# Bytes that are written at once. A thread that lets go for an instant every few rows is never asked to make room for
# others, and takes the interpreter back before they wake.
_BUFFER = 1 << 20


def data_xlsx(wanted: Wanted) -> Path:
    """Return the kept workbook; raises TooManyRows, and what `geo.exporting.written` raises."""
    return _kept("xlsx", wanted)


def data_gpkg(wanted: Wanted) -> Path:
    """Return the kept GeoPackage; raises what `geo.exporting.written` raises."""
    return _kept("gpkg", wanted)


def data_parquet(wanted: Wanted) -> Path:
    """Return the kept GeoParquet file; raises what `geo.exporting.written` raises."""
    return _kept("parquet", wanted)


def _kept(kind: str, wanted: Wanted) -> Path:
    table = table_of(wanted)  # what is refused is refused at once
    view = wanted.reading.layer.view
    name = digest(f"{wanted.version.id} {view.path} {wanted.options.path} {software()}".encode())[:32]
    return kept(wanted.links.site.settings).file(f"{name}.{kind}", partial(_make, kind, table, wanted))


def _make(kind: str, table: Table, wanted: Wanted, made: Path) -> None:
    order, lines = made.with_suffix(".jsonl"), _ASKED[kind](table, wanted)
    with order.open("wb", _BUFFER) as file:
        file.writelines(WAY.given(limited(lines, _WORKBOOK_ROWS) if kind == "xlsx" else lines))
    written(kind, order, made)


def limited(lines: Iterator[bytes], most: int) -> Iterator[bytes]:
    """Yield an order; raises TooManyRows at the first row beyond the most that may be."""
    for number, line in enumerate(lines):
        if number > most:
            raise TooManyRows()
        yield line


def _workbook(table: Table, wanted: Wanted) -> Iterator[bytes]:
    text = wanted.reading.text
    sheet, author = text(f"export.table_{table.of}"), text("site.name")
    title = marked(wanted.reading.mark, wanted.reading.title)
    return ordered(table, has_shapes=False, title=title, author=author, sheet=sheet, notes=text("export.notes"))


def _parquet(table: Table, wanted: Wanted) -> Iterator[bytes]:
    kinds = {"Point"} if table.of == BODIES else {json.loads(item.shape or b"{}")["type"] for item in table.items()}
    return ordered(table, has_shapes=True, geometry_types=sorted(kinds), bbox=table.bbox())


def _package(table: Table, wanted: Wanted) -> Iterator[bytes]:
    reading, view = wanted.reading, wanted.reading.layer.view
    is_units, is_places = table.of == UNITS, wanted.version.country.level(view.level).is_places
    return ordered(
        table,
        has_shapes=True,
        layer=f"{view.country}_{view.level if is_units else table.of}".replace("-", "_"),
        title=marked(reading.mark, f"{reading.title}, {reading.period}"),
        geometry_type="MultiPolygon" if is_units and not is_places else "Point",
        style=qgis_style(reading, _colours(view.palette), is_places=is_places) if is_units else "",
    )


_ASKED: dict[str, Callable[[Table, Wanted], Iterator[bytes]]] = {
    "xlsx": _workbook,
    "gpkg": _package,
    "parquet": _parquet,
}


@cache
def _colours(palette: str) -> dict[str, Any]:
    """Return the colours of a palette in the light."""
    found: dict[str, str] = {}
    for name, colour in re.findall(r"--(\w+):(#\w+)", worn(palette).partition("@media")[0]):
        found.setdefault(name, colour)
    return found
