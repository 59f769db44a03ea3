"""The OpenAPI 3.0 document: the rows of operations written out in one language, with one shape for every error."""

from __future__ import annotations

import re
from typing import Any

from geo import __version__
from geo.core.text import text_of
from geo.web import ogc
from geo.web.answering.errors import CODES
from geo.web.ogc.api import PROBLEM
from geo.web.ogc.service import Service
from geo.web.openapi.operations import HTML, JSON, Operation, operations
from geo.web.openapi.parameters import Parameters
from geo.web.openapi.schemas import schemas
from geo.web.site import Site

_PLACE = re.compile(r"\{(\w+)\}")
_CACHING = {"ETag": {"schema": {"type": "string"}}, "Cache-Control": {"schema": {"type": "string"}}}
Plain = dict[str, Any]


def document(site: Site, lang: str, base: str) -> Plain:
    """Return the document in one language; `base` is the address of the root. Raises as `Site.offers` does."""
    text = text_of(lang)
    parameters = Parameters(site, site.offers(), text)
    rows = list(operations())
    features = ogc.document(_features(site, lang, base))
    paths: dict[str, Plain] = {}
    for row in rows:
        paths.setdefault(row.path, {})[row.method] = _operation(row, parameters)
    for path, methods in features["paths"].items():
        paths[f"/ogc{path}".rstrip("/")] = {method: _of_features(one) for method, one in methods.items()}
    tags = dict.fromkeys([*(row.tag for row in rows), "features"])
    return {
        "openapi": "3.0.3",
        "info": {
            "title": text("site.name"),
            "version": __version__,
            "description": text("openapi.lead"),
            "license": {"name": "MIT"},
        },
        "servers": [{"url": base.rstrip("/") or "/"}],
        "tags": [{"name": name, "description": text(f"openapi.tag.{name}")} for name in tags],
        "paths": paths,
        "components": {**features["components"], "schemas": schemas(sorted(CODES))},
    }


def _features(site: Site, lang: str, base: str) -> Service:
    versions = [site.current(country) for country in site.offers()]
    return Service(site, base, versions, is_frozen=False, text=text_of(lang), lang="")


def _of_features(operation: Plain) -> Plain:
    """Return an operation of the features; its filters take any value, for one that nothing has finds nothing."""
    given = []
    for one in operation.get("parameters", ()):
        words = {key: value for key, value in one.get("schema", {}).items() if key != "enum"}
        given.append({**one, "schema": words} if words else one)
    return {**operation, "tags": ["features"], "parameters": given}


def _operation(row: Operation, parameters: Parameters) -> Plain:
    text = parameters.text
    given = [parameters.of_path(name) for name in _PLACE.findall(row.path)]
    given += [one for name in row.query for one in parameters.of_query(name)]
    given += [parameters.of_option(name, option) for name, option in row.asked.items()]
    return {
        "operationId": row.id,
        "summary": text(row.words),
        "tags": [row.tag],
        **({"parameters": given} if given else {}),
        **({"requestBody": _point(parameters)} if row.method == "post" else {}),
        "responses": {str(status): answer for status, answer in sorted(_responses(row, parameters).items())},
    }


def _responses(row: Operation, parameters: Parameters) -> dict[int, Plain]:
    text = parameters.text
    statuses = [*row.also, *row.refused, *([304] if row.gives and row.is_cached else [])]
    found = {status: _other(status, row, parameters) for status in statuses}
    if row.gives:
        content = {media_type: {"schema": _schema(media_type, row)} for media_type in row.gives}
        caching = {"headers": _CACHING} if row.is_cached else {}
        found[200] = {"description": text(row.words), "content": content, **caching}
    return found


def _other(status: int, row: Operation, parameters: Parameters) -> Plain:
    """Return an answer beside the one asked for: news of it, a way to it, a part of it, or why there is none."""
    plain: Plain = {"description": parameters.text(f"openapi.answer.{status}")}
    if status in {303, 308}:
        return {**plain, "headers": {"Location": {"schema": {"type": "string"}}}}
    if status == 206:
        return {**plain, "content": {media_type: {"schema": _schema(media_type, row)} for media_type in row.gives}}
    if status < 400:
        return plain
    if row.id == "ready":
        return {**plain, "content": {JSON: {"schema": {"$ref": "#/components/schemas/State"}}}}
    problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {**plain, "content": {PROBLEM: problem, HTML: {"schema": {"type": "string"}}}}


def _schema(media_type: str, row: Operation) -> Plain:
    if "json" in media_type:
        return {"$ref": f"#/components/schemas/{row.schema}"}
    is_text = media_type.startswith("text/") or media_type.endswith("xml")
    return {"type": "string"} if is_text else {"type": "string", "format": "binary"}


def _point(parameters: Parameters) -> Plain:
    """Return the form that asks what is near: two numbers as text, a comma or a point before the decimals."""
    largest = {"lon": 180, "lat": 90}
    fields = {
        name: {"type": "number", "minimum": -most, "maximum": most, "example": {"lon": 71.43, "lat": 51.13}[name]}
        for name, most in largest.items()
    }
    schema = {"type": "object", "properties": fields, "required": list(largest), "additionalProperties": False}
    return {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": schema}}}
