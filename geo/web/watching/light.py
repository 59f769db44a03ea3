"""What stands before Flask for the address that open pages ask again and again: a look at one file, no routing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from geo.core.errors import BudgetMapError
from geo.web.answering.hosts import Trust
from geo.web.watching.state import Watch

STATE = "/api/current/"
_END = ".json"
_METHODS = ("GET", "HEAD")
Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Light:
    """A WSGI application around another, which says every error; safe to share between threads."""

    def __init__(self, behind: Application, watch: Watch, is_trusted: Trust) -> None:
        self.behind, self.watch, self.is_trusted = behind, watch, is_trusted

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        """Answer which publication is in force, else as the application behind does."""
        path = environ["PATH_INFO"]
        if not path.startswith(STATE) or not path.endswith(_END) or environ.get("QUERY_STRING"):
            return self.behind(environ, start)
        method = environ["REQUEST_METHOD"]
        if method not in _METHODS or not self.is_trusted(environ.get("HTTP_HOST", "")):
            return self.behind(environ, start)
        try:
            ready = self.watch.answer(path[len(STATE) : -len(_END)])
        except BudgetMapError:
            return self.behind(environ, start)
        return ready.given(method, environ.get("HTTP_IF_NONE_MATCH"), start)
