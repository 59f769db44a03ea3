"""Style sheets, scripts and the icon: under names that hold a hash of their content, so they never change.

A style sheet or the icon has its hash in its own name. The modules of the explorer import each other by relative
names, so they share one folder whose name holds a hash of them all; the map engine has such a folder too. Set-up joins
modules that are asked for together; without that they travel as they are written. Everything is compressed as far as it
can be: it is done once and asked for often.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import brotli
from flask import Blueprint, Response, request

from geo.core.errors import UnknownPage
from geo.web.answering.answers import FILE_POLICY, WORKER_POLICY, answer
from geo.web.answering.codings import preferred

blueprint = Blueprint("assets", __name__)
FOLDER = Path(__file__).with_name("static")
ENGINE = Path(__file__).with_name("vendor")  # laid there by set-up; absent where that was left out
MODULES = ENGINE / "explorer" if (ENGINE / "explorer").is_dir() else FOLDER / "explorer"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".mjs": "text/javascript", ".svg": "image/svg+xml"}
# Sheets that pages ask for together: a request each would cost a slow network more than the bytes.
BUNDLES = {
    "site.css": ("map.css", "page.css", "terms.css", "search.css"),
    "view.css": ("palettes.css", "explorer.css", "live.css"),
}
_IMPORT = re.compile(r'(?:^|;)(?:import|export)\b[^"(;]*"\./([^"]+)"', re.M)
_CODINGS = {"br": ".br", "gzip": ".gz"}


class Asset(NamedTuple):
    """One file as it is served: its media type, its bytes, and the same compressed where that was done beforehand."""

    media_type: str
    content: bytes
    coded: dict[str, bytes]


@cache
def served() -> dict[str, Asset]:
    """Return every file by its served name."""
    found = {}
    for path in _files(FOLDER):
        mark = hashlib.sha256(path.read_bytes()).hexdigest()[:10]
        found[f"{path.stem}.{mark}{path.suffix}"] = _read(path)
    for name, parts in BUNDLES.items():
        content = b"".join((FOLDER / part).read_bytes() for part in parts)
        mark = hashlib.sha256(content).hexdigest()[:10]
        found[f"{name.removesuffix('.css')}.{mark}.css"] = Asset("text/css", content, _coded(content))
    for folder in (MODULES, ENGINE):
        found |= {f"{_folder(folder)}/{path.name}": _read(path) for path in _files(folder)}
    return found


@cache
def asset(name: str) -> str:
    """Return the address of a style sheet, a script or the icon from the root; raises KeyError if it is not there."""
    stem, suffix = name.rsplit(".", 1)
    names = {f"{held.split('.')[0]}.{held.rsplit('.', 1)[1]}": held for held in served() if "/" not in held}
    return f"static/{names[f'{stem}.{suffix}']}"


@cache
def module(name: str) -> str:
    """Return the address of a module of the explorer from the root; raises KeyError if it is not there."""
    return _within(MODULES, name)


@cache
def needed(name: str) -> tuple[str, ...]:
    """Return the addresses of a module and of all that it brings with it, so that a page can ask for them at once."""
    found, left = list[str](), [name]
    while left:
        address = module(left.pop())
        if address not in found:
            found.append(address)
            left += _IMPORT.findall(served()[address.removeprefix("static/")].content.decode())
    return tuple(found)


@cache
def engine(name: str) -> str:
    """Return the address of a file of the map engine from the root; empty where set-up has not laid it there."""
    return _within(ENGINE, name) if ENGINE.is_dir() else ""


def source(name: str) -> str:
    """Return the text of a file that is put into a page itself."""
    return (FOLDER / name).read_text(encoding="utf-8").strip()


@blueprint.get("/static/<path:name>")
def static_file(name: str) -> Response:
    """Answer a file by its full name; immutable."""
    found = served().get(name)
    if found is None:
        raise UnknownPage()
    policy = WORKER_POLICY if name.endswith("-worker.mjs") else FILE_POLICY
    if not found.coded:
        return answer(found.content, found.media_type, policy=policy, is_immutable=True)
    coding = preferred(request.headers.get("Accept-Encoding", ""), tuple(found.coded))
    response = answer(found.coded.get(coding, found.content), found.media_type, policy=policy, is_immutable=True)
    response.headers["Vary"] = "Accept-Encoding"
    if coding:
        response.headers["Content-Encoding"] = coding
    return response


def _within(folder: Path, name: str) -> str:
    held = f"{_folder(folder)}/{name}"
    if held not in served():
        raise KeyError(name)
    return f"static/{held}"


@cache
def _folder(folder: Path) -> str:
    """Return the served name of a folder: with a hash of all that it holds."""
    paths = _files(folder)
    content = b"".join(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest() for path in paths)
    return f"{folder.name}-{hashlib.sha256(content).hexdigest()[:10]}"


def _files(folder: Path) -> list[Path]:
    found: Iterable[Path] = folder.iterdir() if folder.is_dir() else ()
    return sorted(path for path in found if path.suffix in _TYPES)


def _read(path: Path) -> Asset:
    beside = {coding: path.with_name(path.name + suffix) for coding, suffix in _CODINGS.items()}
    held = {coding: other.read_bytes() for coding, other in beside.items() if other.is_file()}
    content = path.read_bytes()
    return Asset(_TYPES[path.suffix], content, held or _coded(content))


def _coded(content: bytes) -> dict[str, bytes]:
    return {"br": brotli.compress(content, quality=11), "gzip": gzip.compress(content, 9, mtime=0)}
