"""Where settings come from: a variable of the environment, else a row of one TOML file, else the default.

Everything that is wrong is said at once. The file is the one that BUDGETMAP_CONFIG names, else ./budgetmap.toml where
there is one; BUDGETMAP_CONFIG set to nothing means none. What is secret may stand in a file of its own, named by the
variable with _FILE behind it.
"""

from __future__ import annotations

import difflib
import os
import re
import stat
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import Field, dataclass
from pathlib import Path
from typing import Any

from geo.core.errors import BadSetting, BadSettings, Fault

PREFIX = "BUDGETMAP_"
FILE = "budgetmap.toml"
ENVIRONMENT = "environment"
HIDDEN = "•••"
# Variables of ours that are no settings: for developers, for checks, for one part of the command alone.
OTHERS = frozenset(
    PREFIX + name for name in ("CONFIG", "TRACEBACK", "NO_SKIPS", "FAIL_AT", "SHARED", "SITE", "RUN", "ASKED", "SECRET")
)
_LARGEST = 65535
_LARGEST_FILE = 100_000  # bytes
_TRUE, _FALSE = ("1", "true", "yes"), ("0", "false", "no")
_PASSWORD = re.compile(r"(?<=://)([^/@:?#]*):.*(?=@)")  # to the last @: a password may hold one
_ASKED = re.compile(r"(?<=[?&;])([^=&;]*)=[^&;]*")
Row = Field[Any]


@dataclass(frozen=True)
class Given:
    """A value that somebody gave: `origin` is ENVIRONMENT or the name of a file."""

    value: object
    origin: str


def gathered(environ: Mapping[str, str], rows: Iterable[Row]) -> dict[str, Given]:
    """Return what is given for each row that is not left to its default; raises BadSetting, or BadSettings for several.

    An empty secret file, an unknown key of the file and an unknown variable with our prefix are faults as well.
    """
    by_name = {row.name: row for row in rows}
    faults: list[Fault] = []
    found = _from_file(environ, by_name, faults)
    for variable, text in sorted(environ.items()):
        if not variable.startswith(PREFIX) or variable in OTHERS:
            continue
        name = variable.removeprefix(PREFIX).lower()
        secret = by_name.get(name.removesuffix("_file"))
        if name in by_name and variable == variable.upper():
            faults += _take(found, by_name[name], variable, Given(text, ENVIRONMENT))
        elif secret is not None and secret.metadata.get("is_secret"):
            faults += _take(found, secret, variable, Given(_content(variable, text, faults), text[:80]))
        else:
            faults.append(_unknown(ENVIRONMENT, variable, [PREFIX + one.upper() for one in by_name]))
    if len(faults) == 1 and faults[0].code == BadSetting.code:
        told = faults[0].values
        raise BadSetting(name=told["name"], value=faults[0].value, allowed=told["allowed"])
    if faults:
        raise BadSettings(faults, count=len(faults))
    return found


def shown(row: Row, value: object) -> str:
    """Return a value as anybody may read it: of a secret only that it is there, of an address no password, no query."""
    if row.metadata.get("is_secret"):
        return HIDDEN if value else ""
    text = _PASSWORD.sub(rf"\1:{HIDDEN}", written(value))
    return _ASKED.sub(rf"\1={HIDDEN}", text) if "://" in text else text


def written(value: object) -> str:
    """Return a value as a variable of the environment says it."""
    return str(int(value)) if isinstance(value, bool) else str(value)


def _from_file(environ: Mapping[str, str], by_name: Mapping[str, Row], faults: list[Fault]) -> dict[str, Given]:
    named = environ.get(f"{PREFIX}CONFIG")
    path = Path(FILE if named is None else named)
    if named == "" or (named is None and not path.is_file()):
        return {}
    try:
        plain = tomllib.loads(_read(path).decode("utf-8-sig"))
    except OSError as error:
        faults.append(Fault(str(path), 0, "", "E-CFG-05", error.strerror or str(error)))
        return {}
    except (ValueError, RecursionError) as error:
        faults.append(Fault(str(path), 0, "", "E-CFG-05", str(error)))
        return {}
    found: dict[str, Given] = {}
    for name, value in plain.items():
        if (row := by_name.get(name)) is None:
            faults.append(_unknown(path.name, name, list(by_name)))
        elif type(value) is not (_kind(row) if _kind(row) in {bool, int} else str):
            faults.append(_wrong(path.name, row, name, str(value)))
        else:
            faults += _take(found, row, name, Given(written(value), path.name))
    return found


def _take(found: dict[str, Given], row: Row, name: str, given: Given) -> Iterator[Fault]:
    """Put a parsed value where the row has its place, or yield what is wrong with it."""
    try:
        found[row.name] = Given(_parsed(row, str(given.value)), given.origin)
    except ValueError:
        yield _wrong(given.origin, row, name, str(given.value))


def _parsed(row: Row, text: str) -> object:
    """Return the value of a row; raises ValueError for what is not allowed."""
    kind = _kind(row)
    if kind is bool:
        if text.lower() not in _TRUE + _FALSE:
            raise ValueError(text)
        return text.lower() in _TRUE
    if kind is int:
        least = row.metadata.get("least", 1)
        if not (text.isascii() and text.isdigit() and len(text) <= 5 and least <= int(text) <= _LARGEST):
            raise ValueError(text)
        return int(text)
    words = row.metadata.get("words", ())
    if words and text not in words:
        raise ValueError(text)
    return Path(text) if issubclass(kind, Path) else text


def _content(variable: str, path: str, faults: list[Fault]) -> str:
    """Return what a file of a secret holds, without the end of its line."""
    try:
        content = _read(Path(path)).decode("utf-8").strip()
    except (OSError, ValueError):
        content = ""
    if not content:
        faults.append(Fault(ENVIRONMENT, 0, "", "E-CFG-05", path, {"name": variable}))
    return content


def _read(path: Path) -> bytes:
    """Return a small regular file; raises OSError, ValueError. A pipe is not waited for, nor a device read on."""
    with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise ValueError(str(path))
        content = file.read(_LARGEST_FILE + 1)
    if len(content) > _LARGEST_FILE:
        raise ValueError(f"> {_LARGEST_FILE} B")
    return content


def _wrong(origin: str, row: Row, name: str, text: str) -> Fault:
    allowed = ", ".join(row.metadata.get("words", ())) or f"{row.metadata.get('least', 1)} … {_LARGEST}"
    if _kind(row) is bool:
        allowed = "0, 1"
    elif issubclass(_kind(row), str | Path) and not row.metadata.get("words"):
        allowed = "“…”"
    value = shown(row, text)
    return Fault(origin, 0, "", "E-CFG-01", value, {"name": name, "allowed": allowed})


def _unknown(origin: str, name: str, known: Sequence[str]) -> Fault:
    near = ", ".join(difflib.get_close_matches(name, known, n=3, cutoff=0.6)) or "–"
    return Fault(origin, 0, "", "E-CFG-04", name, {"near": near})


def _kind(row: Row) -> type:
    kind = type(row.default)
    return Path if issubclass(kind, Path) else kind
