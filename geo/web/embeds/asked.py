"""What an embed may be asked beside its view: its theme, and which of its parts the article leaves out."""

from __future__ import annotations

from collections.abc import Mapping

from flask import request
from werkzeug.datastructures import MultiDict

from geo.web.options import Option, one_of

TAIL = "embed/"
# What may be left out, in the order of an address. Scope, source, date, the mark of made-up figures and the
# reconciliation may not: figures that travel take them along.
PARTS = ("title", "legend", "insets", "table", "notes")
# pym.js puts these behind the address of every frame that it makes: they are read by the embed's script alone.
_OF_PYM = frozenset({"initialWidth", "childId", "parentTitle", "parentUrl"})


def parts_of(word: str) -> str | None:
    """Return parts joined by dots in the one order, each once; None where one is unknown or stands twice."""
    given = word.split(".") if word else []
    if len(set(given)) != len(given) or not set(given) <= set(PARTS):
        return None
    return ".".join(part for part in PARTS if part in given)


OPTIONS: Mapping[str, Option] = {
    "theme": one_of("auto", "light", "dark"),
    "without": Option("", PARTS, parts_of),
}


def query() -> MultiDict[str, str]:
    """Return the query of the request; without what a host's pym.js adds to an embed's address, which changes nothing.

    So pym.js finds its embed at once: a redirect would lose what it added.
    """
    if not is_framed(request.path):
        return request.args
    return MultiDict((key, word) for key, word in request.args.items(multi=True) if key not in _OF_PYM)


def is_framed(path: str) -> bool:
    """Tell whether an address is one that stands in frames of articles."""
    return path.endswith(f"/{TAIL}")
