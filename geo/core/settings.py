"""Settings: one frozen object, made at the edge and passed down; rows with a default and a line of help."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from geo.core.sources import PREFIX, gathered, shown

__all__ = ["PREFIX", "Settings"]


def _help(text: str, *, least: int = 1, words: tuple[str, ...] = (), is_secret: bool = False) -> dict[str, Any]:
    return {"help": text, "least": least, "words": words, "is_secret": is_secret}


@dataclass(frozen=True)
class Settings:
    """Everything that may be set; the environment variable of a row is BUDGETMAP_ and its name in capitals."""

    home: Path = field(default=Path("tiles"), metadata=_help("Where versions are built and published."))
    data: Path = field(
        default=Path("data"), metadata=_help("Folder with boundaries/ and budget/, one folder a country.")
    )
    country: str = field(default="kz", metadata=_help("The country that / leads to."))
    language: str = field(default="en", metadata=_help("Language of the command line: kk, ru or en."))
    engine: str = field(default="duckdb://", metadata=_help("The engine that adds up; duckdb:// runs in process."))
    engine_memory_mb: int = field(
        default=400,
        metadata=_help("Megabytes that the engine may hold; what is more goes to the folder spill/ of the home."),
    )
    host: str = field(default="127.0.0.1", metadata=_help("Address the server listens on."))
    port: int = field(default=8000, metadata=_help("Port the server listens on."))
    workers: int = field(default=2, metadata=_help("Processes that serve."))
    base_url: str = field(default="", metadata=_help("Public address of the site; empty: the address asked for."))
    trusted_hosts: str = field(
        default="localhost,127.0.0.1,[::1]", metadata=_help("Host names answered, with commas; base_url's is one too.")
    )
    open_versions: int = field(default=8, metadata=_help("Versions that a serving process keeps open."))
    cache_mb: int = field(
        default=64,
        metadata=_help("Megabytes of finished answers that a serving process keeps to give them again."),
    )
    embeds_mb: int = field(
        default=512,
        metadata=_help("Megabytes of frozen embeds that the home keeps for good; beyond them no new one is kept."),
    )
    keep_versions: int = field(
        default=20,
        metadata=_help("Versions of a country that gc keeps, of those that led to the one in force.", least=2),
    )
    keep_hours: int = field(
        default=24,
        metadata=_help("Hours for which gc keeps whatever was in force or was made: readers may hold its addresses."),
    )
    scrub_mb: int = field(
        default=2,
        metadata=_help("Megabytes a second that a serving process reads again to see that files are still whole."),
    )
    exports_mb: int = field(
        default=1024,
        metadata=_help("Megabytes of XLSX, GeoPackage and GeoParquet files kept to be given again."),
    )
    exports_at_once: int = field(
        default=2,
        metadata=_help("Such files written at the same time; who asks for more is told to wait."),
    )
    watch_s: int = field(
        default=10,
        metadata=_help("Seconds after which an open page asks for newer figures again; 0: it never asks.", least=0),
    )
    watch_live_s: int = field(
        default=1,
        metadata=_help("The same in the ten minutes after a publication, when more may follow."),
    )
    production: bool = field(
        default=False,
        metadata=_help("Whether this server is the public one: it then refuses to start with what is for trying out."),
    )
    log: str = field(
        default="errors",
        metadata=_help("What is written to standard error, a line of JSON each.", words=("none", "errors", "requests")),
    )
    metrics_token: str = field(
        default="",
        metadata=_help("Token by which /metrics is read, 16 letters at least; empty: nobody reads it.", is_secret=True),
    )
    trusted_proxies: int = field(
        default=0,
        metadata=_help("Proxies of yours in front, which tell in X-Forwarded-For who asks.", least=0),
    )
    dear_per_minute: int = field(
        default=60,
        metadata=_help("Dear answers (pictures, workbooks, searches) given to a client a minute; 0: any.", least=0),
    )
    drain_seconds: int = field(
        default=0,
        metadata=_help("Seconds between the word to stop and the stop, in which /readyz says 503.", least=0),
    )

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Return the settings that the environment asks for, and the file of settings where the environment is silent.

        Raises BadSetting with the name of what cannot be used, or BadSettings with all of them.
        """
        found = gathered(os.environ if environ is None else environ, fields(cls))
        return cls(**{name: one.value for name, one in found.items()})  # type: ignore[arg-type]

    def with_given(self, **values: object) -> Settings:
        """Return the settings with those values that are not None."""
        return replace(self, **{name: value for name, value in values.items() if value is not None})  # type: ignore[arg-type]

    def sources(self, environ: Mapping[str, str] | None = None) -> list[tuple[str, str, str, str]]:
        """Return (variable, value, where it comes from, help) for every row, in the order of the class; no secret."""
        found = gathered(os.environ if environ is None else environ, fields(self))
        rows = []
        for row in fields(self):
            origin = found[row.name].origin if row.name in found else "default"
            rows.append((PREFIX + row.name.upper(), shown(row, getattr(self, row.name)), origin, row.metadata["help"]))
        return rows

    def secrets(self) -> tuple[str, ...]:
        """Return the values that nobody may read: they are kept out of every log."""
        return tuple(str(getattr(self, row.name)) for row in fields(self) if row.metadata.get("is_secret"))
