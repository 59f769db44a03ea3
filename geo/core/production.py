"""What keeps a server of the public from starting: debugging, secrets of a sample, no address of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from urllib.parse import urlsplit

from geo.core.errors import Fault, NotForThePublic
from geo.core.settings import PREFIX, Settings
from geo.core.sources import ENVIRONMENT

SHORTEST_SECRET = 16  # letters
_FEWEST_LETTERS = 8  # different ones: sixteen times the same letter is no secret
_SAMPLES = ("change", "secret", "password", "example", "default", "token", "test", "admin", "qwerty", "12345")
# Variables that print what readers or an attacker should not see, or stop the process on purpose.
_DEBUGGING = ("FLASK_DEBUG", "WERKZEUG_DEBUG_PIN", "PYTHONDEVMODE", f"{PREFIX}TRACEBACK", f"{PREFIX}FAIL_AT")


def is_public(settings: Settings) -> bool:
    """Tell whether this is a server of the public: it is said to be, or has an address with TLS."""
    return settings.production or settings.base_url.startswith("https://")


def check(settings: Settings, environ: Mapping[str, str]) -> None:
    """Raise NotForThePublic with everything that a server of the public must not start with; others may."""
    if is_public(settings) and (faults := list(_faults(settings, environ))):
        raise NotForThePublic(faults, count=len(faults))


def _faults(settings: Settings, environ: Mapping[str, str]) -> Iterator[Fault]:
    for name in _DEBUGGING:
        if environ.get(name, "0") not in {"", "0"}:
            yield Fault(ENVIRONMENT, 0, "", "E-CFG-07", name)
    for row in fields(settings):
        if row.metadata.get("is_secret") and is_weak(str(getattr(settings, row.name))):
            yield Fault(ENVIRONMENT, 0, "", "E-CFG-08", PREFIX + row.name.upper())
    if not _is_address(settings.base_url):
        yield Fault(ENVIRONMENT, 0, "", "E-CFG-09", f"{PREFIX}BASE_URL")


def _is_address(base_url: str) -> bool:
    """Tell whether readers can be sent there: it stands in embed codes, so it holds no password and no query."""
    try:
        parts = urlsplit(base_url)
        return bool(parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0) and not (
            parts.query or parts.fragment or "@" in parts.netloc
        )
    except ValueError:
        return False


def is_weak(secret: str) -> bool:
    """Tell whether a secret can be guessed; none at all opens nothing, so it is not weak."""
    if not secret:
        return False
    plain = secret.lower()
    return len(secret) < SHORTEST_SECRET or len(set(plain)) < _FEWEST_LETTERS or any(word in plain for word in _SAMPLES)
