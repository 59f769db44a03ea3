"""Files of a view read back by the programs that analysts use: what each row says, and its shape."""

import csv
import io
import json
from decimal import Decimal

import geopandas as gpd
import openpyxl
import pandas as pd
import pyogrio
import shapely

FORMATS = ("data.csv", "data.json", "data.xlsx", "data.geojson", "data.gpkg", "data.parquet")


def read_back(content, name, folder):
    """Return the rows of a file as dictionaries in their order; shapes stand under `geometry`."""
    path = folder / name
    path.write_bytes(content)
    return _READERS[name](path)


def exact(value):
    """Return an amount as a decimal however a format wrote it; nothing stays nothing."""
    return None if text(value) == "" else Decimal(str(value))


def number(value):
    """Return a number however a format wrote it."""
    return None if text(value) == "" else float(value)


def text(value):
    """Return a text; nothing is an empty one."""
    return "" if pd.isna(value) else str(value)


def _csv(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def _json(path):
    plain = json.loads(path.read_bytes())
    return plain.get("units") or plain["bodies"]


def _xlsx(path):
    sheet = openpyxl.load_workbook(path).worksheets[0]
    head, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def _geojson(path):
    features = json.loads(path.read_bytes())["features"]
    shapes = [row["geometry"] and shapely.from_geojson(json.dumps(row["geometry"])) for row in features]
    return [row["properties"] | {"geometry": shape} for row, shape in zip(features, shapes, strict=True)]


def _gpkg(path):
    layer = pyogrio.list_layers(path)[0][0]  # the others say what it is and how it looks
    return gpd.read_file(path, layer=layer).to_dict("records")


def _parquet(path):
    return gpd.read_parquet(io.BytesIO(path.read_bytes())).to_dict("records")


_READERS = {
    "data.csv": _csv,
    "data.json": _json,
    "data.xlsx": _xlsx,
    "data.geojson": _geojson,
    "data.gpkg": _gpkg,
    "data.parquet": _parquet,
}
