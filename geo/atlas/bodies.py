"""What a version holds of single bodies beside their figures: where each stands, what its kind is called, which rows.

`sources.npy` lists every row that a body's figures stand in: fields body, period, function (numbers of the axes),
phases (bit n: the n-th phase), file (number of sources.json) and row (as the file counts); sorted in this order.
`places.npy` holds the point of each body [lon, lat], NaN where it has none of its own; `<edition>/<level>/spots.npy`
the same on the small drawing of that level [x, y], and `methods.npy` beside it how its unit was found (number of
METHODS).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from geo.atlas.gathered import Gathered
from geo.atlas.tables import Maps
from geo.core.arrays import npy
from geo.core.files import to_json
from geo.core.model import METHODS
from geo.outlines import DRAWINGS, spots
from geo.versions.content import grouped, numbered

SMALL = DRAWINGS[-1]
_FIELDS = [
    ("body", "<i4"),
    ("period", "<i2"),
    ("function", "<i2"),
    ("phases", "|u1"),
    ("file", "<u2"),
    ("row", "<i4"),
]


def body_files(got: Gathered, tables: Mapping[str, pd.DataFrame], axes: bytes, drawn: Maps) -> dict[str, bytes]:
    """Return the files named above and kinds.json; `axes` are those of the version, `drawn` the maps it has."""
    country, points = got.country, tables["bodies"][["lon", "lat"]].to_numpy("float64")
    rows, files = _sources(got, tables, json.loads(axes))
    made = {
        "sources.npy": npy(rows),
        "sources.json": to_json(files),
        "places.npy": npy(points.astype("<f8")),
        "kinds.json": to_json({kind: dict(names) for kind, names in got.ledger.kinds.items()}),
    }
    for edition in {country.edition_in_force(period).id for period in json.loads(axes)["periods"]}:
        key = edition, country.top_level.id
        if key in drawn:
            made[f"{'/'.join(key)}/spots.npy"] = npy(spots(points, drawn[key], country, SMALL))
    for (edition, level), placed in tables["placements"].groupby(["edition", "level"]):
        found = dict(zip(placed["body_id"], placed["method"], strict=True))
        told = [METHODS.index(found.get(body, "none")) for body in tables["bodies"]["body_id"]]
        made[f"{edition}/{level}/methods.npy"] = npy(np.array(told, dtype="|u1"))
    return made


def _sources(
    got: Gathered, tables: Mapping[str, pd.DataFrame], axes: Mapping[str, Sequence[str]]
) -> tuple[Any, list[dict[str, Any]]]:
    """Return the rows of all figures, and the files that they stand in, in the order of their numbers."""
    made, pairs = source_rows(tables, got.ledger.brought, axes, got.country.function_digits)
    return made, [file_of(got, *pair) for pair in pairs]


def source_rows(
    tables: Mapping[str, pd.DataFrame], brought: Any, axes: Mapping[str, Sequence[str]], digits: int
) -> tuple[Any, list[tuple[str, int]]]:
    """Return the rows of figures, and (name, number of the delivery) of the files that they stand in, sorted."""
    entries = tables["entries"]
    codes, names = pd.factorize(entries["source_file"], sort=True)
    most = int(brought.max(initial=0)) + 1
    pairs, file = np.unique(codes * most + brought, return_inverse=True)
    row = entries["source_row"].to_numpy("int64")
    columns = numbered(tables, axes, digits)
    phase = columns.pop("phase")[0]
    columns |= {"file": (file, len(pairs)), "row": (row, int(row.max(initial=0)) + 1)}
    (order, first), found = grouped(columns)
    made = np.zeros(len(first), dtype=_FIELDS)
    for name, values in found.items():
        made[name] = values
    if len(first):
        made["phases"] = np.bitwise_or.reduceat((1 << phase).astype("u1")[order], first)
    return made, [(str(names[pair // most]), int(pair % most)) for pair in pairs.tolist()]


def file_of(got: Gathered, name: str, sequence: int) -> dict[str, Any]:
    """Return what is known of a file: its digest, and when it was delivered (a day) where it was.

    A figure of a delivery names the file as it was given; the delivery may be of another one that held it.
    """
    if not sequence:
        listed = got.inputs["files"].get(f"budget/{got.country.id}/{name}", "")
        return {"name": name, "sha256": listed, "day": "", "delivery": ""}
    record = next(row for row in got.deliveries.ledger.records() if row.sequence == sequence)
    is_own = record.original["name"] == name
    return {
        "name": name,
        "sha256": record.original["sha256"] if is_own else "",
        "day": record.at[:10],
        "delivery": record.id,
    }
