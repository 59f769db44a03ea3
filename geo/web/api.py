"""For machines: which version is in force, whether the process lives, whether it can answer."""

from __future__ import annotations

import hmac
import json
from dataclasses import asdict
from datetime import UTC, datetime

from flask import Blueprint, Response, current_app, request

from geo.core.errors import OperatorError, UnknownPage
from geo.web.answering.answers import answer
from geo.web.operating import Operation
from geo.web.operating.metrics import MEDIA_TYPE, exposition
from geo.web.site import Site

blueprint = Blueprint("api", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """Answer that the process lives; revalidated."""
    return _json({"status": "alive"})


@blueprint.get("/readyz")
def readyz() -> Response:
    """Answer 200 when every file of every version in force is whole now, else 503 with the code; revalidated.

    503 as well once the service was told to stop: it finishes what it began, and is sent nobody new.
    """
    site: Site = current_app.extensions["budgetmap"]
    operation: Operation = current_app.extensions["operation"]
    if operation.is_draining():
        return _json({"status": "stopping"}, status=503)
    try:
        versions = {country: site.checked(country).id for country in site.home.countries() or site.offers()}
        for country in versions:
            site.home.publication(country)
    except OperatorError as error:
        return _json({"status": "not ready", "code": error.code}, status=503)
    return _json({"status": "ready", "versions": versions})


@blueprint.get("/metrics")
def metrics() -> Response:
    """Answer what the service counts, to who knows the token; to others there is no such page. Kept by nobody."""
    site: Site = current_app.extensions["budgetmap"]
    operation: Operation = current_app.extensions["operation"]
    token, given = site.settings.metrics_token, request.headers.get("Authorization", "")
    if not token or not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        raise UnknownPage()
    operation.note()
    response = Response(exposition(site, operation.counts.sums(), datetime.now(UTC)), content_type=MEDIA_TYPE)
    response.headers["Cache-Control"] = "no-store"
    return response


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
