"""Settings: one frozen object, made at the edge and passed down; rows with a default and a line of help."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from geo.core.errors import BadSetting

PREFIX = "BUDGETMAP_"


def _help(text: str) -> dict[str, str]:
    return {"help": text}


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
        metadata=_help("Megabytes of finished answers that a serving process keeps, of those that never change."),
    )

    embeds_mb: int = field(
        default=512,
        metadata=_help("Megabytes of frozen embeds that the home keeps for good; beyond them no new one is kept."),
    )
    exports_mb: int = field(
        default=1024,
        metadata=_help("Megabytes of XLSX, GeoPackage and GeoParquet files kept to be given again."),
    )
    exports_at_once: int = field(
        default=2,
        metadata=_help("Such files written at the same time; who asks for more is told to wait."),
    )

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Return the settings that the environment asks for; raises BadSetting with the variable's name."""
        environ = os.environ if environ is None else environ
        known = {PREFIX + row.name.upper(): row for row in fields(cls)}
        values: dict[str, object] = {}
        for name, row in known.items():
            if name in environ:
                values[row.name] = _parsed(name, environ[name], type(row.default))
        return cls(**values)  # type: ignore[arg-type]

    def with_given(self, **values: object) -> Settings:
        """Return the settings with those values that are not None."""
        return replace(self, **{name: value for name, value in values.items() if value is not None})  # type: ignore[arg-type]

    def sources(self, environ: Mapping[str, str] | None = None) -> list[tuple[str, str, str, str]]:
        """Return (variable, value, where it comes from, help) for every row, in the order of the class."""
        environ = os.environ if environ is None else environ
        rows = []
        for row in fields(self):
            variable = PREFIX + row.name.upper()
            origin = "environment" if variable in environ else "default"
            rows.append((variable, str(getattr(self, row.name)), origin, row.metadata["help"]))
        return rows


def _parsed(name: str, text: str, kind: type) -> object:
    if kind is int:
        if not (text.isascii() and text.isdigit() and len(text) <= 5 and 0 < int(text) < 65536):
            raise BadSetting(name=name, value=text[:80], allowed="1 … 65535")
        return int(text)
    return Path(text) if issubclass(kind, Path) else text
