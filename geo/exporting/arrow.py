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
    found: set[str] = set()
    bounds: list[float] = []
    with pq.ParquetWriter(made, schema, compression="zstd", write_statistics=True) as writer:
        for batch in order.batches():
            shapes = shapely.from_geojson([None if row[-1] is None else json.dumps(row[-1]) for row in batch])
            found |= {shape.geom_type for shape in shapes if shape is not None}
            bounds = _wider(bounds, shapes)
            writer.write_table(_table(order, batch, shapes, schema))
        # Which kinds of shapes there are, and where, is known only now.
        writer.add_key_value_metadata({"geo": json.dumps(_geo(sorted(found), bounds)), "budgetmap": _about(order)})


def _schema(order: Order) -> pa.Schema:
    scale = len(str(order.header["minor_units"])) - 1
    kinds = {**_KINDS, "amount": pa.decimal128(_DIGITS + scale, scale)}
    fields = [(name, kinds[kind]) for name, kind in order.columns]
    box = pa.struct([(edge, pa.float64()) for edge in _BOX])
    return pa.schema([*fields, ("geometry", pa.binary()), ("bbox", box)])


def _table(order: Order, batch: list[list[Any]], shapes: Any, schema: pa.Schema) -> pa.Table:
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


def _wider(bounds: list[float], shapes: Any) -> list[float]:
    known = [shape for shape in shapes if shape is not None]
    if not known:
        return bounds
    west, south, east, north = shapely.total_bounds(known).tolist()
    if not bounds:
        return [west, south, east, north]
    return [min(bounds[0], west), min(bounds[1], south), max(bounds[2], east), max(bounds[3], north)]


def _geo(kinds: list[str], bounds: list[float]) -> dict[str, Any]:
    """Return the metadata of GeoParquet; without `crs` it is OGC:CRS84, longitude first."""
    column: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": kinds,
        "orientation": "counterclockwise",
        "covering": {"bbox": {edge: ["bbox", edge] for edge in _BOX}},
        **({"bbox": bounds} if bounds else {}),
    }
    return {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}


def _about(order: Order) -> str:
    return json.dumps(order.header["about"], ensure_ascii=False)
