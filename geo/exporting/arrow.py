"""A table as GeoParquet 1.1: WKB, a covering of boxes, amounts as exact decimals, metadata in the footer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from geo.exporting.order import Order, amount

_KINDS = {"text": pa.string(), "flag": pa.bool_(), "whole": pa.int64(), "number": pa.float64()}
_BOX = ("xmin", "ymin", "xmax", "ymax")
_DIGITS = 19  # what 64 bits hold, and the decimals of any currency


def write(order: Order, made: Path) -> None:
    """Write the file; rows come in batches."""
    schema = _schema(order)
    with pq.ParquetWriter(made, schema, compression="zstd") as writer:
        for batch in order.batches():
            writer.write_table(_table(order, batch, schema))


def _schema(order: Order) -> pa.Schema:
    scale = len(str(order.header["minor_units"])) - 1
    kinds = {**_KINDS, "amount": pa.decimal128(_DIGITS + scale, scale)}
    fields = [(name, kinds[kind]) for name, kind in order.columns]
    box = pa.struct([(edge, pa.float64()) for edge in _BOX])
    told = {"geo": json.dumps(_geo(order)), "budgetmap": json.dumps(order.header["about"], ensure_ascii=False)}
    return pa.schema([*fields, ("geometry", pa.binary()), ("bbox", box)], metadata=told)


def _table(order: Order, batch: list[list[Any]], schema: pa.Schema) -> pa.Table:
    shapes = shapely.from_geojson([None if row[-1] is None else json.dumps(row[-1]) for row in batch])
    columns = [*zip(*batch, strict=True)] if batch else [()] * (len(schema) - 1)
    made: list[Any] = []
    for number, (_, kind) in enumerate(order.columns):
        values: Any = columns[number]
        if kind == "amount":
            values = [amount(value, order.header["minor_units"]) for value in values]
        made.append(pa.array(values, schema.field(number).type))
    made.append(pa.array(shapely.to_wkb(shapes).tolist() if len(batch) else [], pa.binary()))
    made.append(pa.array([_box(shape) for shape in shapes], schema.field("bbox").type))
    return pa.table(made, schema=schema)


def _box(shape: Any) -> dict[str, float] | None:
    return None if shape is None else dict(zip(_BOX, shape.bounds, strict=True))


def _geo(order: Order) -> dict[str, Any]:
    """Return the metadata of GeoParquet; without `crs` it is OGC:CRS84, longitude first."""
    bounds = order.header["bbox"]
    column: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": order.header["geometry_types"],
        "orientation": "counterclockwise",
        "covering": {"bbox": {edge: ["bbox", edge] for edge in _BOX}},
        **({"bbox": bounds} if bounds else {}),
    }
    return {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
