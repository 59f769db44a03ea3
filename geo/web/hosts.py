"""Which host names are answered: a page that repeats another name could be made to lead readers there."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, request

from geo.core.errors import WrongHost
from geo.core.settings import Settings

# Probes ask by the address of a container, which nobody lists; their answers repeat no name.
UNNAMED = {"api.healthz", "api.readyz"}


def register(app: Flask, settings: Settings) -> None:
    """Refuse every other host name with WrongHost before anything is answered."""
    names = {name.strip().lower() for name in settings.trusted_hosts.split(",") if name.strip()}
    if public := urlsplit(settings.base_url).hostname:
        names.add(f"[{public}]" if ":" in public else public)

    @app.before_request
    def _check_host() -> None:
        if request.endpoint not in UNNAMED and not is_trusted(request.environ.get("HTTP_HOST", ""), names):
            raise WrongHost()


def is_trusted(host: str, names: set[str]) -> bool:
    """Tell whether a Host header is one of the names, whichever port and case; `.example.org` is any name below it."""
    name, _, port = host.lower().rpartition("]")[2].partition(":")
    name = host.lower().partition("]")[0] + "]" if host.startswith("[") else name
    if port and not (port.isascii() and port.isdigit()):
        return False
    return name in names or any(known.startswith(".") and name.endswith(known) for known in names)
