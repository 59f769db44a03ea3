"""The shapes of JSON that the document names: of every error, and of what programs read most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Plain = dict[str, Any]
_TEXT: Plain = {"type": "string"}
_TEXTS: Plain = {"type": "array", "items": _TEXT}
_NUMBER: Plain = {"type": "number", "nullable": True}


def schemas(codes: Sequence[str]) -> Plain:
    """Return the schemas by name; `codes` are those of all errors that a request may meet."""
    return {
        "Object": {"type": "object"},
        "Problem": _problem(codes),
        "State": _object({"status": _TEXT, "code": _TEXT, "versions": {"type": "object"}}, required=("status",)),
        "Current": _object({"countries": {"type": "object", "additionalProperties": _publication()}}),
        "Offer": _offer(),
        "FeatureCollection": _collection(),
        "Values": _values(),
        "TileJSON": _object(
            {"tilejson": _TEXT, "tiles": _TEXTS, "minzoom": {"type": "integer"}, "maxzoom": {"type": "integer"}}
        ),
    }


def _problem(codes: Sequence[str]) -> Plain:
    """Return the one shape of errors (RFC 9457), with our code and what would have been answered."""
    properties: Plain = {
        "type": {"type": "string", "enum": [f"urn:budgetmap:{code}" for code in codes]},
        "title": _TEXT,
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": _TEXT,
        "code": {"type": "string", "enum": list(codes)},
        "allowed": _TEXTS,
    }
    return _object(properties)


def _publication() -> Plain:
    words = ("country", "id", "at", "action", "author", "note", "address")
    return _object({"sequence": {"type": "integer"}, **dict.fromkeys(words, _TEXT), "periods": _TEXTS})


def _offer() -> Plain:
    """Return what one version offers: measure → level → periods, and the words of every key."""
    by_level: Plain = {"type": "object", "additionalProperties": _TEXTS}
    return _object(
        {
            "version": _TEXT,
            "country": _TEXT,
            "is_synthetic": {"type": "boolean"},
            "currency": _TEXT,
            "minor_units": {"type": "integer"},
            "languages": _TEXTS,
            "levels": _TEXTS,
            "periods": _TEXTS,
            "functions": {"type": "object", "additionalProperties": {"type": "object"}},
            "series": by_level,
            "editions": by_level,
            "price_years": _TEXTS,
            "measures": {"type": "object", "additionalProperties": by_level},
            "sources": {"type": "array", "items": {"type": "object"}},
        }
    )


def _collection() -> Plain:
    value: Plain = {"type": "object", "properties": {"value": _NUMBER, "amount": {**_TEXT, "nullable": True}}}
    feature = _object(
        {"type": {"type": "string", "enum": ["Feature"]}, "properties": value, "geometry": {"type": "object"}},
    )
    kind = {"type": "string", "enum": ["FeatureCollection"]}
    return _object({"type": kind, "metadata": {"type": "object"}, "features": {"type": "array", "items": feature}})


def _values() -> Plain:
    listed: Plain = {"type": "array", "items": _NUMBER}
    return _object({"view": _TEXT, "version": _TEXT, "ids": _TEXTS, "values": listed, "labels": _TEXTS})


def _object(properties: Plain, required: Sequence[str] | None = None) -> Plain:
    """Return an object that holds these and may hold more; all are there unless `required` names fewer."""
    return {"type": "object", "properties": properties, "required": list(properties if required is None else required)}
