"""Which host names are answered: a page that repeats another name could be made to lead readers there."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import urlsplit

from flask import Flask, request

from geo.core.errors import WrongHost
from geo.core.settings import Settings

Trust = Callable[[str], bool]
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::[0-9]{1,5})?", re.ASCII)  # a name or [IPv6], a port
# Probes ask by the address of a container, which nobody lists; their answers repeat no name.
UNNAMED = {"api.healthz", "api.metrics", "api.readyz"}


def register(app: Flask, settings: Settings) -> Trust:
    """Refuse every other host name with WrongHost before anything is answered; return what tells the names."""
    names = names_of(settings)

    @lru_cache(maxsize=256)
    def trusts(host: str) -> bool:
        return is_trusted(host, names)

    @app.before_request
    def _check_host() -> None:
        if request.endpoint not in UNNAMED and not trusts(request.environ.get("HTTP_HOST", "")):
            raise WrongHost()

    return trusts


def names_of(settings: Settings) -> set[str]:
    """Return the names that are answered: those listed, and the one of the public address."""
    names = {name.strip().lower() for name in settings.trusted_hosts.split(",") if name.strip()}
    if public := urlsplit(settings.base_url).hostname:
        names.add(f"[{public}]" if ":" in public else public)
    return names


def is_trusted(host: str, names: set[str]) -> bool:
    """Tell whether a Host header is one of the names, whichever port and case; `.example.org` is any name below it."""
    match = _HOST.fullmatch(host.lower())
    if match is None:
        return False
    return match[1] in names or any(known.startswith(".") and match[1].endswith(known) for known in names)
