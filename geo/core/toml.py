"""A TOML file → plain values of exactly the declared kinds; every key that is missing, unknown or of another kind."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from geo.core.errors import BadData, Fault

# A kind is a type, [kind] for a list, {"key": kind} for a table ("key?" may be left out, "*" is any key),
# or a function that tells whether a value will do.
Kind = Any
_LARGEST = 4_000_000  # bytes; what people write by hand is a hundredth of it


def read_toml(path: Path, name: str, kind: Kind, missing: str) -> dict[str, Any]:
    """Return the file's values; raises BadData with every fault. `missing` is the code where there is no file."""
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            raise BadData([Fault(name, 0, "", "E-UP-01", path.name)])  # a device or a pipe has no end
        if path.stat().st_size > _LARGEST:
            raise BadData([Fault(name, 0, "", "E-CTRY-02", f"> {_LARGEST} B")])
        plain = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        raise BadData([Fault(name, 0, "", missing, path.name)]) from None
    except OSError as error:
        raise BadData([Fault(name, 0, "", "E-CSV-09", error.strerror or "")]) from None
    except (ValueError, RecursionError) as error:  # not TOML, not UTF-8, or a number of thousands of digits
        raise BadData([Fault(name, 0, "", "E-CTRY-02", str(error))]) from None
    if faults := [Fault(name, 0, "", "E-CTRY-03", key) for key in wrong_keys(plain, kind)]:
        raise BadData(faults)
    return plain


def wrong_keys(value: Any, kind: Kind, key: str = "") -> Iterator[str]:
    """Yield the dotted keys that are missing, unknown or of another kind than declared."""
    if isinstance(kind, dict):
        yield from _wrong_in_table(value, kind, key)
    elif isinstance(kind, list):
        if not isinstance(value, list):
            yield key
        else:
            for number, inner in enumerate(value, 1):
                yield from wrong_keys(inner, kind[0], f"{key}[{number}]")
    elif not (_is_of(value, kind) if isinstance(kind, type) else kind(value)):
        yield key


def is_inside(name: Any) -> bool:
    """Tell whether a value names a file inside its own folder: what lies outside would not count as an input."""
    if not isinstance(name, str) or not name or not name.isprintable() or "\\" in name:
        return False
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts


def _wrong_in_table(value: Any, kind: Mapping[str, Kind], key: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield key
        return
    dotted = f"{key}." if key else ""
    if "*" in kind:
        if not value:
            yield key
        for name, inner in value.items():
            yield from wrong_keys(inner, kind["*"], dotted + name)
        return
    known = {name.removesuffix("?"): (inner, name.endswith("?")) for name, inner in kind.items()}
    for name, (inner, may_be_absent) in known.items():
        if name in value:
            yield from wrong_keys(value[name], inner, dotted + name)
        elif not may_be_absent:
            yield dotted + name
    yield from (dotted + name for name in value if name not in known)


def _is_of(value: Any, kind: type) -> bool:
    # In Python True is a number; in a file it is a mistake.
    if isinstance(value, bool):
        return kind is bool
    return isinstance(value, kind) or (kind is float and isinstance(value, int))
