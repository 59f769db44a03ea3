"""For machines: which version is in force, whether the process lives, whether it can answer."""

from __future__ import annotations

import json
from dataclasses import asdict

from flask import Blueprint, Response, current_app

from geo.core.errors import OperatorError
from geo.web.answers import answer
from geo.web.site import Site

blueprint = Blueprint("api", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """Answer that the process lives; revalidated."""
    return _json({"status": "alive"})


@blueprint.get("/readyz")
def readyz() -> Response:
    """Answer 200 when every file of every version in force is whole now, else 503 with the code; revalidated."""
    site: Site = current_app.extensions["budgetmap"]
    try:
        versions = {country: site.checked(country).id for country in site.home.countries() or site.offers()}
        for country in versions:
            site.home.publication(country)
    except OperatorError as error:
        return _json({"status": "not ready", "code": error.code}, status=503)
    return _json({"status": "ready", "versions": versions})


@blueprint.get("/api/current")
def current() -> Response:
    """Answer the version in force of each country with when and why it was published; revalidated."""
    site: Site = current_app.extensions["budgetmap"]
    found = {}
    for country in site.offers():
        row = site.home.publication(country)
        found[country] = {**asdict(row), "address": f"v/{row.id}/", "periods": list(site.opened(row.id).periods)}
    return _json({"countries": found})


def _json(value: object, status: int = 200) -> Response:
    return answer(json.dumps(value, ensure_ascii=False).encode(), "application/json", status=status, is_open=True)
