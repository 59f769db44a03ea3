"""The tables of who and where: units, bodies, the unit that owns each body, functions, what is divided by."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from typing import Any

import numpy as np

from geo.core.model import METHODS, WIDER
from geo.faces.bulk.table import Column, Row, Table, of_model, texts
from geo.layers.offer import offer_of
from geo.versions import Version

_NAMES = ("name_kk", "name_ru", "name_en")
_UNIT = ("iso", "kind", "area_m2", "label_lon", "label_lat")
_BODY = ("body_id", "code", "kind", *_NAMES, "unit_code", "exactness", "is_group", "is_synthetic")


def levels(version: Version) -> list[tuple[str, str]]:
    """Return (edition, level) of all that a version has figures of, in the order of the country's own lists."""
    offer = offer_of(version)
    return [(edition, level) for level, editions in offer.units.items() for edition in editions]


def _units(version: Version) -> Iterator[Row]:
    for edition, level in levels(version):
        for unit in version.level(edition, level).units:
            names = [unit.names.get(name[-2:], "") for name in _NAMES]
            yield [edition, level, unit.unit_id, unit.parent_id,
                   *texts([*names, unit.iso, unit.kind, unit.area_m2, unit.label_lon, unit.label_lat])]  # fmt: skip


def _bodies(version: Version) -> Iterator[Row]:
    rows = version.json("bodies.json")
    has_points = "places.npy" in version.manifest["files"]
    points = version.array("places.npy") if has_points else np.full((len(rows), 2), np.nan)
    for body, point in zip(rows, points.tolist(), strict=True):
        place = ["" if isnan(value) else value for value in point]  # no point of its own
        yield [*texts(body[name] for name in _BODY), *place]


def _placements(version: Version) -> Iterator[Row]:
    bodies = [body["body_id"] for body in version.json("bodies.json")]
    for edition, level in levels(version):
        owners = version.owners(edition, level)
        if owners is None:
            continue
        units = [*texts(unit.unit_id for unit in version.level(edition, level).units), ""]
        for body, owner, method in zip(bodies, owners.tolist(), _methods(version, edition, level), strict=False):
            yield [edition, level, *texts([body]), WIDER if method == "wider" else units[owner], method]


def _methods(version: Version, edition: str, level: str) -> list[str]:
    name = f"{edition}/{level}/methods.npy"
    if name in version.manifest["files"]:
        return [METHODS[number] for number in version.array(name).tolist()]
    return [""] * len(version.json("bodies.json"))


def _shares(version: Version) -> Iterator[Row]:
    for edition, level in levels(version):
        for origin, units in version.level(edition, level).parts.items():
            for unit, parts in units.items():
                for part, share in parts:
                    yield [level, origin, part, edition, unit, share]


def _functions(version: Version) -> Iterator[Row]:
    for code, words in sorted(version.json("functions.json").items()):
        yield [code, *texts(words.get(name, "") for name in _NAMES)]


def _denominators(version: Version) -> Iterator[Row]:
    for place, series in sorted(version.facts["denominators"].items()):
        edition, level = place.split("/")
        units = version.level(edition, level).units if (edition, level) in levels(version) else ()
        for name, years in sorted(series.items()):
            for year, values in sorted(years.items()):
                for unit, value in zip(units, values, strict=False):
                    yield [edition, level, unit.unit_id, year, name, value]


def _model(table: str, *names: str, keys: tuple[str, ...] = (), **concepts: str) -> tuple[Column, ...]:
    return tuple(of_model(table, name, is_key=name in keys, concept=concepts.get(name, "")) for name in names)


_OF_UNIT: dict[str, Any] = {"keys": ("edition", "level", "unit_id")}
_FUNCTION = "functional-classification:generic"

UNITS = Table("units", _model("units", "edition", "level", "unit_id", "parent_id", *_NAMES, *_UNIT, **_OF_UNIT), _units)
BODIES = Table(
    "bodies",
    _model(
        *("bodies", *_BODY, "lon", "lat"),
        keys=("body_id",),
        body_id="administrator:generic:id",
        name_ru="administrator:generic:name",
    ),
    _bodies,
)
FUNCTIONS = Table(
    "functions",
    (
        Column("function", "string", "code of the functional group or subgroup", f"{_FUNCTION}:code", is_key=True),
        Column("name_kk", "string", "name in Kazakh; empty where the source has none"),
        Column("name_ru", "string", "name in Russian", f"{_FUNCTION}:label"),
        Column("name_en", "string", "name in English; empty where the source has none"),
    ),
    _functions,
)
PLACEMENTS = Table(
    "placements",
    _model("placements", "edition", "level", "body_id", "unit_id", "method", keys=("edition", "level", "body_id")),
    _placements,
)
SHARES = Table(
    "shares",
    (
        of_model("units", "level"),
        *_model("shares", "from_edition", "from_unit", "to_edition", "to_unit", "share_ppm"),
    ),
    _shares,
    is_in=lambda version: any(version.level(*place).parts for place in levels(version)),
)
DENOMINATORS = Table(
    "denominators",
    _model("denominators", "edition", "level", "unit_id", "year", "series", "value"),
    _denominators,
)
