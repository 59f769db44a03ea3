"""A table as GeoPackage: one layer, the style of the map in it, a table of what is to be known.

SQLite has no exact decimal: an amount stands as decimal text, and beside it as whole minor units.
"""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyogrio.raw import write as write_layer

from geo.exporting.order import Order, amount, plain

_ABOUT = "about"
_STYLES = "layer_styles"
_DAY = "2000-01-01T00:00:00.000Z"  # no clock
_STYLE_TABLE = f"""
CREATE TABLE {_STYLES} (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema
TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME)
"""


def write(order: Order, made: Path) -> None:
    """Write the file; rows come in batches."""
    layer, is_first = order.header["layer"], True
    for batch in order.batches():
        names, data, masks = _columns(order, batch)
        write_layer(
            str(made),
            shapely.to_wkb(shapely.from_geojson([None if row[-1] is None else json.dumps(row[-1]) for row in batch])),
            data,
            names,
            field_mask=masks,
            layer=layer,
            driver="GPKG",
            geometry_type=order.header["geometry_type"],
            promote_to_multi=order.header["geometry_type"].startswith("Multi"),
            crs="EPSG:4326",
            append=not is_first,
            layer_options={"IDENTIFIER": order.header["title"]} if is_first else None,
        )
        is_first = False
    with sqlite3.connect(made) as base:
        _tell(base, order)
        if order.header.get("style"):
            _style(base, layer, order.header["style"])
    base.close()


def _columns(order: Order, batch: list[list[Any]]) -> tuple[list[str], list[Any], list[Any]]:
    """Return names, arrays and masks of the fields; True in a mask is: nothing is known."""
    columns = [*zip(*batch, strict=True)] if batch else [()] * (len(order.columns) + 1)
    names, data, masks = [], [], []

    def add(name: str, values: Any, kind: str) -> None:
        mask = np.array([value is None for value in values], bool)
        if kind == "text":
            data.append(np.array([*values, None], dtype=object)[:-1])
        else:
            kinds = {"flag": bool, "whole": np.int64, "number": np.float64}
            data.append(np.array([0 if value is None else value for value in values], dtype=kinds[kind]))
        names.append(name)
        masks.append(mask)

    for number, (name, kind) in enumerate(order.columns):
        if kind == "amount":
            exact = [plain(amount(value, order.header["minor_units"])) for value in columns[number]]
            add(name, exact, "text")
            add(f"{name}_minor", columns[number], "whole")
        else:
            add(name, columns[number], kind)
    return names, data, masks


def _tell(base: sqlite3.Connection, order: Order) -> None:
    """Add the table of metadata, listed as attributes so that programs show it."""
    base.execute(f"CREATE TABLE {_ABOUT} (id INTEGER PRIMARY KEY NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL)")
    pairs = enumerate(order.said(), 1)
    base.executemany(f"INSERT INTO {_ABOUT} VALUES (?, ?, ?)", [(number, *pair) for number, pair in pairs])  # noqa: S608
    _list(base, _ABOUT)


def _style(base: sqlite3.Connection, layer: str, style: str) -> None:
    """Add the style under which the layer opens."""
    base.execute(_STYLE_TABLE)
    base.execute(
        f"INSERT INTO {_STYLES} (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML,"  # noqa: S608
        " styleSLD, useAsDefault, description, owner, ui, update_time) VALUES ('', '', ?, 'geom', ?, ?, '', 1, '', '',"
        " NULL, ?)",
        (layer, layer[:30], style, _DAY),
    )
    _list(base, _STYLES)


def _list(base: sqlite3.Connection, table: str) -> None:
    base.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change)"
        " VALUES (?, 'attributes', ?, '', ?)",
        (table, table, _DAY),
    )
