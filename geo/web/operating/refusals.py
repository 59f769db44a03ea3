"""Refusals that cost nothing: made once by the machinery of errors, in three languages, then repeated as bytes."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Flask
from werkzeug.exceptions import HTTPException

from geo.core.errors import BudgetMapError
from geo.core.model import LANGUAGES

Headers = list[tuple[str, str]]
LONGEST_RETRY_S = 120
_JSON_ENDS = (".json", ".geojson", ".csv", ".mvt", ".png", ".xlsx", ".gpkg", ".parquet")
_PAGE, _PROGRAM = "text/html", "application/problem+json"


class Refusals:
    """Answers for one application that refuse without asking it."""

    def __init__(self, app: Flask) -> None:
        """Make nothing before it is needed."""
        self._app = app
        self._made: Callable[[Any, str, bool], tuple[str, Headers, bytes]] = lru_cache(maxsize=64)(self._make)

    def make_ready(self, *kinds: type[BudgetMapError]) -> None:
        """Make the refusals of these kinds now: in an overload every thread would make them at once."""
        for kind in kinds:
            for lang in LANGUAGES:
                for is_page in (True, False):
                    self._made(kind, lang, is_page)

    def given(
        self, error: type[BudgetMapError], environ: dict[str, Any], start: Any, retry_s: float = 0
    ) -> list[bytes]:
        """Start the response and return its body; `retry_s` above 0 is said in Retry-After, in whole seconds."""
        status, headers, body = self._made(error, _language(environ), _wants_page(environ))
        said = [("Retry-After", str(min(LONGEST_RETRY_S, max(1, math.ceil(retry_s)))))] if retry_s else []
        start(status, [*headers, *said])
        return [body] if environ.get("REQUEST_METHOD") != "HEAD" else []

    def _make(self, error: type[BudgetMapError], lang: str, is_page: bool) -> tuple[str, Headers, bytes]:
        accepted = {"Accept": _PAGE if is_page else _PROGRAM, "Accept-Language": lang}
        with self._app.test_request_context(f"/{lang}/", headers=accepted):
            try:
                answer = self._app.make_response(self._app.handle_user_exception(error()))
                answer = self._app.process_response(answer)
            except (BudgetMapError, HTTPException) as failed:  # the page cannot be drawn: the code says enough
                return "503 SERVICE UNAVAILABLE", [("Content-Type", "text/plain")], str(failed).encode()
            answer.direct_passthrough = False
            body = answer.get_data()
            kept = [(name, value) for name, value in answer.headers if name not in {"Retry-After", "Content-Length"}]
        return answer.status, [*kept, ("Content-Length", str(len(body)))], body


def _language(environ: dict[str, Any]) -> str:
    """Return the language of the address, else the first of ours that the reader names, else the first."""
    words = str(environ.get("PATH_INFO", ""))[:80].split("/")
    for word in words[1:4]:
        if word in LANGUAGES:
            return word
    accepted = str(environ.get("HTTP_ACCEPT_LANGUAGE", ""))[:200].lower()
    named = [(accepted.find(lang), lang) for lang in LANGUAGES if lang in accepted]
    return min(named)[1] if named else LANGUAGES[0]


def _wants_page(environ: dict[str, Any]) -> bool:
    path = str(environ.get("PATH_INFO", ""))
    return _PAGE in str(environ.get("HTTP_ACCEPT", "")) and not path.endswith(_JSON_ENDS)
