"""datapackage.json: the tables of a version as a Fiscal Data Package, which is a Tabular Data Package with concepts.

Version 1.0 of the specification names the concept of each column (`columnType`) and what a column of one value would
say (`extraFields`); the one before it, which its published JSON schema still describes, asks for `model`. Both stand
here. The profile is the tabular one, as that schema asks and as readers without a network can check.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from geo.core.text import text_of
from geo.faces.bulk.borders import title
from geo.faces.bulk.table import Column, Table
from geo.versions import Version

if TYPE_CHECKING:
    from geo.faces.bulk.folder import File

LANG = "en"  # a package has one language: that of its readers' tools
_FACTS = "spending"
_DIRECTION = "expenditure"


def data_package(version: Version, files: Sequence[File]) -> bytes:
    """Return the descriptor of the tables among the files: no address in it, so that the folder can lie anywhere."""
    lang = LANG if LANG in version.country.languages else version.country.default_language
    sources = version.country.sources
    plain = {
        "profile": "tabular-data-package",
        "name": f"budget-{version.country.id}",
        "id": f"{version.country.id}/{version.id}",
        "version": version.id,
        "title": title(version, lang),
        "description": version.country.scope[lang],
        "is_synthetic": version.country.is_synthetic,
        "fiscalPeriod": {"start": f"{version.periods[0][:4]}-01-01", "end": _last_day(version.periods[-1])},
        "licenses": [{"name": one.replace(" ", "-"), "title": one} for one in licences(s.licence for s in sources)],
        "sources": [{"title": s.name[lang], "about": s.about, "licence": s.licence} for s in sources],
        "resources": [_resource(file, file.table, version, lang, files) for file in files if file.table],
        "model": _model(version),
    }
    return json.dumps(plain, ensure_ascii=False, indent=1, allow_nan=False).encode() + b"\n"


def licences(texts: Iterable[str]) -> list[str]:
    """Return each licence that sources name, once; a source may name several with `;` between them."""
    return list(dict.fromkeys(name.strip() for text in texts for name in text.split(";") if name.strip()))


def _resource(file: File, table: Table, version: Version, lang: str, files: Sequence[File]) -> dict[str, Any]:
    offered = {other.table.name for other in files if other.table}
    keys = [column.name for column in table.columns if column.is_key]
    schema = {
        "fields": [_field(column) for column in table.columns],
        "missingValues": [""],
        **({"primaryKey": keys} if keys else {}),
        "foreignKeys": [
            {"fields": column.name, "reference": {"resource": column.to, "fields": column.name}}
            for column in table.columns
            if column.to in offered
        ],
        **({"extraFields": _constants(version)} if any(column.concept == "value" for column in table.columns) else {}),
    }
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "title": text_of(lang)(f"bulk.table.{table.name}"),
        "path": file.name,
        "format": "csv",
        "mediatype": file.media_type,
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True},
        "bytes": file.length,
        "hash": f"sha256:{file.sha256}",
        "rows": file.rows,
        "schema": schema,
    }


def _field(column: Column) -> dict[str, Any]:
    concept = {"columnType": column.concept} if column.concept else {}
    number = {"decimalChar": "."} if column.type == "number" else {}
    return {"name": column.name, "type": column.type, "description": column.meaning, **number, **concept}


def _constants(version: Version) -> list[dict[str, Any]]:
    """Return the columns of money that would hold one value in every row."""
    currency = {"columnType": "value-currency:code", "constant": version.country.currency}
    direction = {"columnType": "direction", "constant": _DIRECTION}
    return [{"name": "currency", "type": "string", **currency}, {"name": "direction", "type": "string", **direction}]


def _model(version: Version) -> dict[str, Any]:
    """Return the same in the words of the specification before: one measure and its dimensions, of one table."""
    kinds = {
        "date": ("datetime", "period"),
        "administrator": ("entity", "body_id"),
        "function": ("classification", "function"),
        "phase": ("other", "phase"),
    }
    amount = {"source": "amount", "resource": _FACTS, "currency": version.country.currency, "direction": _DIRECTION}
    return {
        "measures": {"amount": amount},
        "dimensions": {
            name: {
                "dimensionType": kind,
                "primaryKey": [column],
                "attributes": {column: {"source": column, "resource": _FACTS}},
            }
            for name, (kind, column) in kinds.items()
        },
    }


def _last_day(period: str) -> str:
    year, month = int(period[:4]), int(period[5:])
    first = date(year + month // 12, month % 12 + 1, 1)
    return (first - timedelta(days=1)).isoformat()
