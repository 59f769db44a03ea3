"""Style sheets, scripts and the icon: under names that hold a hash of their content, so they never change."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, Response

from geo.core.errors import UnknownPage
from geo.web.answers import answer

blueprint = Blueprint("assets", __name__)
FOLDER = Path(__file__).with_name("static")
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@cache
def served() -> dict[str, tuple[str, bytes]]:
    """Return every file by its served name: (media type, content)."""
    found = {}
    for path in sorted(FOLDER.iterdir()):
        if path.suffix in _TYPES:
            content = path.read_bytes()
            mark = hashlib.sha256(content).hexdigest()[:10]
            found[f"{path.stem}.{mark}{path.suffix}"] = (_TYPES[path.suffix], content)
    return found


@cache
def asset(name: str) -> str:
    """Return the address of a file from the root; raises KeyError for one that is not there."""
    stem, suffix = name.rsplit(".", 1)
    names = {f"{served_as.split('.')[0]}.{served_as.rsplit('.', 1)[1]}": served_as for served_as in served()}
    return f"static/{names[f'{stem}.{suffix}']}"


def source(name: str) -> str:
    """Return the text of a file that is put into a page itself."""
    return (FOLDER / name).read_text(encoding="utf-8").strip()


@blueprint.get("/static/<name>")
def static_file(name: str) -> Response:
    """Answer a file by its full name; immutable."""
    if name not in served():
        raise UnknownPage()
    media_type, content = served()[name]
    return answer(content, media_type, is_immutable=True)
